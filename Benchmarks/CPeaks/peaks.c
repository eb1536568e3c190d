#include "peaks.h"

#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#include <immintrin.h>

// Of this thread's processor time, which others on the machine do not lengthen.
static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Twelve independent sums hide the latency; the empty statements keep products from being folded, or
// known before.
#define PEAK(name, attribute, vector, zero, products, step)                               \
  __attribute__((target(attribute))) static double name(void) {                           \
    vector sum[12];                                                                       \
    for (int i = 0; i < 12; i++) sum[i] = zero;                                           \
    vector w = zero, x = zero;                                                            \
    __asm__ volatile("" : "+x"(w));                                                       \
    const long rounds = 2000000;                                                          \
    const double start = seconds();                                                       \
    for (long round = 0; round < rounds; round++) {                                       \
      for (int i = 0; i < 12; i++) {                                                      \
        __asm__ volatile("" : "+x"(x));                                                   \
        step;                                                                             \
        __asm__ volatile("" : "+x"(sum[i]));                                              \
      }                                                                                   \
    }                                                                                     \
    return (double)rounds * 12 * products / (seconds() - start) / 1e9;                    \
  }

PEAK(int16_512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(), 32,
     sum[i] = _mm512_dpwssd_epi32(sum[i], w, x))
PEAK(int8_512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(), 64,
     sum[i] = _mm512_dpbusd_epi32(sum[i], w, x))
PEAK(int16_256, "avx2", __m256i, _mm256_setzero_si256(), 16,
     sum[i] = _mm256_add_epi32(sum[i], _mm256_madd_epi16(w, x)))
PEAK(int16_vnni, "avx2,avxvnni", __m256i, _mm256_setzero_si256(), 16,
     sum[i] = _mm256_dpwssd_avx_epi32(sum[i], w, x))
PEAK(int16_vnni_evex, "avx2,avx512vl,avx512vnni", __m256i, _mm256_setzero_si256(), 16,
     sum[i] = _mm256_dpwssd_epi32(sum[i], w, x))

double fakegen_int16_peak(enum fakegen_peak_level level) {
  if (level == FAKEGEN_PEAK_AVX512) {
    return __builtin_cpu_supports("avx512vnni") ? int16_512() : 0;
  }
  if (level == FAKEGEN_PEAK_AVXVNNI) {
    if (__builtin_cpu_supports("avxvnni")) return int16_vnni();
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl")
               ? int16_vnni_evex()
               : 0;
  }
  return __builtin_cpu_supports("avx2") ? int16_256() : 0;
}

double fakegen_int8_peak(void) {
  return __builtin_cpu_supports("avx512vnni") ? int8_512() : 0;
}
#else
double fakegen_int16_peak(enum fakegen_peak_level level) {
  (void)level;
  return 0;
}
double fakegen_int8_peak(void) { return 0; }
#endif
