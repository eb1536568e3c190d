/* fakegen: made-up rows that look like the data a model was trained on.
 *
 * Row i is a pure function of the model, the seed and i: the same bytes on every machine.
 *
 * Functions check what they are given: null pointers, sizes and indices that do not fit, and models
 * that are damaged or hostile give an error and change nothing. What they cannot check is whether a
 * pointer that is not null points to what it should.
 *
 * A generator is used by one thread at a time; give each thread a copy. Nothing is kept between
 * calls but in generators. Where memory runs out when a generator is made, the program ends.
 */
#ifndef FAKEGEN_H
#define FAKEGEN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a program compiled with an older header would go wrong. */
#define FAKEGEN_ABI_VERSION 1

/* A maker of rows; opaque. */
typedef struct fakegen_generator fakegen_generator;

/* The result of a call. */
typedef int32_t fakegen_status;
enum {
  FAKEGEN_OK = 0,
  /* A pointer is null that must not be, or a size or an index does not fit. */
  FAKEGEN_BAD_ARGUMENT = 1,
  /* The bytes are no model that this version reads. */
  FAKEGEN_BAD_MODEL = 2,
  /* The caller's memory is too small for the row. */
  FAKEGEN_TOO_SMALL = 3,
  /* The model's filter excludes every attempt at this row. */
  FAKEGEN_ROW_EXCLUDED = 4
};

/* What a column holds. */
typedef int32_t fakegen_kind;
enum {
  /* Text. */
  FAKEGEN_TEXT = 0,
  /* Text: the decimal digits of an integer. */
  FAKEGEN_DIGITS = 1,
  /* A decimal number with as many decimals as the column says. */
  FAKEGEN_REAL = 2,
  FAKEGEN_INTEGER = 3,
  FAKEGEN_BOOLEAN = 4,
  /* One of the column's choices. */
  FAKEGEN_ENUMERATION = 5,
  /* A list, whose plain text is JSON. */
  FAKEGEN_LIST = 6
};

/* A column of the rows. */
typedef struct fakegen_column {
  fakegen_kind kind;
  /* Digits after a real's point; 0 for other kinds. */
  int32_t decimals;
  /* 1 if a row's field may be null, else 0. */
  int32_t is_optional;
  /* Number of an enumeration's names; 0 for other kinds. */
  int32_t choices;
} fakegen_column;

/* One value of a row. */
typedef struct fakegen_field {
  /* Where its plain text lies in the row's text, and how many bytes it has: nothing for null, reals
   * with all their decimals, `true` or `false`, an enumeration's name. */
  size_t offset;
  size_t size;
  /* A real's units of 10^-decimals, an integer, 0 or 1, the number of an enumeration's choice; 0
   * for texts, digits and null. */
  int64_t number;
  int32_t is_null;
  /* Unused; 0. */
  int32_t reserved;
} fakegen_field;

/* Returns the library's FAKEGEN_ABI_VERSION, which must be the header's. */
uint32_t fakegen_abi_version(void);

/* Makes a generator from a model file's bytes, which may be freed after the call, or from the
 * library's own model if `model` is null and `model_size` is 0. `*generator` is null after an
 * error.
 *
 * `message`, of `capacity` bytes, gets one line on what is wrong with the model, as snprintf would
 * write it: it ends in a zero and is cut if it does not fit. It may be null if `capacity` is 0.
 *
 * Returns FAKEGEN_OK, FAKEGEN_BAD_ARGUMENT or FAKEGEN_BAD_MODEL. */
fakegen_status fakegen_create(
    const void *model, size_t model_size, uint64_t seed, fakegen_generator **generator,
    char *message, size_t capacity);

/* Makes a generator with the same model and seed, which shares the model's memory. Each has
 * working memory of its own, for up to 32 rows. `*copy` is null after an error. */
fakegen_status fakegen_copy(const fakegen_generator *generator, fakegen_generator **copy);

/* Frees a generator; does nothing if it is null. */
void fakegen_destroy(fakegen_generator *generator);

/* Sets the seed that rows follow from the next call on: another seed makes another table. */
fakegen_status fakegen_set_seed(fakegen_generator *generator, uint64_t seed);

/* Writes the line that names the owner of the model's training data, which whoever shows its rows
 * may have to show. It is written as snprintf would: with a zero at its end, cut if it does not fit
 * into `capacity` bytes. Returns the size of the whole line, without the zero; 0 for bad arguments,
 * and for a model that names no owner. */
size_t fakegen_attribution(const fakegen_generator *generator, char *line, size_t capacity);

/* Returns the number of columns; 0 if `generator` is null. */
size_t fakegen_column_count(const fakegen_generator *generator);

/* Describes what the column, counted from 0, holds. */
fakegen_status fakegen_describe_column(
    const fakegen_generator *generator, size_t column, fakegen_column *description);

