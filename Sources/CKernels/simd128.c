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

#define INLINE static inline __attribute__((always_inline))

// What rounds 64-bit sums that are shifted by more than 32 bits, so that all that is left comes from their
// upper halves, half of what is shifted out included.
struct rounding {
  v128_t half;
  int32_t shift;
};

INLINE struct rounding rounding(int32_t shift) {
  return (struct rounding){wasm_i32x4_splat(1 << (shift - 33)), shift - 32};
}

// Two and two 64-bit sums, rounded, as 4 lanes that may still be saturated to int16.
INLINE v128_t rounded(v128_t low, v128_t high, struct rounding rounds) {
  const v128_t upper = wasm_i32x4_shuffle(low, high, 1, 3, 5, 7);
  return wasm_i32x4_shr(wasm_i32x4_add(upper, rounds.half), rounds.shift);
}

// What 8 sums are added to and multiplied by.
struct scale {
  v128_t bias[2], multiplier[2];
};

INLINE struct scale scale(const int32_t *bias, const int32_t *multiplier) {
  return (struct scale){{wasm_v128_load(bias), wasm_v128_load(bias + 4)},
                        {wasm_v128_load(multiplier), wasm_v128_load(multiplier + 4)}};
}

// Outputs of 8 lanes from their sums, saturated to int16.
INLINE v128_t requantized(const int32_t *sums, const struct scale *s, struct rounding rounds) {
  v128_t y[2];
  for (int k = 0; k < 2; k++) {
    const v128_t sum = wasm_i32x4_add(wasm_v128_load(sums + 4 * k), s->bias[k]);
    y[k] = rounded(wasm_i64x2_extmul_low_i32x4(sum, s->multiplier[k]),
                   wasm_i64x2_extmul_high_i32x4(sum, s->multiplier[k]), rounds);
  }
  return wasm_i16x8_narrow_i32x4(y[0], y[1]);
}

// A function of 8 lanes, of which x has the fractions in its 6 lowest bits, by pieces at `places`, of
// whose starts the bits of `flipped` are flipped, so that they are int16. No rise has more than 10 bits.
INLINE v128_t interpolated(const uint32_t *pieces, v128_t places, v128_t x, v128_t flipped) {
  v128_t low = wasm_v128_load32_zero(pieces + wasm_u16x8_extract_lane(places, 0));
  v128_t high = wasm_v128_load32_zero(pieces + wasm_u16x8_extract_lane(places, 4));
  low = wasm_v128_load32_lane(pieces + wasm_u16x8_extract_lane(places, 1), low, 1);
  high = wasm_v128_load32_lane(pieces + wasm_u16x8_extract_lane(places, 5), high, 1);
  low = wasm_v128_load32_lane(pieces + wasm_u16x8_extract_lane(places, 2), low, 2);
  high = wasm_v128_load32_lane(pieces + wasm_u16x8_extract_lane(places, 6), high, 2);
  low = wasm_v128_load32_lane(pieces + wasm_u16x8_extract_lane(places, 3), low, 3);
  high = wasm_v128_load32_lane(pieces + wasm_u16x8_extract_lane(places, 7), high, 3);
  // Start * 64 + rise * fraction.
  const v128_t one = wasm_i16x8_const_splat(64), half = wasm_i32x4_const_splat(32);
  const v128_t fraction = wasm_v128_and(x, wasm_i16x8_const_splat(63));
  low = wasm_i32x4_dot_i16x8(wasm_v128_xor(low, flipped),
                             wasm_i16x8_shuffle(one, fraction, 0, 8, 1, 9, 2, 10, 3, 11));
  high = wasm_i32x4_dot_i16x8(wasm_v128_xor(high, flipped),
                              wasm_i16x8_shuffle(one, fraction, 4, 12, 5, 13, 6, 14, 7, 15));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, half), 6),
                                 wasm_i32x4_shr(wasm_i32x4_add(high, half), 6));
}

// sigmoid of Q4.11, less 1: -32,768...0.
INLINE v128_t sigmoid_less_one(v128_t x, const uint32_t *pieces) {
  const v128_t position = wasm_v128_xor(x, wasm_i16x8_const_splat(-32768));
  return interpolated(pieces, wasm_u16x8_shr(position, 6), x, wasm_i32x4_const_splat(0x8000));
}

// CELU of negative lanes in Q4.11, in Q3.12; other lanes are unspecified.
INLINE v128_t negative_celus(v128_t x, const uint32_t *pieces) {
  const v128_t position = wasm_v128_and(x, wasm_i16x8_const_splat(0x7FFF));
  return interpolated(pieces, wasm_u16x8_shr(position, 6), x, wasm_i32x4_const_splat(0));
}

