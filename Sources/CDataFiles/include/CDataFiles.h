#pragma once
// The two inner loops of reading data: raw array elements to floating point, and delimited text to numbers.
// No function allocates, throws or reads outside the ranges it is given.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum : int32_t {
  pdata_bool = 0, pdata_u1, pdata_i1, pdata_u2, pdata_i2, pdata_u4, pdata_i4, pdata_u8, pdata_i8,
  pdata_f2, pdata_bf2, pdata_f4, pdata_f8,
} pdata_kind;

/// target[i] = source[i] for `count` packed elements (any alignment); `swap` reverses the bytes of each.
void pdata_to_double(const void *source, int32_t kind, bool swap, ptrdiff_t count, double *target);
void pdata_to_float(const void *source, int32_t kind, bool swap, ptrdiff_t count, float *target);

/// Rows first ..< first + count of a column-major rows x columns array, written row-major.
void pdata_columns_to_double(const void *source, int32_t kind, bool swap, ptrdiff_t rows, ptrdiff_t columns,
                             ptrdiff_t first, ptrdiff_t count, double *target);
void pdata_columns_to_float(const void *source, int32_t kind, bool swap, ptrdiff_t rows, ptrdiff_t columns,
                            ptrdiff_t first, ptrdiff_t count, float *target);

/// How delimited text is written.
typedef struct {
  char delimiter;
  char newline;   // '\n' or, in very old files, '\r'
  char decimal;   // '.' or ','; where it is the delimiter, cells without quotes have a '.'
  char thousands; // between groups of three digits; 0 where nothing is
  char comment;   // lines that begin with it are no records; 0 where there are none
  bool collapse;  // runs of the delimiter count as one (blanks)
} pdata_dialect;

enum { pdata_ok = 0, pdata_text = 1, pdata_wrong_fields = 2, pdata_stray_quote = 3, pdata_open_quote = 4 };

/// What a range of records held. Offsets are from the start of the range; -1 where there is none.
typedef struct {
  int32_t status;
  int64_t offset, length, column, fields; // of the offending cell, when status is not ok
  int64_t records;
  int64_t missing, missing_offset, missing_column;
  int64_t infinite, infinite_offset, infinite_column, infinite_length;
} pdata_records;

/// Reads every record of `text` (which starts at the start of one). Column j goes to values[record * width + slots[j]],
/// to labels[record] where slots[j] is -2, nowhere where it is -1. Missing cells become NaN, and in lenient mode cells
/// that are not numbers become the NaN pdata_text_bits. `values` and `labels` may be null: then nothing is written.
/// At most `capacity` records are written; there never are more than newlines + 1. Quotes stand for themselves inside cells that do
/// not begin with one. Empty cells behind the last column are no cells.
pdata_records pdata_parse(const char *text, int64_t length, pdata_dialect dialect, int64_t columns,
                          const int32_t *slots, int64_t width, int64_t capacity, bool lenient, double *values,
                          double *labels);

static const uint64_t pdata_text_bits = 0x7ff8000000007e87u;

enum { pdata_cell_number = 0, pdata_cell_missing = 1, pdata_cell_text = 2 };
/// Number, missing token or text; `value` is set for numbers.
int32_t pdata_classify(const char *cell, int64_t length, char decimal, double *value);

/// The same with the dialect's decimal mark and groups of digits.
int32_t pdata_classify_in(const char *cell, int64_t length, pdata_dialect dialect, bool quoted, double *value);

/// A cell of a record: the field from `begin` to `end`, quotes and blanks around it included, and its content, which for cells
/// without quotes has no blanks around it. `doubled`: it holds quotes that are written twice.
typedef struct {
  int64_t begin, end, start, length;
  bool quoted, doubled;
} pdata_cell;

/// Splits the record at `from`: the first `capacity` cells go to `cells`, their number to `count`. Returns the offset after it. A blank
/// line or a comment has no cells. `status` is pdata_ok, pdata_stray_quote or pdata_open_quote, in the last cell split.
int64_t pdata_split(const char *text, int64_t from, int64_t length, pdata_dialect dialect, pdata_cell *cells,
                    int64_t capacity, int64_t *count, int32_t *status);

int64_t pdata_count(const char *text, int64_t length, char byte);
/// Counts two bytes in one pass.
int64_t pdata_count_two(const char *text, int64_t length, char byte, char other, int64_t *others);

/// Whether byte `to` stands inside quotes where byte `from` does (`quoted`) or does not. text[0] is the start of a record; neither
/// byte may be the second of a doubled quote.
bool pdata_is_quoted(const char *text, int64_t from, int64_t to, pdata_dialect dialect, bool quoted);
/// Both answers in about one pass.
void pdata_quoted_after(const char *text, int64_t from, int64_t to, pdata_dialect dialect, bool *outside, bool *inside);
/// Offset after the first newline at or behind `from` that is outside quotes, `length` if there is none.
int64_t pdata_next_record(const char *text, int64_t from, int64_t length, pdata_dialect dialect, bool quoted);

/// A second descriptor of the same file that reads past the system's cache; -1 where there is no such thing.
int32_t pdata_open_direct(int32_t descriptor);
/// Reads bytes first ..< first + count of a file to pages + first % 4096, through `direct` unless it is -1. `pages` starts at a multiple of 4096 and has room for every page touched. Returns how many could be read;
/// fewer than `count` at the file's end (errno 0) and where reading fails (errno says why).
int64_t pdata_read_range(int32_t descriptor, int32_t direct, int64_t first, int64_t count, void *pages);

#ifdef __cplusplus
}
#endif
