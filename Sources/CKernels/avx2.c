#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#include "loops.h"

// Products of one block of weights with `rows` rows of x, a constant, so that the sums stay in
// registers.
static inline __attribute__((always_inline)) TARGET void multiply_tile(
    const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride, int32_t *sums,
    size_t sums_stride, const int rows) {
  const size_t pairs = columns / 2;
  __m256i lower[4], upper[4];
  for (int r = 0; r < rows; r++) lower[r] = upper[r] = _mm256_setzero_si256();
  for (size_t pair = 0; pair < (columns + 1) / 2; pair++) {
    const __m128i *w = (const __m128i *)(weights + pair * 32);
    const __m256i w_lower = _mm256_cvtepi8_epi16(_mm_loadu_si128(w));
    const __m256i w_upper = _mm256_cvtepi8_epi16(_mm_loadu_si128(w + 1));
    for (int r = 0; r < rows; r++) {
      int32_t both;
      if (pair < pairs) {
        __builtin_memcpy(&both, x + r * x_stride + 2 * pair, 4);
      } else {
        both = (uint16_t)x[r * x_stride + 2 * pair];
      }
      const __m256i value = _mm256_set1_epi32(both);
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
    int32_t *target = sums + block * 16;
    size_t row = 0;
    for (; row + 4 <= count; row += 4)
      multiply_tile(w, columns, x + row * x_stride, x_stride, target + row * sums_stride,
                    sums_stride, 4);
    for (; row < count; row++)
      multiply_tile(w, columns, x + row * x_stride, x_stride, target + row * sums_stride,
                    sums_stride, 1);
  }
}

const struct fakegen_kernels fakegen_avx2 = {
    multiply, requantize, requantize_celu, gates, update, exponentials, search};
#endif
