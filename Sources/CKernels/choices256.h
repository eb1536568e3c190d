// Look-ups in tables, and choices among classes by them, in vectors of 256 bits, for levels whose functions
// are named here. TARGET is the level's attribute; `load_words` gives the first of 16 words, and 0 beyond,
// which is not read; `search` is the level's, too.

INLINE __m128i four_entries(const uint32_t *table, uint64_t places) {
  return _mm_setr_epi32((int32_t)table[places & 0xFFFF], (int32_t)table[places >> 16 & 0xFFFF],
                        (int32_t)table[places >> 32 & 0xFFFF], (int32_t)table[places >> 48]);
}

// Entries of 16 lanes, in the order of unpacked words.
struct entries {
  __m256i low, high;
};

// The entries at 16 places. Single loads take less time than the gather instruction, much less on
// processors that have it in microcode. All takes half as long again if the places are in a register or
// were just stored from one: a loop before this one should store them.
INLINE struct entries entries(const uint32_t *table, const uint16_t *places) {
  uint64_t four[4];
  memcpy(four, places, sizeof four);
  return (struct entries){
      _mm256_setr_m128i(four_entries(table, four[0]), four_entries(table, four[2])),
      _mm256_setr_m128i(four_entries(table, four[1]), four_entries(table, four[3]))};
}

// The greatest of 16 words.
INLINE int16_t greatest_of(__m256i words) {
  const __m128i half =
      _mm_max_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  // The least of 32767 - word.
  const __m128i least = _mm_minpos_epu16(_mm_xor_si128(half, _mm_set1_epi16(0x7FFF)));
  return (int16_t)(32767 - _mm_extract_epi16(least, 0));
}

// All bits of the first `count`, an int16, of 16 words.
INLINE __m256i first_words(size_t count) {
  const __m256i place = _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return _mm256_cmpgt_epi16(_mm256_set1_epi16((int16_t)count), place);
}

// The first `count` of 16 logits, and -32768 beyond.
INLINE __m256i logits_of(const int16_t *logits, size_t count) {
  const __m256i words = load_words(logits, count);
  return count >= 16 ? words
                     : _mm256_blendv_epi8(_mm256_set1_epi16(-32768), words, first_words(count));
}

enum { FEW_BLOCKS = 8, FEW_CLASSES = 16 * FEW_BLOCKS };

// Where the weights of some of a row's logits are in the table, and which there are.
struct near {
  uint16_t places[FEW_CLASSES];
  // All bits of those in the table.
  int16_t mask[FEW_CLASSES];
};

// Those of `count` logits, at most FEW_CLASSES, and of what fills the last block, which has none.
INLINE void find_near(const int16_t *logits, size_t count, int16_t greatest, struct near *near) {
  const __m256i most = _mm256_set1_epi16(greatest);
  for (size_t i = 0; i < count; i += 16) {
    const __m256i distance = _mm256_sub_epi16(most, load_words(logits + i, count - i));
    const __m256i place = _mm256_min_epu16(distance, _mm256_set1_epi16((16 << 9) - 1));
    _mm256_storeu_si256((__m256i *)(near->places + i), place);
    _mm256_storeu_si256(
        (__m256i *)(near->mask + i),
        _mm256_and_si256(_mm256_cmpeq_epi16(place, distance), first_words(count - i)));
  }
}

// The weights of 16 logits from `i` on.
INLINE struct entries weights_of(const struct near *near, size_t i, const int32_t *table) {
  const struct entries found = entries((const uint32_t *)table, near->places + i);
  const __m256i mask = _mm256_loadu_si256((const __m256i *)(near->mask + i));
  return (struct entries){_mm256_and_si256(found.low, _mm256_unpacklo_epi16(mask, mask)),
                          _mm256_and_si256(found.high, _mm256_unpackhi_epi16(mask, mask))};
}

// The greatest of a row's logits.
INLINE int16_t greatest_logit(const int16_t *logits, size_t count) {
  __m256i most = logits_of(logits, count);
  for (size_t i = 16; i < count; i += 16)
    most = _mm256_max_epi16(most, logits_of(logits + i, count - i));
  return greatest_of(most);
}

static TARGET uint64_t exponentials(const int16_t *logits, size_t count, const int32_t *table,
                                    int32_t *weights) {
  const int16_t greatest = greatest_logit(logits, count);
  const __m256i zero = _mm256_setzero_si256();
  __m256i total = zero;
  for (size_t start = 0; start < count; start += FEW_CLASSES) {
    const size_t left = count - start, some = left < FEW_CLASSES ? left : FEW_CLASSES;
    struct near near;
    find_near(logits + start, some, greatest, &near);
    for (size_t i = 0; i < some; i += 16) {
      const struct entries w = weights_of(&near, i, table);
      // 16 weights of at most 2^24.
      const __m256i sum = _mm256_add_epi32(w.low, w.high);
      total = _mm256_add_epi64(total, _mm256_add_epi64(_mm256_unpacklo_epi32(sum, zero),
                                                       _mm256_unpackhi_epi32(sum, zero)));
      const __m256i first = _mm256_permute2x128_si256(w.low, w.high, 0x20);
      const __m256i second = _mm256_permute2x128_si256(w.low, w.high, 0x31);
      int32_t *target = weights + start + i;
      if (some - i >= 16) {
        _mm256_storeu_si256((__m256i *)target, first);
        _mm256_storeu_si256((__m256i *)(target + 8), second);
      } else {
        int32_t all[16];
        _mm256_storeu_si256((__m256i *)all, first);
        _mm256_storeu_si256((__m256i *)(all + 8), second);
        memcpy(target, all, (some - i) * sizeof *all);
      }
    }
  }
  uint64_t lanes[4];
  _mm256_storeu_si256((__m256i *)lanes, total);
  return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

#include "draws.h"

// The last lane of each half.
INLINE __m256i last_lanes(__m256i x) { return _mm256_shuffle_epi32(x, 0xFF); }

// Sums of each half's lanes up to each.
INLINE __m256i cumulated(__m256i x) {
  x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4));
  return _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
}

