#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Products of `blocks` blocks of weights with `rows` rows of x, both constants, so that the sums stay
// in registers.
INLINE void multiply_tile(const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride,
                          int32_t *sums, size_t sums_stride, const int blocks, const int rows) {
  const size_t pairs = columns / 2;
  const size_t block_size = (columns + 1) / 2 * 32;
  __m512i sum[4][4];
  for (int b = 0; b < blocks; b++)
    for (int r = 0; r < rows; r++) sum[b][r] = _mm512_setzero_si512();
  for (size_t pair = 0; pair < pairs; pair++) {
    __m512i w[4];
    for (int b = 0; b < blocks; b++)
      w[b] = _mm512_cvtepi8_epi16(
          _mm256_loadu_si256((const __m256i *)(weights + b * block_size + pair * 32)));
    for (int r = 0; r < rows; r++) {
      int32_t both;
      __builtin_memcpy(&both, x + r * x_stride + 2 * pair, 4);
      const __m512i value = _mm512_set1_epi32(both);
      for (int b = 0; b < blocks; b++) sum[b][r] = _mm512_dpwssd_epi32(sum[b][r], w[b], value);
    }
  }
  if (columns % 2) {
    for (int b = 0; b < blocks; b++) {
      const __m512i w = _mm512_cvtepi8_epi16(
          _mm256_loadu_si256((const __m256i *)(weights + b * block_size + pairs * 32)));
      for (int r = 0; r < rows; r++) {
        const __m512i value = _mm512_set1_epi32((uint16_t)x[r * x_stride + columns - 1]);
        sum[b][r] = _mm512_dpwssd_epi32(sum[b][r], w, value);
      }
    }
  }
  for (int b = 0; b < blocks; b++)
    for (int r = 0; r < rows; r++) _mm512_storeu_si512(sums + r * sums_stride + b * 16, sum[b][r]);
}

// All rows of x for a constant number of blocks.
#define MULTIPLY_BLOCKS(blocks, most)                                                             \
  static TARGET void multiply_##blocks(const int8_t *weights, size_t columns, const int16_t *x,    \
                                       size_t x_stride, size_t count, int32_t *sums,              \
                                       size_t sums_stride) {                                      \
    while (count >= most) {                                                                       \
      multiply_tile(weights, columns, x, x_stride, sums, sums_stride, blocks, most);              \
      x += most * x_stride;                                                                       \
      sums += most * sums_stride;                                                                 \
      count -= most;                                                                              \
    }                                                                                             \
    while (count >= 3) {                                                                          \
      multiply_tile(weights, columns, x, x_stride, sums, sums_stride, blocks, 3);                 \
      x += 3 * x_stride;                                                                          \
      sums += 3 * sums_stride;                                                                    \
      count -= 3;                                                                                 \
    }                                                                                             \
    if (count == 2) multiply_tile(weights, columns, x, x_stride, sums, sums_stride, blocks, 2);   \
    if (count == 1) multiply_tile(weights, columns, x, x_stride, sums, sums_stride, blocks, 1);   \
  }

// 16 sums: with more, the compiler's code falls from all of the peak to 80 % of it.
MULTIPLY_BLOCKS(4, 4)
MULTIPLY_BLOCKS(2, 4)
MULTIPLY_BLOCKS(1, 4)

static TARGET void multiply(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                            size_t x_stride, size_t count, int32_t *sums, size_t sums_stride) {
  const size_t block_size = (columns + 1) / 2 * 32;
  for (; blocks >= 4; blocks -= 4) {
    multiply_4(weights, columns, x, x_stride, count, sums, sums_stride);
    weights += 4 * block_size;
    sums += 64;
  }
  if (blocks >= 2) {
    multiply_2(weights, columns, x, x_stride, count, sums, sums_stride);
    weights += 2 * block_size;
    sums += 32;
    blocks -= 2;
  }
  if (blocks) multiply_1(weights, columns, x, x_stride, count, sums, sums_stride);
}

// The first `count` of 16 lanes.
INLINE __mmask16 lanes(size_t count) {
  return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1);
}

// The 32-bit lanes of even number, which 64-bit products take, are an operand as it is; the odd ones
// are moved there.
INLINE __m512i odd(__m512i value) {
  return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(value)));
}

// The 64-bit sums of even and odd lanes, rounded, as 16 lanes saturated to int16.
INLINE __m512i rounded(__m512i even_sum, __m512i odd_sum, __m512i half, __m128i shift) {
  even_sum = _mm512_sra_epi64(_mm512_add_epi64(even_sum, half), shift);
  odd_sum = _mm512_sra_epi64(_mm512_add_epi64(odd_sum, half), shift);
  const __m512i least = _mm512_set1_epi64(-32768), greatest = _mm512_set1_epi64(32767);
  even_sum = _mm512_min_epi64(_mm512_max_epi64(even_sum, least), greatest);
  odd_sum = _mm512_min_epi64(_mm512_max_epi64(odd_sum, least), greatest);
  return _mm512_mask_blend_epi32(0xAAAA, even_sum, _mm512_slli_epi64(odd_sum, 32));
}

