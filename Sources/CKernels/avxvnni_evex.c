#include "levels.h"

// The same instruction as AVX-512 writes it.
#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,avx512f,avx512vl,avx512vnni")))
#define PRODUCTS _mm256_dpwssd_epi32
#include "vnni256.h"

const struct fakegen_kernels fakegen_avxvnni_evex = {multiply, dense, step, exponentials,
                                                     choose, draw, search};
#endif