INLINE v128_t shifted_roundings(v128_t value, int32_t shift) {
  if (shift == 0) return value;
  return wasm_i16x8_shr(wasm_i16x8_add(value, wasm_i16x8_splat((int16_t)(1 << (shift - 1)))), shift);
}

// `below` where x is negative, else `above`.
INLINE v128_t by_sign(v128_t x, v128_t below, v128_t above) {
  return wasm_v128_bitselect(below, above, wasm_i16x8_shr(x, 15));
}

INLINE v128_t celus(v128_t x, const uint32_t *pieces, int32_t coarser) {
  const v128_t least = wasm_i16x8_splat((int16_t)(-32768 >> coarser));
  const v128_t finer = wasm_i16x8_shl(wasm_i16x8_max(x, least), coarser);
  return by_sign(x, shifted_roundings(negative_celus(finer, pieces), coarser),
                 wasm_i16x8_add_sat(x, x));
}

static void dense_in_vectors(const struct fakegen_dense *layer, const int16_t *x, size_t x_stride,
                             size_t count, int16_t *y, size_t y_stride) {
  if (layer->shift <= 32 || (layer->celu && !layer->celu->pairs))
    return dense(layer, x, x_stride, count, y, y_stride);
  enum { BLOCKS = 4, WIDTH = 16 * BLOCKS };
  const size_t block_size = (layer->columns + 1) / 2 * 32;
  const struct rounding rounds = rounding(layer->shift);
  int32_t sums[FAKEGEN_TILE_ROWS * WIDTH];
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t rows_left = count - start;
    const size_t rows = rows_left < FAKEGEN_TILE_ROWS ? rows_left : FAKEGEN_TILE_ROWS;
    for (size_t block = 0; block < layer->blocks; block += BLOCKS) {
      const size_t blocks = layer->blocks - block < BLOCKS ? layer->blocks - block : BLOCKS;
      const size_t first = 16 * block, left = layer->width - first;
      const size_t width = left < WIDTH ? left : WIDTH;
      const int32_t *bias = layer->bias + first, *multiplier = layer->multiplier + first;
      int16_t *target = y + start * y_stride + first;
      multiply(layer->weights + block * block_size, blocks, layer->columns, x + start * x_stride,
               x_stride, rows, sums, WIDTH);
      size_t i = 0;
      for (; i + 8 <= width; i += 8) {
        const struct scale s = scale(bias + i, multiplier + i);
        if (layer->celu) {
          for (size_t row = 0; row < rows; row++)
            wasm_v128_store(target + row * y_stride + i,
                            celus(requantized(sums + row * WIDTH + i, &s, rounds),
                                  layer->celu->celu, layer->coarser));
        } else {
          for (size_t row = 0; row < rows; row++)
            wasm_v128_store(target + row * y_stride + i,
                            requantized(sums + row * WIDTH + i, &s, rounds));
        }
      }
      if (i == width) continue;
      for (size_t row = 0; row < rows; row++) {
        const int32_t *rest = sums + row * WIDTH + i;
        if (layer->celu) {
          requantize_celu(rest, bias + i, multiplier + i, layer->shift, width - i,
                          layer->celu->celu, layer->coarser, target + row * y_stride + i);
        } else {
          requantize(rest, bias + i, multiplier + i, layer->shift, width - i,
                     target + row * y_stride + i);
        }
      }
    }
  }
}

// The same of 8 sums of a cell's state, and what those of its input are multiplied by.
struct cell_scale {
  struct scale state;
  v128_t input[2];
};

INLINE struct cell_scale cell_scale(const struct fakegen_cell *cell, size_t unit) {
  const int32_t *by_input = cell->input_multiplier + unit;
  return (struct cell_scale){scale(cell->bias + unit, cell->state_multiplier + unit),
                             {wasm_v128_load(by_input), wasm_v128_load(by_input + 4)}};
}

// Pre-activations in Q4.11 of 8 lanes from the state's sums and the input's from `i` on.
INLINE v128_t preactivation(const int32_t *sums, struct row_input from, size_t i,
                            const struct cell_scale *s, struct rounding rounds) {
  v128_t x[2];
  for (int k = 0; k < 2; k++) {
    v128_t input = wasm_v128_load(from.sums + i + 4 * k);
    if (from.more) input = wasm_i32x4_add(input, wasm_v128_load(from.more + i + 4 * k));
    const v128_t state = wasm_i32x4_add(wasm_v128_load(sums + 4 * k), s->state.bias[k]);
    const v128_t by_input = s->input[k], by_state = s->state.multiplier[k];
    x[k] = rounded(wasm_i64x2_add(wasm_i64x2_extmul_low_i32x4(input, by_input),
                                  wasm_i64x2_extmul_low_i32x4(state, by_state)),
                   wasm_i64x2_add(wasm_i64x2_extmul_high_i32x4(input, by_input),
                                  wasm_i64x2_extmul_high_i32x4(state, by_state)),
                   rounds);
  }
  return wasm_i16x8_narrow_i32x4(x[0], x[1]);
}

