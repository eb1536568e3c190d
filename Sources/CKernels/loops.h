#include "search.h"

// All but the product of a tile as plain loops, which the compiler vectorizes for the level that
// includes them. TARGET is the level's attribute.

// Products of one block of weights with `rows` rows of x, a constant, so that the sums stay in
// registers. The level's own.
static inline __attribute__((always_inline)) TARGET void multiply_tile(
    const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride, int32_t *sums,
    size_t sums_stride, const int rows);

static TARGET void multiply(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                            size_t x_stride, size_t count, int32_t *sums, size_t sums_stride) {
  const size_t block_size = (columns + 1) / 2 * 32;
  for (size_t block = 0; block < blocks; block++) {
    const int8_t *w = weights + block * block_size;
    int32_t *target = sums + block * 16;
    size_t row = 0;
    for (; row + 4 <= count; row += 4)
      multiply_tile(w, columns, x + row * x_stride, x_stride, target + row * sums_stride,
                    sums_stride, 4);
    for (; row < count; row++)
      multiply_tile(w, columns, x + row * x_stride, x_stride, target + row * sums_stride,
                    sums_stride, 1);
  }
}

static inline TARGET int32_t saturated(int64_t value) {
  return value < -32768 ? -32768 : value > 32767 ? 32767 : (int32_t)value;
}

static TARGET void requantize(const int32_t *sums, const int32_t *bias, const int32_t *multiplier,
                              int32_t shift, size_t width, int16_t *y) {
  const int64_t half = (int64_t)1 << (shift - 1);
  for (size_t i = 0; i < width; i++) {
    const int32_t sum = (int32_t)((uint32_t)sums[i] + (uint32_t)bias[i]);
    y[i] = (int16_t)saturated(((int64_t)sum * multiplier[i] + half) >> shift);
  }
}

// The rise within a piece of a piecewise linear function, at a position with 6 bits of fraction.
static inline TARGET int32_t rise(uint32_t piece, int32_t position) {
  return ((int32_t)(piece >> 16) * (position & 63) + 32) >> 6;
}

static inline TARGET int32_t sigmoid(int32_t x, const uint32_t *table) {
  const int32_t position = x + 32768;
  const uint32_t piece = table[position >> 6];
  return (int32_t)(piece & 0xFFFF) + rise(piece, position);
}

// CELU of a negative Q4.11, in Q3.12.
static inline TARGET int32_t negative_celu(int32_t x, const uint32_t *table) {
  const int32_t position = x + 32768;
  const uint32_t piece = table[position >> 6];
  return (int16_t)(piece & 0xFFFF) + rise(piece, position);
}

static inline TARGET int32_t shifted_rounding(int32_t value, int32_t shift) {
  return shift == 0 ? value : (value + (1 << (shift - 1))) >> shift;
}

static TARGET void requantize_celu(const int32_t *sums, const int32_t *bias,
                                   const int32_t *multiplier, int32_t shift, size_t width,
                                   const uint32_t *celu, int32_t coarser, int16_t *y) {
  requantize(sums, bias, multiplier, shift, width, y);
  for (size_t i = 0; i < width; i++) {
    const int32_t x = y[i];
    if (x >= 0) {
      y[i] = (int16_t)(x > 16383 ? 32767 : 2 * x);
    } else {
      const int32_t finer = x * (1 << coarser);
      y[i] = (int16_t)shifted_rounding(negative_celu(finer < -32768 ? -32768 : finer, celu),
                                       coarser);
    }
  }
}

// Pre-activations of `count` rows of a cell from `row` on.
static inline TARGET void preactivations(const struct fakegen_cell *cell, size_t row, size_t count,
                                         struct row_input input, const int32_t *state_sums,
                                         int32_t *values) {
  const int64_t half = (int64_t)1 << (cell->shift - 1);
  const int32_t *bias = cell->bias + row;
  const int32_t *by_input = cell->input_multiplier + row;
  const int32_t *by_state = cell->state_multiplier + row;
  for (size_t i = 0; i < count; i++) {
    const int32_t state = (int32_t)((uint32_t)state_sums[i] + (uint32_t)bias[i]);
    const int32_t from_input = input.more ? input.sums[i] + input.more[i] : input.sums[i];
    const int64_t sum = (int64_t)from_input * by_input[i] + (int64_t)state * by_state[i];
    values[i] = saturated((sum + half) >> cell->shift);
  }
}

static inline TARGET struct row_input moved(struct row_input input, size_t by) {
  return (struct row_input){input.sums + by, input.more ? input.more + by : NULL};
}

enum { CHUNK = 64 };

// The gates of one row. gates: sums of the state for z, and `segment` further on for r, of which z
// becomes the gate. reset_state = round(r * state).
static TARGET void gates(const struct fakegen_cell *cell, struct row_input input, int32_t *gates,
                         size_t segment, const int16_t *state, int16_t *reset_state) {
  int32_t z[CHUNK], r[CHUNK];
  for (size_t start = 0; start < cell->width; start += CHUNK) {
    const size_t left = cell->width - start;
    const size_t count = left < CHUNK ? left : CHUNK;
    preactivations(cell, start, count, moved(input, start), gates + start, z);
    preactivations(cell, cell->width + start, count, moved(input, segment + start),
                   gates + segment + start, r);
    for (size_t i = 0; i < count; i++) {
      gates[start + i] = sigmoid(z[i], cell->functions->sigmoid);
      const int32_t product = sigmoid(r[i], cell->functions->sigmoid) * state[start + i];
      reset_state[start + i] = (int16_t)((product + 0x4000) >> 15);
    }
  }
}

// The next state of one row. gates: z, and two segments further on the candidate's sums.
static TARGET void update(const struct fakegen_cell *cell, struct row_input input,
                          const int32_t *gates, size_t segment, int16_t *state) {
  int32_t x[CHUNK];
  for (size_t start = 0; start < cell->width; start += CHUNK) {
    const size_t left = cell->width - start;
    const size_t count = left < CHUNK ? left : CHUNK;
    preactivations(cell, 2 * cell->width + start, count, moved(input, 2 * segment + start),
                   gates + 2 * segment + start, x);
    for (size_t i = 0; i < count; i++) {
      int32_t c = x[i] > 6 << 11 ? 6 << 12 : 2 * x[i];
      if (x[i] < 0) c = negative_celu(x[i], cell->functions->celu);
      c = shifted_rounding(c, cell->coarser);
      const int32_t gate = gates[start + i];
      const int32_t sum = gate * state[start + i] + (32768 - gate) * c + 0x4000;
      state[start + i] = (int16_t)(sum >> 15);
    }
  }
}

static TARGET uint64_t exponentials(const int16_t *logits, size_t count, const int32_t *table,
                                    int32_t *weights) {
  int16_t greatest = -32768;
  for (size_t i = 0; i < count; i++) greatest = logits[i] > greatest ? logits[i] : greatest;
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) {
    const int32_t distance = (int32_t)greatest - logits[i];
    const int32_t weight = distance < 16 << 9 ? table[distance] : 0;
    weights[i] = weight;
    total += (uint32_t)weight;
  }
  return total;
}