INLINE __m512i requantized(__m512i sum, __m512i bias, __m512i multiplier, __m512i half,
                           __m128i shift) {
  sum = _mm512_add_epi32(sum, bias);
  return rounded(_mm512_mul_epi32(sum, multiplier), _mm512_mul_epi32(odd(sum), odd(multiplier)),
                 half, shift);
}

static TARGET void requantize(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                              int32_t shift, size_t width, int16_t *y) {
  const __m512i half = _mm512_set1_epi64((int64_t)1 << (shift - 1));
  const __m128i count = _mm_cvtsi32_si128(shift);
  for (size_t i = 0; i < width; i += 16) {
    const __mmask16 mask = lanes(width - i);
    const __m512i value = requantized(
        _mm512_maskz_loadu_epi32(mask, sums + i), _mm512_maskz_loadu_epi32(mask, bias + i),
        _mm512_maskz_loadu_epi32(mask, multiplier + i), half, count);
    _mm512_mask_cvtepi32_storeu_epi16(y + i, mask, value);
  }
}

// The piecewise linear function at a position with 6 bits of fraction. `left` extends the low half of
// a piece.
INLINE __m512i rise(__m512i piece, __m512i position) {
  const __m512i fraction = _mm512_and_si512(position, _mm512_set1_epi32(63));
  const __m512i product = _mm512_mullo_epi32(_mm512_srli_epi32(piece, 16), fraction);
  return _mm512_srai_epi32(_mm512_add_epi32(product, _mm512_set1_epi32(32)), 6);
}

// sigmoid of Q4.11, 0...32,768.
INLINE __m512i sigmoid(__m512i x, const uint32_t *table) {
  const __m512i position = _mm512_add_epi32(x, _mm512_set1_epi32(32768));
  const __m512i piece = _mm512_i32gather_epi32(_mm512_srli_epi32(position, 6), table, 4);
  const __m512i left = _mm512_and_si512(piece, _mm512_set1_epi32(0xFFFF));
  return _mm512_add_epi32(left, rise(piece, position));
}

// CELU of negative lanes in Q4.11, in Q3.12; other lanes are unspecified.
INLINE __m512i negative_celu(__m512i x, __mmask16 negative, const uint32_t *table) {
  const __m512i position = _mm512_add_epi32(x, _mm512_set1_epi32(32768));
  const __m512i piece = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), negative,
                                                    _mm512_srli_epi32(position, 6), table, 4);
  const __m512i left = _mm512_srai_epi32(_mm512_slli_epi32(piece, 16), 16);
  return _mm512_add_epi32(left, rise(piece, position));
}

INLINE __m512i shifted_rounding(__m512i value, int32_t shift) {
  if (shift == 0) return value;
  return _mm512_sra_epi32(_mm512_add_epi32(value, _mm512_set1_epi32(1 << (shift - 1))),
                          _mm_cvtsi32_si128(shift));
}

static TARGET void requantize_celu(const int32_t *sums, const int32_t *bias,
                                   const int32_t *multiplier, int32_t shift, size_t width,
                                   const uint32_t *celu, int32_t coarser, int16_t *y) {
  const __m512i half = _mm512_set1_epi64((int64_t)1 << (shift - 1));
  const __m128i count = _mm_cvtsi32_si128(shift);
  for (size_t i = 0; i < width; i += 16) {
    const __mmask16 mask = lanes(width - i);
    const __m512i x = requantized(
        _mm512_maskz_loadu_epi32(mask, sums + i), _mm512_maskz_loadu_epi32(mask, bias + i),
        _mm512_maskz_loadu_epi32(mask, multiplier + i), half, count);
    const __mmask16 negative = _mm512_movepi32_mask(x);
    const __m512i finer = _mm512_max_epi32(_mm512_sll_epi32(x, _mm_cvtsi32_si128(coarser)),
                                           _mm512_set1_epi32(-32768));
    const __m512i below = shifted_rounding(negative_celu(finer, negative, celu), coarser);
    const __m512i above = _mm512_min_epi32(_mm512_slli_epi32(x, 1), _mm512_set1_epi32(32767));
    _mm512_mask_cvtepi32_storeu_epi16(y + i, mask, _mm512_mask_mov_epi32(above, negative, below));
  }
}

INLINE __m512i preactivation(const struct fakegen_cell *cell, size_t i, size_t row, __mmask16 mask,
                             const int32_t *input_sums, const int32_t *state_sums, __m512i half,
                             __m128i shift) {
  const __m512i input = _mm512_maskz_loadu_epi32(mask, input_sums + i);
  const __m512i state = _mm512_add_epi32(_mm512_maskz_loadu_epi32(mask, state_sums + i),
                                         _mm512_maskz_loadu_epi32(mask, cell->bias + row + i));
  const __m512i by_input = _mm512_maskz_loadu_epi32(mask, cell->input_multiplier + row + i);
  const __m512i by_state = _mm512_maskz_loadu_epi32(mask, cell->state_multiplier + row + i);
  const __m512i even_sum =
      _mm512_add_epi64(_mm512_mul_epi32(input, by_input), _mm512_mul_epi32(state, by_state));
  const __m512i odd_sum = _mm512_add_epi64(_mm512_mul_epi32(odd(input), odd(by_input)),
                                           _mm512_mul_epi32(odd(state), odd(by_state)));
  return rounded(even_sum, odd_sum, half, shift);
}

