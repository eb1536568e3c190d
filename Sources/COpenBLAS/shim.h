#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H

// The few OpenBLAS entry points in use, declared here because its own <cblas.h> and GSL's
// <gsl/gsl_cblas.h> define the same enumerations and cannot be imported together.
enum openblas_order { openblas_row_major = 101 };
enum openblas_transpose { openblas_no_transpose = 111, openblas_transposed = 112 };

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha,
                 const double *a, int lda, const double *b, int ldb, double beta, double *c,
                 int ldc);
void openblas_set_num_threads(int threads);
// The processor whose kernels are in use.
char *openblas_get_corename(void);

#endif
