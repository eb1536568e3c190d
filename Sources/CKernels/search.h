// The search for a drawn class, as a plain loop, which the compiler vectorizes for the level that
// includes it. TARGET is the level's attribute.

static TARGET size_t search(const int32_t *weights, size_t count, uint64_t threshold) {
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    // 16 weights of at most 2^24.
    uint32_t block = 0;
    for (size_t k = 0; k < 16; k++) block += (uint32_t)weights[i + k];
    if (sum + block > threshold) break;
    sum += block;
  }
  for (; i < count; i++) {
    sum += (uint32_t)weights[i];
    if (sum > threshold) return i;
  }
  return count;
}
