// Layers, cells and choices row by row, for levels that have no loops over tiles of their own. TARGET is the
// level's attribute, and the functions named here are the level's.

static TARGET void dense(const struct fakegen_dense *layer, const int16_t *x, size_t x_stride,
                         size_t count, int16_t *y, size_t y_stride) {
  enum { BLOCKS = 4, WIDTH = 16 * BLOCKS };
  const size_t block_size = (layer->columns + 1) / 2 * 32;
  int32_t sums[FAKEGEN_TILE_ROWS * WIDTH];
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
    for (size_t block = 0; block < layer->blocks; block += BLOCKS) {
      const size_t blocks = layer->blocks - block < BLOCKS ? layer->blocks - block : BLOCKS;
      const size_t i = 16 * block;
      const size_t width = layer->width - i < WIDTH ? layer->width - i : WIDTH;
      multiply(layer->weights + block * block_size, blocks, layer->columns, x + start * x_stride,
               x_stride, rows, sums, WIDTH);
      for (size_t row = 0; row < rows; row++) {
        int16_t *target = y + (start + row) * y_stride + i;
        if (layer->celu) {
          requantize_celu(sums + row * WIDTH, layer->bias + i, layer->multiplier + i, layer->shift,
                          width, layer->celu->celu, layer->coarser, target);
        } else {
          requantize(sums + row * WIDTH, layer->bias + i, layer->multiplier + i, layer->shift, width,
                     target);
        }
      }
    }
  }
}

static TARGET void step(const struct fakegen_cell *cell, const struct fakegen_inputs *inputs,
                        int16_t *state, size_t state_stride, size_t count, int32_t *wide,
                        int16_t *narrow) {
  const size_t n = cell->width, blocks = cell->blocks, segment = 16 * blocks;
  const int8_t *candidate_weights = cell->weights + 2 * blocks * ((n + 1) / 2 * 32);
  for (size_t start = 0; start < count; start += FAKEGEN_TILE_ROWS) {
    const size_t left = count - start;
    const size_t rows = left < FAKEGEN_TILE_ROWS ? left : FAKEGEN_TILE_ROWS;
    int16_t *states = state + start * state_stride;
    // Each row's gates, then its candidate.
    multiply(cell->weights, 2 * blocks, n, states, state_stride, rows, wide, 3 * segment);
    for (size_t row = 0; row < rows; row++)
      gates(cell, input_of(inputs, start + row), wide + row * 3 * segment, segment,
            states + row * state_stride, narrow + row * segment);
    multiply(candidate_weights, blocks, n, narrow, segment, rows, wide + 2 * segment, 3 * segment);
    for (size_t row = 0; row < rows; row++)
      update(cell, input_of(inputs, start + row), wide + row * 3 * segment, segment,
             states + row * state_stride);
  }
}

static TARGET void choose(const int16_t *logits, size_t stride, size_t count, size_t classes,
                          const int32_t *counts, const int32_t *table, const uint32_t *draws,
                          int32_t *weights, int32_t *chosen) {
  for (size_t row = 0; row < count; row++)
    chosen[row] = choice(logits + row * stride, counts ? (size_t)counts[row] : classes, table,
                         draws[row], weights);
}
