// Random draws for many rows, as plain loops, which the compiler vectorizes for the level that includes
// them. TARGET is the level's attribute.

static TARGET void draw(const uint32_t *key, uint64_t first, const int32_t *positions, size_t count,
                        uint32_t stream, uint32_t block, uint32_t *words) {
  enum { LANES = 16 };
  for (size_t start = 0; start < count; start += LANES) {
    const size_t left = count - start;
    const size_t lanes = left < LANES ? left : LANES;
    uint32_t c0[LANES] = {0}, c1[LANES] = {0}, c2[LANES], c3[LANES];
    for (size_t i = 0; i < lanes; i++) {
      const uint64_t row = first + (uint64_t)positions[start + i];
      c0[i] = (uint32_t)row;
      c1[i] = (uint32_t)(row >> 32);
    }
    for (size_t i = 0; i < LANES; i++) {
      c2[i] = stream;
      c3[i] = block;
    }
    uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < 10; round++) {
      for (size_t i = 0; i < LANES; i++) {
        const uint64_t product = (uint64_t)c0[i] * 0xD2511F53;
        const uint64_t other = (uint64_t)c2[i] * 0xCD9E8D57;
        c0[i] = (uint32_t)(other >> 32) ^ c1[i] ^ key0;
        c1[i] = (uint32_t)other;
        c2[i] = (uint32_t)(product >> 32) ^ c3[i] ^ key1;
        c3[i] = (uint32_t)product;
      }
      key0 += 0x9E3779B9;
      key1 += 0xBB67AE85;
    }
    for (size_t i = 0; i < lanes; i++) {
      words[start + i] = c0[i];
      words[count + start + i] = c1[i];
      words[2 * count + start + i] = c2[i];
      words[3 * count + start + i] = c3[i];
    }
  }
}

// A row's class by the level's functions for one row. The total is not 0: the greatest logit's weight
// is 2^24.
static TARGET int32_t choice(const int16_t *logits, size_t classes, const int32_t *table,
                             uint32_t draw, int32_t *weights) {
  const uint64_t total = exponentials(logits, classes, table, weights);
  // floor(draw * total / 2^32), in two parts since the total may exceed 32 bits.
  const uint64_t threshold =
      draw * (total >> 32) + (draw * (total & 0xFFFFFFFF) >> 32);
  const size_t found = search(weights, classes, threshold);
  return (int32_t)(found < classes ? found : 0);
}
