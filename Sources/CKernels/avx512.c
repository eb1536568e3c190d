#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// The compiler would take a masked operation, and more so two with masks that are each other's inverse,
// apart into more operations. It cannot where it does not see what a mask or a vector is.
INLINE __mmask32 opaque_mask(__mmask32 mask) {
  __asm__("" : "+k"(mask));
  return mask;
}

INLINE __m512i opaque(__m512i vector) {
  __asm__("" : "+v"(vector));
  return vector;
}

// Blocks whose sums are in registers together.
enum { BLOCKS = 4, WIDTH = 16 * BLOCKS };

// Adds to sums of blocks of outputs the products of a pair of their weights with a pair of x, or with one
// x and 0, of `rows` rows.
INLINE void add_products(__m512i sum[BLOCKS][4], const int8_t *weights, size_t block_size,
                         const int16_t *x, size_t x_stride, const int blocks, const int rows,
                         const int is_single) {
  __m512i w[BLOCKS];
  for (int b = 0; b < blocks; b++)
    w[b] =
        _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(weights + b * block_size)));
  for (int r = 0; r < rows; r++) {
    int32_t both = (uint16_t)x[r * x_stride];
    if (!is_single) memcpy(&both, x + r * x_stride, sizeof both);
    const __m512i value = _mm512_set1_epi32(both);
    for (int b = 0; b < blocks; b++)
      sum[b][r] = _mm512_dpwssd_epi32(sum[b][r], w[b], value);
  }
}

// `initial` sums of blocks of outputs and products of their weights with `rows` rows of x; both
// numbers are constants, so that the sums stay in registers. At most 16 sums: with more, the compiler's
// code falls from all of the peak to 80 % of it.
INLINE void multiply_tile(const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride,
                          const int32_t *initial, int32_t *sums, size_t sums_stride,
                          const int blocks, const int rows) {
  const size_t pairs = columns / 2, block_size = (columns + 1) / 2 * 32;
  __m512i sum[BLOCKS][4], other[BLOCKS][4];
  for (int b = 0; b < blocks; b++)
    for (int r = 0; r < rows; r++) sum[b][r] = _mm512_loadu_si512(initial + 16 * b);
  size_t pair = 0;
  // A product takes four cycles to give its sum to the next: of few sums two of each are made.
  if (blocks * rows <= 4) {
    for (int b = 0; b < blocks; b++)
      for (int r = 0; r < rows; r++) other[b][r] = _mm512_setzero_si512();
    for (; pair + 2 <= pairs; pair += 2) {
      const int8_t *w = weights + pair * 32;
      add_products(sum, w, block_size, x + 2 * pair, x_stride, blocks, rows, 0);
      add_products(other, w + 32, block_size, x + 2 * pair + 2, x_stride, blocks, rows, 0);
    }
    for (int b = 0; b < blocks; b++)
      for (int r = 0; r < rows; r++) sum[b][r] = _mm512_add_epi32(sum[b][r], other[b][r]);
  }
  for (; pair < pairs; pair++)
    add_products(sum, weights + pair * 32, block_size, x + 2 * pair, x_stride, blocks, rows, 0);
  if (columns % 2)
    add_products(sum, weights + pairs * 32, block_size, x + columns - 1, x_stride, blocks, rows, 1);
  for (int b = 0; b < blocks; b++)
    for (int r = 0; r < rows; r++)
      _mm512_storeu_si512(sums + r * sums_stride + b * 16, sum[b][r]);
}

INLINE void multiply_rows(const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride,
                          size_t count, const int32_t *initial, int32_t *sums, size_t sums_stride,
                          const int blocks) {
#define ROWS(rows)                                                                           \
  multiply_tile(weights, columns, x, x_stride, initial, sums, sums_stride, blocks, rows);    \
  x += rows * x_stride;                                                                      \
  sums += rows * sums_stride;                                                                \
  count -= rows
  // 3 rows and 2 are faster than 4 and 1.
  while (count >= 4 && count != 5) {
    ROWS(4);
  }
  if (count >= 3) {
    ROWS(3);
  }
  if (count == 2) {
    ROWS(2);
  } else if (count == 1) {
    ROWS(1);
  }
#undef ROWS
}

