// Compares the loops of the level simd128 with the plain ones, which KernelTests compare with Swift where
// another level has them: random weights, and numbers that are often at the ends of their ranges.

#include "levels.h"

#define TARGET
#include "loops.h"

static inline __attribute__((always_inline)) void multiply_tile(
    const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride, int32_t *sums,
    size_t sums_stride, const int rows) {
  for (int r = 0; r < rows; r++)
    for (size_t k = 0; k < 16; k++) {
      int32_t sum = 0;
      for (size_t i = 0; i < columns; i++)
        sum += weights[i / 2 * 32 + 2 * k + i % 2] * x[r * x_stride + i];
      sums[r * sums_stride + k] = sum;
    }
}

#include "draws.h"
#include "rows.h"

// The module has no C library.
void *memset(void *target, int value, size_t count) {
  for (size_t i = 0; i < count; i++) ((volatile char *)target)[i] = (char)value;
  return target;
}

void *memcpy(void *restrict target, const void *restrict source, size_t count) {
  for (size_t i = 0; i < count; i++) ((volatile char *)target)[i] = ((const char *)source)[i];
  return target;
}

static uint64_t random_state;

static uint32_t bits(void) {
  random_state = random_state * 6364136223846793005 + 1442695040888963407;
  return (uint32_t)(random_state >> 33) ^ (uint32_t)(random_state >> 11);
}

static uint32_t below(uint32_t count) { return (uint32_t)((uint64_t)bits() * count >> 32); }

// One in `least ... greatest`, often near an end.
static int32_t number(int32_t least, int32_t greatest) {
  const uint32_t size = (uint32_t)greatest - (uint32_t)least;
  const uint32_t few = size < 3 ? size + 1 : 3;
  switch (below(8)) {
    case 0: return (int32_t)((uint32_t)least + below(few));
    case 1: return (int32_t)((uint32_t)greatest - below(few));
    default: return (int32_t)((uint32_t)least + (size == UINT32_MAX ? bits() : below(size + 1)));
  }
}

enum { ROWS = 29, WIDTH = 96, BLOCKS = WIDTH / 16, COLUMNS = 90, CLASSES = 300 };

static uint32_t sigmoid_pieces[1024], celu_pieces[512];
static const uint16_t pairs[1024];
static int32_t exponential[16 << 9];
static int8_t weights[3 * BLOCKS * (WIDTH / 2) * 32];
static int32_t bias[3 * WIDTH], multiplier[3 * WIDTH], other_multiplier[3 * WIDTH];
static int32_t codes[2 * ROWS], input_sums[ROWS * 3 * WIDTH], more_sums[ROWS * 3 * WIDTH];
static int16_t x[ROWS * WIDTH], y[2][ROWS * WIDTH];
static int32_t wide[2][ROWS * 3 * WIDTH];
static int16_t narrow[2][ROWS * WIDTH], logits[ROWS * CLASSES];
static int32_t class_weights[2][CLASSES], counts[ROWS], chosen[2][ROWS];
static uint32_t draws[ROWS], words[2][4 * ROWS];

static int differ(const void *one, const void *other, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (((const char *)one)[i] != ((const char *)other)[i]) return 1;
  return 0;
}

static void fill_numbers(int32_t *numbers, size_t count, int32_t least, int32_t greatest) {
  for (size_t i = 0; i < count; i++) numbers[i] = number(least, greatest);
}

static void fill(int16_t *values, size_t count) {
  const int32_t greatest = below(2) ? 32767 : 1 << below(15);
  for (size_t i = 0; i < count; i++) values[i] = (int16_t)number(-greatest - 1, greatest);
}

// Pieces of an ascending function, each rise of at most `steepest`.
static void fill_pieces(uint32_t *pieces, size_t count, int32_t start, int32_t end,
                        int32_t steepest) {
  int32_t value = start;
  for (size_t i = 0; i < count; i++) {
    const int32_t left = end - value;
    const int32_t rise = number(0, left < steepest ? left : steepest);
    pieces[i] = (uint32_t)rise << 16 | (uint16_t)value;
    value += rise;
  }
}

