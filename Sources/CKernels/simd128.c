#include "levels.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

#define TARGET
#include "loops.h"

static inline __attribute__((always_inline)) void multiply_tile(
    const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride, int32_t *sums,
    size_t sums_stride, const int rows) {
  // Half a block at a time, so that the sums stay in 16 registers with what they are made of.
  for (int half = 0; half < 2; half++) {
    const int8_t *w = weights + 16 * half;
    v128_t sum[4][2];
    for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = wasm_i32x4_const_splat(0);
    for (size_t pair = 0; pair < columns / 2; pair++, w += 32) {
      const v128_t first = wasm_i16x8_load8x8(w), second = wasm_i16x8_load8x8(w + 8);
      for (int r = 0; r < rows; r++) {
        const v128_t both = wasm_v128_load32_splat(x + r * x_stride + 2 * pair);
        sum[r][0] = wasm_i32x4_add(sum[r][0], wasm_i32x4_dot_i16x8(first, both));
        sum[r][1] = wasm_i32x4_add(sum[r][1], wasm_i32x4_dot_i16x8(second, both));
      }
    }
    if (columns % 2) {
      const v128_t first = wasm_i16x8_load8x8(w), second = wasm_i16x8_load8x8(w + 8);
      for (int r = 0; r < rows; r++) {
        const v128_t last = wasm_i32x4_splat((uint16_t)x[r * x_stride + columns - 1]);
        sum[r][0] = wasm_i32x4_add(sum[r][0], wasm_i32x4_dot_i16x8(first, last));
        sum[r][1] = wasm_i32x4_add(sum[r][1], wasm_i32x4_dot_i16x8(second, last));
      }
    }
    for (int r = 0; r < rows; r++) {
      wasm_v128_store(sums + r * sums_stride + 8 * half, sum[r][0]);
      wasm_v128_store(sums + r * sums_stride + 8 * half + 4, sum[r][1]);
    }
  }
}

#include "draws.h"
#include "rows.h"

const struct fakegen_kernels fakegen_simd128 = {multiply, dense, step, exponentials,
                                                choose, draw, search};
#endif