// Sums of 1...BLOCKS blocks for `count` rows.
static TARGET void multiply_blocks(const int8_t *weights, size_t blocks, size_t columns,
                                   const int16_t *x, size_t x_stride, size_t count,
                                   const int32_t *initial, int32_t *sums, size_t sums_stride) {
  switch (blocks) {
    case 1: multiply_rows(weights, columns, x, x_stride, count, initial, sums, sums_stride, 1); break;
    case 2: multiply_rows(weights, columns, x, x_stride, count, initial, sums, sums_stride, 2); break;
    case 3: multiply_rows(weights, columns, x, x_stride, count, initial, sums, sums_stride, 3); break;
    default: multiply_rows(weights, columns, x, x_stride, count, initial, sums, sums_stride, 4);
  }
}

static TARGET void multiply(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                            size_t x_stride, size_t count, int32_t *sums, size_t sums_stride) {
  static const int32_t initial[WIDTH];
  for (size_t block = 0; block < blocks; block += BLOCKS)
    multiply_blocks(weights + block * ((columns + 1) / 2 * 32),
                    blocks - block < BLOCKS ? blocks - block : BLOCKS, columns, x, x_stride, count,
                    initial, sums + 16 * block, sums_stride);
}

// The first `count` of 16 lanes.
INLINE __mmask16 lanes(size_t count) {
  return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1);
}

// Those after them of 32 lanes, and all 32.
INLINE __mmask16 lanes_after(size_t count) { return count <= 16 ? 0 : lanes(count - 16); }

INLINE __mmask32 both_lanes(size_t count) {
  return count >= 32 ? 0xFFFFFFFF : ((__mmask32)1 << count) - 1;
}

// The 32-bit lanes of even number, which 64-bit products take, are an operand as it is; the odd ones
// are moved there.
INLINE __m512i odd(__m512i value) {
  return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(value)));
}

// What rounds 64-bit sums.
struct rounding {
  // Half of what is shifted out; if `is_narrow`, of 32-bit lanes.
  __m512i half;
  __m128i shift;
  // Whether all that is left comes from a sum's upper half, half of what is shifted out included.
  int is_narrow;
};

INLINE struct rounding rounding(int32_t shift, const int is_narrow) {
  if (is_narrow)
    return (struct rounding){_mm512_set1_epi32(1 << (shift - 33)), _mm_cvtsi32_si128(shift - 32),
                             1};
  return (struct rounding){_mm512_set1_epi64((int64_t)1 << (shift - 1)), _mm_cvtsi32_si128(shift),
                           0};
}

// A 64-bit sum, rounded and saturated to int16.
INLINE __m512i rounded_wide(__m512i sum, const struct rounding *rounds) {
  sum = _mm512_sra_epi64(_mm512_add_epi64(sum, rounds->half), rounds->shift);
  sum = _mm512_max_epi64(sum, _mm512_set1_epi64(-32768));
  return _mm512_min_epi64(sum, _mm512_set1_epi64(32767));
}

// The 64-bit sums of even and odd lanes, rounded, as 16 lanes that may still be saturated to int16.
INLINE __m512i rounded(__m512i even_sum, __m512i odd_sum, const struct rounding *rounds) {
  if (!rounds->is_narrow)
    return _mm512_mask_blend_epi32(0xAAAA, rounded_wide(even_sum, rounds),
                                   _mm512_slli_epi64(rounded_wide(odd_sum, rounds), 32));
  const __m512i both = _mm512_castps_si512(_mm512_mask_movehdup_ps(
      _mm512_castsi512_ps(odd_sum), 0x5555, _mm512_castsi512_ps(even_sum)));
  return _mm512_sra_epi32(_mm512_add_epi32(both, rounds->half), rounds->shift);
}

// Two times 16 lanes, saturated to int16.
INLINE __m512i narrowed(__m512i first, __m512i second) {
  return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
                                  _mm512_packs_epi32(first, second));
}

// What 16 sums are multiplied by.
struct scale {
  __m512i even, odd;
};

INLINE struct scale scale(const int32_t *multiplier, __mmask16 mask) {
  const __m512i by = _mm512_maskz_loadu_epi32(mask, multiplier);
  return (struct scale){by, odd(by)};
}

