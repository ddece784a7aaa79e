// The body of one softmax kernel: included once per instruction set with KERNEL(name) defined. Vectors of 8 lanes are the
// layout on every processor; the compiler splits them where registers are narrower.

/// e^x for x <= 0 (fdlibm's algorithm, error below 1 ulp); below -708 that of -708.
static inline __attribute__((always_inline)) reals KERNEL(exponential)(reals x) {
  x = __builtin_elementwise_max(x, (reals){} - 708.0);
  const reals shifted = x * 1.44269504088896338700e+00 + 0x1.8p52, k = shifted - 0x1.8p52;
  const reals high = x - k * 6.93147180369123816490e-01, low = k * 1.90821492927058770002e-10, r = high - low;
  const reals z = r * r;
  const reals c = r - z * (1.66666666666666019037e-01 + z * (-2.77777777770155933842e-03 + z * (6.61375632143793436117e-05 +
      z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))));
  const reals y = 1.0 - ((low - r * c / (2.0 - c)) - high);
  return (reals)((words)y + ((words)shifted << 52));
}

/// Natural logarithm of positive normal numbers (fdlibm's algorithm, error below 1 ulp).
static inline __attribute__((always_inline)) reals KERNEL(logarithm)(reals u) {
  const words raised = (words)u - 0x3FE6A09E00000000ull + 0x3FF0000000000000ull;
  const reals k = (reals)(raised >> 52 | 0x4330000000000000ull) - (0x1p52 + 1023.0);
  const reals m = (reals)((words)u - (raised & 0xFFF0000000000000ull) + 0x3FF0000000000000ull);
  const reals f = m - 1.0, s = f / (2.0 + f), z = s * s, w = z * z, half = 0.5 * f * f;
  const reals even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const reals odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 +
      w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  return k * 6.93147180369123816490e-01 - ((half - (s * (half + (odd + even)) + k * 1.90821492927058770002e-10)) - f);
}

static void KERNEL(softmax)(double *values, size_t components, size_t stride, size_t count, double *logSum) {
  for (size_t t = 0; t < count; t += 8) {
    reals top, sum = {};
    memcpy(&top, values + t, sizeof top);
    for (size_t i = 1; i < components; i++) {
      reals own;
      memcpy(&own, values + i * stride + t, sizeof own);
      top = __builtin_elementwise_max(top, own);
    }
    for (size_t i = 0; i < components; i++) {
      reals own;
      memcpy(&own, values + i * stride + t, sizeof own);
      own = KERNEL(exponential)(own - top);
      sum += own;
      memcpy(values + i * stride + t, &own, sizeof own);
    }
    const reals share = 1.0 / sum, total = top + KERNEL(logarithm)(sum);
    for (size_t i = 0; i < components; i++) {
      reals own;
      memcpy(&own, values + i * stride + t, sizeof own);
      own *= share;
      memcpy(values + i * stride + t, &own, sizeof own);
    }
    memcpy(logSum + t, &total, sizeof total);
  }
}
#undef KERNEL
