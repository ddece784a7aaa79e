#include "CSpecialFunctions.h"
#include <stdint.h>
#include <string.h>

// Without this a processor with fused multiply-add would round differently from one without.
#pragma STDC FP_CONTRACT OFF
// Vectors never cross a call: every function that takes one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

typedef uint64_t words __attribute__((vector_size(64)));
typedef double reals __attribute__((vector_size(64)));

#define KERNEL(name) baseline_##name
#include "softmax_kernel.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define KERNEL(name) avx2_##name
#include "softmax_kernel.h"
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))), apply_to = function)
#define KERNEL(name) avx512_##name
#include "softmax_kernel.h"
#pragma clang attribute pop
#endif

void psf_softmax(double *values, size_t components, size_t stride, size_t count, double *logSum) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw")) {
    avx512_softmax(values, components, stride, count, logSum);
    return;
  }
  if (__builtin_cpu_supports("avx2")) {
    avx2_softmax(values, components, stride, count, logSum);
    return;
  }
#endif
  baseline_softmax(values, components, stride, count, logSum);
}
