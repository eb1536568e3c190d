#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("pclmul,sse4.1")))

// Folding by products without carries: Gopal et al., "Fast CRC Computation for Generic Polynomials
// Using PCLMULQDQ Instruction", 2009, whose names the constants have. All is reflected: k1...k5 are
// x^(512+32), x^(512-32), x^(128+32), x^(128-32) and x^64 modulo the polynomial, then come the
// polynomial and its reciprocal.
enum { BLOCK = 64 };
static const uint64_t k1k2[2] = {0x154442BD4, 0x1C6E41596};
static const uint64_t k3k4[2] = {0x1751997D0, 0x0CCAA009E};
static const uint64_t k5[2] = {0x163CD6124, 0};
static const uint64_t polynomial[2] = {0x1DB710641, 0x1F7011641};

TARGET static inline __m128i load(const void *bytes) { return _mm_loadu_si128(bytes); }

// Moves a remainder on by what `constants` stand for and adds what lies there.
TARGET static inline __m128i folded(__m128i remainder, __m128i constants, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(remainder, constants, 0x00);
  const __m128i high = _mm_clmulepi64_si128(remainder, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// `count` is a multiple of 16 and at least 64.
TARGET static uint32_t crc32(uint32_t state, const unsigned char *bytes, size_t count) {
  __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)state));
  __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
  const unsigned char *const end = bytes + count;
  bytes += BLOCK;
  __m128i constants = load(k1k2);
  for (; end - bytes >= BLOCK; bytes += BLOCK) {
    a = folded(a, constants, load(bytes));
    b = folded(b, constants, load(bytes + 16));
    c = folded(c, constants, load(bytes + 32));
    d = folded(d, constants, load(bytes + 48));
  }
  constants = load(k3k4);
  a = folded(a, constants, b);
  a = folded(a, constants, c);
  a = folded(a, constants, d);
  for (; bytes < end; bytes += 16) a = folded(a, constants, load(bytes));

  // From 128 bits to 64, then to 32 by Barrett's reduction.
  const __m128i low_words = _mm_setr_epi32(-1, 0, -1, 0);
  a = _mm_xor_si128(_mm_clmulepi64_si128(a, constants, 0x10), _mm_srli_si128(a, 8));
  a = _mm_xor_si128(_mm_clmulepi64_si128(_mm_and_si128(a, low_words), load(k5), 0x00),
                    _mm_srli_si128(a, 4));
  const __m128i reduction = load(polynomial);
  __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low_words), reduction, 0x10);
  quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_words), reduction, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(a, quotient), 1);
}
#endif

size_t fakegen_crc32(uint32_t *state, const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (count >= BLOCK && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
    const size_t taken = count & ~(size_t)15;
    *state = crc32(*state, bytes, taken);
    return taken;
  }
#endif
  (void)state, (void)bytes, (void)count;
  return 0;
}
