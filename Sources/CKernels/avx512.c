#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Products of blocks of weights with `rows` rows of x, all constants, so that the sums stay in
// registers. 16 sums: with more, the compiler's code falls from all of the peak to 80 % of it.
INLINE void sum_tile(__m512i sum[4][4], const int8_t *const weights[4], size_t columns,
                     const int16_t *x, size_t x_stride, const int blocks, const int rows) {
  const size_t pairs = columns / 2;
  for (int b = 0; b < blocks; b++)
    for (int r = 0; r < rows; r++) sum[b][r] = _mm512_setzero_si512();
  for (size_t pair = 0; pair < pairs; pair++) {
    __m512i w[4];
    for (int b = 0; b < blocks; b++)
      w[b] = _mm512_cvtepi8_epi16(
          _mm256_loadu_si256((const __m256i *)(weights[b] + pair * 32)));
    for (int r = 0; r < rows; r++) {
      int32_t both;
      __builtin_memcpy(&both, x + r * x_stride + 2 * pair, 4);
      const __m512i value = _mm512_set1_epi32(both);
      for (int b = 0; b < blocks; b++) sum[b][r] = _mm512_dpwssd_epi32(sum[b][r], w[b], value);
    }
  }
  if (columns % 2) {
    for (int b = 0; b < blocks; b++) {
      const __m512i w = _mm512_cvtepi8_epi16(
          _mm256_loadu_si256((const __m256i *)(weights[b] + pairs * 32)));
      for (int r = 0; r < rows; r++) {
        const __m512i value = _mm512_set1_epi32((uint16_t)x[r * x_stride + columns - 1]);
        sum[b][r] = _mm512_dpwssd_epi32(sum[b][r], w, value);
      }
    }
  }
}

// Calls `tile` for all of `count` rows with the number of the first and with how many they are, a
// constant: as many as there are registers for, or one.
#define BY_ROWS(count, tile, ...)                                       \
  {                                                                     \
    size_t row = 0;                                                     \
    for (; row + 4 <= (count); row += 4) { tile(__VA_ARGS__, row, 4); } \
    for (; row < (count); row++) { tile(__VA_ARGS__, row, 1); }         \
  }

INLINE void multiply_tile(const int8_t *weights, size_t columns, const int16_t *x, size_t x_stride,
                          int32_t *sums, size_t sums_stride, const int blocks, size_t row,
                          const int rows) {
  const int8_t *w[4];
  for (int b = 0; b < blocks; b++) w[b] = weights + b * ((columns + 1) / 2 * 32);
  __m512i sum[4][4];
  sum_tile(sum, w, columns, x + row * x_stride, x_stride, blocks, rows);
  for (int b = 0; b < blocks; b++)
    for (int r = 0; r < rows; r++)
      _mm512_storeu_si512(sums + (row + r) * sums_stride + b * 16, sum[b][r]);
}

static TARGET void multiply(const int8_t *weights, size_t blocks, size_t columns, const int16_t *x,
                            size_t x_stride, size_t count, int32_t *sums, size_t sums_stride) {
  const size_t block_size = (columns + 1) / 2 * 32;
  for (; blocks >= 4; blocks -= 4) {
    BY_ROWS(count, multiply_tile, weights, columns, x, x_stride, sums, sums_stride, 4)
    weights += 4 * block_size;
    sums += 64;
  }
  for (; blocks; blocks--) {
    BY_ROWS(count, multiply_tile, weights, columns, x, x_stride, sums, sums_stride, 1)
    weights += block_size;
    sums += 16;
  }
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

// What rounds 64-bit sums: half of what is shifted out is in the sums.
struct rounding {
  int64_t half;
  __m128i shift;
  // What brings the odd lanes' results to the upper halves; only if all that is left has 32 bits, as
  // nearly always.
  __m128i odd_shift;
  int is_narrow;
};

INLINE struct rounding rounding(int32_t shift) {
  return (struct rounding){(int64_t)1 << (shift - 1), _mm_cvtsi32_si128(shift),
                           _mm_cvtsi32_si128(shift >= 32 ? shift - 32 : 0), shift >= 32};
}

// The 64-bit sums of even and odd lanes, rounded, as 16 lanes that may still be saturated to int16.
INLINE __m512i rounded(__m512i even_sum, __m512i odd_sum, const struct rounding *rounds) {
  even_sum = _mm512_sra_epi64(even_sum, rounds->shift);
  if (rounds->is_narrow)
    return _mm512_mask_blend_epi32(0xAAAA, even_sum, _mm512_sra_epi64(odd_sum, rounds->odd_shift));
  odd_sum = _mm512_sra_epi64(odd_sum, rounds->shift);
  const __m512i least = _mm512_set1_epi64(-32768), greatest = _mm512_set1_epi64(32767);
  even_sum = _mm512_min_epi64(_mm512_max_epi64(even_sum, least), greatest);
  odd_sum = _mm512_min_epi64(_mm512_max_epi64(odd_sum, least), greatest);
  return _mm512_mask_blend_epi32(0xAAAA, even_sum, _mm512_slli_epi64(odd_sum, 32));
}

// Two times 16 lanes, saturated to int16.
INLINE __m512i narrowed(__m512i first, __m512i second) {
  return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
                                  _mm512_packs_epi32(first, second));
}

