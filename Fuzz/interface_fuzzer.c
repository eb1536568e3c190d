// Calls the C interface with what the fuzzer invents: a model file, and sizes and indices that need
// not fit it. The bytes after the last `sizes` ones are the model.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fakegen.h"

enum { sizes = 8 };

// Memory of exactly this size, so that AddressSanitizer sees each byte written beyond it.
static void *take(size_t size) {
  void *memory = malloc(size ? size : 1);
  if (!memory) abort();
  return memory;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count) {
  if (count < sizes) return 0;
  const uint8_t *choices = data + count - sizes;
  size_t message_size = choices[0], text_size = choices[1] * (size_t)choices[2];
  char *message = take(message_size);
  fakegen_generator *generator = NULL, *copy = NULL;
  fakegen_status status =
      fakegen_create(data, count - sizes, choices[3], &generator, message, message_size);
  if ((status == FAKEGEN_OK) != (generator != NULL)) abort();
  if (message_size > 0 && !memchr(message, 0, message_size)) abort();

  size_t columns = fakegen_column_count(generator);
  size_t column = choices[4];
  fakegen_column description;
  if (fakegen_describe_column(generator, column, &description) == FAKEGEN_OK && column >= columns)
    abort();
  size_t name_size = choices[5];
  char *name = take(name_size);
  fakegen_column_name(generator, column, name_size ? name : NULL, name_size);
  fakegen_choice_name(generator, column, choices[6], name_size ? name : NULL, name_size);

  fakegen_copy(generator, &copy);
  fakegen_destroy(generator);
  fakegen_set_seed(copy, choices[7]);
  char *text = take(text_size);
  fakegen_field *fields = take(columns * sizeof *fields);
  for (uint64_t row = 0; row < 2; row += 1) {
    size_t size = 0;
    if (fakegen_row(copy, row, text, text_size, &size, fields, columns) != FAKEGEN_OK) continue;
    if (size > text_size) abort();
    for (size_t index = 0; index < columns; index += 1)
      if (fields[index].offset > size || fields[index].size > size - fields[index].offset) abort();
  }
  fakegen_destroy(copy);
  free(fields), free(text), free(name), free(message);
  return 0;
}
