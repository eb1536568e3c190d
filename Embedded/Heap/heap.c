// The memory that Swift takes on a platform without a C library's: while the model is loaded, and
// later where texts are longer than all before.

#include "heap.h"

// Blocks follow each other, each behind its header; neighbours that are free are joined when memory
// is taken.
typedef struct {
  size_t size;  // with the header
  bool is_free;
} header;

static char *heap_start, *heap_end;
static size_t reach, allocations;

static header *first(void) { return (header *)heap_start; }
static bool is_inside(const header *block) { return (const char *)block < heap_end; }
static header *after(header *block) { return (header *)((char *)block + block->size); }

void heap_add(void *start, void *end) {
  if (!heap_start) heap_start = start;
  heap_end = end;
  *(header *)start = (header){(size_t)((char *)end - (char *)start), true};
}

static void *take(size_t needed) {
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
    size_t block_end = (size_t)((char *)after(block) - heap_start);
    if (block_end > reach) reach = block_end;
    allocations += 1;
    return block + 1;
  }
  return NULL;
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
  // A header is 8 bytes and every block a multiple of 8, so all pointers are aligned to 8: as much
  // as anything that these processors load needs, whatever `alignment` asks for.
  (void)alignment;
  size_t needed = ((size + 7) & ~(size_t)7) + sizeof(header);
  if (needed < size) return 12;
  *pointer = take(needed);
  if (!*pointer && heap_needs(needed)) *pointer = take(needed);
  return *pointer ? 0 : 12;
}

void free(void *pointer) {
  if (!pointer) return;
  ((header *)pointer - 1)->is_free = true;
}

size_t heap_reach(void) { return reach; }
size_t heap_allocation_count(void) { return allocations; }