// The multipliers of 16 sums and what is added to their products.
struct scale {
  __m512i even, odd;
  // bias * multiplier + half.
  __m512i even_offset, odd_offset;
};

INLINE struct scale scale(const int32_t *bias, const int32_t *multiplier, __mmask16 mask,
                          const struct rounding *rounds) {
  const __m512i half = _mm512_set1_epi64(rounds->half);
  const __m512i added = _mm512_maskz_loadu_epi32(mask, bias);
  struct scale s;
  s.even = _mm512_maskz_loadu_epi32(mask, multiplier);
  s.odd = odd(s.even);
  s.even_offset = _mm512_add_epi64(_mm512_mul_epi32(added, s.even), half);
  s.odd_offset = _mm512_add_epi64(_mm512_mul_epi32(odd(added), s.odd), half);
  // Or the compiler takes the multipliers out of sums, whose products have 64-bit factors then.
  __asm__("" : "+v"(s.even_offset), "+v"(s.odd_offset));
  return s;
}

INLINE __m512i requantized(__m512i sum, const struct scale *s, const struct rounding *rounds) {
  return rounded(_mm512_add_epi64(_mm512_mul_epi32(sum, s->even), s->even_offset),
                 _mm512_add_epi64(_mm512_mul_epi32(odd(sum), s->odd), s->odd_offset), rounds);
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

// The entries of 32 lanes in a table of 256 words, at places whose other bits are ignored.
INLINE __m512i entries(__m512i places, const __m512i table[8]) {
  const __mmask32 in_upper = _mm512_test_epi16_mask(places, _mm512_set1_epi16(64));
  const __mmask32 in_last = _mm512_test_epi16_mask(places, _mm512_set1_epi16(128));
  __m512i found[4];
  for (int part = 0; part < 4; part++)
    found[part] = _mm512_permutex2var_epi16(table[2 * part], places, table[2 * part + 1]);
  const __m512i first = _mm512_mask_mov_epi16(found[0], in_upper, found[1]);
  const __m512i last = _mm512_mask_mov_epi16(found[2], in_upper, found[3]);
  return _mm512_mask_mov_epi16(first, in_last, last);
}

// A piece of each of 32 lanes: the value at its start, its rise, and the part of the rise to a place in
// it.
struct piece {
  __m512i start, rise, part;
};

// The pieces at positions of 15 bits; `x` has their fractions in its 6 lowest bits.
INLINE struct piece piece_at(__m512i position, __m512i x, const struct pairs *pairs) {
  const __m512i place = _mm512_srli_epi16(position, 7);
  const __mmask32 is_second = _mm512_test_epi16_mask(position, _mm512_set1_epi16(64));
  const __m512i rises = entries(place, pairs->rises);
  const __m512i first = _mm512_and_si512(rises, _mm512_set1_epi16(0xFFF));
  struct piece p;
  p.start = entries(place, pairs->starts);
  p.start = _mm512_mask_add_epi16(p.start, is_second, p.start, first);
  p.rise = _mm512_mask_add_epi16(first, is_second, first, _mm512_srai_epi16(rises, 12));
  const __m512i fraction = _mm512_and_si512(x, _mm512_set1_epi16(63));
  p.part = _mm512_srli_epi16(
      _mm512_add_epi16(_mm512_mullo_epi16(p.rise, fraction), _mm512_set1_epi16(32)), 6);
  return p;
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
  // x + 32768, or as far from the other end: x xor its sign xor 0x7FFF.
  const __m512i position = _mm512_ternarylogic_epi32(
      x, _mm512_srai_epi16(x, 15), _mm512_set1_epi16(0x7FFF), 0x96);
  const struct piece p = piece_at(position, x, &sigmoid->pairs);
  const __m512i below = _mm512_xor_si512(_mm512_add_epi16(p.start, p.part), one);
  const __m512i above = _mm512_sub_epi16(p.part, _mm512_add_epi16(p.start, p.rise));
  return _mm512_mask_mov_epi16(above, _mm512_movepi16_mask(x), below);
}

// CELU of negative lanes in Q4.11, in Q3.12; other lanes are unspecified.
INLINE __m512i negative_celu(__m512i x, const struct function *celu) {
  if (!celu->has_pairs)
    return interpolated_halves(_mm512_min_epi16(x, _mm512_set1_epi16(-1)), celu->pieces);
  const __m512i position = _mm512_and_si512(x, _mm512_set1_epi16(0x7FFF));
  const struct piece p = piece_at(position, x, &celu->pairs);
  return _mm512_add_epi16(p.start, p.part);
}

INLINE __m512i shifted_rounding(__m512i value, int32_t shift) {
  if (shift == 0) return value;
  return _mm512_sra_epi16(
      _mm512_add_epi16(value, _mm512_set1_epi16((int16_t)(1 << (shift - 1)))),
      _mm_cvtsi32_si128(shift));
}

// CELU of `count` rows in place, into a format that is `coarser` bits coarser than Q3.12.
INLINE void activate_loop(int16_t *y, size_t stride, size_t width, size_t count, int32_t coarser,
                          const struct function celu) {
  const __m512i least = _mm512_set1_epi16((int16_t)(-32768 >> coarser));
  for (size_t row = 0; row < count; row++, y += stride) {
    for (size_t i = 0; i < width; i += 32) {
      const __mmask32 mask = both_lanes(width - i);
      const __m512i x = _mm512_maskz_loadu_epi16(mask, y + i);
      const __m512i finer =
          _mm512_sll_epi16(_mm512_max_epi16(x, least), _mm_cvtsi32_si128(coarser));
      const __m512i below = shifted_rounding(negative_celu(finer, &celu), coarser);
      _mm512_mask_storeu_epi16(
          y + i, mask,
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

// Outputs before CELU of `rows` rows from `row` on, of `blocks` blocks from `block` on.
INLINE void dense_tile(const struct fakegen_dense *layer, const struct rounding *rounds,
                       const int16_t *x, size_t x_stride, int16_t *y, size_t y_stride,
                       size_t block, const int blocks, size_t row, const int rows) {
  const int8_t *w[4];
  for (int b = 0; b < blocks; b++)
    w[b] = layer->weights + (block + b) * ((layer->columns + 1) / 2 * 32);
  __m512i sum[4][4];
  sum_tile(sum, w, layer->columns, x + row * x_stride, x_stride, blocks, rows);
  // By two blocks, or one, of which there is no second.
  for (int b = 0; b < blocks; b += 2) {
    const size_t i = 16 * (block + b), left = layer->width - i;
    const struct scale first = scale(layer->bias + i, layer->multiplier + i, lanes(left), rounds);
    const struct scale second =
        scale(layer->bias + i + 16, layer->multiplier + i + 16, lanes_after(left), rounds);
    for (int r = 0; r < rows; r++) {
      const __m512i value = narrowed(
          requantized(sum[b][r], &first, rounds),
          b + 1 < blocks ? requantized(sum[b + 1][r], &second, rounds) : _mm512_setzero_si512());
      _mm512_mask_storeu_epi16(y + (row + r) * y_stride + i, both_lanes(left), value);
    }
  }
}

static TARGET void dense(const struct fakegen_dense *layer, const int16_t *x, size_t x_stride,
                         size_t count, int16_t *y, size_t y_stride) {
  const struct rounding rounds = rounding(layer->shift);
  size_t block = 0;
  for (; block + 4 <= layer->blocks; block += 4)
    BY_ROWS(count, dense_tile, layer, &rounds, x, x_stride, y, y_stride, block, 4)
  for (; block + 2 <= layer->blocks; block += 2)
    BY_ROWS(count, dense_tile, layer, &rounds, x, x_stride, y, y_stride, block, 2)
  if (block < layer->blocks)
    BY_ROWS(count, dense_tile, layer, &rounds, x, x_stride, y, y_stride, block, 1)
  if (layer->celu) activate(y, y_stride, layer->width, count, layer->celu, layer->coarser);
}

// The multipliers of 16 sums of a cell's input and of its state.
struct cell_scale {
  struct scale state;
  __m512i input_even, input_odd;
};

INLINE struct cell_scale cell_scale(const struct fakegen_cell *cell, size_t row, __mmask16 mask,
                                    const struct rounding *rounds) {
  struct cell_scale s;
  s.state = scale(cell->bias + row, cell->state_multiplier + row, mask, rounds);
  s.input_even = _mm512_maskz_loadu_epi32(mask, cell->input_multiplier + row);
  s.input_odd = odd(s.input_even);
  return s;
}

// Pre-activations in Q4.11 from the state's sums and the input's from `i` on.
INLINE __m512i preactivation(__m512i state, struct row_input from, size_t i,
                             const struct cell_scale *s, const struct rounding *rounds) {
  __m512i input = _mm512_loadu_si512(from.sums + i);
  if (from.more) input = _mm512_add_epi32(input, _mm512_loadu_si512(from.more + i));
  const __m512i even_sum =
      _mm512_add_epi64(_mm512_mul_epi32(state, s->state.even), s->state.even_offset);
  const __m512i odd_sum =
      _mm512_add_epi64(_mm512_mul_epi32(odd(state), s->state.odd), s->state.odd_offset);
  return rounded(_mm512_add_epi64(even_sum, _mm512_mul_epi32(input, s->input_even)),
                 _mm512_add_epi64(odd_sum, _mm512_mul_epi32(odd(input), s->input_odd)), rounds);
}

// What a step works on: some rows and their memory, a segment of each for each row.
struct step_rows {
  const struct fakegen_cell *cell;
  const struct row_input *inputs;
  int16_t *state;
  size_t state_stride;
  // Pre-activations of the gate z, then the gate less 1.
  int16_t *z;
  // Pre-activations of the gate r, then round(r * state).
  int16_t *reset;
  // Pre-activations of the candidate.
  int16_t *candidate;
};

// Of 32 units of a cell, or of 16 if there is one block, the pre-activations of one kind for one row.
struct unit_scales {
  struct cell_scale first, second;
  size_t input;
  int has_second;
};

INLINE struct unit_scales unit_scales(const struct fakegen_cell *cell, size_t kind, size_t i,
                                      int has_second, const struct rounding *rounds) {
  const size_t row = kind * cell->width + i, left = cell->width - i;
  return (struct unit_scales){
      cell_scale(cell, row, lanes(left), rounds),
      cell_scale(cell, row + 16, lanes_after(left), rounds),
      kind * 16 * cell->blocks + i, has_second};
}

INLINE __m512i preactivations(__m512i first, __m512i second, struct row_input from,
                              const struct unit_scales *s, const struct rounding *rounds) {
  return narrowed(preactivation(first, from, s->input, &s->first, rounds),
                  s->has_second ? preactivation(second, from, s->input + 16, &s->second, rounds)
                                : _mm512_setzero_si512());
}

// Writes pre-activations of one kind for `rows` rows from `row` on: of two blocks of sums, or of one.
INLINE void store_preactivations(const struct step_rows *step, const struct rounding *rounds,
                                 size_t kind, size_t block, const int has_second,
                                 const __m512i *first, const __m512i *second, int16_t *target,
                                 size_t row, const int rows) {
  const size_t segment = 16 * step->cell->blocks, i = 16 * block;
  const struct unit_scales s = unit_scales(step->cell, kind, i, has_second, rounds);
  for (int r = 0; r < rows; r++)
    _mm512_mask_storeu_epi16(
        target + (row + r) * segment + i, has_second ? 0xFFFFFFFF : 0xFFFF,
        preactivations(first[r], second[r], step->inputs[row + r], &s, rounds));
}

// Pre-activations of the gates of `rows` rows from `row` on, of `blocks` blocks, 1 or 2.
INLINE void gates_tile(const struct step_rows *step, const struct rounding *rounds, size_t block,
                       const int blocks, size_t row, const int rows) {
  const struct fakegen_cell *cell = step->cell;
  const size_t block_size = (cell->width + 1) / 2 * 32;
  const int8_t *w[4];
  for (int b = 0; b < blocks; b++) {
    w[b] = cell->weights + (block + b) * block_size;
    w[blocks + b] = w[b] + cell->blocks * block_size;
  }
  __m512i sum[4][4];
  sum_tile(sum, w, cell->width, step->state + row * step->state_stride, step->state_stride,
           2 * blocks, rows);
  store_preactivations(step, rounds, 0, block, blocks == 2, sum[0], sum[1], step->z, row, rows);
  store_preactivations(step, rounds, 1, block, blocks == 2, sum[blocks], sum[2 * blocks - 1],
                       step->reset, row, rows);
}

// Pre-activations of the candidates of `rows` rows from `row` on, of `blocks` blocks.
INLINE void candidate_tile(const struct step_rows *step, const struct rounding *rounds,
                           size_t block, const int blocks, size_t row, const int rows) {
  const struct fakegen_cell *cell = step->cell;
  const size_t segment = 16 * cell->blocks, block_size = (cell->width + 1) / 2 * 32;
  const int8_t *w[4];
  for (int b = 0; b < blocks; b++)
    w[b] = cell->weights + (2 * cell->blocks + block + b) * block_size;
  __m512i sum[4][4];
  sum_tile(sum, w, cell->width, step->reset + row * segment, segment, blocks, rows);
  for (int b = 0; b < blocks; b += 2)
    store_preactivations(step, rounds, 2, block + b, b + 1 < blocks, sum[b],
                         sum[b + 1 < blocks ? b + 1 : b], step->candidate, row, rows);
}

// The gates of `rows` rows from their pre-activations.
INLINE void gates_loop(const struct step_rows *step, size_t rows, const struct function sigmoid) {
  const size_t width = step->cell->width, segment = 16 * step->cell->blocks;
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < width; i += 32) {
      const __mmask32 mask = both_lanes(width - i);
      int16_t *z = step->z + row * segment + i, *reset = step->reset + row * segment + i;
      _mm512_mask_storeu_epi16(
          z, mask, sigmoid_less_one(_mm512_maskz_loadu_epi16(mask, z), &sigmoid));
      const __m512i r = sigmoid_less_one(_mm512_maskz_loadu_epi16(mask, reset), &sigmoid);
      const __m512i state =
          _mm512_maskz_loadu_epi16(mask, step->state + row * step->state_stride + i);
      // r * state = state + (r - 1) * state, all of which fit in 16 bits.
      _mm512_mask_storeu_epi16(reset, mask,
                               _mm512_add_epi16(state, _mm512_mulhrs_epi16(r, state)));
    }
  }
}

// The next states of `rows` rows from the gate z and the candidate's pre-activations.
INLINE void update_loop(const struct step_rows *step, size_t rows, const struct function celu) {
  const size_t width = step->cell->width, segment = 16 * step->cell->blocks;
  const __m512i half = _mm512_set1_epi32(0x4000);
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < width; i += 32) {
      const __mmask32 mask = both_lanes(width - i);
      const __m512i x = _mm512_maskz_loadu_epi16(mask, step->candidate + row * segment + i);
      const __m512i above = _mm512_min_epu16(_mm512_slli_epi16(x, 1), _mm512_set1_epi16(6 << 12));
      const __m512i c = shifted_rounding(
          _mm512_mask_mov_epi16(above, _mm512_movepi16_mask(x), negative_celu(x, &celu)),
          step->cell->coarser);
      int16_t *target = step->state + row * step->state_stride + i;
      const __m512i state = _mm512_maskz_loadu_epi16(mask, target);
      const __m512i z = _mm512_maskz_loadu_epi16(mask, step->z + row * segment + i);
      // z * state + (1 - z) * c = state + (z - 1) * (state - c): of the products, which have 32 bits,
      // the 16 from bit 15 on.
      const __m512i minus_c = _mm512_sub_epi16(_mm512_setzero_si512(), c);
      const __m512i low = _mm512_add_epi32(
          _mm512_madd_epi16(_mm512_unpacklo_epi16(z, z), _mm512_unpacklo_epi16(state, minus_c)),
          half);
      const __m512i high = _mm512_add_epi32(
          _mm512_madd_epi16(_mm512_unpackhi_epi16(z, z), _mm512_unpackhi_epi16(state, minus_c)),
          half);
      const __m512i change =
          _mm512_packus_epi32(_mm512_srli_epi32(_mm512_slli_epi32(low, 1), 16),
                              _mm512_srli_epi32(_mm512_slli_epi32(high, 1), 16));
      _mm512_mask_storeu_epi16(target, mask, _mm512_add_epi16(state, change));
    }
  }
}

static TARGET void step(const struct fakegen_cell *cell, const struct fakegen_inputs *inputs,
                        int16_t *state, size_t state_stride, size_t count, int32_t *wide,
                        int16_t *narrow) {
  const struct rounding rounds = rounding(cell->shift);
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
    struct row_input input[FAKEGEN_TILE_ROWS];
    for (size_t row = 0; row < rows; row++) input[row] = input_of(inputs, start + row);
    const size_t size = rows * 16 * cell->blocks;
    int16_t *z = (int16_t *)wide;
    const struct step_rows tile = {
        cell, input, state + start * state_stride, state_stride, z, narrow, z + size};
    size_t block = 0;
    for (; block + 2 <= cell->blocks; block += 2)
      BY_ROWS(rows, gates_tile, &tile, &rounds, block, 2)
    if (block < cell->blocks) BY_ROWS(rows, gates_tile, &tile, &rounds, block, 1)
    BY_PAIRS(cell->functions, gates_loop, sigmoid_of, &tile, rows)
    block = 0;
    for (; block + 4 <= cell->blocks; block += 4)
      BY_ROWS(rows, candidate_tile, &tile, &rounds, block, 4)
    for (; block + 2 <= cell->blocks; block += 2)
      BY_ROWS(rows, candidate_tile, &tile, &rounds, block, 2)
    if (block < cell->blocks) BY_ROWS(rows, candidate_tile, &tile, &rounds, block, 1)
    BY_PAIRS(cell->functions, update_loop, celu_of, &tile, rows)
  }
}

