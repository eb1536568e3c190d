#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2")))
#include "search.h"
#define INLINE static inline __attribute__((always_inline)) TARGET

// Products of one block of weights with `rows` rows of x, a constant, so that the sums stay in
// registers.
INLINE void multiply_tile(const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride,
                          int32_t *sums, size_t sums_stride, const int rows) {
  const size_t pairs = columns / 2;
  __m256i lower[6], upper[6];
  for (int r = 0; r < rows; r++) lower[r] = upper[r] = _mm256_setzero_si256();
  for (size_t pair = 0; pair < pairs; pair++) {
    const __m128i *w = (const __m128i *)(weights + pair * 32);
    const __m256i w_lower = _mm256_cvtepi8_epi16(_mm_loadu_si128(w));
    const __m256i w_upper = _mm256_cvtepi8_epi16(_mm_loadu_si128(w + 1));
    for (int r = 0; r < rows; r++) {
      int32_t both;
      memcpy(&both, x + r * x_stride + 2 * pair, 4);
      const __m256i value = _mm256_set1_epi32(both);
      lower[r] = _mm256_add_epi32(lower[r], _mm256_madd_epi16(w_lower, value));
      upper[r] = _mm256_add_epi32(upper[r], _mm256_madd_epi16(w_upper, value));
    }
  }
  if (columns % 2) {
    const __m128i *w = (const __m128i *)(weights + pairs * 32);
    const __m256i w_lower = _mm256_cvtepi8_epi16(_mm_loadu_si128(w));
    const __m256i w_upper = _mm256_cvtepi8_epi16(_mm_loadu_si128(w + 1));
    for (int r = 0; r < rows; r++) {
      const __m256i value = _mm256_set1_epi32((uint16_t)x[r * x_stride + columns - 1]);
      lower[r] = _mm256_add_epi32(lower[r], _mm256_madd_epi16(w_lower, value));
      upper[r] = _mm256_add_epi32(upper[r], _mm256_madd_epi16(w_upper, value));
    }
  }
  for (int r = 0; r < rows; r++) {
    _mm256_storeu_si256((__m256i *)(sums + r * sums_stride), lower[r]);
    _mm256_storeu_si256((__m256i *)(sums + r * sums_stride + 8), upper[r]);
  }
}

static TARGET void multiply(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                            size_t x_stride, size_t count, int32_t *sums, size_t sums_stride) {
  const size_t block_size = (columns + 1) / 2 * 32;
  for (size_t block = 0; block < blocks; block++) {
    const int8_t *w = weights + block * block_size;
    const int16_t *from = x;
    int32_t *target = sums + block * 16;
    size_t left = count;
#define ROWS(rows)                                                                \
  multiply_tile(w, columns, from, x_stride, target, sums_stride, rows);           \
  from += rows * x_stride;                                                        \
  target += rows * sums_stride;                                                   \
  left -= rows
    // 12 of the 16 registers hold sums; 4 rows and 4 are faster than 6 and 2.
    while (left >= 6 && left != 8) {
      ROWS(6);
    }
    while (left >= 4) {
      ROWS(4);
    }
    if (left == 3) {
      ROWS(3);
    } else if (left == 2) {
      ROWS(2);
    } else if (left == 1) {
      ROWS(1);
    }
#undef ROWS
  }
}

// The first `count` lanes, at most 8; what is beyond is 0, and not read.
INLINE __m256i load(const int32_t *values, size_t count) {
  if (count >= 8) return _mm256_loadu_si256((const __m256i *)values);
  int32_t lanes[8] = {0};
  memcpy(lanes, values, count * sizeof *lanes);
  return _mm256_loadu_si256((const __m256i *)lanes);
}

INLINE __m256i widened(const int16_t *values, size_t count) {
  if (count >= 8) return _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)values));
  int16_t lanes[8] = {0};
  memcpy(lanes, values, count * sizeof *lanes);
  return _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)lanes));
}

INLINE void store(int32_t *values, size_t count, __m256i lanes) {
  if (count >= 8) {
    _mm256_storeu_si256((__m256i *)values, lanes);
  } else {
    int32_t all[8];
    _mm256_storeu_si256((__m256i *)all, lanes);
    memcpy(values, all, count * sizeof *all);
  }
}

// Lanes that are int16.
INLINE void store_narrow(int16_t *values, size_t count, __m256i lanes) {
  const __m128i narrow =
      _mm_packs_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  if (count >= 8) {
    _mm_storeu_si128((__m128i *)values, narrow);
  } else {
    int16_t all[8];
    _mm_storeu_si128((__m128i *)all, narrow);
    memcpy(values, all, count * sizeof *all);
  }
}

