/* What Swift's library seeds its hashes with, in place of libc's: glibc has it since 2.36 alone, and
 * the library shall run with older ones. Nothing that the library returns depends on it. */
#include <stddef.h>
#include <string.h>

void arc4random_buf(void *memory, size_t size);

void arc4random_buf(void *memory, size_t size) { memset(memory, 0x5A, size); }
