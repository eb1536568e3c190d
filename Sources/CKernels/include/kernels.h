#ifndef FAKEGEN_KERNELS_H
#define FAKEGEN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// The generator's inner loops for processors with fast integer products. Each equals its reference in
// Swift (Sources/FakeGen/Layers, and Philox and the sampling of classes) in every bit.
//
// Weights are packed in blocks of 16 rows: [blocks][pairs][16][2] int8, where pairs is half of the
// columns, rounded up, and what is beyond rows and columns is 0.

enum fakegen_level {
  FAKEGEN_NEON = 1,
  FAKEGEN_AVX2 = 2,
  FAKEGEN_AVX512 = 3,
  FAKEGEN_AVXVNNI = 4,
  FAKEGEN_SIMD128 = 5,
};

// Piecewise linear functions.
struct fakegen_functions {
  // The 1,024 (sigmoid) and 512 (CELU) pieces of Q4.11: the value at a piece's start in the low 16
  // bits, its rise in the high ones.
  const uint32_t *sigmoid;
  const uint32_t *celu;
  // The same of negative numbers in 16-bit words, for each of 256 pairs of pieces: CELU's value at the
  // start, then its rises, the first in the low 12 bits and what the second is greater by, -8...7, in
  // the high 4; then those of the sigmoid, which is 32768 less that of the negated place elsewhere.
  // NULL if the functions are not like that.
  const uint16_t *pairs;
};

// A dense layer, or a segment of one.
struct fakegen_dense {
  // [blocks] of packed weights.
  const int8_t *weights;
  size_t blocks;
  size_t columns;
  // Outputs, at most 16 * blocks.
  size_t width;
  const int32_t *bias;
  const int32_t *multiplier;
  int32_t shift;
  // NULL for a linear layer.
  const struct fakegen_functions *celu;
  // Fraction bits by which the outputs' format after CELU is coarser than Q3.12.
  int32_t coarser;
};

// The recurrent half of a GRU cell. Arrays [3n] are in the order z, r, c.
struct fakegen_cell {
  // Packed weights, three segments of `blocks` blocks.
  const int8_t *weights;
  size_t blocks;
  const int32_t *bias;
  const int32_t *input_multiplier;
  const int32_t *state_multiplier;
  const struct fakegen_functions *functions;
  // n, the width of the state.
  size_t width;
  int32_t shift;
  // Fraction bits by which the state's format is coarser than Q3.12.
  int32_t coarser;
};

// The sums of a cell's input, three segments of 16 * blocks each: those of each row, or of codes that
// rows have.
struct fakegen_inputs {
  // [rows or codes, stride].
  const int32_t *sums;
  size_t stride;
  // [rows, 2]: each row's entries in `sums` and in `more`; NULL if `sums` are the rows'.
  const int32_t *codes;
  // [codes, stride]: what is added; NULL if nothing.
  const int32_t *more;
};

// Rows that a step takes together, of which it has the memory.
enum { FAKEGEN_TILE_ROWS = 12 };

struct fakegen_kernels {
  // sums[row, r] = weights[r] . x[row] for `count` rows and all r of `blocks` blocks.
  void (*multiply)(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                   size_t x_stride, size_t count, int32_t *sums, size_t sums_stride);
  // y = saturated(round((weights . x + bias) * multiplier * 2^-shift)), for `count` rows; with CELU if
  // the layer has it.
  void (*dense)(const struct fakegen_dense *layer, const int16_t *x, size_t x_stride, size_t count,
                int16_t *y, size_t y_stride);
  // The next state of `count` rows. Memory for FAKEGEN_TILE_ROWS rows, or `count` if those are fewer:
  // three segments of `wide` and one of `narrow` for each.
  void (*step)(const struct fakegen_cell *cell, const struct fakegen_inputs *inputs, int16_t *state,
               size_t state_stride, size_t count, int32_t *wide, int16_t *narrow);
  // weights = exp(logits - their greatest); gives the sum. The table has exp(-d) for each of the 8,192
  // distances d in UQ7.9 below 16.
  uint64_t (*exponentials)(const int16_t *logits, size_t count, const int32_t *table,
                           int32_t *weights);
  // Draws a class for each of `count` rows: the one where draw / 2^32 falls among the weights of its
  // logits, of which a row has `classes`, or counts[row] if that is not NULL. Memory for as many weights.
  void (*choose)(const int16_t *logits, size_t stride, size_t count, size_t classes,
                 const int32_t *counts, const int32_t *table, const uint32_t *draws,
                 int32_t *weights, int32_t *chosen);
  // The first four draws of `count` rows, words[4][count]: Philox4x32-10 under a key of two words at
  // the counters (row, row's upper half, stream, block), where a row is first + positions[i].
  void (*draw)(const uint32_t *key, uint64_t first, const int32_t *positions, size_t count,
               uint32_t stream, uint32_t block, uint32_t *words);
  // The first index at which the sum of the weights up to it exceeds `threshold`; `count` if none.
  size_t (*search)(const int32_t *weights, size_t count, uint64_t threshold);
};

// The kernels of a level; NULL if this machine does not have it.
const struct fakegen_kernels *fakegen_kernels_of(enum fakegen_level level);

// Takes bytes from the first on into the state of a CRC-32 (Sources/FakeGen/Support/CRC32.swift)
// and gives how many: none where the processor has no instructions for it.
size_t fakegen_crc32(uint32_t *state, const void *bytes, size_t count);

// What `place` points to, with all that was written before it was set; NULL if it was not.
static inline void *fakegen_shared(void *const *place) {
  return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

// Sets `place` unless another thread has; gives what it points to then.
static inline void *fakegen_share(void **place, void *memory) {
  void *found = NULL;
  return __atomic_compare_exchange_n(place, &found, memory, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
             ? memory
             : found;
}

#endif
