#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>

/// Gives the heap the bytes from `start` to `end`, multiples of 8: once before memory is taken, and
/// again, from where the last bytes ended, when it asks for more.
void heap_add(void *start, void *end);

/// The platform's: called when no block of `size` bytes is free. True if it has given the heap more.
bool heap_needs(size_t size);

/// Bytes up to the end of the farthest block that was ever taken.
size_t heap_reach(void);
/// How often memory has been taken.
size_t heap_allocation_count(void);

#endif