INLINE __m512i requantized(const int32_t *sums, const struct scale *s,
                           const struct rounding *rounds) {
  const __m512i sum = _mm512_loadu_si512(sums);
  return rounded(_mm512_mul_epi32(sum, s->even), _mm512_mul_epi32(odd(sum), s->odd), rounds);
}

// A function of pairs of pieces, in registers.
struct pairs {
  __m512i starts[8], rises[8];
};

INLINE struct pairs loaded(const uint16_t *words) {
  struct pairs p;
  for (int part = 0; part < 8; part++) {
    p.starts[part] = _mm512_loadu_si512(words + 32 * part);
    p.rises[part] = _mm512_loadu_si512(words + 256 + 32 * part);
  }
  return p;
}

// The lanes of 32 that have a bit.
INLINE __mmask32 with_bit(__m512i words, int bit) {
  return opaque_mask(_mm512_test_epi16_mask(words, _mm512_set1_epi16((int16_t)(1 << bit))));
}

// Which of 32 lanes have places in the second and fourth quarter of a table of 256 words, in the other
// two, and in its second half.
struct parts {
  __mmask32 odd, even, upper;
};

// The entries at 32 places, whose other bits are ignored. The quarters of each half are looked up for the
// lanes that they have, whose places the entries then replace.
INLINE __m512i looked_up(__m512i places, struct parts in, const __m512i table[8]) {
  __m512i first = _mm512_mask2_permutex2var_epi16(table[0], places, in.even, table[1]);
  __m512i last = _mm512_mask2_permutex2var_epi16(table[4], places, in.even, table[5]);
  first = _mm512_mask2_permutex2var_epi16(table[2], first, in.odd, table[3]);
  last = _mm512_mask2_permutex2var_epi16(table[6], last, in.odd, table[7]);
  return _mm512_mask_mov_epi16(first, in.upper, last);
}

// What gives a function at 32 places within pairs of pieces: its value at the end of the pair that is
// nearer, and the rise from there.
struct from_end {
  __m512i end, rise;
};

// For positions of 15 bits, whose 7 lowest bits, or the inverse of those, are those of x.
INLINE struct from_end from_end(__m512i position, __m512i x, const struct pairs *pairs) {
  const __m512i place = _mm512_srli_epi16(position, 7);
  const __mmask32 in_second = with_bit(position, 6), odd = with_bit(position, 13);
  const struct parts in = {odd, opaque_mask(~odd), with_bit(position, 14)};
  const __m512i rises = looked_up(place, in, pairs->rises);
  const __m512i first = _mm512_and_si512(rises, _mm512_set1_epi16(0xFFF));
  const __m512i rise =
      _mm512_add_epi16(first, opaque(_mm512_maskz_srai_epi16(in_second, rises, 12)));
  const __m512i both = opaque(_mm512_maskz_add_epi16(in_second, first, rise));
  // As a signed factor, a fraction whose bit 6 is 1 is one of a piece less the whole piece.
  return (struct from_end){_mm512_add_epi16(looked_up(place, in, pairs->starts), both),
                           _mm512_mulhrs_epi16(rise, _mm512_slli_epi16(x, 9))};
}

// The rise within a piece of a piecewise linear function, at a position with 6 bits of fraction.
INLINE __m512i rise(__m512i piece, __m512i position) {
  const __m512i fraction = _mm512_and_si512(position, _mm512_set1_epi32(63));
  const __m512i product = _mm512_mullo_epi32(_mm512_srli_epi32(piece, 16), fraction);
  return _mm512_srai_epi32(_mm512_add_epi32(product, _mm512_set1_epi32(32)), 6);
}

// The function of 16 lanes by a table of pieces; the low 16 bits of a lane are the value.
INLINE __m512i interpolated(__m256i x, const uint32_t *table) {
  const __m512i position = _mm512_add_epi32(_mm512_cvtepi16_epi32(x), _mm512_set1_epi32(32768));
  const __m512i piece = _mm512_i32gather_epi32(_mm512_srli_epi32(position, 6), table, 4);
  return _mm512_add_epi32(piece, rise(piece, position));
}

// The same of 32 lanes.
INLINE __m512i interpolated_halves(__m512i x, const uint32_t *table) {
  const __m512i first = interpolated(_mm512_castsi512_si256(x), table);
  const __m512i second = interpolated(_mm512_extracti64x4_epi64(x, 1), table);
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(first)),
                            _mm512_cvtepi32_epi16(second), 1);
}

