#include "CDataFiles.h"

#include "ShortDecimal.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#if __has_include(<fast_float/fast_float.h>)
#include <fast_float/fast_float.h>
#else
#include <charconv>
#endif

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Reads a number at the start of [p, end); the place after it, or p if there is none.
inline const char *number(const char *p, const char *end, char decimal, double &value) {
#if __has_include(<fast_float/fast_float.h>)
#ifdef PRETELL_SHORT_DECIMAL
  if (const char *after = shortDecimal(p, end, decimal, value)) return after;
#endif
  const fast_float::parse_options options{fast_float::chars_format::general, decimal};
  const auto result = fast_float::from_chars_advanced(p, end, value, options);
  return result.ec == std::errc::invalid_argument ? p : result.ptr;
#else
  if (decimal == '.') {
    const auto result = std::from_chars(p, end, value);
    if (result.ec == std::errc::result_out_of_range) value = std::numeric_limits<double>::infinity();
    return result.ec == std::errc::invalid_argument ? p : result.ptr;
  }
  char copy[512];
  const size_t length = std::min<size_t>(sizeof copy, size_t(end - p));
  for (size_t i = 0; i < length; i++) copy[i] = p[i] == decimal ? '.' : (p[i] == '.' ? ' ' : p[i]);
  return p + (number(copy, copy + length, '.', value) - copy);
#endif
}

/// What pandas, R, SQL, Excel, C libraries and the World Bank write where a number is missing.
bool isMissing(std::string_view cell) {
  static constexpr std::string_view tokens[] = {
      "NA", "N/A", "n/a", "na", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "-NaN", "NaT", "NULL", "null", "(null)",
      "\\N", "None", "none", "?", "-", "--", ".", "..", "...", "missing", "n.a.", "N.A.", "#DIV/0!", "#VALUE!", "#REF!",
      "#NAME?", "#NUM!", "#NULL!", "-1.#IND", "-1.#QNAN"};
  if (cell.empty()) return true;
  const auto isDigit = [&](size_t i) { return i < cell.size() && cell[i] >= '0' && cell[i] <= '9'; };
  if (isDigit(0)) return cell == "1.#IND" || cell == "1.#QNAN";
  if (cell.size() > 8 || (isDigit(1) && cell.find('#') == cell.npos)) return false;
  for (auto token : tokens)
    if (cell == token) return true;
  return false;
}

inline bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(const char *begin, const char *end) {
  const auto isSpace = [](char c) { return isBlank(c) || c == '\r' || c == '\n'; };
  while (begin < end && isSpace(*begin)) begin++;
  while (begin < end && isSpace(end[-1])) end--;
  return {begin, size_t(end - begin)};
}

/// The quote that ends a quoted cell ("" stands for one quote), or `end`.
const char *closingQuote(const char *p, const char *end) {
  while (true) {
    p = static_cast<const char *>(std::memchr(p, '"', size_t(end - p)));
    if (!p) return end;
    if (p + 1 == end || p[1] != '"') return p;
    p += 2;
  }
}

/// One pass over a range of records.
struct Parser {
  const char *const start, *const end;
  const pdata_dialect dialect;
  const int64_t columns;
  const int32_t *const slots;
  const int64_t width, capacity;
  const bool lenient;
  double *const values, *const labels;
  /// The decimal mark of cells without quotes.
  const char plain = dialect.decimal == dialect.delimiter ? '.' : dialect.decimal;
  pdata_records result{};

  void run() {
    result.offset = result.missing_offset = result.infinite_offset = -1;
    const char *p = start;
    while (p < end) {
      if (dialect.comment && *p == dialect.comment) { p = afterLine(p); continue; }
      if (const char *next = afterBlankLine(p)) { p = next; continue; }
      p = record(p);
      if (result.status != pdata_ok) return;
      result.records++;
    }
  }

  /// The start of the next line if this one is blank, else null.
  const char *afterBlankLine(const char *p) const {
    while (p < end && (isBlank(*p) || *p == '\r') && *p != dialect.newline && *p != dialect.delimiter) p++;
    if (dialect.collapse) while (p < end && (*p == dialect.delimiter || *p == '\r') && *p != dialect.newline) p++;
    if (p == end) return end;
    return *p == dialect.newline ? p + 1 : nullptr;
  }

