/* Uses the C library as a program would, and as none should. Compiles as C11 and as C++17.
 *
 *   interface MODEL COUNT SEED
 *
 * prints COUNT rows of the model in the file (`-` for the library's own), fields separated by tabs,
 * null as \N: what fakegen --format tsv --no-header prints where no text needs escapes. */
#include "fakegen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "interface.c:%d: %s does not hold\n", __LINE__, #condition); \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static unsigned char *file_bytes(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  CHECK(file != NULL);
  CHECK(fseek(file, 0, SEEK_END) == 0);
  long end = ftell(file);
  CHECK(end > 0 && fseek(file, 0, SEEK_SET) == 0);
  unsigned char *bytes = (unsigned char *)malloc((size_t)end);
  CHECK(bytes != NULL && fread(bytes, 1, (size_t)end, file) == (size_t)end);
  fclose(file);
  *size = (size_t)end;
  return bytes;
}

static void check_bad_models(const unsigned char *model, size_t size) {
  char message[200];
  fakegen_generator *generator;
  int unset;
  for (size_t step = 0; step < 40; step++) {
    /* A truncated model in memory of exactly its size, so that reading on is found out. */
    size_t shorter = size * step / 40;
    unsigned char *bytes = (unsigned char *)malloc(shorter + 1);
    CHECK(bytes != NULL);
    memcpy(bytes, model, shorter);
    generator = (fakegen_generator *)&unset;
    CHECK(
        fakegen_create(bytes, shorter, 1, &generator, message, sizeof message) ==
        FAKEGEN_BAD_MODEL);
    CHECK(generator == NULL && strlen(message) > 20 && strchr(message, '\n') == NULL);
    free(bytes);
    /* One bit wrong. */
    bytes = (unsigned char *)malloc(size);
    CHECK(bytes != NULL);
    memcpy(bytes, model, size);
    bytes[size * step / 40] ^= (unsigned char)(1u << (step % 8));
    CHECK(fakegen_create(bytes, size, 1, &generator, NULL, 0) == FAKEGEN_BAD_MODEL);
    free(bytes);
  }
  /* A message that does not fit is cut. */
  memset(message, 'x', sizeof message);
  CHECK(fakegen_create("model", 5, 1, &generator, message, 8) == FAKEGEN_BAD_MODEL);
  CHECK(strcmp(message, "not a m") == 0 && message[8] == 'x');
}

static void check_bad_arguments(fakegen_generator *generator) {
  size_t columns = fakegen_column_count(generator);
  char text[4096];
  size_t size;
  fakegen_column column;
  fakegen_field *fields = (fakegen_field *)calloc(columns, sizeof *fields);
  fakegen_generator *made;
  CHECK(fields != NULL);

  CHECK(fakegen_create(NULL, 0, 1, NULL, NULL, 0) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_create(NULL, 1, 1, &made, NULL, 0) == FAKEGEN_BAD_ARGUMENT && made == NULL);
  CHECK(fakegen_create(NULL, 0, 1, &made, NULL, 9) == FAKEGEN_BAD_ARGUMENT && made == NULL);
  CHECK(fakegen_create(text, SIZE_MAX, 1, &made, NULL, 0) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_create(text, 0, 1, &made, NULL, 0) == FAKEGEN_BAD_MODEL && made == NULL);
  CHECK(fakegen_copy(NULL, &made) == FAKEGEN_BAD_ARGUMENT && made == NULL);
  CHECK(fakegen_copy(generator, NULL) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_set_seed(NULL, 1) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_attribution(NULL, text, sizeof text) == 0);
  CHECK(fakegen_attribution(generator, NULL, 5) == 0);
  CHECK(fakegen_column_count(NULL) == 0);
  CHECK(fakegen_describe_column(NULL, 0, &column) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_describe_column(generator, columns, &column) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_describe_column(generator, SIZE_MAX, &column) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_describe_column(generator, 0, NULL) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_column_name(NULL, 0, text, sizeof text) == 0);
  CHECK(fakegen_column_name(generator, columns, text, sizeof text) == 0);
  CHECK(fakegen_column_name(generator, 0, NULL, 5) == 0);
  CHECK(fakegen_choice_name(generator, columns, 0, text, sizeof text) == 0);
  CHECK(fakegen_choice_name(generator, 0, SIZE_MAX, text, sizeof text) == 0);

  CHECK(fakegen_row(NULL, 0, text, 9, &size, fields, columns) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_row(generator, 0, NULL, 9, &size, fields, columns) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_row(generator, 0, text, 9, NULL, fields, columns) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_row(generator, 0, text, 9, &size, NULL, columns) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_row(generator, 0, text, 9, &size, fields, columns - 1) == FAKEGEN_BAD_ARGUMENT);
  CHECK(fakegen_row(generator, 0, text, 9, &size, fields, SIZE_MAX) == FAKEGEN_BAD_ARGUMENT);

  /* The size that a row needs, then exactly that much. */
  size = 0;
  CHECK(fakegen_row(generator, 7, NULL, 0, &size, fields, columns) == FAKEGEN_TOO_SMALL);
  CHECK(size > 0 && size < sizeof text);
  char *exact = (char *)malloc(size);
  CHECK(exact != NULL);
  CHECK(fakegen_row(generator, 7, exact, size - 1, &size, fields, columns) == FAKEGEN_TOO_SMALL);
  CHECK(fakegen_row(generator, 7, exact, size, &size, fields, columns) == FAKEGEN_OK);
  free(exact);

  /* A name's size, and a name that is cut. */
  size = fakegen_column_name(generator, 0, NULL, 0);
  CHECK(size > 1 && fakegen_column_name(generator, 0, text, 2) == size && strlen(text) == 1);

  size = fakegen_attribution(generator, NULL, 0);
  CHECK(size > 20 && size < sizeof text);
  CHECK(fakegen_attribution(generator, text, sizeof text) == size && strlen(text) == size);

  fakegen_destroy(NULL);
  fakegen_free_capsule(NULL);
  fakegen_free_capsule(text);
  free(fields);
}

