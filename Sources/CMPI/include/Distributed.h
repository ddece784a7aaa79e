#pragma once
#include <stddef.h>

// A symmetric matrix whose blocks are dealt out to the ranks like cards, rows and columns (block-cyclic), for ScaLAPACK. Only its
// lower triangle is kept up to date. Every function but the last two must be called by all ranks. They return 0 or MPI's error code.

typedef struct pmpi_square pmpi_square;

/// All zeros; null when there is not enough memory. `block`: rows and columns of a block.
pmpi_square *pmpi_square_make(int order, int block);

/// A += X'X of the rows that all ranks bring: `count` rows of `order` numbers from this one, at most `pmpi_square_round`.
/// What travels: order (grid rows + grid columns) numbers a row.
int pmpi_square_add(pmpi_square *a, const double *rows, size_t count);
/// A_ij = (A_ij scale + weight u_i u_j) f_i f_j, then A_ii += ridge.
void pmpi_square_adjust(pmpi_square *a, double scale, double weight, const double *u, const double *f, double ridge);
/// The diagonal, on every rank.
int pmpi_square_diagonal(const pmpi_square *a, double *diagonal);
/// A <- A^-1 by Cholesky; info: the order of a leading minor that is not positive, else 0.
int pmpi_square_invert(pmpi_square *a, int *info);
/// All eigenvalues, ascending, on every rank; A is spoiled, its eigenvectors are kept beside it. info: LAPACK's; -1000 for memory.
int pmpi_square_eigen(pmpi_square *a, double *values, int *info);
/// Rows first ..< first + count of A, one block of them or its start, both triangles, to rank 0 (elsewhere `panel` is scratch): count x order, row-major.
int pmpi_square_rows(const pmpi_square *a, int first, int count, double *panel);
/// Eigenvectors number first ..< first + count (ascending) as rows, the same way.
int pmpi_square_vectors(const pmpi_square *a, int first, int count, double *panel);

/// Rows that this rank may bring at once.
size_t pmpi_square_round(const pmpi_square *a);
void pmpi_square_free(pmpi_square *a);
