// What Swift asks of a C library: an arena of fixed size, and loops over bytes.

#include "../Heap/heap.h"
#include "board.h"

extern char arena_start[], arena_end[];

bool heap_needs(size_t size) {
  static bool is_given;
  if (is_given || size > board_arena_size()) {
    board_report("the arena is full\n");
    return false;
  }
  is_given = true;
  heap_add(arena_start, arena_end);
  return true;
}

size_t board_arena_peak(void) { return heap_reach(); }
size_t board_arena_size(void) { return (size_t)(arena_end - arena_start); }
size_t board_allocation_count(void) { return heap_allocation_count(); }

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
