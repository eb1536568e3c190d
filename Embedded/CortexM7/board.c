#include "board.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t stack_start[], stack_end[];

int image_main(void);

enum { paint = 0x5AA5C33C };

// Everything is set up here, before any code that needs it.
_Noreturn void reset(void) {
  for (uint32_t *from = data_load, *to = data_start; to < data_end; from += 1, to += 1) *to = *from;
  for (uint32_t *to = bss_start; to < bss_end; to += 1) *to = 0;
  // Painted up to a little below where the stack now ends.
  uint32_t *top = (uint32_t *)__builtin_frame_address(0) - 32;
  for (volatile uint32_t *to = stack_start; to < top; to += 1) *to = paint;
  board_exit(image_main());
}

static void fault(void) { board_exit(99); }

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_end,     (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
    (void *)fault, 0,             0,             0,             0,             (void *)fault,
    (void *)fault, 0,             (void *)fault, (void *)fault,
};

// CMSDK UART 0 of the board (ARM DAI 0500, "Application Note AN500").
static volatile uint32_t *const uart = (uint32_t *)0x40004000;
enum { uart_data, uart_state, uart_control, uart_divisor = 4 };

void board_send(const unsigned char *bytes, size_t count) {
  uart[uart_divisor] = 16;
  uart[uart_control] = 1;
  for (size_t index = 0; index < count; index += 1) {
    while (uart[uart_state] & 1) continue;
    uart[uart_data] = bytes[index];
  }
}

// ARM semihosting (IHI 0094): operation in r0, its argument in r1.
static uint32_t semihost(uint32_t operation, uintptr_t argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void board_report(const char *text) { semihost(0x04, (uintptr_t)text); }

_Noreturn void board_exit(int status) {
  const uint32_t block[2] = {0x20026, (uint32_t)status};
  semihost(0x20, (uintptr_t)block);
  for (;;) continue;
}

// SysTick (ARMv7-M Architecture Reference Manual, B3.3), 24 bits that count down.
static volatile uint32_t *const systick = (uint32_t *)0xE000E010;
enum { systick_control, systick_reload, systick_value };

void board_start_clock(void) {
  systick[systick_reload] = 0xFFFFFF;
  systick[systick_value] = 0;
  systick[systick_control] = 5;
}

uint32_t board_take_ticks(void) {
  uint32_t ticks = 0xFFFFFF - systick[systick_value];
  systick[systick_value] = 0;
  return ticks;
}

size_t board_stack_peak(void) {
  const uint32_t *word = stack_start;
  while (word < stack_end && *word == paint) word += 1;
  return (size_t)(stack_end - word) * sizeof *word;
}

size_t board_stack_size(void) { return (size_t)(stack_end - stack_start) * sizeof *stack_start; }
