#include "levels.h"

const struct fakegen_kernels *fakegen_kernels_of(enum fakegen_level level) {
#if defined(__x86_64__)
  if (level == FAKEGEN_AVX512) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
               ? &fakegen_avx512
               : NULL;
  }
  if (level == FAKEGEN_AVXVNNI) {
    if (!__builtin_cpu_supports("avx2")) return NULL;
    if (__builtin_cpu_supports("avxvnni")) return &fakegen_avxvnni;
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl")
               ? &fakegen_avxvnni_evex
               : NULL;
  }
  if (level == FAKEGEN_AVX2) return __builtin_cpu_supports("avx2") ? &fakegen_avx2 : NULL;
#elif defined(__aarch64__)
  // Every 64-bit ARM has it.
  if (level == FAKEGEN_NEON) return &fakegen_neon;
#elif defined(__wasm_simd128__)
  // A module with these instructions is refused where they are missing.
  if (level == FAKEGEN_SIMD128) return &fakegen_simd128;
#endif
  return NULL;
}