// A function, by pairs of pieces or, if it is not like that, by a table of pieces.
struct function {
  struct pairs pairs;
  const uint32_t *pieces;
  int has_pairs;
};

INLINE struct function celu_of(const struct fakegen_functions *functions, const int has_pairs) {
  struct function f;
  f.pieces = functions->celu;
  f.has_pairs = has_pairs;
  if (has_pairs) f.pairs = loaded(functions->pairs);
  return f;
}

INLINE struct function sigmoid_of(const struct fakegen_functions *functions, const int has_pairs) {
  struct function f;
  f.pieces = functions->sigmoid;
  f.has_pairs = has_pairs;
  if (has_pairs) f.pairs = loaded(functions->pairs + 512);
  return f;
}

// sigmoid of Q4.11, less 1: -32,768...0.
INLINE __m512i sigmoid_less_one(__m512i x, const struct function *sigmoid) {
  const __m512i one = _mm512_set1_epi16(-32768);
  if (!sigmoid->has_pairs) return _mm512_xor_si512(interpolated_halves(x, sigmoid->pieces), one);
  // x + 32768, or as far from the other end; the lower 15 bits count.
  const __m512i position = _mm512_min_epi16(x, _mm512_xor_si512(x, _mm512_set1_epi16(-1)));
  const struct from_end f = from_end(position, x, &sigmoid->pairs);
  return _mm512_sub_epi16(
      f.rise, _mm512_mask_sub_epi16(f.end, _mm512_movepi16_mask(x), one, f.end));
}

// CELU of negative lanes in Q4.11, in Q3.12; other lanes are unspecified.
INLINE __m512i negative_celu(__m512i x, const struct function *celu) {
  if (!celu->has_pairs)
    return interpolated_halves(_mm512_min_epi16(x, _mm512_set1_epi16(-1)), celu->pieces);
  const struct from_end f = from_end(x, x, &celu->pairs);
  return _mm512_add_epi16(f.end, f.rise);
}

INLINE __m512i shifted_rounding(__m512i value, int32_t shift) {
  if (shift == 0) return value;
  return _mm512_sra_epi16(
      _mm512_add_epi16(value, _mm512_set1_epi16((int16_t)(1 << (shift - 1)))),
      _mm_cvtsi32_si128(shift));
}

// The first `count` of 32 words, and how they are stored.
INLINE __m512i load_lanes(const int16_t *words, size_t count) {
  return count >= 32 ? _mm512_loadu_si512(words)
                     : _mm512_maskz_loadu_epi16(both_lanes(count), words);
}

INLINE void store_lanes(int16_t *words, size_t count, __m512i values) {
  if (count >= 32) {
    _mm512_storeu_si512(words, values);
  } else {
    _mm512_mask_storeu_epi16(words, both_lanes(count), values);
  }
}

// CELU of `count` rows in place, into a format that is `coarser` bits coarser than Q3.12.
INLINE void activate_loop(int16_t *y, size_t stride, size_t width, size_t count, int32_t coarser,
                          const struct function celu) {
  const __m512i least = _mm512_set1_epi16((int16_t)(-32768 >> coarser));
  const __m128i shift = _mm_cvtsi32_si128(coarser);
  for (size_t row = 0; row < count; row++, y += stride) {
    for (size_t i = 0; i < width; i += 32) {
      const __m512i x = load_lanes(y + i, width - i);
      const __m512i finer =
          coarser ? _mm512_sll_epi16(_mm512_max_epi16(x, least), shift) : x;
      const __m512i below = shifted_rounding(negative_celu(finer, &celu), coarser);
      store_lanes(y + i, width - i,
                  _mm512_mask_mov_epi16(_mm512_adds_epi16(x, x), _mm512_movepi16_mask(x), below));
    }
  }
}

// One of two loops: with a function by pairs of pieces, or not.
#define BY_PAIRS(functions, loop, function_of, ...)       \
  if ((functions)->pairs) {                               \
    loop(__VA_ARGS__, function_of(functions, 1));         \
  } else {                                                \
    loop(__VA_ARGS__, function_of(functions, 0));         \
  }

