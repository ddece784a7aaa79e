// The common cell, eight digits at a time: -0.1234567890123456, as programs print a double. Rounding is fast_float's.
#pragma once

#if __has_include(<fast_float/fast_float.h>) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PRETELL_SHORT_DECIMAL
#include <cstdint>
#include <cstring>
#include <fast_float/fast_float.h>

namespace {

inline uint64_t eightBytes(const char *p) {
  uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

/// The high bit of every byte that is not a digit; bytes after the first such one may be wrong.
inline uint64_t notDigits(uint64_t word) {
  return ((word + 0x4646464646464646) | (word - 0x3030303030303030)) & 0x8080808080808080;
}

/// The number that the last `kept` of eight digits spell, 0 <= kept <= 8.
inline uint64_t eightDigits(uint64_t word, int64_t kept) {
  const int64_t half = 4 * (8 - kept);
  word = ((word - 0x3030303030303030) >> half >> half) << half << half;
  word = word * 10 + (word >> 8);
  const uint64_t even = (word & 0x000000FF000000FF) * 0x000F424000000064;
  const uint64_t odd = ((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001;
  return (even + odd) >> 32;
}

/// Reads [-]D.F at the start of [p, end), where F has 8 digits or more and D and F together 19 at most.
/// The place after it; null where the number is written otherwise, to be read by the general routine.
inline const char *shortDecimal(const char *p, const char *end, char decimal, double &value) {
  static constexpr uint64_t powers[] = {
      1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000};
  if (end - p < 40) return nullptr;
  const bool isNegative = *p == '-';
  p += isNegative;
  uint64_t digits = uint8_t(*p++ - '0');
  if (digits > 9) return nullptr;
  int64_t whole = digits != 0;
  for (; uint8_t(*p - '0') <= 9 && whole < 8; p++, whole++) digits = digits * 10 + uint8_t(*p - '0');
  if (*p++ != decimal) return nullptr;
  const uint64_t first = eightBytes(p);
  if (notDigits(first)) return nullptr;
  const uint64_t second = notDigits(eightBytes(p + 8)), third = notDigits(eightBytes(p + 16)) | (uint64_t(1) << 63);
  const int64_t rest = second ? __builtin_ctzll(second) / 8 : 8 + __builtin_ctzll(third) / 8;
  if (whole + 8 + rest > 19) return nullptr;
  const char *const after = p + 8 + rest;
  if ((*after | 0x20) == 'e') return nullptr;
  digits = digits * powers[8] + eightDigits(first, 8);
  const char *const middle = rest > 8 ? after - 16 : p;
  digits = digits * powers[rest] + eightDigits(eightBytes(middle), rest > 8 ? rest - 8 : 0) * powers[8]
           + eightDigits(eightBytes(after - 8), rest < 8 ? rest : 8);
  const auto result = fast_float::compute_float<fast_float::binary_format<double>>(-8 - rest, digits);
  if (result.power2 < 0) return nullptr;
  const uint64_t bits = uint64_t(result.mantissa) | uint64_t(result.power2) << 52 | uint64_t(isNegative) << 63;
  std::memcpy(&value, &bits, sizeof value);
  return after;
}

} // namespace
#endif
