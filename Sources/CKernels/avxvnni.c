#include "levels.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,avxvnni")))
#define PRODUCTS _mm256_dpwssd_avx_epi32
#include "vnni256.h"

const struct fakegen_kernels fakegen_avxvnni = {multiply, dense, step, exponentials,
                                                choose, draw, search};
#endif