// What rounds 64-bit sums: there is no arithmetic shift of them, so that they are shifted as unsigned
// numbers, 2^63 higher.
struct rounding {
  // 2^63 and half of what is shifted out.
  __m256i offset;
  // -32768 and 32767, after the shift.
  __m256i least, greatest;
  // What is left of 2^63.
  __m256i rest;
  __m128i shift;
  // Whether all that is left has 32 bits.
  int is_narrow;
};

INLINE struct rounding rounding(int32_t shift, int is_narrow) {
  const uint64_t rest = (uint64_t)1 << (63 - shift);
  const struct rounding r = {
      _mm256_set1_epi64x((int64_t)(((uint64_t)1 << 63) + ((uint64_t)1 << (shift - 1)))),
      _mm256_set1_epi64x((int64_t)(rest - 32768)),
      _mm256_set1_epi64x((int64_t)(rest + 32767)),
      _mm256_set1_epi32((int32_t)(uint32_t)rest),
      _mm_cvtsi32_si128(shift),
      is_narrow};
  return r;
}

// A loop of which there are two: for shifts that leave 32 bits, as nearly all do, and for others.
#define BY_SHIFT(shift, loop, ...)                                             \
  if ((shift) >= 32) {                                                         \
    loop(__VA_ARGS__, rounding(shift, 1));                                     \
  } else {                                                                     \
    loop(__VA_ARGS__, rounding(shift, 0));                                     \
  }

// The 64-bit sums of even and odd lanes, rounded, as 8 lanes saturated to int16.
INLINE __m256i rounded(__m256i even_sum, __m256i odd_sum, const struct rounding *r) {
  even_sum = _mm256_srl_epi64(_mm256_add_epi64(even_sum, r->offset), r->shift);
  odd_sum = _mm256_srl_epi64(_mm256_add_epi64(odd_sum, r->offset), r->shift);
  if (!r->is_narrow) {
    even_sum = _mm256_blendv_epi8(even_sum, r->least, _mm256_cmpgt_epi64(r->least, even_sum));
    odd_sum = _mm256_blendv_epi8(odd_sum, r->least, _mm256_cmpgt_epi64(r->least, odd_sum));
    even_sum =
        _mm256_blendv_epi8(even_sum, r->greatest, _mm256_cmpgt_epi64(even_sum, r->greatest));
    odd_sum = _mm256_blendv_epi8(odd_sum, r->greatest, _mm256_cmpgt_epi64(odd_sum, r->greatest));
  }
  __m256i both = _mm256_blend_epi32(even_sum, _mm256_slli_epi64(odd_sum, 32), 0xAA);
  both = _mm256_sub_epi32(both, r->rest);
  if (r->is_narrow) {
    both = _mm256_max_epi32(both, _mm256_set1_epi32(-32768));
    both = _mm256_min_epi32(both, _mm256_set1_epi32(32767));
  }
  return both;
}

// The 32-bit lanes of even number, which 64-bit products take, are an operand as it is; the odd ones
// are moved there.
INLINE __m256i odd(__m256i value) {
  return _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(value)));
}

INLINE __m256i requantized(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                           size_t count, const struct rounding *r) {
  const __m256i sum = _mm256_add_epi32(load(sums, count), load(bias, count));
  const __m256i by = load(multiplier, count);
  return rounded(_mm256_mul_epi32(sum, by), _mm256_mul_epi32(odd(sum), odd(by)), r);
}

INLINE void requantize_loop(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                            size_t width, int16_t *y, const struct rounding r) {
  for (size_t i = 0; i < width; i += 8)
    store_narrow(y + i, width - i,
                 requantized(sums + i, bias + i, multiplier + i, width - i, &r));
}

static TARGET void requantize(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                              int32_t shift, size_t width, int16_t *y) {
  BY_SHIFT(shift, requantize_loop, sums, bias, multiplier, width, y)
}

// The entries at 8 places. Single loads take no longer than the gather instruction, much less on
// processors that have it in microcode; QEMU 7 takes all from place 0 if the places are in ymm4.
INLINE __m256i entries(const uint32_t *table, __m256i places) {
  int32_t place[8];
  _mm256_storeu_si256((__m256i *)place, places);
  return _mm256_setr_epi32((int32_t)table[place[0]], (int32_t)table[place[1]],
                           (int32_t)table[place[2]], (int32_t)table[place[3]],
                           (int32_t)table[place[4]], (int32_t)table[place[5]],
                           (int32_t)table[place[6]], (int32_t)table[place[7]]);
}

