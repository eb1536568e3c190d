#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

// The parts of an ARM MPS2 board with a Cortex-M7 (AN500) that the image uses.

/// The model's file, in flash.
const unsigned char *board_model(void);
size_t board_model_size(void);

/// Sends bytes over the first serial port.
void board_send(const unsigned char *bytes, size_t count);

/// Writes a text, which ends in a zero, to the debugger's console.
void board_report(const char *text);

/// Ends the image: the debugger, or QEMU, exits with this status.
_Noreturn void board_exit(int status);

/// Starts counting the processor's clock.
void board_start_clock(void);

/// Ticks since the last call or the start, at most 2^24. Under QEMU with `-icount shift=0` the
/// processor runs BOARD_INSTRUCTIONS_PER_TICK instructions in each.
uint32_t board_take_ticks(void);
#define BOARD_INSTRUCTIONS_PER_TICK 40

/// Bytes of the arena up to the end of what was ever taken, of those that it has.
size_t board_arena_peak(void);
size_t board_arena_size(void);
/// How often memory has been taken.
size_t board_allocation_count(void);

/// Most bytes of the stack that were used, of those that it has.
size_t board_stack_peak(void);
size_t board_stack_size(void);

#endif
