#include "levels.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#include "vectors256.h"

INLINE __m256i with_products(__m256i sum, __m256i weights, __m256i x, const int rows) {
  (void)rows;
  return _mm256_add_epi32(sum, _mm256_madd_epi16(weights, x));
}

const struct fakegen_kernels fakegen_avx2 = {multiply, dense, step, exponentials,
                                             choose, draw, search};
#endif
