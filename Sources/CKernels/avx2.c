#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#include "loops.h"

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

const struct fakegen_kernels fakegen_avx2 = {
    multiply, requantize, requantize_celu, gates, update, exponentials, search};
#endif
