// What Swift and malloc would call to say why they give up. A page has nowhere to print it, and
// without these the C library would bring its files along.

int putchar(int character) { return character; }

_Noreturn void __assert_fail(
    const char *condition, const char *file, int line, const char *function) {
  (void)condition, (void)file, (void)line, (void)function;
  __builtin_trap();
}
