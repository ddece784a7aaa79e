#ifndef PRETELL_CLINEARALGEBRA_H
#define PRETELL_CLINEARALGEBRA_H

// The only door to BLAS and LAPACK. Matrices are row-major with leading dimension = number of columns
// unless a comment says otherwise; every function that can fail returns LAPACK's info.
// All calls run on the calling thread alone (see pla_single_threaded): parallelism is the caller's, so that
// results do not depend on the number of threads, to the bit.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Switches the library's own threads off. Safe to call repeatedly.
void pla_single_threaded(void);
/// Name of the kernel the library selected for this processor ("SkylakeX", "Accelerate", ...).
const char *_Nonnull pla_core_name(void);
/// Name and version of the library.
const char *_Nonnull pla_library(void);

/// C (m x n) = alpha op(A) op(B) + beta C.
void pla_dgemm(bool transA, bool transB, int32_t m, int32_t n, int32_t k, double alpha,
               const double *_Nonnull a, int32_t lda, const double *_Nonnull b, int32_t ldb,
               double beta, double *_Nonnull c, int32_t ldc);
/// Upper triangle of C (n x n) = alpha X'X + beta C, X is k x n.
void pla_dsyrk(int32_t n, int32_t k, double alpha, const double *_Nonnull x, int32_t ldx, double beta,
               double *_Nonnull c, int32_t ldc);
/// y (m) = alpha op(A) x + beta y, A is stored rows x columns.
void pla_dgemv(bool trans, int32_t rows, int32_t columns, double alpha, const double *_Nonnull a,
               int32_t lda, const double *_Nonnull x, double beta, double *_Nonnull y);
/// Solves op(T) X = B in place, T is n x n triangular (row-major), B is n x m (row-major).
void pla_dtrsm(bool lower, bool trans, int32_t n, int32_t m, const double *_Nonnull t, int32_t ldt,
               double *_Nonnull b, int32_t ldb);

/// Lower Cholesky factor in place (row-major); the strict upper triangle is left as it was.
int32_t pla_dpotrf(int32_t n, double *_Nonnull a);
/// Full symmetric inverse from pla_dpotrf's factor: fills the lower triangle (row-major).
int32_t pla_dpotri(int32_t n, double *_Nonnull a);
/// All eigenpairs of a symmetric matrix (destroyed): values ascending, vectors in ROWS of `a` on return.
int32_t pla_dsyevd(bool vectors, int32_t n, double *_Nonnull a, double *_Nonnull values);
/// Eigenpairs number first..last (1-based, ascending): vectors in ROWS of z ((last-first+1) x n).
int32_t pla_dsyevr(bool vectors, int32_t n, double *_Nonnull a, int32_t first, int32_t last,
                   double *_Nonnull values, double *_Nullable z);
/// Symmetric tridiagonal eigenproblem: diagonal d (n, overwritten with ascending values), off-diagonal e (n - 1,
/// destroyed), vectors in ROWS of z (n x n).
int32_t pla_dstevd(bool vectors, int32_t n, double *_Nonnull d, double *_Nonnull e, double *_Nullable z);
/// Thin QR of a COLUMN-major m x n matrix, m >= n: a becomes Q (rubbish unless orthonormal), r (column-major n x n, zeroed by
/// the caller) gets R.
int32_t pla_dqr(bool orthonormal, int32_t m, int32_t n, double *_Nonnull a, double *_Nonnull r);
/// Thin SVD of a COLUMN-major m x n matrix (destroyed): s descending (min(m,n)), u column-major m x min, vt column-major min x n.
int32_t pla_dgesdd(int32_t m, int32_t n, double *_Nonnull a, double *_Nonnull s, double *_Nonnull u,
                   double *_Nonnull vt);
/// One-sided Jacobi SVD of a COLUMN-major m x n matrix, m >= n (becomes U): s descending, v column-major n x n. Small singular
/// values of a matrix with graded rows or columns keep their digits.
int32_t pla_dgesvj(int32_t m, int32_t n, double *_Nonnull a, double *_Nonnull s, double *_Nonnull v);

/// offsets[j] += sum over rows of x[i][j] - x[0][j]; rows in order, the same bits on every processor.
void pla_column_offsets(size_t rows, size_t columns, size_t ld, const double *_Nonnull x, double *_Nonnull offsets);
/// out[i][j] = x[i][j] - mean[j]; out may be x, or else must not overlap it.
void pla_subtract_row(size_t rows, size_t columns, size_t ld, const double *_Nonnull mean, const double *_Nonnull x,
                      double *_Nonnull out);

/// Rows first..<last of y = A x + scale add for compressed rows A; x, add (may be null: nothing is added) and y are row-major and
/// do not overlap. Each entry is summed in the order of its row's entries: the same bits on every processor.
void pla_sparse_times(size_t first, size_t last, const int64_t *_Nonnull offsets, const int32_t *_Nonnull indices,
                      const double *_Nonnull values, size_t columns, const double *_Nonnull x, size_t ldx, double scale,
                      const double *_Nullable add, size_t ldadd, double *_Nonnull y, size_t ldy);

// Tiles: blocks inside a larger row-major matrix, in double (d) and float (s). `ld` is that matrix's number of columns.

/// C (m x n) = alpha op(A) op(B) + beta C.
void pla_sgemm(bool transA, bool transB, int32_t m, int32_t n, int32_t k, float alpha, const float *_Nonnull a,
               int32_t lda, const float *_Nonnull b, int32_t ldb, float beta, float *_Nonnull c, int32_t ldc);
/// One triangle of C (n x n) = alpha op(A) op(A)' + beta C; op(A) is A (n x k) or, with trans, A' of A (k x n).
void pla_dsyrk_tile(bool lower, bool trans, int32_t n, int32_t k, double alpha, const double *_Nonnull a, int32_t lda,
                    double beta, double *_Nonnull c, int32_t ldc);
void pla_ssyrk_tile(bool lower, bool trans, int32_t n, int32_t k, float alpha, const float *_Nonnull a, int32_t lda,
                    float beta, float *_Nonnull c, int32_t ldc);
/// B (m x n) = alpha op(T) B or alpha B op(T) for a lower triangular T.
void pla_dtrmm_tile(bool right, bool trans, int32_t m, int32_t n, double alpha, const double *_Nonnull t, int32_t ldt,
                    double *_Nonnull b, int32_t ldb);
void pla_strmm_tile(bool right, bool trans, int32_t m, int32_t n, float alpha, const float *_Nonnull t, int32_t ldt,
                    float *_Nonnull b, int32_t ldb);
/// Lower Cholesky factor in place; LAPACK's info.
int32_t pla_dpotrf_tile(int32_t n, double *_Nonnull a, int32_t lda);
int32_t pla_spotrf_tile(int32_t n, float *_Nonnull a, int32_t lda);
/// Inverse of a lower triangular tile in place; LAPACK's info.
int32_t pla_dtrtri_tile(int32_t n, double *_Nonnull a, int32_t lda);
int32_t pla_strtri_tile(int32_t n, float *_Nonnull a, int32_t lda);
/// L'L of a lower triangular L in place (lower triangle); LAPACK's info.
int32_t pla_dlauum_tile(int32_t n, double *_Nonnull a, int32_t lda);
int32_t pla_slauum_tile(int32_t n, float *_Nonnull a, int32_t lda);

/// Freed blocks of up to 32 MB stay with the process, 128 MB of them (glibc; nothing elsewhere).
void pla_keep_freed_memory(void);

#ifdef __cplusplus
}
#endif
#endif
