#ifndef FAKEGEN_LEVELS_H
#define FAKEGEN_LEVELS_H

#include "kernels.h"

// One row's sums of a cell's input.
struct row_input {
  const int32_t *sums;
  // What is added; NULL if nothing.
  const int32_t *more;
};

static inline struct row_input input_of(const struct fakegen_inputs *inputs, size_t row) {
  if (!inputs->codes) return (struct row_input){inputs->sums + row * inputs->stride, NULL};
  const int32_t *codes = inputs->codes + 2 * row;
  return (struct row_input){
      inputs->sums + (size_t)codes[0] * inputs->stride,
      inputs->more ? inputs->more + (size_t)codes[1] * inputs->stride : NULL};
}

// A loop of which there are two: for shifts of more than 32 bits, as nearly all are, and for others.
#define BY_SHIFT(shift, loop, ...)         \
  if ((shift) > 32) {                      \
    loop(__VA_ARGS__, rounding(shift, 1)); \
  } else {                                 \
    loop(__VA_ARGS__, rounding(shift, 0)); \
  }

#if defined(__x86_64__)
extern const struct fakegen_kernels fakegen_avx2;
extern const struct fakegen_kernels fakegen_avxvnni;
extern const struct fakegen_kernels fakegen_avxvnni_evex;
extern const struct fakegen_kernels fakegen_avx512;
#elif defined(__aarch64__)
extern const struct fakegen_kernels fakegen_neon;
#elif defined(__wasm_simd128__)
extern const struct fakegen_kernels fakegen_simd128;
#endif

#endif