  const char *afterLine(const char *p) const {
    const void *newline = std::memchr(p, dialect.newline, size_t(end - p));
    return newline ? static_cast<const char *>(newline) + 1 : end;
  }

  /// The end of the record if there are only empty cells up to it, else null.
  const char *afterEmptyCells(const char *p) const {
    while (p < end && *p != dialect.newline && (isBlank(*p) || *p == '\r' || *p == dialect.delimiter)) p++;
    return p == end || *p == dialect.newline ? p : nullptr;
  }

  bool endsField(const char *p) const {
    return p == end || *p == dialect.delimiter || *p == dialect.newline;
  }

  const char *record(const char *p) {
    const char *const first = p;
    for (int64_t column = 0;; column++) {
      if (dialect.collapse) while (p < end && *p == dialect.delimiter) p++;
      if (column >= columns) {
        const char *last = afterEmptyCells(p);
        return last ? finish(last, first, column - 1) : wrongFields(first);
      }
      p = field(p, column);
      if (result.status != pdata_ok) return p;
      if (dialect.collapse) {
        while (p < end && (*p == dialect.delimiter || (*p == '\r' && (p + 1 == end || p[1] == dialect.newline)))) p++;
        if (p == end || *p == dialect.newline) return finish(p, first, column);
        continue;
      }
      if (p == end || *p == dialect.newline) return finish(p, first, column);
      p++;
    }
  }

  const char *finish(const char *p, const char *first, int64_t column) {
    if (column + 1 != columns) return wrongFields(first);
    return p == end ? p : p + 1;
  }

  /// Counts the fields of the record again, for the message.
  const char *wrongFields(const char *first) {
    int32_t status;
    const int64_t next = pdata_split(start, first - start, end - start, dialect, nullptr, 0, &result.fields, &status);
    result.status = pdata_wrong_fields;
    result.offset = first - start;
    result.length = 0;
    result.column = 0;
    return start + next;
  }

  /// Reads one cell and stores it; the place where the field ends.
  inline const char *field(const char *p, int64_t column) {
    double value;
    const int32_t slot = slots[column];
    const char *q = slot == -1 ? p : number(p, end, plain, value);
    if (q != p && (endsField(q) || (*q == '\r' && (q + 1 == end || q[1] == dialect.newline)))) {
      if (std::isfinite(value)) {
        store(value, slot);
        return endsField(q) ? q : q + 1;
      }
    }
    return slowField(p, column, slot);
  }

  inline void store(double value, int32_t slot) {
    if (result.records >= capacity) return;
    if (slot >= 0 && values) values[result.records * width + slot] = value;
    else if (slot == -2 && labels) labels[result.records] = value;
  }

  const char *slowField(const char *p, int64_t column, int32_t slot) {
    const char *const begin = p;
    while (p < end && isBlank(*p) && *p != dialect.delimiter) p++;
    const bool quoted = p < end && *p == '"';
    std::string_view cell;
    if (quoted) {
      const char *const content = ++p;
      p = closingQuote(p);
      if (p == end) return fail(pdata_open_quote, begin, 0, column);
      cell = trimmed(content, p++);
      while (p < end && (isBlank(*p) || *p == '\r') && !endsField(p)) p++;
      if (!endsField(p)) return fail(pdata_stray_quote, begin, p - begin, column);
    } else {
      const char *const content = p;
      while (!endsField(p)) p++;
      cell = trimmed(content, p);
    }
    if (slot != -1) storeCell(cell, column, slot, quoted);
    return p;
  }

  const char *closingQuote(const char *p) const { return ::closingQuote(p, end); }