// round(r * state) from r - 1.
INLINE v128_t reset_states(v128_t r_less_one, v128_t state) {
  const v128_t least = wasm_i16x8_const_splat(-32768);
  const v128_t product = wasm_i16x8_add(state, wasm_i16x8_q15mulr_sat(r_less_one, state));
  // The product of twice the least saturates; it is that of r = 0.
  return wasm_v128_andnot(product, wasm_i16x8_eq(r_less_one, least));
}

// round(z * state + (1 - z) * c) from z - 1.
INLINE v128_t next_states(v128_t z_less_one, v128_t state, v128_t c) {
  // Of both factors the negative ones, which all fit in 16 bits.
  const v128_t minus_z = wasm_i16x8_sub(wasm_i16x8_const_splat(-32768), z_less_one);
  const v128_t half = wasm_i32x4_const_splat(0x4000);
  const v128_t low =
      wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(minus_z, z_less_one, 0, 8, 1, 9, 2, 10, 3, 11),
                           wasm_i16x8_shuffle(state, c, 0, 8, 1, 9, 2, 10, 3, 11));
  const v128_t high =
      wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(minus_z, z_less_one, 4, 12, 5, 13, 6, 14, 7, 15),
                           wasm_i16x8_shuffle(state, c, 4, 12, 5, 13, 6, 14, 7, 15));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_sub(half, low), 15),
                                 wasm_i32x4_shr(wasm_i32x4_sub(half, high), 15));
}

static void step_in_vectors(const struct fakegen_cell *cell, const struct fakegen_inputs *inputs,
                            int16_t *state, size_t state_stride, size_t count, int32_t *wide,
                            int16_t *narrow) {
  const size_t n = cell->width, blocks = cell->blocks, segment = 16 * blocks;
  if (cell->shift <= 32 || !cell->functions->pairs || n % 8 != 0)
    return step(cell, inputs, state, state_stride, count, wide, narrow);
  const uint32_t *sigmoids = cell->functions->sigmoid, *celu = cell->functions->celu;
  const int8_t *candidate_weights = cell->weights + 2 * blocks * (n / 2 * 32);
  const struct rounding rounds = rounding(cell->shift);
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
    int16_t *states = state + start * state_stride;
    struct row_input from[FAKEGEN_TILE_ROWS];
    for (size_t row = 0; row < rows; row++) from[row] = input_of(inputs, start + row);
    // Each row's gates, then its candidate. What z - 1 is takes the place of sums that were read.
    multiply(cell->weights, 2 * blocks, n, states, state_stride, rows, wide, 3 * segment);
    for (size_t i = 0; i < n; i += 8) {
      const struct cell_scale s = cell_scale(cell, i);
      for (size_t row = 0; row < rows; row++) {
        int32_t *sums = wide + row * 3 * segment;
        wasm_v128_store((int16_t *)sums + i,
                        sigmoid_less_one(preactivation(sums + i, from[row], i, &s, rounds),
                                         sigmoids));
      }
    }
    for (size_t i = 0; i < n; i += 8) {
      const struct cell_scale s = cell_scale(cell, n + i);
      for (size_t row = 0; row < rows; row++) {
        const int32_t *sums = wide + row * 3 * segment + segment + i;
        const v128_t r = sigmoid_less_one(
            preactivation(sums, from[row], segment + i, &s, rounds), sigmoids);
        wasm_v128_store(narrow + row * segment + i,
                        reset_states(r, wasm_v128_load(states + row * state_stride + i)));
      }
    }
    multiply(candidate_weights, blocks, n, narrow, segment, rows, wide + 2 * segment, 3 * segment);
    for (size_t i = 0; i < n; i += 8) {
      const struct cell_scale s = cell_scale(cell, 2 * n + i);
      for (size_t row = 0; row < rows; row++) {
        const int32_t *sums = wide + row * 3 * segment;
        const v128_t x = preactivation(sums + 2 * segment + i, from[row], 2 * segment + i, &s, rounds);
        const v128_t above =
            wasm_u16x8_min(wasm_i16x8_shl(x, 1), wasm_i16x8_const_splat(6 << 12));
        const v128_t c =
            shifted_roundings(by_sign(x, negative_celus(x, celu), above), cell->coarser);
        int16_t *target = states + row * state_stride + i;
        wasm_v128_store(target, next_states(wasm_v128_load((const int16_t *)sums + i),
                                            wasm_v128_load(target), c));
      }
    }
  }
}

const struct fakegen_kernels fakegen_simd128 = {
    multiply, dense_in_vectors, step_in_vectors, exponentials, choose, draw, search};
#endif
