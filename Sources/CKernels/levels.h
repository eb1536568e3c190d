#ifndef FAKEGEN_LEVELS_H
#define FAKEGEN_LEVELS_H

#include "kernels.h"

#if defined(__x86_64__)
extern const struct fakegen_kernels fakegen_avx2;
extern const struct fakegen_kernels fakegen_avx512;
#elif defined(__aarch64__)
extern const struct fakegen_kernels fakegen_neon;
#endif

#endif
