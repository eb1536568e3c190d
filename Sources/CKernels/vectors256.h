// The kernels of levels with vectors of 256 bits, of which each has a product of its own. TARGET is the
// level's attribute.

#include <immintrin.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline)) TARGET

// Adds to each of 8 sums the products of a pair of weights with a pair of x, in a tile of so many rows. The
// level's own.
INLINE __m256i with_products(__m256i sum, __m256i weights, __m256i x, const int rows);

// Products of one block of weights with `rows` rows of x, a constant, so that the sums stay in
// registers.
INLINE void multiply_tile(const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride,
                          int32_t *sums, size_t sums_stride, const int rows) {
  const size_t pairs = columns / 2;
  __m256i lower[6], upper[6];
  for (int r = 0; r < rows; r++) lower[r] = upper[r] = _mm256_setzero_si256();
  for (size_t pair = 0; pair < pairs; pair++) {
    const __m128i *w = (const __m128i *)(weights + pair * 32);
    const __m256i w_lower = _mm256_cvtepi8_epi16(_mm_loadu_si128(w));
    const __m256i w_upper = _mm256_cvtepi8_epi16(_mm_loadu_si128(w + 1));
    for (int r = 0; r < rows; r++) {
      int32_t both;
      memcpy(&both, x + r * x_stride + 2 * pair, 4);
      const __m256i value = _mm256_set1_epi32(both);
      lower[r] = with_products(lower[r], w_lower, value, rows);
      upper[r] = with_products(upper[r], w_upper, value, rows);
    }
  }
  if (columns % 2) {
    const __m128i *w = (const __m128i *)(weights + pairs * 32);
    const __m256i w_lower = _mm256_cvtepi8_epi16(_mm_loadu_si128(w));
    const __m256i w_upper = _mm256_cvtepi8_epi16(_mm_loadu_si128(w + 1));
    for (int r = 0; r < rows; r++) {
      const __m256i value = _mm256_set1_epi32((uint16_t)x[r * x_stride + columns - 1]);
      lower[r] = with_products(lower[r], w_lower, value, rows);
      upper[r] = with_products(upper[r], w_upper, value, rows);
    }
  }
  for (int r = 0; r < rows; r++) {
    _mm256_storeu_si256((__m256i *)(sums + r * sums_stride), lower[r]);
    _mm256_storeu_si256((__m256i *)(sums + r * sums_stride + 8), upper[r]);
  }
}

static TARGET void multiply(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                            size_t x_stride, size_t count, int32_t *sums, size_t sums_stride) {
  const size_t block_size = (columns + 1) / 2 * 32;
  for (size_t block = 0; block < blocks; block++) {
    const int8_t *w = weights + block * block_size;
    const int16_t *from = x;
    int32_t *target = sums + block * 16;
    size_t left = count;
#define ROWS(rows)                                                                \
  multiply_tile(w, columns, from, x_stride, target, sums_stride, rows);           \
  from += rows * x_stride;                                                        \
  target += rows * sums_stride;                                                   \
  left -= rows
    // 12 of the 16 registers hold sums; 4 rows and 4 are faster than 6 and 2.
    while (left >= 6 && left != 8) {
      ROWS(6);
    }
    while (left >= 4) {
      ROWS(4);
    }
    if (left == 3) {
      ROWS(3);
    } else if (left == 2) {
      ROWS(2);
    } else if (left == 1) {
      ROWS(1);
    }
#undef ROWS
  }
}

// The first `count` lanes, less than 4; what is beyond is 0, and not read.
INLINE __m128i few_lanes(const int32_t *values, size_t count) {
  const __m128i last =
      count & 1 ? _mm_cvtsi32_si128(values[count - 1]) : _mm_setzero_si128();
  return count & 2 ? _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)values), last) : last;
}

// The same of 8 lanes. QEMU 7 reads all of them in an instruction that masks some.
INLINE __m256i load(const int32_t *values, size_t count) {
  if (count >= 8) return _mm256_loadu_si256((const __m256i *)values);
  if (count < 4) return _mm256_zextsi128_si256(few_lanes(values, count));
  return _mm256_setr_m128i(_mm_loadu_si128((const __m128i *)values),
                           few_lanes(values + 4, count - 4));
}