static void check_copies(const fakegen_generator *generator, uint64_t seed) {
  size_t columns = fakegen_column_count(generator);
  fakegen_generator *copy;
  char text[2][4096];
  size_t sizes[2];
  fakegen_field *fields = (fakegen_field *)calloc(columns, sizeof *fields);
  CHECK(fields != NULL && fakegen_copy(generator, &copy) == FAKEGEN_OK);
  for (int i = 0; i < 2; i++) {
    CHECK(fakegen_set_seed(copy, seed + (uint64_t)i) == FAKEGEN_OK);
    CHECK(
        fakegen_row(copy, 3, text[i], sizeof text[i], &sizes[i], fields, columns) == FAKEGEN_OK);
  }
  CHECK(sizes[0] != sizes[1] || memcmp(text[0], text[1], sizes[0]) != 0);
  fakegen_destroy(copy);
  free(fields);
}

/* Rows do not depend on those asked for before: as one generator makes them, and as a new one does. */
static void check_order(const fakegen_generator *generator) {
  static const uint64_t rows[] = {UINT64_MAX - 2, UINT64_MAX - 1, UINT64_MAX, 0,  1, 2, 3,
                                  4, 5, 6, 7, 5, 6, 7, 8, 9, 40, 41, 42, 1};
  size_t columns = fakegen_column_count(generator);
  fakegen_field *fields = (fakegen_field *)calloc(columns, sizeof *fields);
  fakegen_generator *one;
  CHECK(fields != NULL && fakegen_copy(generator, &one) == FAKEGEN_OK);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fakegen_generator *other;
    char text[2][4096];
    size_t sizes[2];
    CHECK(fakegen_copy(generator, &other) == FAKEGEN_OK);
    CHECK(fakegen_row(one, rows[i], text[0], 4096, &sizes[0], fields, columns) == FAKEGEN_OK);
    CHECK(fakegen_row(other, rows[i], text[1], 4096, &sizes[1], fields, columns) == FAKEGEN_OK);
    CHECK(sizes[0] == sizes[1] && memcmp(text[0], text[1], sizes[0]) == 0);
    fakegen_destroy(other);
  }
  fakegen_destroy(one);
  free(fields);
}

/* What a field's number must be printed like, by its column. */
static void check_number(const fakegen_column *column, const fakegen_field *field, const char *text) {
  char expected[64];
  if (field->is_null || column->kind == FAKEGEN_TEXT || column->kind == FAKEGEN_DIGITS) {
    CHECK(field->number == 0);
    return;
  }
  if (column->kind == FAKEGEN_ENUMERATION) {
    CHECK(field->number >= 0 && field->number < column->choices);
    return;
  }
  if (column->kind == FAKEGEN_BOOLEAN) {
    snprintf(expected, sizeof expected, "%s", field->number ? "true" : "false");
  } else if (column->kind == FAKEGEN_INTEGER || column->decimals == 0) {
    snprintf(expected, sizeof expected, "%" PRId64, field->number);
  } else {
    uint64_t scale = 1;
    for (int i = 0; i < column->decimals; i++) scale *= 10;
    uint64_t units = field->number < 0 ? 0 - (uint64_t)field->number : (uint64_t)field->number;
    snprintf(
        expected, sizeof expected, "%s%" PRIu64 ".%0*" PRIu64, field->number < 0 ? "-" : "",
        units / scale, (int)column->decimals, units % scale);
  }
  CHECK(strlen(expected) == field->size && memcmp(expected, text, field->size) == 0);
}