// The rise within a piece of a piecewise linear function, at a position with 6 bits of fraction.
INLINE __m256i rise(__m256i piece, __m256i position) {
  const __m256i fraction = _mm256_and_si256(position, _mm256_set1_epi32(63));
  const __m256i product = _mm256_mullo_epi32(_mm256_srli_epi32(piece, 16), fraction);
  return _mm256_srai_epi32(_mm256_add_epi32(product, _mm256_set1_epi32(32)), 6);
}

// sigmoid of Q4.11, 0...32,768.
INLINE __m256i sigmoid(__m256i x, const uint32_t *table) {
  const __m256i position = _mm256_add_epi32(x, _mm256_set1_epi32(32768));
  const __m256i piece = entries(table, _mm256_srli_epi32(position, 6));
  const __m256i left = _mm256_and_si256(piece, _mm256_set1_epi32(0xFFFF));
  return _mm256_add_epi32(left, rise(piece, position));
}

// CELU of negative lanes in Q4.11, in Q3.12; that of the last piece for others.
INLINE __m256i negative_celu(__m256i x, const uint32_t *table) {
  const __m256i position =
      _mm256_add_epi32(_mm256_min_epi32(x, _mm256_set1_epi32(-1)), _mm256_set1_epi32(32768));
  const __m256i piece = entries(table, _mm256_srli_epi32(position, 6));
  const __m256i left = _mm256_srai_epi32(_mm256_slli_epi32(piece, 16), 16);
  return _mm256_add_epi32(left, rise(piece, position));
}

INLINE __m256i shifted_rounding(__m256i value, int32_t shift) {
  if (shift == 0) return value;
  return _mm256_sra_epi32(_mm256_add_epi32(value, _mm256_set1_epi32(1 << (shift - 1))),
                          _mm_cvtsi32_si128(shift));
}

// `below` where x is negative, else `above`.
INLINE __m256i by_sign(__m256i x, __m256i below, __m256i above) {
  return _mm256_castps_si256(_mm256_blendv_ps(
      _mm256_castsi256_ps(above), _mm256_castsi256_ps(below), _mm256_castsi256_ps(x)));
}

INLINE void requantize_celu_loop(const int32_t *sums, const int32_t *bias,
                                 const int32_t *multiplier, size_t width, const uint32_t *celu,
                                 int32_t coarser, int16_t *y, const struct rounding r) {
  for (size_t i = 0; i < width; i += 8) {
    const __m256i x = requantized(sums + i, bias + i, multiplier + i, width - i, &r);
    const __m256i finer = _mm256_max_epi32(_mm256_sll_epi32(x, _mm_cvtsi32_si128(coarser)),
                                           _mm256_set1_epi32(-32768));
    const __m256i below = shifted_rounding(negative_celu(finer, celu), coarser);
    const __m256i above = _mm256_min_epi32(_mm256_slli_epi32(x, 1), _mm256_set1_epi32(32767));
    store_narrow(y + i, width - i, by_sign(x, below, above));
  }
}

static TARGET void requantize_celu(const int32_t *sums, const int32_t *bias,
                                   const int32_t *multiplier, int32_t shift, size_t width,
                                   const uint32_t *celu, int32_t coarser, int16_t *y) {
  BY_SHIFT(shift, requantize_celu_loop, sums, bias, multiplier, width, celu, coarser, y)
}

INLINE __m256i preactivation(const struct fakegen_cell *cell, size_t i, size_t row,
                             struct row_input from, size_t segment, const int32_t *state_sums,
                             const struct rounding *r) {
  const size_t count = cell->width - i;
  __m256i input = load(from.sums + segment + i, count);
  if (from.more) input = _mm256_add_epi32(input, load(from.more + segment + i, count));
  const __m256i state =
      _mm256_add_epi32(load(state_sums + i, count), load(cell->bias + row + i, count));
  const __m256i by_input = load(cell->input_multiplier + row + i, count);
  const __m256i by_state = load(cell->state_multiplier + row + i, count);
  const __m256i even_sum =
      _mm256_add_epi64(_mm256_mul_epi32(input, by_input), _mm256_mul_epi32(state, by_state));
  const __m256i odd_sum = _mm256_add_epi64(_mm256_mul_epi32(odd(input), odd(by_input)),
                                           _mm256_mul_epi32(odd(state), odd(by_state)));
  return rounded(even_sum, odd_sum, r);
}

