// Included once per instruction set; KERNEL names the copy. Every column is summed in the order of its rows, so all copies
// give the same bits.

static void KERNEL(offsets)(size_t rows, size_t columns, size_t ld, const double *x, double *offsets) {
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const double *a = x + i * ld, *b = a + ld, *c = b + ld, *d = c + ld;
    for (size_t j = 0; j < columns; j++) {
      const double base = x[j];
      offsets[j] = (((offsets[j] + (a[j] - base)) + (b[j] - base)) + (c[j] - base)) + (d[j] - base);
    }
  }
  for (; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) offsets[j] += x[i * ld + j] - x[j];
  }
}

// Entry by entry, so that out may be x.
static void KERNEL(subtract)(size_t rows, size_t columns, size_t ld, const double *mean, const double *x, double *out) {
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop vectorize(assume_safety)
    for (size_t j = 0; j < columns; j++) out[i * ld + j] = x[i * ld + j] - mean[j];
  }
}

// Entries ahead of the one that is added: rows of x lie anywhere, and memory must be asked for them before.
#define AHEAD 16

// Thirty-two columns of y = A x + scale add, their sums in registers.
static void KERNEL(sparse_panel)(size_t first, size_t last, const int64_t *offsets, const int32_t *indices,
                                 const double *values, const double *x, size_t ldx, double scale, const double *add,
                                 size_t ldadd, double *y, size_t ldy) {
  for (size_t i = first; i < last; i++) {
    double sums[32];
    for (size_t j = 0; j < 32; j++) sums[j] = add ? scale * add[i * ldadd + j] : 0;
    for (int64_t k = offsets[i]; k < offsets[i + 1]; k++) {
      if (k + AHEAD < offsets[last]) {
        const double *next = x + (size_t)indices[k + AHEAD] * ldx;
        for (size_t j = 0; j < 32; j += 8) __builtin_prefetch(next + j);
      }
      const double value = values[k], *row = x + (size_t)indices[k] * ldx;
      for (size_t j = 0; j < 32; j++) sums[j] += value * row[j];
    }
    for (size_t j = 0; j < 32; j++) y[i * ldy + j] = sums[j];
  }
}

// Every entry is summed in the order of the row's entries.
static void KERNEL(sparse)(size_t first, size_t last, const int64_t *offsets, const int32_t *indices,
                           const double *values, size_t columns, const double *x, size_t ldx, double scale,
                           const double *add, size_t ldadd, double *y, size_t ldy) {
  size_t c = 0;
  for (; c + 32 <= columns; c += 32) {
    KERNEL(sparse_panel)
    (first, last, offsets, indices, values, x + c, ldx, scale, add ? add + c : NULL, ldadd, y + c, ldy);
  }
  if (c == columns) return;
  for (size_t i = first; i < last; i++) {
    for (size_t j = c; j < columns; j++) y[i * ldy + j] = add ? scale * add[i * ldadd + j] : 0;
    for (int64_t k = offsets[i]; k < offsets[i + 1]; k++) {
      const double value = values[k], *row = x + (size_t)indices[k] * ldx;
      for (size_t j = c; j < columns; j++) y[i * ldy + j] += value * row[j];
    }
  }
}

#undef AHEAD
#undef KERNEL
