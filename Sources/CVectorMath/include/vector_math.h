#ifndef VECTOR_MATH_H
#define VECTOR_MATH_H

// Element-wise float loops of the training engine. Every function has a readable reference in
// Swift (Sources/Autodiff/ReferenceKernels.swift) that it equals bit for bit: multiplications and
// additions are never contracted, and sums run over 8 interleaved partial sums in a fixed order.
// Matrices are row major and dense.

#include <stddef.h>
#include <stdint.h>

/// Width in bits of the vectors that the processor computes with: 512 with x86-64-v4's AVX-512, 256
/// with AVX2, otherwise 128.
int vm_vector_bits(void);

/// e^x for |x| < 87, relative error below 2^-21; smaller x give 0, larger ones e^87.
float vm_exp(float x);

/// destination += source.
void vm_add(const float *source, float *destination, size_t count);
/// destination += factor * source.
void vm_add_scaled(float factor, const float *source, float *destination, size_t count);

/// CELU with alpha 3, in place.
void vm_celu(float *x, size_t count);
/// gradient *= derivative of CELU, told from its output.
void vm_celu_gradient(const float *output, float *gradient, size_t count);
/// Logistic sigmoid, in place.
void vm_sigmoid(float *x, size_t count);
/// gradient *= derivative of the sigmoid, told from its output.
void vm_sigmoid_gradient(const float *output, float *gradient, size_t count);

/// gates [rows, 3 width]: sigmoid of the update and reset columns in place;
/// reset_state [rows, width] = reset * state.
void vm_gru_gates(float *gates, const float *state, float *reset_state, size_t rows, size_t width);
/// Candidate columns: min(celu, 6) in place; next = update * state + (1 - update) * candidate.
void vm_gru_update(float *gates, const float *state, float *next, size_t rows, size_t width);
/// From next_gradient: writes the update and candidate columns of gates_gradient, adds
/// update * next_gradient to state_gradient.
void vm_gru_update_gradient(const float *gates, const float *state, const float *next_gradient,
                            float *gates_gradient, float *state_gradient, size_t rows,
                            size_t width);
/// From reset_state_gradient: writes the reset columns of gates_gradient, adds
/// reset * reset_state_gradient to state_gradient.
void vm_gru_gates_gradient(const float *gates, const float *state,
                           const float *reset_state_gradient, float *gates_gradient,
                           float *state_gradient, size_t rows, size_t width);

/// Softmax over each row of x [rows, columns], in place; log_normalizer[row] = log of the row's
/// sum of exponentials.
void vm_softmax(float *x, float *log_normalizer, size_t rows, size_t columns);

/// sums[column] += the sum over the rows of x [rows, columns].
void vm_add_column_sums(const float *x, float *sums, size_t rows, size_t columns);
/// Sum of squares, over 8 interleaved double partial sums.
double vm_sum_of_squares(const float *x, size_t count);
/// Sum of squared differences, over 8 interleaved double partial sums.
double vm_squared_distance(const float *x, const float *y, size_t count);

/// average[i] += share * (source[i] - average[i])
void vm_average(const float *source, float *average, float share, size_t count);

/// destination[i] += factor * source[i] for the places i that a hash of i and seed, 32 bits, puts at
/// or above threshold: dropout, and its gradient.
void vm_add_kept(const float *source, float *destination, uint32_t seed, uint32_t threshold,
                 float factor, size_t count);

/// One Adam step: moments and parameters in place; gradient is multiplied by gradient_scale first.
void vm_adam(float *parameters, const float *gradient, float *first_moment, float *second_moment,
             float gradient_scale, float rate, float decay1, float decay2, float epsilon,
             size_t count);

#endif