static TARGET void activate(int16_t *y, size_t stride, size_t width, size_t count,
                            const struct fakegen_functions *functions, int32_t coarser) {
  BY_PAIRS(functions, activate_loop, celu_of, y, stride, width, count, coarser)
}

// The sums that products of `width` outputs, at most WIDTH, are added to: the bias, or a copy if it does
// not fill the last vector.
INLINE const int32_t *initial_sums(const int32_t *bias, size_t width, int32_t copy[WIDTH]) {
  if (width % 16 == 0) return bias;
  for (size_t i = 0; i < width; i += 16)
    _mm512_storeu_si512(copy + i, _mm512_maskz_loadu_epi32(lanes(width - i), bias + i));
  return copy;
}

// Outputs before CELU of `count` rows from the sums of `width` of them, at most WIDTH, from `i` on.
INLINE void requantize_loop(const struct fakegen_dense *layer, const int32_t *sums, size_t count,
                            size_t i, size_t width, int16_t *y, size_t y_stride,
                            const struct rounding rounds) {
  for (size_t k = 0; k < width; k += 32) {
    const size_t left = width - k;
    const struct scale first = scale(layer->multiplier + i + k, lanes(left));
    const struct scale second = scale(layer->multiplier + i + k + 16, lanes_after(left));
    for (size_t row = 0; row < count; row++) {
      const int32_t *from = sums + row * WIDTH + k;
      const __m512i lower = requantized(from, &first, &rounds);
      const __m512i upper = left > 16 ? requantized(from + 16, &second, &rounds) : lower;
      store_lanes(y + row * y_stride + k, left, narrowed(lower, upper));
    }
  }
}

static TARGET void requantize(const struct fakegen_dense *layer, const int32_t *sums, size_t count,
                              size_t i, size_t width, int16_t *y, size_t y_stride) {
  BY_SHIFT(layer->shift, requantize_loop, layer, sums, count, i, width, y, y_stride)
}

static TARGET void dense(const struct fakegen_dense *layer, const int16_t *x, size_t x_stride,
                         size_t count, int16_t *y, size_t y_stride) {
  const size_t block_size = (layer->columns + 1) / 2 * 32;
  for (size_t i = 0; i < layer->width; i += WIDTH) {
    const size_t width = layer->width - i < WIDTH ? layer->width - i : WIDTH;
    int32_t copy[WIDTH];
    const int32_t *initial = initial_sums(layer->bias + i, width, copy);
    for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
      const size_t left = count - start;
      const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
      int32_t sums[FAKEGEN_TILE_ROWS * WIDTH];
      multiply_blocks(layer->weights + i / 16 * block_size, (width + 15) / 16, layer->columns,
                      x + start * x_stride, x_stride, rows, initial, sums, WIDTH);
      requantize(layer, sums, rows, i, width, y + start * y_stride + i, y_stride);
    }
  }
  if (layer->celu) activate(y, y_stride, layer->width, count, layer->celu, layer->coarser);
}

// What 16 sums of a cell's state and of its input are multiplied by.
struct cell_scale {
  struct scale state, input;
};

INLINE struct cell_scale cell_scale(const struct fakegen_cell *cell, size_t unit, __mmask16 mask) {
  return (struct cell_scale){scale(cell->state_multiplier + unit, mask),
                             scale(cell->input_multiplier + unit, mask)};
}

// Pre-activations in Q4.11 from the state's sums and the input's from `i` on.
INLINE __m512i preactivation(const int32_t *sums, struct row_input from, size_t i,
                             const struct cell_scale *s, const struct rounding *rounds) {
  const __m512i state = _mm512_loadu_si512(sums);
  __m512i input = _mm512_loadu_si512(from.sums + i);
  if (from.more) input = _mm512_add_epi32(input, _mm512_loadu_si512(from.more + i));
  const __m512i even_sum = _mm512_add_epi64(_mm512_mul_epi32(input, s->input.even),
                                            _mm512_mul_epi32(state, s->state.even));
  const __m512i odd_sum = _mm512_add_epi64(_mm512_mul_epi32(odd(input), s->input.odd),
                                           _mm512_mul_epi32(odd(state), s->state.odd));
  return rounded(even_sum, odd_sum, rounds);
}