// The first `count` words, less than 8; what is beyond is 0, and not read.
INLINE __m128i few_words(const int16_t *values, size_t count) {
  uint64_t last = 0;
  if (count & 1) last = (uint16_t)values[count - 1];
  if (count & 2) {
    uint32_t two;
    memcpy(&two, values + (count & 4), sizeof two);
    last = last << 32 | two;
  }
  if (!(count & 4)) return _mm_cvtsi64_si128((int64_t)last);
  int64_t four;
  memcpy(&four, values, sizeof four);
  return _mm_set_epi64x((int64_t)last, four);
}

// The same of 16 words.
INLINE __m256i load_words(const int16_t *values, size_t count) {
  if (count >= 16) return _mm256_loadu_si256((const __m256i *)values);
  if (count < 8) return _mm256_zextsi128_si256(few_words(values, count));
  return _mm256_setr_m128i(_mm_loadu_si128((const __m128i *)values),
                           few_words(values + 8, count - 8));
}

INLINE void store_words(int16_t *values, size_t count, __m256i words) {
  if (count >= 16) {
    _mm256_storeu_si256((__m256i *)values, words);
    return;
  }
  __m128i left = _mm256_castsi256_si128(words);
  if (count & 8) {
    _mm_storeu_si128((__m128i *)values, left);
    left = _mm256_extracti128_si256(words, 1);
    values += 8;
  }
  if (count & 4) {
    _mm_storel_epi64((__m128i *)values, left);
    left = _mm_unpackhi_epi64(left, left);
    values += 4;
  }
  if (count & 2) {
    const int32_t two = _mm_cvtsi128_si32(left);
    memcpy(values, &two, sizeof two);
    left = _mm_srli_epi64(left, 32);
    values += 2;
  }
  if (count & 1) *values = (int16_t)_mm_cvtsi128_si32(left);
}

// What rounds 64-bit sums.
struct rounding {
  // Half of what is shifted out; if `is_narrow`, of 32-bit lanes.
  __m256i half;
  __m128i shift;
  // Whether all that is left comes from a sum's upper half, half of what is shifted out included.
  int is_narrow;
};

INLINE struct rounding rounding(int32_t shift, const int is_narrow) {
  if (is_narrow)
    return (struct rounding){_mm256_set1_epi32(1 << (shift - 33)), _mm_cvtsi32_si128(shift - 32),
                             1};
  return (struct rounding){_mm256_set1_epi64x((int64_t)1 << (shift - 1)),
                           _mm_cvtsi32_si128(shift), 0};
}

// A 64-bit sum, rounded and saturated to int16. There is no arithmetic shift of 64 bits, so that the
// sum is shifted as an unsigned number, 2^63 higher.
INLINE __m256i rounded_wide(__m256i sum, const struct rounding *rounds) {
  const __m256i top = _mm256_set1_epi64x(INT64_MIN);
  const __m256i rest = _mm256_srl_epi64(top, rounds->shift);
  sum = _mm256_xor_si256(_mm256_add_epi64(sum, rounds->half), top);
  sum = _mm256_sub_epi64(_mm256_srl_epi64(sum, rounds->shift), rest);
  const __m256i least = _mm256_set1_epi64x(-32768), greatest = _mm256_set1_epi64x(32767);
  sum = _mm256_blendv_epi8(sum, least, _mm256_cmpgt_epi64(least, sum));
  return _mm256_blendv_epi8(sum, greatest, _mm256_cmpgt_epi64(sum, greatest));
}

// The 64-bit sums of even and odd lanes, rounded, as 8 lanes that may still be saturated to int16.
INLINE __m256i rounded(__m256i even_sum, __m256i odd_sum, const struct rounding *rounds) {
  if (!rounds->is_narrow)
    return _mm256_blend_epi32(rounded_wide(even_sum, rounds),
                              _mm256_slli_epi64(rounded_wide(odd_sum, rounds), 32), 0xAA);
  const __m256i both = _mm256_blend_epi32(_mm256_srli_epi64(even_sum, 32), odd_sum, 0xAA);
  return _mm256_sra_epi32(_mm256_add_epi32(both, rounds->half), rounds->shift);
}

// Two times 8 lanes, saturated to int16.
INLINE __m256i narrowed(__m256i first, __m256i second) {
  return _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xD8);
}