// Rows whose classes are chosen together.
enum { FEW_ROWS = 8 };

// The classes of up to FEW_ROWS rows with at most 16 classes or, if not `is_single`, FEW_CLASSES. One loop
// after the other, so that the processor works on several rows at once: each loop needs what the one
// before found last.
INLINE void choose_few(const int16_t *logits, size_t stride, size_t count, size_t classes,
                       const int32_t *counts, const int32_t *table, const uint32_t *draws,
                       int32_t *chosen, const int is_single) {
  int16_t greatest[FEW_ROWS];
  for (size_t row = 0; row < count; row++) {
    const int16_t *x = logits + row * stride;
    const size_t some = counts ? (size_t)counts[row] : classes;
    greatest[row] = is_single ? greatest_of(logits_of(x, some)) : greatest_logit(x, some);
  }
  struct near near[FEW_ROWS];
  for (size_t row = 0; row < count; row++)
    find_near(logits + row * stride, counts ? (size_t)counts[row] : classes, greatest[row],
              &near[row]);
  // Sums of weights up to each, less 2^31; some may have all 32 bits.
  const __m256i none = _mm256_set1_epi32(INT32_MIN);
  __m256i sums[FEW_ROWS][2 * FEW_BLOCKS];
  uint32_t total[FEW_ROWS];
  for (size_t row = 0; row < count; row++) {
    const size_t some = is_single ? 1 : counts ? (size_t)counts[row] : classes;
    __m256i sum = none, *target = sums[row];
    for (size_t i = 0; i < some; i += 16, target += 2) {
      const struct entries w = weights_of(&near[row], i, table);
      // Sums of each half's lanes, then of 16 lanes, then of all up to here.
      const __m256i low = cumulated(w.low);
      const __m256i high = _mm256_add_epi32(cumulated(w.high), last_lanes(low));
      const __m256i before =
          _mm256_add_epi32(sum, _mm256_permute2x128_si256(last_lanes(high), high, 0x08));
      target[0] = _mm256_add_epi32(low, before);
      target[1] = _mm256_add_epi32(high, before);
      sum = _mm256_permute4x64_epi64(last_lanes(target[1]), 0xFF);
    }
    total[row] = (uint32_t)_mm_cvtsi128_si32(_mm256_castsi256_si128(sum)) - (uint32_t)INT32_MIN;
  }
  for (size_t row = 0; row < count; row++) {
    const size_t some = counts ? (size_t)counts[row] : classes;
    const size_t vectors = is_single ? 2 : (some + 15) / 16 * 2;
    const uint32_t threshold = (uint32_t)((uint64_t)draws[row] * total[row] >> 32);
    const __m256i least = _mm256_add_epi32(_mm256_set1_epi32((int32_t)threshold), none);
    // -1 for each sum that is greater.
    __m256i greater = _mm256_setzero_si256();
    for (size_t k = 0; k < vectors; k++)
      greater = _mm256_add_epi32(greater, _mm256_cmpgt_epi32(sums[row][k], least));
    __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(greater), _mm256_extracti128_si256(greater, 1));
    four = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    chosen[row] =
        (int32_t)(8 * vectors) + _mm_cvtsi128_si32(four) + _mm_extract_epi32(four, 1);
  }
}

static TARGET void choose(const int16_t *logits, size_t stride, size_t count, size_t classes,
                          const int32_t *counts, const int32_t *table, const uint32_t *draws,
                          int32_t *weights, int32_t *chosen) {
  for (size_t start = 0; start < count; start += FEW_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FEW_ROWS ? left : FEW_ROWS;
    const int16_t *x = logits + start * stride;
    const int32_t *some = counts ? counts + start : NULL;
    if (classes <= 16) {
      choose_few(x, stride, rows, classes, some, table, draws + start, chosen + start, 1);
    } else if (classes <= FEW_CLASSES) {
      choose_few(x, stride, rows, classes, some, table, draws + start, chosen + start, 0);
    } else {
      for (size_t row = 0; row < rows; row++)
        chosen[start + row] = choice(x + row * stride, some ? (size_t)some[row] : classes, table,
                                     draws[start + row], weights);
    }
  }
}
