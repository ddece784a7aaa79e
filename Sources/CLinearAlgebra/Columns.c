#include "CLinearAlgebra.h"
#include <stddef.h>

// Passes over rows that have just been read, as fast as the cache gives them.
#pragma STDC FP_CONTRACT OFF

#define KERNEL(name) baseline_##name
#include "columns_kernel.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define KERNEL(name) avx2_##name
#include "columns_kernel.h"
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl"))), apply_to = function)
#define KERNEL(name) avx512_##name
#include "columns_kernel.h"
#pragma clang attribute pop
#define CHOOSE(call)                                                                                                   \
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) avx512_##call;                          \
  else if (__builtin_cpu_supports("avx2")) avx2_##call;                                                                \
  else baseline_##call
#else
#define CHOOSE(call) baseline_##call
#endif

void pla_column_offsets(size_t rows, size_t columns, size_t ld, const double *x, double *offsets) {
  CHOOSE(offsets(rows, columns, ld, x, offsets));
}

void pla_subtract_row(size_t rows, size_t columns, size_t ld, const double *mean, const double *x, double *out) {
  CHOOSE(subtract(rows, columns, ld, mean, x, out));
}

void pla_sparse_times(size_t first, size_t last, const int64_t *offsets, const int32_t *indices, const double *values,
                      size_t columns, const double *x, size_t ldx, double scale, const double *add, size_t ldadd,
                      double *y, size_t ldy) {
  CHOOSE(sparse(first, last, offsets, indices, values, columns, x, ldx, scale, add, ldadd, y, ldy));
}
