#include "CLinearAlgebra.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lapack.h"
#ifndef __APPLE__
#define LENP , size_t
#define LENP2 , size_t, size_t
void dpotrf_(const char *, const lint *, double *, const lint *, lint * LENP);
void dpotri_(const char *, const lint *, double *, const lint *, lint * LENP);
void dsyevd_(const char *, const char *, const lint *, double *, const lint *, double *, double *,
             const lint *, lint *, const lint *, lint * LENP2);
void dsyevr_(const char *, const char *, const char *, const lint *, double *, const lint *, const double *,
             const double *, const lint *, const lint *, const double *, lint *, double *, double *,
             const lint *, lint *, double *, const lint *, lint *, const lint *, lint *, size_t, size_t, size_t);
void dstevd_(const char *, const lint *, double *, double *, double *, const lint *, double *, const lint *,
             lint *, const lint *, lint * LENP);
void dgeqrf_(const lint *, const lint *, double *, const lint *, double *, double *, const lint *, lint *);
void dorgqr_(const lint *, const lint *, const lint *, double *, const lint *, const double *, double *,
             const lint *, lint *);
void dgesdd_(const char *, const lint *, const lint *, double *, const lint *, double *, double *,
             const lint *, double *, const lint *, double *, const lint *, lint *, lint * LENP);
void dgesvj_(const char *, const char *, const char *, const lint *, const lint *, double *, const lint *, double *,
             const lint *, double *, const lint *, double *, const lint *, lint *, size_t, size_t, size_t);
#endif

/// What functions return when memory runs out or a workspace size does not fit the library's integers.
enum { OUT_OF_MEMORY = -1000, TOO_LARGE = -1001 };

void pla_single_threaded(void) {
#ifndef __APPLE__
  openblas_set_num_threads(1);
#endif
}

const char *pla_core_name(void) {
#ifdef __APPLE__
  return "Accelerate";
#else
  return openblas_get_corename();
#endif
}

const char *pla_library(void) {
#ifdef __APPLE__
  return "Accelerate";
#else
  return openblas_get_config();
#endif
}

static enum CBLAS_TRANSPOSE op(bool t) { return t ? CblasTrans : CblasNoTrans; }