INLINE __m512i widened(const int16_t *values, __mmask16 mask) {
  return _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(mask, values));
}

static TARGET void gates(const struct fakegen_cell *cell, const int32_t *input_sums,
                         int32_t *gates, size_t stride, const int16_t *state,
                         int16_t *reset_state) {
  const __m512i half = _mm512_set1_epi64((int64_t)1 << (cell->shift - 1));
  const __m128i shift = _mm_cvtsi32_si128(cell->shift);
  const size_t width = cell->width;
  for (size_t i = 0; i < width; i += 16) {
    const __mmask16 mask = lanes(width - i);
    const __m512i z = preactivation(cell, i, 0, mask, input_sums, gates, half, shift);
    _mm512_mask_storeu_epi32(gates + i, mask, sigmoid(z, cell->sigmoid));
    const __m512i r = preactivation(cell, i, width, mask, input_sums + stride, gates + stride,
                                    half, shift);
    const __m512i product =
        _mm512_mullo_epi32(sigmoid(r, cell->sigmoid), widened(state + i, mask));
    _mm512_mask_cvtepi32_storeu_epi16(
        reset_state + i, mask,
        _mm512_srai_epi32(_mm512_add_epi32(product, _mm512_set1_epi32(0x4000)), 15));
  }
}

static TARGET void update(const struct fakegen_cell *cell, const int32_t *input_sums,
                          const int32_t *z, const int32_t *candidate, int16_t *state) {
  const __m512i half = _mm512_set1_epi64((int64_t)1 << (cell->shift - 1));
  const __m128i shift = _mm_cvtsi32_si128(cell->shift);
  const size_t width = cell->width;
  for (size_t i = 0; i < width; i += 16) {
    const __mmask16 mask = lanes(width - i);
    const __m512i x = preactivation(cell, i, 2 * width, mask, input_sums, candidate, half, shift);
    const __mmask16 negative = _mm512_movepi32_mask(x);
    const __m512i above = _mm512_min_epi32(_mm512_slli_epi32(x, 1), _mm512_set1_epi32(6 << 12));
    __m512i c = _mm512_mask_mov_epi32(above, negative, negative_celu(x, negative, cell->celu));
    c = shifted_rounding(c, cell->coarser);
    const __m512i gate = _mm512_maskz_loadu_epi32(mask, z + i);
    const __m512i kept = _mm512_mullo_epi32(gate, widened(state + i, mask));
    const __m512i taken =
        _mm512_mullo_epi32(_mm512_sub_epi32(_mm512_set1_epi32(32768), gate), c);
    const __m512i sum =
        _mm512_add_epi32(_mm512_add_epi32(kept, taken), _mm512_set1_epi32(0x4000));
    _mm512_mask_cvtepi32_storeu_epi16(state + i, mask, _mm512_srai_epi32(sum, 15));
  }
}

static TARGET uint64_t exponentials(const int16_t *logits, size_t count, const int32_t *table,
                                    int32_t *weights) {
  __m512i most = _mm512_set1_epi32(-32768);
  for (size_t i = 0; i < count; i += 16) {
    const __mmask16 mask = lanes(count - i);
    most = _mm512_mask_max_epi32(most, mask, most, widened(logits + i, mask));
  }
  const __m512i greatest = _mm512_set1_epi32(_mm512_reduce_max_epi32(most));
  __m512i total = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 16) {
    const __mmask16 mask = lanes(count - i);
    const __m512i distance = _mm512_sub_epi32(greatest, widened(logits + i, mask));
    const __mmask16 near =
        _mm512_mask_cmplt_epi32_mask(mask, distance, _mm512_set1_epi32(16 << 9));
    const __m512i weight =
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), near, distance, table, 4);
    _mm512_mask_storeu_epi32(weights + i, mask, weight);
    total = _mm512_add_epi64(total, _mm512_and_si512(weight, _mm512_set1_epi64(0xFFFFFFFF)));
    total = _mm512_add_epi64(total, _mm512_srli_epi64(weight, 32));
  }
  return (uint64_t)_mm512_reduce_add_epi64(total);
}

static TARGET size_t search(const int32_t *weights, size_t count, uint64_t threshold) {
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    // 16 weights of at most 2^24.
    const uint64_t next =
        sum + (uint32_t)_mm512_reduce_add_epi32(_mm512_loadu_si512(weights + i));
    if (next > threshold) break;
    sum = next;
  }
  for (; i < count; i++) {
    sum += (uint32_t)weights[i];
    if (sum > threshold) return i;
  }
  return count;
}

const struct fakegen_kernels fakegen_avx512 = {
    multiply, requantize, requantize_celu, gates, update, exponentials, search};
#endif
