// What Swift asks of a C library: an arena of fixed size, and loops over bytes. Swift takes memory
// while the model is loaded, and later only where a row's texts are longer than all before.

#include <stdbool.h>

#include "board.h"

extern char arena_start[], arena_end[];

// Blocks follow each other in the arena, each behind its header; neighbours that are free are joined
// when memory is taken.
typedef struct {
  size_t size;  // with the header
  bool is_free;
} header;

static bool is_ready;
static size_t taken, peak, allocations;

static header *first(void) { return (header *)arena_start; }
static bool is_inside(const header *block) { return (const char *)block < arena_end; }
static header *after(header *block) { return (header *)((char *)block + block->size); }

int posix_memalign(void **pointer, size_t alignment, size_t size) {
  // A header is 8 bytes and every block a multiple of 8, so all pointers are aligned to 8: as much
  // as anything that the processor loads needs, whatever `alignment` asks for.
  (void)alignment;
  if (!is_ready) {
    *first() = (header){(size_t)(arena_end - arena_start), true};
    is_ready = true;
  }
  size_t needed = ((size + 7) & ~(size_t)7) + sizeof(header);
  if (needed < size) return 12;
  for (header *block = first(); is_inside(block); block = after(block)) {
    if (!block->is_free) continue;
    while (is_inside(after(block)) && after(block)->is_free) block->size += after(block)->size;
    if (block->size < needed) continue;
    if (block->size - needed >= 2 * sizeof(header)) {
      size_t rest = block->size - needed;
      block->size = needed;
      *after(block) = (header){rest, true};
    }
    block->is_free = false;
    taken += block->size;
    if (taken > peak) peak = taken;
    allocations += 1;
    *pointer = block + 1;
    return 0;
  }
  board_report("the arena is full\n");
  return 12;
}

void free(void *pointer) {
  if (!pointer) return;
  header *block = (header *)pointer - 1;
  block->is_free = true;
  taken -= block->size;
}

size_t board_arena_peak(void) { return peak; }
size_t board_arena_size(void) { return (size_t)(arena_end - arena_start); }
size_t board_allocation_count(void) { return allocations; }

void *memmove(void *to, const void *from, size_t count) {
  char *target = to;
  const char *source = from;
  if (target < source) {
    for (size_t index = 0; index < count; index += 1) target[index] = source[index];
  } else {
    for (size_t index = count; index > 0; index -= 1) target[index - 1] = source[index - 1];
  }
  return to;
}

void *memcpy(void *to, const void *from, size_t count) { return memmove(to, from, count); }

void *memset(void *to, int value, size_t count) {
  char *target = to;
  for (size_t index = 0; index < count; index += 1) target[index] = (char)value;
  return to;
}

int memcmp(const void *left, const void *right, size_t count) {
  const unsigned char *a = left, *b = right;
  for (size_t index = 0; index < count; index += 1) {
    if (a[index] != b[index]) return a[index] < b[index] ? -1 : 1;
  }
  return 0;
}

// Their names in ARM's run-time ABI (IHI 0043), where memset's arguments have another order.
void __aeabi_memmove(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memcpy(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memset(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memclr(void *to, size_t count) { memset(to, 0, count); }
#define ALIAS(name, of) __typeof__(of) name __attribute__((alias(#of)))
ALIAS(__aeabi_memmove4, __aeabi_memmove);
ALIAS(__aeabi_memmove8, __aeabi_memmove);
ALIAS(__aeabi_memcpy4, __aeabi_memcpy);
ALIAS(__aeabi_memcpy8, __aeabi_memcpy);
ALIAS(__aeabi_memset4, __aeabi_memset);
ALIAS(__aeabi_memset8, __aeabi_memset);
ALIAS(__aeabi_memclr4, __aeabi_memclr);
ALIAS(__aeabi_memclr8, __aeabi_memclr);

int putchar(int character) {
  const char text[2] = {(char)character, 0};
  board_report(text);
  return character;
}

// libgcc's division calls it for a divisor of 0, which Swift never passes on.
int raise(int signal_number) { board_exit(signal_number); }