// The 32-bit lanes of even number, which 64-bit products take, are an operand as it is; the odd ones
// are moved there.
INLINE __m256i odd(__m256i value) {
  return _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(value)));
}

// What 8 sums are added to and multiplied by.
struct scale {
  __m256i bias, even, odd;
};

INLINE struct scale scale(const int32_t *bias, const int32_t *multiplier, size_t count) {
  const __m256i by = load(multiplier, count);
  return (struct scale){load(bias, count), by, odd(by)};
}

INLINE __m256i requantized(const int32_t *sums, const struct scale *s,
                           const struct rounding *rounds) {
  const __m256i sum = _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)sums), s->bias);
  return rounded(_mm256_mul_epi32(sum, s->even), _mm256_mul_epi32(odd(sum), s->odd), rounds);
}

// A function by a table of pieces. If it is one of those that are pairs of pieces, no rise has more
// than 10 bits.
struct function {
  const uint32_t *pieces;
  int is_gentle;
};

// One of two loops: with a function that is gentle, or with one that may not be.
#define BY_PIECES(functions, table, loop, ...)                   \
  if ((functions)->pairs) {                                      \
    loop(__VA_ARGS__, (struct function){(functions)->table, 1}); \
  } else {                                                       \
    loop(__VA_ARGS__, (struct function){(functions)->table, 0}); \
  }

#include "search.h"
#include "choices256.h"

// The values at 8 pieces, in which `factors` are the places: 64 in the low 16 bits, a fraction of 6 bits
// in the high ones.
INLINE __m256i values(__m256i pieces, __m256i factors, const int is_gentle) {
  const __m256i half = _mm256_set1_epi32(32);
  if (is_gentle)
    return _mm256_srai_epi32(_mm256_add_epi32(_mm256_madd_epi16(pieces, factors), half), 6);
  const __m256i product =
      _mm256_mullo_epi32(_mm256_srli_epi32(pieces, 16), _mm256_srli_epi32(factors, 16));
  return _mm256_add_epi32(_mm256_srai_epi32(_mm256_slli_epi32(pieces, 16), 16),
                          _mm256_srai_epi32(_mm256_add_epi32(product, half), 6));
}

// The function of 16 lanes at places, of which x has the fractions in its 6 lowest bits. A piece's start,
// less `offset`, 0 or 32768, is an int16.
INLINE __m256i interpolated(__m256i x, const uint16_t *places, uint16_t offset,
                            const struct function *function) {
  const struct entries found = entries(function->pieces, places);
  const __m256i flipped = _mm256_set1_epi32(offset);
  const __m256i low = _mm256_xor_si256(found.low, flipped);
  const __m256i high = _mm256_xor_si256(found.high, flipped);
  const __m256i fraction = _mm256_and_si256(x, _mm256_set1_epi16(63));
  __m256i one = _mm256_set1_epi16(64);
  // Or the compiler, which knows half of the factors, moves the rest there with one more instruction.
  __asm__("" : "+x"(one));
  return _mm256_packs_epi32(
      values(low, _mm256_unpacklo_epi16(one, fraction), function->is_gentle),
      values(high, _mm256_unpackhi_epi16(one, fraction), function->is_gentle));
}

// Where the pieces of 16 lanes are in the tables.
INLINE void store_sigmoid_places(uint16_t *places, __m256i x) {
  const __m256i position = _mm256_xor_si256(x, _mm256_set1_epi16(-32768));
  _mm256_storeu_si256((__m256i *)places, _mm256_srli_epi16(position, 6));
}

INLINE void store_celu_places(uint16_t *places, __m256i x) {
  const __m256i position = _mm256_and_si256(x, _mm256_set1_epi16(0x7FFF));
  _mm256_storeu_si256((__m256i *)places, _mm256_srli_epi16(position, 6));
}

// sigmoid of Q4.11, less 1: -32,768...0.
INLINE __m256i sigmoid_less_one(__m256i x, const uint16_t *places,
                                const struct function *sigmoid) {
  return interpolated(x, places, 0x8000, sigmoid);
}

// CELU of negative lanes in Q4.11, in Q3.12; other lanes are unspecified.
INLINE __m256i negative_celu(__m256i x, const uint16_t *places, const struct function *celu) {
  return interpolated(x, places, 0, celu);
}

