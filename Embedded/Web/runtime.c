// What Swift asks of a C library: the module's memory, which grows, and a place to say why it gives
// up, which a page does not have.

#include "../Heap/heap.h"

// Where the linker's data end.
extern char __heap_base[];

bool heap_needs(size_t size) {
  static char *end;
  const size_t page = 65536;
  // 8 more, which the first memory may lack before a page's end.
  size_t grown = (size + 8 + page - 1) / page * page;
  if (grown < size || __builtin_wasm_memory_grow(0, grown / page) == (size_t)-1) return false;
  // The last 8 bytes stay free, so that the end of 4 GiB is a number.
  char *memory_end = (char *)(__builtin_wasm_memory_size(0) * page - 8);
  heap_add(end ? end : (char *)(((size_t)__heap_base + 7) & ~(size_t)7), memory_end);
  end = memory_end;
  return true;
}

int putchar(int character) { return character; }

// Without it the C library's, which prints, would bring files along.
_Noreturn void __assert_fail(
    const char *condition, const char *file, int line, const char *function) {
  (void)condition, (void)file, (void)line, (void)function;
  __builtin_trap();
}
