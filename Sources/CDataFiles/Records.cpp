#include "CDataFiles.h"

#include <cstring>

// Where cells and records end. A quote opens a cell only where nothing but blanks stands before it; elsewhere it is a letter.

namespace {

inline bool isBlank(char c, pdata_dialect dialect) { return (c == ' ' || c == '\t') && c != dialect.delimiter; }

inline const char *find(const char *from, const char *to, char byte) {
  const void *found = from < to ? std::memchr(from, byte, size_t(to - from)) : nullptr;
  return found ? static_cast<const char *>(found) : to;
}

/// Whether the quote at `p` is the first letter of a cell.
bool opens(const char *text, const char *p, pdata_dialect dialect) {
  const char *before = p;
  while (before > text && isBlank(before[-1], dialect)) before--;
  if (before > text && before[-1] != dialect.delimiter && before[-1] != dialect.newline) return false;
  if (!dialect.comment) return true;
  const char *line = p;
  while (line > text && line[-1] != dialect.newline) line--;
  return *line != dialect.comment;
}

/// Goes on to the next quote that changes the state, and changes it; false when there is none before `to`.
inline bool turn(const char *text, const char *&p, const char *to, pdata_dialect dialect, bool &quoted) {
  while ((p = find(p, to, '"')) < to) {
    if (quoted && p + 1 < to && p[1] == '"') { p += 2; continue; }
    if (!quoted && !opens(text, p, dialect)) { p++; continue; }
    quoted = !quoted;
    p++;
    return true;
  }
  return false;
}

} // namespace

bool pdata_is_quoted(const char *text, int64_t from, int64_t to, pdata_dialect dialect, bool quoted) {
  const char *p = text + from;
  while (turn(text, p, text + to, dialect, quoted)) {}
  return quoted;
}

void pdata_quoted_after(const char *text, int64_t from, int64_t to, pdata_dialect dialect, bool *outside, bool *inside) {
  const char *p = text + from, *q = text + from, *const end = text + to;
  *outside = false;
  *inside = true;
  // The one that is behind goes on; once they meet in the same state they stay together.
  while (p < end || q < end) {
    if (p == q && *outside == *inside) {
      *outside = *inside = pdata_is_quoted(text, p - text, to, dialect, *outside);
      return;
    }
    if (p <= q) turn(text, p, end, dialect, *outside);
    else turn(text, q, end, dialect, *inside);
  }
}

int64_t pdata_next_record(const char *text, int64_t from, int64_t length, pdata_dialect dialect, bool quoted) {
  const char *p = text + from, *const end = text + length;
  while (p < end) {
    if (quoted) {
      if (!turn(text, p, end, dialect, quoted)) return length;
      continue;
    }
    const char *const newline = find(p, end, dialect.newline);
    if (!turn(text, p, newline, dialect, quoted)) return newline == end ? length : newline + 1 - text;
  }
  return length;
}

int64_t pdata_split(const char *text, int64_t from, int64_t length, pdata_dialect dialect, pdata_cell *cells,
                    int64_t capacity, int64_t *count, int32_t *status) {
  const char *p = text + from, *const end = text + length;
  const auto endsRecord = [&](const char *at) {
    return at == end || *at == dialect.newline || (*at == '\r' && at + 1 < end && at[1] == dialect.newline);
  };
  const auto isSpace = [&](char c) { return isBlank(c, dialect) || c == '\r'; };
  *count = 0;
  *status = pdata_ok;
  const auto finish = [&]() -> int64_t {
    const char *const newline = find(p, end, dialect.newline);
    return (newline == end ? end : newline + 1) - text;
  };
  if (p < end && dialect.comment && *p == dialect.comment) return finish();
  const char *blank = p;
  while (!endsRecord(blank) && (isSpace(*blank) || (dialect.collapse && *blank == dialect.delimiter))) blank++;
  if (endsRecord(blank)) { p = blank; return finish(); }
  while (true) {
    if (dialect.collapse) {
      while (p < end && *p == dialect.delimiter) p++;
      if (endsRecord(p)) return finish();
    }
    pdata_cell cell{};
    cell.begin = p - text;
    while (!endsRecord(p) && isBlank(*p, dialect)) p++;
    cell.quoted = p < end && *p == '"';
    const char *content = p, *after;
    if (cell.quoted) {
      content = ++p;
      while ((p = find(p, end, '"')) < end && p + 1 < end && p[1] == '"') {
        cell.doubled = true;
        p += 2;
      }
      after = p;
      if (p == end) *status = pdata_open_quote;
      else p++;
      while (!endsRecord(p) && isSpace(*p)) p++;
      if (!endsRecord(p) && *p != dialect.delimiter) *status = pdata_stray_quote;
      while (!endsRecord(p) && *p != dialect.delimiter) p++;
    } else {
      while (!endsRecord(p) && *p != dialect.delimiter) p++;
      after = p;
      while (after > content && isSpace(after[-1])) after--;
    }
    cell.end = p - text;
    cell.start = content - text;
    cell.length = after - content;
    if (*count < capacity) cells[*count] = cell;
    ++*count;
    if (*status != pdata_ok || endsRecord(p)) return finish();
    p++;
  }
}
