#include "levels.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,avxvnni")))
#include "vectors256.h"

// The product that adds takes five cycles to give a sum to the next, the addition one: with the few sums
// of less than 4 rows two instructions are faster.
INLINE __m256i with_products(__m256i sum, __m256i weights, __m256i x, const int rows) {
  return rows >= 4 ? _mm256_dpwssd_avx_epi32(sum, weights, x)
                   : _mm256_add_epi32(sum, _mm256_madd_epi16(weights, x));
}

const struct fakegen_kernels fakegen_avxvnni = {multiply, dense, step, exponentials,
                                                choose, draw, search};
#endif