// What a step works on: some rows and their memory, of each `stride` words for each row.
struct step_rows {
  const struct fakegen_cell *cell;
  const struct row_input *inputs;
  size_t count;
  int16_t *state;
  size_t state_stride;
  // All units in vectors of 32.
  size_t stride;
  // Pre-activations of the gate z, then the gate less 1.
  int16_t *z;
  // Pre-activations of the gate r, then round(r * state).
  int16_t *reset;
  // Pre-activations of the candidate.
  int16_t *candidate;
};

// Pre-activations of one kind, 0...2 for z, r and c, from the sums of `width` units, at most WIDTH, from
// unit i on.
INLINE void preactivations_loop(const struct step_rows *step, const int32_t *sums, size_t kind,
                                size_t i, size_t width, int16_t *target,
                                const struct rounding rounds) {
  const struct fakegen_cell *cell = step->cell;
  const size_t segment = 16 * cell->blocks, unit = kind * cell->width + i;
  for (size_t k = 0; k < width; k += 32) {
    const size_t left = width - k, input = kind * segment + i + k;
    const struct cell_scale first = cell_scale(cell, unit + k, lanes(left));
    const struct cell_scale second = cell_scale(cell, unit + k + 16, lanes_after(left));
    for (size_t row = 0; row < step->count; row++) {
      const int32_t *from = sums + row * WIDTH + k;
      const struct row_input inputs = step->inputs[row];
      const __m512i lower = preactivation(from, inputs, input, &first, &rounds);
      // There are no inputs beyond the last block's.
      const __m512i upper =
          left > 16 ? preactivation(from + 16, inputs, input + 16, &second, &rounds) : lower;
      _mm512_storeu_si512(target + row * step->stride + i + k, narrowed(lower, upper));
    }
  }
}

// The same of all units, from vectors that the cell's weights of this kind are multiplied with.
static TARGET void preactivations(const struct step_rows *step, size_t kind, const int16_t *x,
                                  size_t x_stride, int16_t *target) {
  const struct fakegen_cell *cell = step->cell;
  const size_t block_size = (cell->width + 1) / 2 * 32;
  for (size_t i = 0; i < cell->width; i += WIDTH) {
    const size_t width = cell->width - i < WIDTH ? cell->width - i : WIDTH;
    int32_t copy[WIDTH], sums[FAKEGEN_TILE_ROWS * WIDTH];
    const int32_t *initial = initial_sums(cell->bias + kind * cell->width + i, width, copy);
    multiply_blocks(cell->weights + (kind * cell->blocks + i / 16) * block_size, (width + 15) / 16,
                    cell->width, x, x_stride, step->count, initial, sums, WIDTH);
    BY_SHIFT(cell->shift, preactivations_loop, step, sums, kind, i, width, target)
  }
}

// The gates from their pre-activations.
INLINE void gates_loop(const struct step_rows *step, const struct function sigmoid) {
  const size_t width = step->cell->width;
  for (size_t row = 0; row < step->count; row++) {
    for (size_t i = 0; i < width; i += 32) {
      int16_t *z = step->z + row * step->stride + i;
      int16_t *reset = step->reset + row * step->stride + i;
      _mm512_storeu_si512(z, sigmoid_less_one(_mm512_loadu_si512(z), &sigmoid));
      const __m512i r = sigmoid_less_one(_mm512_loadu_si512(reset), &sigmoid);
      const __m512i state = load_lanes(step->state + row * step->state_stride + i, width - i);
      // r * state = state + (r - 1) * state, all of which fit in 16 bits.
      _mm512_storeu_si512(reset, _mm512_add_epi16(state, _mm512_mulhrs_epi16(r, state)));
    }
  }
}