INLINE __m256i shifted_rounding(__m256i value, int32_t shift) {
  if (shift == 0) return value;
  return _mm256_sra_epi16(
      _mm256_add_epi16(value, _mm256_set1_epi16((int16_t)(1 << (shift - 1)))),
      _mm_cvtsi32_si128(shift));
}

// `below` where x is negative, else `above`.
INLINE __m256i by_sign(__m256i x, __m256i below, __m256i above) {
  return _mm256_blendv_epi8(above, below, _mm256_srai_epi16(x, 15));
}

// Outputs before CELU of `count` rows from their sums, of the block from output `i` on; the first
// `stored` of each row.
INLINE void requantize_loop(const struct fakegen_dense *layer, const int32_t *sums, size_t count,
                            size_t i, size_t stored, int16_t *y, size_t y_stride,
                            const struct rounding rounds) {
  const size_t left = layer->width - i;
  const int32_t *bias = layer->bias + i, *multiplier = layer->multiplier + i;
  const struct scale first = scale(bias, multiplier, left);
  const struct scale second = scale(bias + 8, multiplier + 8, left > 8 ? left - 8 : 0);
  for (size_t row = 0; row < count; row++, sums += 16, y += y_stride)
    store_words(
        y, stored,
        narrowed(requantized(sums, &first, &rounds), requantized(sums + 8, &second, &rounds)));
}

static TARGET void requantize(const struct fakegen_dense *layer, const int32_t *sums, size_t count,
                              size_t i, size_t stored, int16_t *y, size_t y_stride) {
  BY_SHIFT(layer->shift, requantize_loop, layer, sums, count, i, stored, y, y_stride)
}

// Blocks of a layer whose CELUs are computed together.
enum { CELU_BLOCKS = 4, CELU_WIDTH = 16 * CELU_BLOCKS };

// CELUs of the first `width` of x's columns, at most CELU_WIDTH, in a format that is `coarser` bits coarser
// than Q3.12.
INLINE void activate_loop(const int16_t *x, size_t count, size_t width, int32_t coarser, int16_t *y,
                          size_t y_stride, const struct function celu) {
  const __m256i least = _mm256_set1_epi16((int16_t)(-32768 >> coarser));
  const __m128i shift = _mm_cvtsi32_si128(coarser);
  uint16_t places[FAKEGEN_TILE_ROWS * CELU_WIDTH];
  for (size_t row = 0; row < count; row++) {
    for (size_t i = 0; i < width; i += 16) {
      const size_t place = row * CELU_WIDTH + i;
      const __m256i value = _mm256_loadu_si256((const __m256i *)(x + place));
      store_celu_places(places + place,
                        _mm256_sll_epi16(_mm256_max_epi16(value, least), shift));
    }
  }
  for (size_t row = 0; row < count; row++) {
    for (size_t i = 0; i < width; i += 16) {
      const size_t place = row * CELU_WIDTH + i;
      const __m256i value = _mm256_loadu_si256((const __m256i *)(x + place));
      const __m256i finer = _mm256_sll_epi16(_mm256_max_epi16(value, least), shift);
      const __m256i below = shifted_rounding(negative_celu(finer, places + place, &celu), coarser);
      store_words(y + row * y_stride + i, width - i,
                  by_sign(value, below, _mm256_adds_epi16(value, value)));
    }
  }
}

static TARGET void activate(const int16_t *x, size_t count, size_t width,
                            const struct fakegen_functions *functions, int32_t coarser, int16_t *y,
                            size_t y_stride) {
  BY_PIECES(functions, celu, activate_loop, x, count, width, coarser, y, y_stride)
}

static TARGET void dense(const struct fakegen_dense *layer, const int16_t *x, size_t x_stride,
                         size_t count, int16_t *y, size_t y_stride) {
  const size_t block_size = (layer->columns + 1) / 2 * 32;
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t rows_left = count - start;
    const size_t rows = rows_left < FAKEGEN_TILE_ROWS ? rows_left : FAKEGEN_TILE_ROWS;
    int16_t before[FAKEGEN_TILE_ROWS * CELU_WIDTH];
    for (size_t block = 0; block < layer->blocks; block++) {
      const size_t i = 16 * block, place = i % CELU_WIDTH, left = layer->width - i;
      int16_t *target = y + start * y_stride + i;
      int32_t sums[FAKEGEN_TILE_ROWS * 16];
      multiply(layer->weights + block * block_size, 1, layer->columns, x + start * x_stride,
               x_stride, rows, sums, 16);
      if (!layer->celu) {
        requantize(layer, sums, rows, i, left, target, y_stride);
        continue;
      }
      requantize(layer, sums, rows, i, 16, before + place, CELU_WIDTH);
      if (place == CELU_WIDTH - 16 || block + 1 == layer->blocks)
        activate(before, rows, left < 16 ? place + left : place + 16, layer->celu, layer->coarser,
                 target - place, y_stride);
    }
  }
}