INLINE __m512i widened(const int16_t *values, __mmask16 mask) {
  return _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(mask, values));
}

static TARGET uint64_t exponentials(const int16_t *logits, size_t count, const int32_t *table,
                                    int32_t *weights) {
  __m512i most = _mm512_set1_epi32(-32768);
  for (size_t i = 0; i < count; i += 16) {
    const __mmask16 mask = lanes(count - i);
    most = _mm512_mask_max_epi32(most, mask, most, widened(logits + i, mask));
  }
  const __m512i greatest = _mm512_set1_epi32(_mm512_reduce_max_epi32(most));
  __m512i total = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 16) {
    const __mmask16 mask = lanes(count - i);
    const __m512i distance = _mm512_sub_epi32(greatest, widened(logits + i, mask));
    const __mmask16 near =
        _mm512_mask_cmplt_epi32_mask(mask, distance, _mm512_set1_epi32(16 << 9));
    const __m512i weight =
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), near, distance, table, 4);
    _mm512_mask_storeu_epi32(weights + i, mask, weight);
    total = _mm512_add_epi64(total, _mm512_and_si512(weight, _mm512_set1_epi64(0xFFFFFFFF)));
    total = _mm512_add_epi64(total, _mm512_srli_epi64(weight, 32));
  }
  return (uint64_t)_mm512_reduce_add_epi64(total);
}

