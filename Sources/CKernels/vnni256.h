// The kernels of levels whose products of int16 add, in vectors of 256 bits. TARGET is the level's
// attribute, PRODUCTS the instruction in its form.

#include "vectors256.h"

// The product that adds takes five cycles to give a sum to the next, the addition one: with the few sums
// of less than 4 rows two instructions are faster.
INLINE __m256i with_products(__m256i sum, __m256i weights, __m256i x, const int rows) {
  return rows >= 4 ? PRODUCTS(sum, weights, x)
                   : _mm256_add_epi32(sum, _mm256_madd_epi16(weights, x));
}