// The next states from the gate z and the candidate's pre-activations.
INLINE void update_loop(const struct step_rows *step, const struct function celu) {
  const size_t width = step->cell->width;
  const __m512i half = _mm512_set1_epi32(0x4000);
  for (size_t row = 0; row < step->count; row++) {
    for (size_t i = 0; i < width; i += 32) {
      const __m512i x = _mm512_loadu_si512(step->candidate + row * step->stride + i);
      const __m512i above = _mm512_min_epu16(_mm512_slli_epi16(x, 1), _mm512_set1_epi16(6 << 12));
      const __m512i c = shifted_rounding(
          _mm512_mask_mov_epi16(above, _mm512_movepi16_mask(x), negative_celu(x, &celu)),
          step->cell->coarser);
      int16_t *target = step->state + row * step->state_stride + i;
      const __m512i state = load_lanes(target, width - i);
      const __m512i z = _mm512_loadu_si512(step->z + row * step->stride + i);
      // z * state + (1 - z) * c = state + (z - 1) * (state - c): of the products, which have 32 bits,
      // the 16 from bit 15 on.
      const __m512i minus_c = _mm512_sub_epi16(_mm512_setzero_si512(), c);
      const __m512i low = _mm512_dpwssd_epi32(half, _mm512_unpacklo_epi16(z, z),
                                              _mm512_unpacklo_epi16(state, minus_c));
      const __m512i high = _mm512_dpwssd_epi32(half, _mm512_unpackhi_epi16(z, z),
                                               _mm512_unpackhi_epi16(state, minus_c));
      const __m512i change =
          _mm512_packus_epi32(_mm512_srli_epi32(_mm512_slli_epi32(low, 1), 16),
                              _mm512_srli_epi32(_mm512_slli_epi32(high, 1), 16));
      store_lanes(target, width - i, _mm512_add_epi16(state, change));
    }
  }
}

static TARGET void step(const struct fakegen_cell *cell, const struct fakegen_inputs *inputs,
                        int16_t *state, size_t state_stride, size_t count, int32_t *wide,
                        int16_t *narrow) {
  (void)narrow;
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
    struct row_input input[FAKEGEN_TILE_ROWS];
    for (size_t row = 0; row < rows; row++) input[row] = input_of(inputs, start + row);
    // Three times 2 bytes for each of 32 units fit in three times 4 for each of 16.
    const size_t stride = (cell->width + 31) / 32 * 32, size = rows * stride;
    int16_t *z = (int16_t *)wide;
    const struct step_rows tile = {cell, input, rows, state + start * state_stride, state_stride,
                                   stride, z, z + size, z + 2 * size};
    preactivations(&tile, 0, tile.state, state_stride, tile.z);
    preactivations(&tile, 1, tile.state, state_stride, tile.reset);
    BY_PAIRS(cell->functions, gates_loop, sigmoid_of, &tile)
    preactivations(&tile, 2, tile.reset, stride, tile.candidate);
    BY_PAIRS(cell->functions, update_loop, celu_of, &tile)
  }
}

INLINE __m256i load_words(const int16_t *values, size_t count) {
  return _mm256_maskz_loadu_epi16(lanes(count), values);
}

// Sums of the lanes up to each.
INLINE __m512i sums_up_to(__m512i x) {
  const __m512i zero = _mm512_setzero_si512();
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
  return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}

static TARGET size_t search(const int32_t *weights, size_t count, uint64_t threshold) {
  enum { MANY = 64 };
  uint64_t left = threshold;
  size_t start = 0;
  // Weights are at most 2^24.
  for (; start + MANY < count; start += MANY) {
    __m512i sums = _mm512_loadu_si512(weights + start);
    for (size_t i = 16; i < MANY; i += 16)
      sums = _mm512_add_epi32(sums, _mm512_loadu_si512(weights + start + i));
    const uint32_t sum = (uint32_t)_mm512_reduce_add_epi32(sums);
    if (sum > left) break;
    left -= sum;
  }
  // Without branches: where they go is random.
  const size_t some = count - start < MANY ? count - start : MANY;
  const __m512i limit = _mm512_set1_epi32((int32_t)(left < UINT32_MAX ? left : UINT32_MAX));
  __m512i sum = _mm512_setzero_si512();
  size_t passed = 0;
  for (size_t i = 0; i < some; i += 16) {
    const __mmask16 mask = lanes(some - i);
    const __m512i sums =
        _mm512_add_epi32(sum, sums_up_to(_mm512_maskz_loadu_epi32(mask, weights + start + i)));
    passed += (size_t)__builtin_popcount(_mm512_mask_cmple_epu32_mask(mask, sums, limit));
    sum = _mm512_permutexvar_epi32(_mm512_set1_epi32(15), sums);
  }
  return start + passed;
}

#include "choices256.h"

const struct fakegen_kernels fakegen_avx512 = {multiply, dense, step,  exponentials,
                                               choose,   draw,  search};
#endif