static TARGET size_t search(const int32_t *weights, size_t count, uint64_t threshold) {
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    // 16 weights of at most 2^24.
    const uint64_t next =
        sum + (uint32_t)_mm512_reduce_add_epi32(_mm512_loadu_si512(weights + i));
    if (next > threshold) break;
    sum = next;
  }
  for (; i < count; i++) {
    sum += (uint32_t)weights[i];
    if (sum > threshold) return i;
  }
  return count;
}

#include "draws.h"

// The greatest of up to 64 logits.
INLINE int32_t greatest_of(const int16_t *logits, size_t count) {
  const __m512i none = _mm512_set1_epi16(-32768);
  __m512i most = _mm512_mask_loadu_epi16(none, both_lanes(count), logits);
  if (count > 32)
    most = _mm512_max_epi16(
        most, _mm512_mask_loadu_epi16(none, both_lanes(count - 32), logits + 32));
  const __m256i half = _mm256_max_epi16(_mm512_castsi512_si256(most),
                                        _mm512_extracti64x4_epi64(most, 1));
  const __m128i quarter =
      _mm_max_epi16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  // The least of 32767 - logit.
  const __m128i least = _mm_minpos_epu16(_mm_xor_si128(quarter, _mm_set1_epi16(0x7FFF)));
  return 32767 - (int32_t)_mm_extract_epi16(least, 0);
}

