#ifndef FAKEGEN_KERNELS_H
#define FAKEGEN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// The generator's inner loops for processors with fast integer products. Each equals its reference in
// Swift (Sources/FakeGen/Layers/Kernels.swift) in every bit.
//
// Weights are packed in blocks of 16 rows: [blocks][pairs][16][2] int8, where pairs is half of the
// columns, rounded up, and what is beyond rows and columns is 0.

enum fakegen_level {
  FAKEGEN_NEON = 1,
  FAKEGEN_AVX2 = 2,
  FAKEGEN_AVX512 = 3,
};

// The recurrent half of a GRU cell. Arrays [3n] are in the order z, r, c.
struct fakegen_cell {
  const int32_t *bias;
  const int32_t *input_multiplier;
  const int32_t *state_multiplier;
  // Piecewise linear functions of the 1,024 (sigmoid) and 512 (CELU) pieces of Q4.11: the value at a
  // piece's start in the low 16 bits, its rise in the high ones.
  const uint32_t *sigmoid;
  const uint32_t *celu;
  // n, the width of the state.
  size_t width;
  int32_t shift;
  // Fraction bits by which the state's format is coarser than Q3.12.
  int32_t coarser;
};

struct fakegen_kernels {
  // sums[row, r] = weights[r] . x[row] for `count` rows and all r of `blocks` blocks.
  void (*multiply)(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                   size_t x_stride, size_t count, int32_t *sums, size_t sums_stride);
  // y = saturated(round((sums + bias) * multiplier * 2^-shift)) for `width` outputs of one row.
  void (*requantize)(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                     int32_t shift, size_t width, int16_t *y);
  // The same, then CELU into a format that is `coarser` bits coarser than Q3.12.
  void (*requantize_celu)(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                          int32_t shift, size_t width, const uint32_t *celu, int32_t coarser,
                          int16_t *y);
  // The gates of one row. gates: sums of the state for z, and `stride` further on for r, of which z
  // becomes the gate; input_sums likewise. reset_state = round(r * state).
  void (*gates)(const struct fakegen_cell *cell, const int32_t *input_sums, int32_t *gates,
                size_t stride, const int16_t *state, int16_t *reset_state);
  // The next state of one row from the gate z and the candidate's sums.
  void (*update)(const struct fakegen_cell *cell, const int32_t *input_sums, const int32_t *z,
                 const int32_t *candidate, int16_t *state);
  // weights = exp(logits - their greatest); gives the sum. The table has exp(-d) for each of the 8,192
  // distances d in UQ7.9 below 16.
  uint64_t (*exponentials)(const int16_t *logits, size_t count, const int32_t *table,
                           int32_t *weights);
  // The first index at which the sum of the weights up to it exceeds `threshold`; `count` if none.
  size_t (*search)(const int32_t *weights, size_t count, uint64_t threshold);
};

// The kernels of a level; NULL if this machine does not have it.
const struct fakegen_kernels *fakegen_kernels_of(enum fakegen_level level);

#endif
