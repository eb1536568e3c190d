#include "levels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET
#include "loops.h"

// Adds the products of one column of 16 weights with one x.
static inline void add_column(int32x4_t sum[4], int8x16_t w, int16_t x) {
  const int16x8_t first = vmovl_s8(vget_low_s8(w)), second = vmovl_high_s8(w);
  sum[0] = vmlal_n_s16(sum[0], vget_low_s16(first), x);
  sum[1] = vmlal_high_n_s16(sum[1], first, x);
  sum[2] = vmlal_n_s16(sum[2], vget_low_s16(second), x);
  sum[3] = vmlal_high_n_s16(sum[3], second, x);
}

static inline __attribute__((always_inline)) void multiply_tile(
    const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride, int32_t *sums,
    size_t sums_stride, const int rows) {
  int32x4_t sum[4][4];
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < 4; k++) sum[r][k] = vdupq_n_s32(0);
  for (size_t pair = 0; pair < columns / 2; pair++) {
    const int8x16x2_t w = vld2q_s8(weights + pair * 32);
    for (int r = 0; r < rows; r++) {
      const int16_t *both = x + r * x_stride + 2 * pair;
      add_column(sum[r], w.val[0], both[0]);
      add_column(sum[r], w.val[1], both[1]);
    }
  }
  if (columns % 2) {
    const int8x16x2_t w = vld2q_s8(weights + columns / 2 * 32);
    for (int r = 0; r < rows; r++)
      add_column(sum[r], w.val[0], x[r * x_stride + columns - 1]);
  }
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < 4; k++) vst1q_s32(sums + r * sums_stride + 4 * k, sum[r][k]);
}

#include "draws.h"
#include "rows.h"

const struct fakegen_kernels fakegen_neon = {multiply, dense, step, exponentials,
                                             choose, draw, search};
#endif