// What a step works on: some rows and their memory, a segment of each for each row.
struct step_rows {
  const struct fakegen_cell *cell;
  const struct row_input *inputs;
  size_t count;
  int16_t *state;
  size_t state_stride;
  // Pre-activations of the gate z, then the gate less 1.
  int16_t *z;
  // Pre-activations of the gate r, then round(r * state).
  int16_t *reset;
  // Pre-activations of the candidate.
  int16_t *candidate;
  // Places of the pieces of z and then of the candidate, and those of r.
  uint16_t *places, *reset_places;
};

// What 8 sums of a cell's state and of its input are multiplied by.
struct cell_scale {
  struct scale state;
  __m256i input_even, input_odd;
};

INLINE struct cell_scale cell_scale(const struct fakegen_cell *cell, size_t unit, size_t count) {
  const __m256i by_input = load(cell->input_multiplier + unit, count);
  return (struct cell_scale){scale(cell->bias + unit, cell->state_multiplier + unit, count),
                             by_input, odd(by_input)};
}

// Pre-activations in Q4.11 from the state's sums and the input's from `i` on.
INLINE __m256i preactivation(const int32_t *sums, struct row_input from, size_t i,
                             const struct cell_scale *s, const struct rounding *rounds) {
  __m256i input = _mm256_loadu_si256((const __m256i *)(from.sums + i));
  if (from.more)
    input = _mm256_add_epi32(input, _mm256_loadu_si256((const __m256i *)(from.more + i)));
  const __m256i state =
      _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)sums), s->state.bias);
  const __m256i even_sum = _mm256_add_epi64(_mm256_mul_epi32(input, s->input_even),
                                            _mm256_mul_epi32(state, s->state.even));
  const __m256i odd_sum = _mm256_add_epi64(_mm256_mul_epi32(odd(input), s->input_odd),
                                           _mm256_mul_epi32(odd(state), s->state.odd));
  return rounded(even_sum, odd_sum, rounds);
}

// Pre-activations of one kind, 0...2 for z, r and c, and their places, from the sums of one block.
INLINE void preactivations_loop(const struct step_rows *step, const int32_t *sums, size_t kind,
                                size_t block, int16_t *target, uint16_t *places,
                                const struct rounding rounds) {
  const struct fakegen_cell *cell = step->cell;
  const size_t segment = 16 * cell->blocks, i = 16 * block, left = cell->width - i;
  const size_t unit = kind * cell->width + i, input = kind * segment + i;
  const struct cell_scale first = cell_scale(cell, unit, left);
  const struct cell_scale second = cell_scale(cell, unit + 8, left > 8 ? left - 8 : 0);
  for (size_t row = 0; row < step->count; row++, sums += 16) {
    const struct row_input from = step->inputs[row];
    const __m256i x = narrowed(preactivation(sums, from, input, &first, &rounds),
                               preactivation(sums + 8, from, input + 8, &second, &rounds));
    _mm256_storeu_si256((__m256i *)(target + row * segment + i), x);
    if (kind == 2) {
      store_celu_places(places + row * segment + i, x);
    } else {
      store_sigmoid_places(places + row * segment + i, x);
    }
  }
}

// The same of all blocks, from vectors that the cell's weights of this kind are multiplied with.
static TARGET void preactivations(const struct step_rows *step, size_t kind, const int16_t *x,
                                  size_t x_stride, int16_t *target, uint16_t *places) {
  const struct fakegen_cell *cell = step->cell;
  const size_t block_size = (cell->width + 1) / 2 * 32;
  const int8_t *weights = cell->weights + kind * cell->blocks * block_size;
  for (size_t block = 0; block < cell->blocks; block++, weights += block_size) {
    int32_t sums[FAKEGEN_TILE_ROWS * 16];
    multiply(weights, 1, cell->width, x, x_stride, step->count, sums, 16);
    BY_SHIFT(cell->shift, preactivations_loop, step, sums, kind, block, target, places)
  }
}

