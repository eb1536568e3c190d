#include "vector_math.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// One source, compiled for several instruction sets, chosen when the program loads. Without
// contraction all of them give the same bits.
#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

int vm_vector_bits(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return 512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 256;
#endif
  return 128;
}

// Cody-Waite reduction and a degree 6 polynomial on [-ln2/2, ln2/2].
INLINE float exp_inline(float x) {
  float clamped = x < -87.0f ? -87.0f : x;
  clamped = clamped > 87.0f ? 87.0f : clamped;
  const float shifted = clamped * 1.44269504f + 12582912.0f;  // 1.5 * 2^23 rounds to an integer
  const float n = shifted - 12582912.0f;
  float r = clamped - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 5.0e-1f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  const int32_t exponent = (int32_t)((uint32_t)(bits - 0x4B400000 + 127) << 23);
  float scale;
  memcpy(&scale, &exponent, sizeof scale);
  const float result = p * scale;
  return x < -87.0f ? 0.0f : result;
}

INLINE float celu_inline(float x) {
  const float negative = 3.0f * (exp_inline((x < 0.0f ? x : 0.0f) * 0.33333334f) - 1.0f);
  return x > 0.0f ? x : negative;
}

INLINE float celu_derivative(float output) {
  return output > 0.0f ? 1.0f : output * 0.33333334f + 1.0f;
}

INLINE float sigmoid_inline(float x) { return 1.0f / (1.0f + exp_inline(-x)); }

float vm_exp(float x) { return exp_inline(x); }

CLONES void vm_add(const float *restrict source, float *restrict destination, size_t count) {
  for (size_t i = 0; i < count; i++) destination[i] += source[i];
}

CLONES void vm_add_scaled(float factor, const float *restrict source,
                          float *restrict destination, size_t count) {
  for (size_t i = 0; i < count; i++) destination[i] += factor * source[i];
}

CLONES void vm_celu(float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = celu_inline(x[i]);
}

CLONES void vm_celu_gradient(const float *restrict output, float *restrict gradient,
                             size_t count) {
  for (size_t i = 0; i < count; i++) gradient[i] *= celu_derivative(output[i]);
}

CLONES void vm_sigmoid(float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = sigmoid_inline(x[i]);
}

CLONES void vm_sigmoid_gradient(const float *restrict output, float *restrict gradient,
                                size_t count) {
  for (size_t i = 0; i < count; i++) gradient[i] *= output[i] * (1.0f - output[i]);
}

CLONES void vm_gru_gates(float *restrict gates, const float *restrict state,
                         float *restrict reset_state, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++) {
    float *update = gates + row * 3 * width;
    float *reset = update + width;
    for (size_t i = 0; i < 2 * width; i++) update[i] = sigmoid_inline(update[i]);
    for (size_t i = 0; i < width; i++)
      reset_state[row * width + i] = reset[i] * state[row * width + i];
  }
}

// One row, each of its parts a pointer of its own: only then is the loop made of vectors.
INLINE void gru_update_row(const float *restrict update, float *restrict candidate,
                           const float *restrict state, float *restrict next, size_t width) {
  for (size_t i = 0; i < width; i++) {
    float c = celu_inline(candidate[i]);
    c = c > 6.0f ? 6.0f : c;
    candidate[i] = c;
    next[i] = update[i] * state[i] + (1.0f - update[i]) * c;
  }
}

CLONES void vm_gru_update(float *restrict gates, const float *restrict state,
                          float *restrict next, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++) {
    float *update = gates + row * 3 * width;
    gru_update_row(update, update + 2 * width, state + row * width, next + row * width, width);
  }
}

INLINE void gru_update_gradient_row(const float *restrict update, const float *restrict candidate,
                                    const float *restrict state,
                                    const float *restrict next_gradient,
                                    float *restrict update_gradient,
                                    float *restrict candidate_gradient,
                                    float *restrict state_gradient, size_t width) {
  for (size_t i = 0; i < width; i++) {
    const float g = next_gradient[i];
    const float z = update[i];
    const float c = candidate[i];
    const float slope = c < 6.0f ? celu_derivative(c) : 0.0f;
    update_gradient[i] = g * (state[i] - c) * (z * (1.0f - z));
    candidate_gradient[i] = g * (1.0f - z) * slope;
    state_gradient[i] += g * z;
  }
}

