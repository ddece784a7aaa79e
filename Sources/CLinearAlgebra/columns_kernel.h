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

#undef KERNEL