  void storeCell(std::string_view cell, int64_t column, int32_t slot, bool quoted) {
    double value = nan;
    switch (pdata_classify_in(cell.data(), int64_t(cell.size()), dialect, quoted, &value)) {
    case pdata_cell_text:
      if (!lenient) { fail(pdata_text, cell.data(), int64_t(cell.size()), column); return; }
      std::memcpy(&value, &pdata_text_bits, sizeof value);
      break;
    case pdata_cell_missing:
      value = nan;
      if (slot >= 0 && result.missing++ == 0) {
        result.missing_offset = cell.data() - start;
        result.missing_column = column;
      }
      break;
    default:
      if (std::isinf(value) && result.infinite++ == 0) {
        result.infinite_offset = cell.data() - start;
        result.infinite_column = column;
        result.infinite_length = int64_t(cell.size());
      }
    }
    store(value, slot);
  }

  const char *fail(int32_t status, const char *cell, int64_t length, int64_t column) {
    result.status = status;
    result.offset = cell - start;
    result.length = length;
    result.column = column;
    return cell;
  }
};

} // namespace

pdata_records pdata_parse(const char *text, int64_t length, pdata_dialect dialect, int64_t columns,
                          const int32_t *slots, int64_t width, int64_t capacity, bool lenient, double *values,
                          double *labels) {
  Parser parser{text, text + length, dialect, columns, slots, width, capacity, lenient, values, labels};
  parser.run();
  return parser.result;
}

int32_t pdata_classify(const char *cell, int64_t length, char decimal, double *value) {
  const std::string_view text = trimmed(cell, cell + length);
  if (isMissing(text)) return pdata_cell_missing;
  const char *p = text.data(), *const end = p + text.size();
  if (*p == '+' && p + 1 < end && p[1] != '-') p++;
  const char *const after = number(p, end, decimal, *value);
  if (after == p || after != end) return pdata_cell_text;
  return std::isnan(*value) ? pdata_cell_missing : pdata_cell_number;
}

/// The number without what stands between its groups of three digits, the first of which is not zero; false where it has none.
static bool ungrouped(std::string_view cell, pdata_dialect dialect, char *copy, size_t &length) {
  size_t i = 0, digits = 0;
  bool grouped = false;
  length = 0;
  if (i < cell.size() && (cell[i] == '-' || cell[i] == '+')) copy[length++] = cell[i++];
  if (i < cell.size() && cell[i] == '0') return false;
  for (; i < cell.size(); i++) {
    const char c = cell[i];
    if (c >= '0' && c <= '9') { digits++; copy[length++] = c; continue; }
    if (c != dialect.thousands) break;
    if (grouped ? digits != 3 : digits == 0 || digits > 3) return false;
    grouped = true;
    digits = 0;
  }
  if (!grouped || digits != 3) return false;
  for (; i < cell.size(); i++) copy[length++] = cell[i];
  return true;
}

int32_t pdata_classify_in(const char *cell, int64_t length, pdata_dialect dialect, bool quoted, double *value) {
  const char decimal = !quoted && dialect.decimal == dialect.delimiter ? '.' : dialect.decimal;
  const int32_t kind = pdata_classify(cell, length, decimal, value);
  if (kind != pdata_cell_text || !dialect.thousands) return kind;
  const std::string_view text = trimmed(cell, cell + length);
  char copy[64];
  size_t count = 0;
  if (text.size() > sizeof copy || !ungrouped(text, dialect, copy, count)) return kind;
  return pdata_classify(copy, int64_t(count), decimal, value);
}

int64_t pdata_count(const char *text, int64_t length, char byte) {
  int64_t none;
  return pdata_count_two(text, length, byte, byte, &none);
}

int64_t pdata_count_two(const char *text, int64_t length, char byte, char other, int64_t *others) {
  int64_t total = 0;
  *others = 0;
  for (int64_t i = 0; i < length;) {
    // At most 255 steps of 64 bytes, so that a counter of 8 bits for each of the 64 places does not overflow.
    uint8_t counts[64] = {}, otherCounts[64] = {};
    for (int step = 0; step < 255 && length - i >= 64; step++, i += 64) {
      for (int j = 0; j < 64; j++) {
        counts[j] += text[i + j] == byte;
        otherCounts[j] += text[i + j] == other;
      }
    }
    for (int j = 0; j < 64; j++) {
      total += counts[j];
      *others += otherCounts[j];
    }
    for (; i < length && length - i < 64; i++) {
      total += text[i] == byte;
      *others += text[i] == other;
    }
  }
  return total;
}