CLONES void vm_gru_update_gradient(const float *restrict gates, const float *restrict state,
                                   const float *restrict next_gradient,
                                   float *restrict gates_gradient,
                                   float *restrict state_gradient, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++) {
    const float *update = gates + row * 3 * width;
    float *update_gradient = gates_gradient + row * 3 * width;
    gru_update_gradient_row(update, update + 2 * width, state + row * width,
                            next_gradient + row * width, update_gradient,
                            update_gradient + 2 * width, state_gradient + row * width, width);
  }
}

CLONES void vm_gru_gates_gradient(const float *restrict gates, const float *restrict state,
                                  const float *restrict reset_state_gradient,
                                  float *restrict gates_gradient,
                                  float *restrict state_gradient, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++) {
    const float *reset = gates + row * 3 * width + width;
    float *reset_gradient = gates_gradient + row * 3 * width + width;
    for (size_t i = 0; i < width; i++) {
      const float g = reset_state_gradient[row * width + i];
      const float r = reset[i];
      reset_gradient[i] = g * state[row * width + i] * (r * (1.0f - r));
      state_gradient[row * width + i] += g * r;
    }
  }
}

CLONES void vm_softmax(float *restrict x, float *restrict log_normalizer, size_t rows,
                       size_t columns) {
  for (size_t row = 0; row < rows; row++) {
    float *values = x + row * columns;
    float largest = values[0];
    for (size_t i = 1; i < columns; i++) largest = values[i] > largest ? values[i] : largest;
    for (size_t i = 0; i < columns; i++) values[i] = exp_inline(values[i] - largest);
    float sum = 0.0f;
    for (size_t i = 0; i < columns; i++) sum += values[i];
    const float inverse = 1.0f / sum;
    for (size_t i = 0; i < columns; i++) values[i] *= inverse;
    log_normalizer[row] = largest + logf(sum);
  }
}

CLONES void vm_add_column_sums(const float *restrict x, float *restrict sums, size_t rows,
                               size_t columns) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < columns; i++) sums[i] += x[row * columns + i];
}

INLINE double lanes_total(const double lanes[8]) {
  double total = 0.0;
  for (size_t lane = 0; lane < 8; lane++) total += lanes[lane];
  return total;
}

CLONES double vm_sum_of_squares(const float *x, size_t count) {
  double lanes[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t lane = 0; lane < 8; lane++) {
      const double value = x[i + lane];
      lanes[lane] += value * value;
    }
  for (; i < count; i++) {
    const double value = x[i];
    lanes[i % 8] += value * value;
  }
  return lanes_total(lanes);
}

CLONES double vm_squared_distance(const float *restrict x, const float *restrict y,
                                  size_t count) {
  double lanes[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (size_t lane = 0; lane < 8; lane++) {
      const double value = x[i + lane] - y[i + lane];
      lanes[lane] += value * value;
    }
  for (; i < count; i++) {
    const double value = x[i] - y[i];
    lanes[i % 8] += value * value;
  }
  return lanes_total(lanes);
}

CLONES void vm_average(const float *restrict source, float *restrict average, float share,
                       size_t count) {
  for (size_t i = 0; i < count; i++) average[i] += share * (source[i] - average[i]);
}

// A bijection of 32 bits with low bias (Wellons, "Prospecting for hash functions", 2018).
INLINE uint32_t hash_inline(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

CLONES void vm_add_kept(const float *restrict source, float *restrict destination, uint32_t seed,
                        uint32_t threshold, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t hash = hash_inline((uint32_t)i * 0x9E3779B9u + seed);
    destination[i] += (hash >= threshold ? factor : 0.0f) * source[i];
  }
}

CLONES void vm_adam(float *restrict parameters, const float *restrict gradient,
                    float *restrict first_moment, float *restrict second_moment,
                    float gradient_scale, float rate, float decay1, float decay2, float epsilon,
                    size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float g = gradient[i] * gradient_scale;
    const float m = decay1 * first_moment[i] + (1.0f - decay1) * g;
    const float v = decay2 * second_moment[i] + (1.0f - decay2) * (g * g);
    first_moment[i] = m;
    second_moment[i] = v;
    parameters[i] -= rate * m / (sqrtf(v) + epsilon);
  }
}