// The number of a kernel that differs under a seed, and 0 if none does.
int check(uint32_t seed) {
  const struct fakegen_kernels *fast = fakegen_kernels_of(FAKEGEN_SIMD128);
  random_state = seed;
  const int is_gentle = below(4) > 0;
  fill_pieces(sigmoid_pieces, 1024, 0, 32768, is_gentle ? 1023 : 32768);
  fill_pieces(celu_pieces, 512, -12288, 0, is_gentle ? 1023 : 12288);
  const struct fakegen_functions functions = {sigmoid_pieces, celu_pieces,
                                              is_gentle ? pairs : NULL};
  for (size_t i = 0; i < 16 << 9; i++) exponential[i] = number(0, 1 << 24);
  exponential[0] = 1 << 24;
  for (size_t i = 0; i < sizeof weights; i++) weights[i] = (int8_t)number(-127, 127);
  // Sums of 64 bits stay below 2^63, as the loader sees to.
  fill_numbers(bias, 3 * WIDTH, -(1 << 28), 1 << 28);
  fill_numbers(multiplier, 3 * WIDTH, 0, INT32_MAX);
  fill_numbers(other_multiplier, 3 * WIDTH, 0, INT32_MAX);
  fill_numbers(input_sums, ROWS * 3 * WIDTH, -(1 << 28), 1 << 28);
  fill_numbers(more_sums, ROWS * 3 * WIDTH, -(1 << 28), 1 << 28);
  fill_numbers(codes, 2 * ROWS, 0, ROWS - 1);
  fill(x, ROWS * WIDTH);
  fill(logits, ROWS * CLASSES);

  const size_t count = 1 + below(ROWS);
  const size_t columns = 1 + below(COLUMNS), blocks = 1 + below(BLOCKS);
  // Steps leave in them what they like.
  for (size_t i = 0; i < ROWS * 3 * WIDTH; i++) wide[0][i] = wide[1][i] = 0;
  multiply(weights, blocks, columns, x, WIDTH, count, wide[0], 3 * WIDTH);
  fast->multiply(weights, blocks, columns, x, WIDTH, count, wide[1], 3 * WIDTH);
  if (differ(wide[0], wide[1], sizeof wide[0])) return 1;

  const int32_t shift = number(below(4) ? 33 : 1, 62);
  const struct fakegen_dense layer = {
      weights, blocks, columns, 16 * (blocks - 1) + 1 + below(16), bias, multiplier, shift,
      below(2) ? &functions : NULL, (int32_t)below(4)};
  dense(&layer, x, WIDTH, count, y[0], WIDTH);
  fast->dense(&layer, x, WIDTH, count, y[1], WIDTH);
  if (differ(y[0], y[1], sizeof y[0])) return 2;

  const size_t units = below(4) ? 8 * (1 + below(WIDTH / 8)) : 1 + below(WIDTH);
  const struct fakegen_cell cell = {
      weights, (units + 15) / 16, bias, multiplier, other_multiplier, &functions, units, shift,
      (int32_t)below(4)};
  const int has_codes = below(2) > 0;
  const struct fakegen_inputs inputs = {input_sums, 3 * WIDTH, has_codes ? codes : NULL,
                                        has_codes && below(2) ? more_sums : NULL};
  for (size_t i = 0; i < ROWS * WIDTH; i++) y[0][i] = y[1][i] = x[i];
  step(&cell, &inputs, y[0], WIDTH, count, wide[0], narrow[0]);
  fast->step(&cell, &inputs, y[1], WIDTH, count, wide[1], narrow[1]);
  if (differ(y[0], y[1], sizeof y[0])) return 3;

  const size_t classes = 1 + below(CLASSES);
  const uint64_t total = exponentials(logits, classes, exponential, class_weights[0]);
  if (fast->exponentials(logits, classes, exponential, class_weights[1]) != total ||
      differ(class_weights[0], class_weights[1], classes * sizeof(int32_t)))
    return 4;

  const uint64_t threshold = (uint64_t)bits() * (total + total / 8) >> 32;
  if (fast->search(class_weights[0], classes, threshold) !=
      search(class_weights[0], classes, threshold))
    return 5;

  for (size_t row = 0; row < ROWS; row++) {
    counts[row] = number(1, (int32_t)classes);
    draws[row] = (uint32_t)number(INT32_MIN, INT32_MAX);
  }
  const int32_t *some = below(2) ? counts : NULL;
  choose(logits, CLASSES, count, classes, some, exponential, draws, class_weights[0],
         chosen[0]);
  fast->choose(logits, CLASSES, count, classes, some, exponential, draws, class_weights[1],
               chosen[1]);
  if (differ(chosen[0], chosen[1], sizeof chosen[0])) return 6;

  const uint32_t key[2] = {bits(), bits()};
  const uint64_t first = (uint64_t)bits() << 32 | (uint32_t)number(INT32_MIN, INT32_MAX);
  const uint32_t block = bits();
  draw(key, first, counts, count, seed, block, words[0]);
  fast->draw(key, first, counts, count, seed, block, words[1]);
  if (differ(words[0], words[1], sizeof words[0])) return 7;
  return 0;
}