/* Writes the column's name as snprintf would: with a zero at its end, cut if it does not fit into
 * `capacity` bytes. Returns the size of the whole name, without the zero; 0 for bad arguments. */
size_t fakegen_column_name(
    const fakegen_generator *generator, size_t column, char *name, size_t capacity);

/* Writes an enumeration's name number `choice` in the same way. */
size_t fakegen_choice_name(
    const fakegen_generator *generator, size_t column, size_t choice, char *name,
    size_t capacity);

/* Makes row `row`. `text`, of `capacity` bytes, gets the plain UTF-8 texts of its fields one after
 * the other, with no zeros between; `fields`, of `field_count` elements, one for each column, says
 * where they lie. `*size` gets the number of bytes of the texts; if that is over `capacity`, the
 * result is FAKEGEN_TOO_SMALL, and `text` and `fields` hold nothing of use. The result is
 * FAKEGEN_ROW_EXCLUDED if the model has a filter of rows that it must not print, and it excludes
 * all attempts at this one. */
fakegen_status fakegen_row(
    fakegen_generator *generator, uint64_t row, char *text, size_t capacity, size_t *size,
    fakegen_field *fields, size_t field_count);

/* Rows as columns, in memory as the Arrow C data interface lays it out
 * (https://arrow.apache.org/docs/format/CDataInterface.html): pyarrow, polars, DuckDB and others
 * read it without copying. Its structures may be defined by another header, too. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif

/* How columns are laid out: 0, or these put together with |. */
typedef uint32_t fakegen_layout;
enum {
  /* Reals are decimal128 of 19 digits, exact, instead of the nearest binary64 numbers. */
  FAKEGEN_EXACT_DECIMALS = 1,
  /* Lists are lists, of values or of structs, instead of their JSON. */
  FAKEGEN_NESTED = 2
};

/* Most rows of one batch of columns. */
#define FAKEGEN_BATCH_ROWS 1048576

/* Describes the batches of fakegen_columns: a struct with a field for each column, which is nullable
 * if a row's field may be null.
 *
 *   integers and digits                     l        int64
 *   reals                                   g        binary64 (d:19,N with FAKEGEN_EXACT_DECIMALS)
 *   booleans                                b
 *   dates as ISO 8601 writes them           tdD      days since 1970
 *   times of day as ISO 8601 writes them    ttu      microseconds since midnight
 *   both, as ISO 8601 writes them           tsu:     microseconds since 1970; tsu:UTC with a zone
 *   lists with FAKEGEN_NESTED               +L       64-bit offsets into a column of values, or
 *                                                    into a struct (+s) of an element's columns
 *   all else, and moments with more than    U        UTF-8, 64-bit offsets
 *   six digits of a second's fraction
 *
 * The caller calls `schema->release` when done. After an error `schema->release` is null. */
fakegen_status fakegen_schema(
    const fakegen_generator *generator, fakegen_layout layout, struct ArrowSchema *schema);

/* Makes the rows `first` to `first` + `count` - 1 as columns: a struct array with a child for each
 * column, in memory of its own, which lasts until `columns->release` is called, from any thread.
 * `count` is at most FAKEGEN_BATCH_ROWS, and no row's number is over 2^64 - 1.
 *
 * Returns FAKEGEN_OK, FAKEGEN_BAD_ARGUMENT or FAKEGEN_ROW_EXCLUDED, as fakegen_row would for one of
 * the rows. After an error `columns->release` is null. */
fakegen_status fakegen_columns(
    fakegen_generator *generator, uint64_t first, size_t count, fakegen_layout layout,
    struct ArrowArray *columns);

/* Makes a stream of the rows `first` to `first` + `count` - 1: batches of `batch` rows, 1 to
 * FAKEGEN_BATCH_ROWS, each made when it is asked for, so that any number of rows takes the memory of
 * one batch. The stream is used by one thread at a time. It has a generator of its own, with the
 * seed that `generator` has now, and the caller calls `stream->release` when done. A row that must
 * not be printed is an error of the stream's, which names it. After an error of this call
 * `stream->release` is null. */
fakegen_status fakegen_stream(
    const fakegen_generator *generator, uint64_t first, uint64_t count, size_t batch,
    fakegen_layout layout, struct ArrowArrayStream *stream);

/* The destructor of Python's capsules arrow_schema, arrow_array and arrow_array_stream, whose
 * structure lies in memory of PyMem_RawMalloc: releases what nobody has taken, and frees the memory.
 * In Python it could not be written, since capsules may die while an exception is on its way. Does
 * nothing for null, and in a process that is not Python's. */
void fakegen_free_capsule(void *capsule);

#ifdef __cplusplus
}
#endif

#endif