void pla_dgemm(bool ta, bool tb, int32_t m, int32_t n, int32_t k, double alpha, const double *a, int32_t lda,
               const double *b, int32_t ldb, double beta, double *c, int32_t ldc) {
  cblas_dgemm(CblasRowMajor, op(ta), op(tb), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void pla_dsyrk(int32_t n, int32_t k, double alpha, const double *x, int32_t ldx, double beta, double *c,
               int32_t ldc) {
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, k, alpha, x, ldx, beta, c, ldc);
}

void pla_dgemv(bool trans, int32_t rows, int32_t columns, double alpha, const double *a, int32_t lda,
               const double *x, double beta, double *y) {
  cblas_dgemv(CblasRowMajor, op(trans), rows, columns, alpha, a, lda, x, 1, beta, y, 1);
}

void pla_dtrsm(bool lower, bool trans, int32_t n, int32_t m, const double *t, int32_t ldt, double *b,
               int32_t ldb) {
  cblas_dtrsm(CblasRowMajor, CblasLeft, lower ? CblasLower : CblasUpper, op(trans), CblasNonUnit, n, m, 1.0,
              t, ldt, b, ldb);
}

// Row-major lower is column-major upper: pass "U".
int32_t pla_dpotrf(int32_t n, double *a) {
  lint order = n, ld = n > 0 ? n : 1, info = 0;
  dpotrf_("U", &order, a, &ld, &info LEN1);
  return (int32_t)info;
}

int32_t pla_dpotri(int32_t n, double *a) {
  lint order = n, ld = n > 0 ? n : 1, info = 0;
  dpotri_("U", &order, a, &ld, &info LEN1);
  return (int32_t)info;
}

int32_t pla_dsyevd(bool vectors, int32_t n, double *a, double *values) {
  if (n > 32000) return TOO_LARGE; // 2 n^2 overflows LAPACK's 32-bit workspace size
  lint order = n, ld = n > 0 ? n : 1, info = 0, lwork = -1, liwork = -1, iquery = 0;
  double query = 0;
  const char *job = vectors ? "V" : "N";
  dsyevd_(job, "U", &order, a, &ld, values, &query, &lwork, &iquery, &liwork, &info LEN2);
  if (info != 0) return (int32_t)info;
  lwork = (lint)query;
  liwork = iquery;
  double *work = malloc(sizeof(double) * (size_t)lwork);
  lint *iwork = malloc(sizeof(lint) * (size_t)liwork);
  if (!work || !iwork) {
    info = OUT_OF_MEMORY;
  } else {
    dsyevd_(job, "U", &order, a, &ld, values, work, &lwork, iwork, &liwork, &info LEN2);
  }
  free(work);
  free(iwork);
  return (int32_t)info;
}

int32_t pla_dsyevr(bool vectors, int32_t n, double *a, int32_t first, int32_t last, double *values, double *z) {
  lint order = n, ld = n > 0 ? n : 1, info = 0, lwork = -1, liwork = -1, iquery = 0, found = 0;
  lint il = first, iu = last, ldz = ld;
  double query = 0, zero = 0;
  const char *job = vectors ? "V" : "N";
  lint *support = malloc(sizeof(lint) * 2 * (size_t)(n > 0 ? n : 1));
  double *all = malloc(sizeof(double) * (size_t)(n > 0 ? n : 1));
  double *work = NULL;
  lint *iwork = NULL;
  if (!support || !all) {
    info = OUT_OF_MEMORY;
    goto done;
  }
#ifdef __APPLE__
#define LEN3
#else
#define LEN3 , 1, 1, 1
#endif
  dsyevr_(job, "I", "U", &order, a, &ld, &zero, &zero, &il, &iu, &zero, &found, all, z, &ldz, support, &query,
          &lwork, &iquery, &liwork, &info LEN3);
  if (info != 0) goto done;
  lwork = (lint)query;
  liwork = iquery;
  work = malloc(sizeof(double) * (size_t)lwork);
  iwork = malloc(sizeof(lint) * (size_t)liwork);
  if (!work || !iwork) {
    info = OUT_OF_MEMORY;
    goto done;
  }
  dsyevr_(job, "I", "U", &order, a, &ld, &zero, &zero, &il, &iu, &zero, &found, all, z, &ldz, support, work,
          &lwork, iwork, &liwork, &info LEN3);
  if (info == 0) memcpy(values, all, sizeof(double) * (size_t)(last - first + 1));
done:
  free(support);
  free(all);
  free(work);
  free(iwork);
  return (int32_t)info;
}

int32_t pla_dstevd(bool vectors, int32_t n, double *d, double *e, double *z) {
  if (n > 46000) return TOO_LARGE; // n^2 overflows LAPACK's 32-bit workspace size
  lint order = n, ld = n > 0 ? n : 1, info = 0, lwork = -1, liwork = -1, iquery = 0;
  double query = 0, unused = 0;
  const char *job = vectors ? "V" : "N";
  double *vectorsOut = z ? z : &unused;
  dstevd_(job, &order, d, e, vectorsOut, &ld, &query, &lwork, &iquery, &liwork, &info LEN1);
  if (info != 0) return (int32_t)info;
  lwork = (lint)query;
  liwork = iquery;
  double *work = malloc(sizeof(double) * (size_t)lwork);
  lint *iwork = malloc(sizeof(lint) * (size_t)liwork);
  if (!work || !iwork) {
    info = OUT_OF_MEMORY;
  } else {
    dstevd_(job, &order, d, e, vectorsOut, &ld, work, &lwork, iwork, &liwork, &info LEN1);
  }
  free(work);
  free(iwork);
  return (int32_t)info;
}

int32_t pla_dqr(bool orthonormal, int32_t m, int32_t n, double *a, double *r) {
  lint rows = m, columns = n, ld = m > 0 ? m : 1, info = 0, lwork = -1;
  double query = 0, queryQ = 0;
  double *tau = malloc(sizeof(double) * (size_t)(n > 0 ? n : 1));
  if (!tau) return OUT_OF_MEMORY;
  dgeqrf_(&rows, &columns, a, &ld, tau, &query, &lwork, &info);
  if (info == 0 && orthonormal) dorgqr_(&rows, &columns, &columns, a, &ld, tau, &queryQ, &lwork, &info);
  double *work = NULL;
  if (info == 0) {
    lwork = (lint)(query > queryQ ? query : queryQ);
    work = malloc(sizeof(double) * (size_t)lwork);
    if (!work) info = OUT_OF_MEMORY;
  }
  if (info == 0) dgeqrf_(&rows, &columns, a, &ld, tau, work, &lwork, &info);
  if (info == 0) {
    for (int32_t j = 0; j < n; j++)
      for (int32_t i = 0; i <= j; i++) r[i + (size_t)j * (size_t)n] = a[i + (size_t)j * (size_t)m];
    if (orthonormal) dorgqr_(&rows, &columns, &columns, a, &ld, tau, work, &lwork, &info);
  }
  free(tau);
  free(work);
  return (int32_t)info;
}

int32_t pla_dgesdd(int32_t m, int32_t n, double *a, double *s, double *u, double *vt) {
  lint rows = m, columns = n, ld = m > 0 ? m : 1, info = 0, lwork = -1;
  lint small = m < n ? m : n;
  if (small > 23000) return TOO_LARGE; // 4 min(m, n)^2 overflows LAPACK's 32-bit workspace size
  lint ldvt = small > 0 ? small : 1;
  double query = 0;
  lint *iwork = malloc(sizeof(lint) * 8 * (size_t)(small > 0 ? small : 1));
  if (!iwork) return OUT_OF_MEMORY;
  dgesdd_("S", &rows, &columns, a, &ld, s, u, &ld, vt, &ldvt, &query, &lwork, iwork, &info LEN1);
  double *work = NULL;
  if (info == 0) {
    lwork = (lint)query;
    work = malloc(sizeof(double) * (size_t)lwork);
    if (!work) info = OUT_OF_MEMORY;
  }
  if (info == 0) dgesdd_("S", &rows, &columns, a, &ld, s, u, &ld, vt, &ldvt, work, &lwork, iwork, &info LEN1);
  free(iwork);
  free(work);
  return (int32_t)info;
}

int32_t pla_dgesvj(int32_t m, int32_t n, double *a, double *s, double *v) {
  lint rows = m, columns = n, ld = m > 0 ? m : 1, ldv = n > 0 ? n : 1, lwork = m + n > 6 ? m + n : 6, info = 0;
  double *work = calloc((size_t)lwork, sizeof(double));
  if (!work) return OUT_OF_MEMORY;
#ifdef __APPLE__
  dgesvj_("G", "U", "V", &rows, &columns, a, &ld, s, &columns, v, &ldv, work, &lwork, &info);
#else
  dgesvj_("G", "U", "V", &rows, &columns, a, &ld, s, &columns, v, &ldv, work, &lwork, &info, 1, 1, 1);
#endif
  // Values near overflow or underflow come scaled.
  for (int32_t k = 0; k < n; k++) s[k] *= work[0];
  free(work);
  return (int32_t)info;
}