// Sums of the lanes up to each.
INLINE __m512i cumulated(__m512i x) {
  const __m512i zero = _mm512_setzero_si512();
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
  return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}

// A row's class of at most 16 * `blocks`, which is at most 4: all sums fit in 30 bits and in registers.
INLINE int32_t choice_of_few(const int16_t *logits, size_t classes, const int32_t *table,
                             uint32_t draw, const int blocks) {
  const __m512i greatest = _mm512_set1_epi32(greatest_of(logits, classes));
  const __m512i last_lane = _mm512_set1_epi32(15);
  __m512i sums[4], sum = _mm512_setzero_si512();
  for (int b = 0; b < blocks; b++) {
    const __mmask16 mask = lanes(classes - 16 * b);
    const __m512i distance = _mm512_sub_epi32(greatest, widened(logits + 16 * b, mask));
    const __mmask16 near =
        _mm512_mask_cmplt_epi32_mask(mask, distance, _mm512_set1_epi32(16 << 9));
    const __m512i weight =
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), near, distance, table, 4);
    sums[b] = _mm512_add_epi32(cumulated(weight), sum);
    sum = _mm512_permutexvar_epi32(last_lane, sums[b]);
  }
  const uint64_t total = (uint32_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(sum));
  const __m512i threshold = _mm512_set1_epi32((int32_t)(draw * total >> 32));
  int32_t passed = 0;
  for (int b = 0; b < blocks; b++)
    passed += __builtin_popcount(_mm512_cmple_epi32_mask(sums[b], threshold));
  return passed;
}

static TARGET void choose(const int16_t *logits, size_t stride, size_t count, size_t classes,
                          const int32_t *counts, const int32_t *table, const uint32_t *draws,
                          int32_t *weights, int32_t *chosen) {
  for (size_t row = 0; row < count; row++, logits += stride) {
    const size_t some = counts ? (size_t)counts[row] : classes;
    switch ((some - 1) / 16) {
      case 0: chosen[row] = choice_of_few(logits, some, table, draws[row], 1); break;
      case 1: chosen[row] = choice_of_few(logits, some, table, draws[row], 2); break;
      case 2: chosen[row] = choice_of_few(logits, some, table, draws[row], 3); break;
      case 3: chosen[row] = choice_of_few(logits, some, table, draws[row], 4); break;
      default: chosen[row] = choice(logits, some, table, draws[row], weights);
    }
  }
}

const struct fakegen_kernels fakegen_avx512 = {multiply, dense, step,  exponentials,
                                               choose,   draw,  search};
#endif