// The gates from their pre-activations.
INLINE void gates_loop(const struct step_rows *step, const struct function sigmoid) {
  const size_t width = step->cell->width, segment = 16 * step->cell->blocks;
  for (size_t row = 0; row < step->count; row++) {
    for (size_t i = 0; i < width; i += 16) {
      const size_t place = row * segment + i;
      __m256i *z = (__m256i *)(step->z + place), *reset = (__m256i *)(step->reset + place);
      _mm256_storeu_si256(
          z, sigmoid_less_one(_mm256_loadu_si256(z), step->places + place, &sigmoid));
      const __m256i r =
          sigmoid_less_one(_mm256_loadu_si256(reset), step->reset_places + place, &sigmoid);
      const __m256i state = load_words(step->state + row * step->state_stride + i, width - i);
      // r * state = state + (r - 1) * state, all of which fit in 16 bits.
      _mm256_storeu_si256(reset, _mm256_add_epi16(state, _mm256_mulhrs_epi16(r, state)));
    }
  }
}

// The next states from the gate z and the candidate's pre-activations.
INLINE void update_loop(const struct step_rows *step, const struct function celu) {
  const size_t width = step->cell->width, segment = 16 * step->cell->blocks;
  const __m256i half = _mm256_set1_epi32(0x4000);
  for (size_t row = 0; row < step->count; row++) {
    for (size_t i = 0; i < width; i += 16) {
      const size_t place = row * segment + i;
      const __m256i x = _mm256_loadu_si256((const __m256i *)(step->candidate + place));
      const __m256i above = _mm256_min_epu16(_mm256_slli_epi16(x, 1), _mm256_set1_epi16(6 << 12));
      const __m256i c = shifted_rounding(
          by_sign(x, negative_celu(x, step->places + place, &celu), above), step->cell->coarser);
      int16_t *target = step->state + row * step->state_stride + i;
      const __m256i state = load_words(target, width - i);
      const __m256i z = _mm256_loadu_si256((const __m256i *)(step->z + place));
      // z * state + (1 - z) * c = state + (z - 1) * (state - c): of the products, which have 32 bits,
      // the 16 from bit 15 on.
      const __m256i minus_c = _mm256_sub_epi16(_mm256_setzero_si256(), c);
      const __m256i low = _mm256_add_epi32(
          _mm256_madd_epi16(_mm256_unpacklo_epi16(z, z), _mm256_unpacklo_epi16(state, minus_c)),
          half);
      const __m256i high = _mm256_add_epi32(
          _mm256_madd_epi16(_mm256_unpackhi_epi16(z, z), _mm256_unpackhi_epi16(state, minus_c)),
          half);
      const __m256i change =
          _mm256_packus_epi32(_mm256_srli_epi32(_mm256_slli_epi32(low, 1), 16),
                              _mm256_srli_epi32(_mm256_slli_epi32(high, 1), 16));
      store_words(target, width - i, _mm256_add_epi16(state, change));
    }
  }
}

static TARGET void step(const struct fakegen_cell *cell, const struct fakegen_inputs *inputs,
                        int16_t *state, size_t state_stride, size_t count, int32_t *wide,
                        int16_t *narrow) {
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
    struct row_input input[FAKEGEN_TILE_ROWS];
    for (size_t row = 0; row < rows; row++) input[row] = input_of(inputs, start + row);
    const size_t segment = 16 * cell->blocks, size = rows * segment;
    int16_t *z = (int16_t *)wide, *candidate = z + size;
    uint16_t *places = (uint16_t *)(candidate + size), *reset_places = places + size;
    const struct step_rows tile = {
        cell, input, rows, state + start * state_stride, state_stride, z, narrow, candidate,
        places, reset_places};
    preactivations(&tile, 0, tile.state, state_stride, tile.z, places);
    preactivations(&tile, 1, tile.state, state_stride, tile.reset, reset_places);
    BY_PIECES(cell->functions, sigmoid, gates_loop, &tile)
    preactivations(&tile, 2, tile.reset, segment, tile.candidate, places);
    BY_PIECES(cell->functions, celu, update_loop, &tile)
  }
}