INLINE void gates_loop(const struct fakegen_cell *cell, struct row_input input, int32_t *gates,
                       size_t segment, const int16_t *state, int16_t *reset_state,
                       const struct rounding rounds) {
  const size_t width = cell->width;
  for (size_t i = 0; i < width; i += 8) {
    const __m256i z = preactivation(cell, i, 0, input, 0, gates, &rounds);
    store(gates + i, width - i, sigmoid(z, cell->functions->sigmoid));
    const __m256i r =
        preactivation(cell, i, width, input, segment, gates + segment, &rounds);
    const __m256i product =
        _mm256_mullo_epi32(sigmoid(r, cell->functions->sigmoid), widened(state + i, width - i));
    store_narrow(reset_state + i, width - i,
                 _mm256_srai_epi32(_mm256_add_epi32(product, _mm256_set1_epi32(0x4000)), 15));
  }
}

// The gates of one row. gates: sums of the state for z, and `segment` further on for r, of which z
// becomes the gate. reset_state = round(r * state).
static TARGET void gates(const struct fakegen_cell *cell, struct row_input input, int32_t *gates,
                         size_t segment, const int16_t *state, int16_t *reset_state) {
  BY_SHIFT(cell->shift, gates_loop, cell, input, gates, segment, state, reset_state)
}

INLINE void update_loop(const struct fakegen_cell *cell, struct row_input input,
                        const int32_t *gates, size_t segment, int16_t *state,
                        const struct rounding rounds) {
  const size_t width = cell->width;
  for (size_t i = 0; i < width; i += 8) {
    const __m256i x =
        preactivation(cell, i, 2 * width, input, 2 * segment, gates + 2 * segment, &rounds);
    const __m256i above = _mm256_min_epi32(_mm256_slli_epi32(x, 1), _mm256_set1_epi32(6 << 12));
    const __m256i c =
        shifted_rounding(by_sign(x, negative_celu(x, cell->functions->celu), above), cell->coarser);
    const __m256i gate = load(gates + i, width - i);
    const __m256i kept = _mm256_mullo_epi32(gate, widened(state + i, width - i));
    const __m256i taken =
        _mm256_mullo_epi32(_mm256_sub_epi32(_mm256_set1_epi32(32768), gate), c);
    const __m256i sum =
        _mm256_add_epi32(_mm256_add_epi32(kept, taken), _mm256_set1_epi32(0x4000));
    store_narrow(state + i, width - i, _mm256_srai_epi32(sum, 15));
  }
}

// The next state of one row. gates: z, and two segments further on the candidate's sums.
static TARGET void update(const struct fakegen_cell *cell, struct row_input input,
                          const int32_t *gates, size_t segment, int16_t *state) {
  BY_SHIFT(cell->shift, update_loop, cell, input, gates, segment, state)
}

static TARGET uint64_t exponentials(const int16_t *logits, size_t count, const int32_t *table,
                                    int32_t *weights) {
  int16_t greatest = -32768;
  for (size_t i = 0; i < count; i++) greatest = logits[i] > greatest ? logits[i] : greatest;
  const __m256i most = _mm256_set1_epi32(greatest);
  const __m256i end = _mm256_set1_epi32(16 << 9), last = _mm256_set1_epi32((16 << 9) - 1);
  const __m256i low = _mm256_set1_epi64x(0xFFFFFFFF);
  __m256i sums = _mm256_setzero_si256();
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256i distance = _mm256_sub_epi32(most, widened(logits + i, 8));
    const __m256i near = _mm256_cmpgt_epi32(end, distance);
    const __m256i place = _mm256_min_epi32(distance, last);
    const __m256i weight = _mm256_and_si256(entries((const uint32_t *)table, place), near);
    _mm256_storeu_si256((__m256i *)(weights + i), weight);
    sums = _mm256_add_epi64(sums, _mm256_and_si256(weight, low));
    sums = _mm256_add_epi64(sums, _mm256_srli_epi64(weight, 32));
  }
  uint64_t lanes[4];
  _mm256_storeu_si256((__m256i *)lanes, sums);
  uint64_t total = lanes[0] + lanes[1] + lanes[2] + lanes[3];
  for (; i < count; i++) {
    const int32_t distance = (int32_t)greatest - logits[i];
    const int32_t weight = distance < 16 << 9 ? table[distance] : 0;
    weights[i] = weight;
    total += (uint32_t)weight;
  }
  return total;
}

#include "draws.h"
#include "rows.h"

const struct fakegen_kernels fakegen_avx2 = {multiply, dense, step, exponentials,
                                             choose, draw, search};
#endif