/* Whether a bit of a buffer is set. */
static int bit(const void *bits, int64_t index) {
  return ((const unsigned char *)bits)[index / 8] >> (index % 8) & 1;
}

/* The values of a column against the fields of the same row. */
static void check_value(
    const char *format, const struct ArrowArray *column, int64_t index, const fakegen_column *kind,
    const fakegen_field *field, const char *text) {
  const void *validity = column->buffers[0];
  CHECK((validity == NULL || bit(validity, index)) == !field->is_null);
  if (field->is_null) return;
  if (strcmp(format, "U") == 0) {
    const int64_t *offsets = (const int64_t *)column->buffers[1];
    CHECK((size_t)(offsets[index + 1] - offsets[index]) == field->size);
    CHECK(memcmp((const char *)column->buffers[2] + offsets[index], text, field->size) == 0);
  } else if (strcmp(format, "b") == 0) {
    CHECK(bit(column->buffers[1], index) == field->number);
  } else if (strcmp(format, "g") == 0) {
    char plain[64];
    CHECK(field->size < sizeof plain);
    memcpy(plain, text, field->size);
    plain[field->size] = 0;
    CHECK(((const double *)column->buffers[1])[index] == strtod(plain, NULL));
  } else if (strncmp(format, "d:19,", 5) == 0) {
    const int64_t *halves = (const int64_t *)column->buffers[1] + 2 * index;
    CHECK(atoi(format + 5) == kind->decimals);
    CHECK(halves[0] == field->number && halves[1] == (field->number < 0 ? -1 : 0));
  } else if (strcmp(format, "l") == 0 && kind->kind == FAKEGEN_INTEGER) {
    CHECK(((const int64_t *)column->buffers[1])[index] == field->number);
  } else {
    /* Python's test looks at digits and moments. */
    CHECK(strcmp(format, "l") == 0 || format[0] == 't');
  }
}

static void check_batch(
    fakegen_generator *generator, uint64_t first, const struct ArrowSchema *schema,
    const struct ArrowArray *batch) {
  size_t columns = fakegen_column_count(generator), size;
  char text[4096], name[200];
  fakegen_field *fields = (fakegen_field *)calloc(columns, sizeof *fields);
  CHECK(fields != NULL && strcmp(schema->format, "+s") == 0);
  CHECK((size_t)schema->n_children == columns && (size_t)batch->n_children == columns);
  for (int64_t row = 0; row < batch->length; row++) {
    CHECK(
        fakegen_row(
            generator, first + (uint64_t)row, text, sizeof text, &size, fields, columns) ==
        FAKEGEN_OK);
    for (size_t i = 0; i < columns; i++) {
      fakegen_column column;
      const struct ArrowSchema *type = schema->children[i];
      CHECK(fakegen_describe_column(generator, i, &column) == FAKEGEN_OK);
      CHECK(batch->children[i]->length == batch->length && batch->children[i]->offset == 0);
      CHECK((type->flags & ARROW_FLAG_NULLABLE) == (column.is_optional ? 2 : 0));
      CHECK(fakegen_column_name(generator, i, name, sizeof name) == strlen(type->name));
      CHECK(strcmp(name, type->name) == 0);
      check_value(
          type->format, batch->children[i], row, &column, &fields[i], text + fields[i].offset);
    }
  }
  free(fields);
}

/* Columns hold what rows do, alone and in streams, to the last row; what they own is freed once,
 * in any order. */
