#include "CLinearAlgebra.h"

#include "lapack.h"
#ifndef __APPLE__
#define DECLARE(T, P)                                                                                               \
  void P##potrf_(const char *, const lint *, T *, const lint *, lint *, size_t);                                    \
  void P##trtri_(const char *, const char *, const lint *, T *, const lint *, lint *, size_t, size_t);              \
  void P##lauum_(const char *, const lint *, T *, const lint *, lint *, size_t);
DECLARE(double, d)
DECLARE(float, s)
#endif

static enum CBLAS_TRANSPOSE op(bool t) { return t ? CblasTrans : CblasNoTrans; }

void pla_sgemm(bool ta, bool tb, int32_t m, int32_t n, int32_t k, float alpha, const float *a, int32_t lda,
               const float *b, int32_t ldb, float beta, float *c, int32_t ldc) {
  cblas_sgemm(CblasRowMajor, op(ta), op(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

// LAPACK's routines see the transpose: row-major lower is column-major upper.
#define DEFINE(T, P)                                                                                                \
  void pla_##P##syrk_tile(bool lower, bool trans, int32_t n, int32_t k, T alpha, const T *a, int32_t lda, T beta,   \
                          T *c, int32_t ldc) {                                                                      \
    cblas_##P##syrk(CblasRowMajor, lower ? CblasLower : CblasUpper, op(trans), n, k, alpha, a, lda, beta, c, ldc);  \
  }                                                                                                                 \
  void pla_##P##trmm_tile(bool right, bool trans, int32_t m, int32_t n, T alpha, const T *t, int32_t ldt, T *b,     \
                          int32_t ldb) {                                                                            \
    cblas_##P##trmm(CblasRowMajor, right ? CblasRight : CblasLeft, CblasLower, op(trans), CblasNonUnit, m, n,       \
                    alpha, t, ldt, b, ldb);                                                                         \
  }                                                                                                                 \
  int32_t pla_##P##potrf_tile(int32_t n, T *a, int32_t lda) {                                                       \
    lint order = n, ld = lda, info = 0;                                                                             \
    P##potrf_("U", &order, a, &ld, &info LEN1);                                                                     \
    return (int32_t)info;                                                                                           \
  }                                                                                                                 \
  int32_t pla_##P##trtri_tile(int32_t n, T *a, int32_t lda) {                                                       \
    lint order = n, ld = lda, info = 0;                                                                             \
    P##trtri_("U", "N", &order, a, &ld, &info LEN2);                                                                \
    return (int32_t)info;                                                                                           \
  }                                                                                                                 \
  int32_t pla_##P##lauum_tile(int32_t n, T *a, int32_t lda) {                                                       \
    lint order = n, ld = lda, info = 0;                                                                             \
    P##lauum_("U", &order, a, &ld, &info LEN1);                                                                     \
    return (int32_t)info;                                                                                           \
  }
DEFINE(double, d)
DEFINE(float, s)