static void check_columns(fakegen_generator *generator) {
  static const uint64_t firsts[] = {0, 77, UINT64_MAX - 99};
  for (fakegen_layout layout = 0; layout <= (FAKEGEN_EXACT_DECIMALS | FAKEGEN_NESTED); layout++) {
    struct ArrowSchema schema;
    struct ArrowArray batch;
    struct ArrowArrayStream stream;
    CHECK(fakegen_schema(generator, layout, &schema) == FAKEGEN_OK);
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
      CHECK(fakegen_columns(generator, firsts[i], 100, layout, &batch) == FAKEGEN_OK);
      check_batch(generator, firsts[i], &schema, &batch);
      /* A consumer that takes one column for itself. */
      struct ArrowArray taken = *batch.children[0];
      batch.children[0]->release = NULL;
      batch.release(&batch);
      CHECK(batch.release == NULL && taken.length == 100);
      taken.release(&taken);

      CHECK(fakegen_stream(generator, firsts[i], 100, 30, layout, &stream) == FAKEGEN_OK);
      uint64_t made = 0;
      while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
        CHECK(batch.length == (made < 90 ? 30 : 10));
        check_batch(generator, firsts[i] + made, &schema, &batch);
        made += (uint64_t)batch.length;
        batch.release(&batch);
      }
      CHECK(made == 100 && stream.get_last_error(&stream) == NULL);
      struct ArrowSchema own;
      CHECK(stream.get_schema(&stream, &own) == 0 && own.n_children == schema.n_children);
      own.release(&own);
      stream.release(&stream);
      CHECK(stream.release == NULL);
    }
    CHECK(fakegen_columns(generator, 5, 0, layout, &batch) == FAKEGEN_OK && batch.length == 0);
    batch.release(&batch);
    schema.release(&schema);

    schema.release = (void (*)(struct ArrowSchema *))abort;
    CHECK(fakegen_schema(NULL, layout, &schema) == FAKEGEN_BAD_ARGUMENT && !schema.release);
    CHECK(fakegen_schema(generator, layout, NULL) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_schema(generator, 4, &schema) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_columns(NULL, 0, 1, layout, &batch) == FAKEGEN_BAD_ARGUMENT && !batch.release);
    CHECK(fakegen_columns(generator, 0, 1, layout, NULL) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_columns(generator, 0, 1, 4, &batch) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_columns(generator, 0, SIZE_MAX, layout, &batch) == FAKEGEN_BAD_ARGUMENT);
    CHECK(
        fakegen_columns(generator, 0, FAKEGEN_BATCH_ROWS + 1, layout, &batch) ==
        FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_columns(generator, UINT64_MAX, 2, layout, &batch) == FAKEGEN_BAD_ARGUMENT);
    CHECK(
        fakegen_stream(NULL, 0, 1, 1, layout, &stream) == FAKEGEN_BAD_ARGUMENT && !stream.release);
    CHECK(fakegen_stream(generator, 0, 1, 0, layout, &stream) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_stream(generator, 0, 1, 1, 4, &stream) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_stream(generator, 1, UINT64_MAX, 9, layout, &stream) == FAKEGEN_OK);
    stream.release(&stream);
    CHECK(fakegen_stream(generator, 2, UINT64_MAX, 9, layout, &stream) == FAKEGEN_BAD_ARGUMENT);
    CHECK(fakegen_stream(generator, 0, 1, 1, layout, NULL) == FAKEGEN_BAD_ARGUMENT);
  }
}

static void print_rows(fakegen_generator *generator, uint64_t count) {
  size_t columns = fakegen_column_count(generator);
  fakegen_field *fields = (fakegen_field *)calloc(columns, sizeof *fields);
  char text[4096];
  size_t size;
  CHECK(fields != NULL);
  for (uint64_t row = 0; row < count; row++) {
    CHECK(fakegen_row(generator, row, text, sizeof text, &size, fields, columns) == FAKEGEN_OK);
    for (size_t i = 0; i < columns; i++) {
      fakegen_column column;
      CHECK(fakegen_describe_column(generator, i, &column) == FAKEGEN_OK);
      CHECK(!fields[i].is_null || (column.is_optional && fields[i].size == 0));
      CHECK(fields[i].offset + fields[i].size <= size);
      check_number(&column, &fields[i], text + fields[i].offset);
      if (column.kind == FAKEGEN_ENUMERATION && !fields[i].is_null) {
        char name[100];
        size_t length = fakegen_choice_name(
            generator, i, (size_t)fields[i].number, name, sizeof name);
        CHECK(length == fields[i].size && memcmp(name, text + fields[i].offset, length) == 0);
      }
      if (i > 0) putchar('\t');
      if (fields[i].is_null) {
        fputs("\\N", stdout);
      } else {
        fwrite(text + fields[i].offset, 1, fields[i].size, stdout);
      }
    }
    putchar('\n');
  }
  free(fields);
}

int main(int count, char **arguments) {
  CHECK(count == 4);
  CHECK(fakegen_abi_version() == FAKEGEN_ABI_VERSION);
  uint64_t rows = strtoull(arguments[2], NULL, 10);
  uint64_t seed = strtoull(arguments[3], NULL, 10);
  size_t size = 0;
  unsigned char *model =
      strcmp(arguments[1], "-") == 0 ? NULL : file_bytes(arguments[1], &size);
  fakegen_generator *generator;
  char message[200];
  fakegen_status status =
      fakegen_create(model, size, seed, &generator, message, sizeof message);
  if (status != FAKEGEN_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  CHECK(message[0] == 0);
  if (model != NULL) check_bad_models(model, size);
  /* The generator keeps nothing of the caller's. */
  free(model);
  check_bad_arguments(generator);
  check_copies(generator, seed);
  check_order(generator);
  check_columns(generator);
  print_rows(generator, rows);
  fakegen_destroy(generator);
  return 0;
}
