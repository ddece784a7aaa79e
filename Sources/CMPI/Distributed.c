#include "Distributed.h"

#ifdef WITH_MPI
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

// BLACS, ScaLAPACK and BLAS, which come without headers.
int Csys2blacs_handle(MPI_Comm communicator);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int *context, const char *order, int rows, int columns);
void Cblacs_gridexit(int context);
int numroc_(const int *n, const int *block, const int *place, const int *source, const int *count);
void descinit_(int *description, const int *m, const int *n, const int *mb, const int *nb, const int *rsrc, const int *csrc,
               const int *context, const int *lld, int *info);
void pdpotrf_(const char *uplo, const int *n, double *a, const int *ia, const int *ja, const int *desc, int *info, size_t);
void pdpotri_(const char *uplo, const int *n, double *a, const int *ia, const int *ja, const int *desc, int *info, size_t);
void pdsyevd_(const char *job, const char *uplo, const int *n, double *a, const int *ia, const int *ja, const int *desca,
              double *w, double *z, const int *iz, const int *jz, const int *descz, double *work, const int *lwork, int *iwork,
              const int *liwork, int *info, size_t, size_t);
void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k, const double *alpha, const double *a,
            const int *lda, const double *b, const int *ldb, const double *beta, double *c, const int *ldc, size_t, size_t);

#define EXCHANGED ((size_t)1 << 22) // numbers that a rank sends, and receives, at once
static const int zero = 0, one = 1;
static const double unit = 1;

struct pmpi_square {
  int order, block;
  int grid_rows, grid_columns, row, column; // the grid of ranks and this one's place
  int rows, columns;                        // of the part kept here, column-major
  int system, context, description[9];
  double *entries, *vectors;
  double *sent, *left, *right; // buffers of the exchange
  size_t round;
};

static int at_row(const pmpi_square *a, int place, int local) {
  return (local / a->block * a->grid_rows + place) * a->block + local % a->block;
}

static int at_column(const pmpi_square *a, int place, int local) {
  return (local / a->block * a->grid_columns + place) * a->block + local % a->block;
}

void pmpi_square_free(pmpi_square *a) {
  if (!a) return;
  free(a->entries);
  free(a->vectors);
  free(a->sent);
  free(a->left);
  free(a->right);
  free(a);
}

static double *doubles(size_t count) { return calloc(count ? count : 1, sizeof(double)); }

pmpi_square *pmpi_square_make(int order, int block) {
  pmpi_square *a = calloc(1, sizeof *a);
  if (!a) return NULL;
  int ranks, rank, info;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  a->order = order;
  a->block = block;
  for (a->grid_rows = 1; (a->grid_rows + 1) * (a->grid_rows + 1) <= ranks; a->grid_rows++) {}
  while (ranks % a->grid_rows) a->grid_rows--;
  a->grid_columns = ranks / a->grid_rows;
  a->row = rank / a->grid_columns;
  a->column = rank % a->grid_columns;
  a->system = Csys2blacs_handle(MPI_COMM_WORLD);
  a->context = a->system;
  Cblacs_gridinit(&a->context, "Row", a->grid_rows, a->grid_columns);
  a->rows = numroc_(&order, &block, &a->row, &zero, &a->grid_rows);
  a->columns = numroc_(&order, &block, &a->column, &zero, &a->grid_columns);
  const int lead = a->rows > 1 ? a->rows : 1;
  descinit_(a->description, &order, &order, &block, &block, &zero, &zero, &a->context, &lead, &info);
  const size_t per_row = (size_t)order * (size_t)(a->grid_rows + a->grid_columns);
  a->round = EXCHANGED / per_row ? EXCHANGED / per_row : 1;
  a->entries = doubles((size_t)a->rows * (size_t)a->columns);
  a->sent = doubles(a->round * (size_t)order * (size_t)a->grid_columns);
  a->left = doubles(a->round * (size_t)ranks * (size_t)a->rows);
  a->right = doubles(a->round * (size_t)ranks * (size_t)a->columns);
  if (a->entries && a->sent && a->left && a->right) return a;
  pmpi_square_free(a);
  return NULL;
}

size_t pmpi_square_round(const pmpi_square *a) { return a->round; }

/// To every rank the columns that its rows (or columns) of A stand for; row-major, rank after rank.
static int exchange(pmpi_square *a, const double *rows, const int *counts, int by_rows, double *target) {
  int ranks = a->grid_rows * a->grid_columns, rank = a->row * a->grid_columns + a->column;
  int *plan = malloc(4 * (size_t)ranks * sizeof(int));
  if (!plan) return MPI_ERR_NO_MEM;
  int *sends = plan, *from = plan + ranks, *receives = plan + 2 * ranks, *to = plan + 3 * ranks;
  const int mine = by_rows ? a->rows : a->columns;
  double *next = a->sent;
  for (int t = 0, received = 0; t < ranks; t++) {
    const int place = by_rows ? t / a->grid_columns : t % a->grid_columns;
    const int width = by_rows ? numroc_(&a->order, &a->block, &place, &zero, &a->grid_rows)
                              : numroc_(&a->order, &a->block, &place, &zero, &a->grid_columns);
    from[t] = (int)(next - a->sent);
    sends[t] = counts[rank] * width;
    for (int i = 0; i < counts[rank]; i++) {
      const double *row = rows + (size_t)i * (size_t)a->order;
      for (int l = 0; l < width; l++) *next++ = row[by_rows ? at_row(a, place, l) : at_column(a, place, l)];
    }
    to[t] = received;
    receives[t] = counts[t] * mine;
    received += receives[t];
  }
  int code = MPI_Alltoallv(a->sent, sends, from, MPI_DOUBLE, target, receives, to, MPI_DOUBLE, MPI_COMM_WORLD);
  free(plan);
  return code;
}

int pmpi_square_add(pmpi_square *a, const double *rows, size_t count) {
  const int ranks = a->grid_rows * a->grid_columns;
  int *counts = malloc((size_t)ranks * sizeof(int)), mine = (int)count, total = 0;
  if (!counts) return MPI_ERR_NO_MEM;
  int code = MPI_Allgather(&mine, 1, MPI_INT, counts, 1, MPI_INT, MPI_COMM_WORLD);
  if (code == MPI_SUCCESS) code = exchange(a, rows, counts, 1, a->left);
  if (code == MPI_SUCCESS) code = exchange(a, rows, counts, 0, a->right);
  for (int t = 0; t < ranks; t++) total += counts[t];
  free(counts);
  if (code != MPI_SUCCESS || total == 0) return code;
  for (int j = 0; j < a->columns; j += a->block) {
    // Rows from the diagonal block on.
    const int block = at_column(a, a->column, j) / a->block;
    const int above = block <= a->row ? 0 : (block - a->row + a->grid_rows - 1) / a->grid_rows;
    const int i = above * a->block, height = a->rows - i;
    const int width = a->columns - j < a->block ? a->columns - j : a->block;
    if (height <= 0) continue;
    dgemm_("N", "T", &height, &width, &total, &unit, a->left + i, &a->rows, a->right + j, &a->columns, &unit,
           a->entries + (size_t)j * (size_t)a->rows + i, &a->rows, 1, 1);
  }
  return 0;
}

void pmpi_square_adjust(pmpi_square *a, double scale, double weight, const double *u, const double *f, double ridge) {
  for (int j = 0; j < a->columns; j++) {
    const int column = at_column(a, a->column, j);
    for (int i = 0; i < a->rows; i++) {
      const int row = at_row(a, a->row, i);
      double *entry = a->entries + (size_t)j * (size_t)a->rows + i;
      *entry = (*entry * scale + weight * u[row] * u[column]) * f[row] * f[column] + (row == column ? ridge : 0);
    }
  }
}

int pmpi_square_diagonal(const pmpi_square *a, double *diagonal) {
  memset(diagonal, 0, (size_t)a->order * sizeof(double));
  for (int j = 0; j < a->columns; j++) {
    const int column = at_column(a, a->column, j);
    if (column / a->block % a->grid_rows != a->row) continue;
    const int i = column / a->block / a->grid_rows * a->block + column % a->block;
    diagonal[column] = a->entries[(size_t)j * (size_t)a->rows + i];
  }
  return MPI_Allreduce(MPI_IN_PLACE, diagonal, a->order, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

int pmpi_square_invert(pmpi_square *a, int *info) {
  pdpotrf_("L", &a->order, a->entries, &one, &one, a->description, info, 1);
  if (*info == 0) pdpotri_("L", &a->order, a->entries, &one, &one, a->description, info, 1);
  return 0;
}

int pmpi_square_eigen(pmpi_square *a, double *values, int *info) {
  double best;
  int query = -1, smallest, enough;
  a->vectors = doubles((size_t)a->rows * (size_t)a->columns);
  pdsyevd_("V", "L", &a->order, a->entries, &one, &one, a->description, values, a->vectors, &one, &one, a->description,
           &best, &query, &smallest, &query, info, 1, 1);
  if (*info != 0) return 0;
  // The query leaves out what one of the routines below needs on some grids.
  enough = (int)best + 2 * a->order + 64;
  double *work = doubles((size_t)enough);
  int *integers = malloc(((size_t)smallest + 1) * sizeof(int));
  *info = a->vectors && work && integers && best < 2e9 ? 0 : -1000;
  int code = MPI_Allreduce(MPI_IN_PLACE, info, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (code == MPI_SUCCESS && *info == 0) {
    pdsyevd_("V", "L", &a->order, a->entries, &one, &one, a->description, values, a->vectors, &one, &one, a->description,
             work, &enough, integers, &smallest, info, 1, 1);
  }
  free(work);
  free(integers);
  return code;
}

static int to_first(const pmpi_square *a, int count, double *panel) {
  const int isFirst = a->row == 0 && a->column == 0;
  return MPI_Reduce(isFirst ? MPI_IN_PLACE : panel, panel, count * a->order, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
}

int pmpi_square_rows(const pmpi_square *a, int first, int count, double *panel) {
  memset(panel, 0, (size_t)count * (size_t)a->order * sizeof(double));
  const int block = first / a->block;
  // The block's rows up to the diagonal, from those who have rows of it.
  const int top = block % a->grid_rows == a->row ? block / a->grid_rows * a->block : a->rows;
  for (int j = 0; j < a->columns; j++) {
    const int column = at_column(a, a->column, j);
    for (int i = top; i < a->rows && i < top + count; i++) {
      const int row = at_row(a, a->row, i);
      if (row >= column)
        panel[(size_t)(row - first) * (size_t)a->order + column] = a->entries[(size_t)j * (size_t)a->rows + i];
    }
  }
  // The rest from its columns below the diagonal.
  const int left = block % a->grid_columns == a->column ? block / a->grid_columns * a->block : a->columns;
  for (int j = left; j < a->columns && j < left + count; j++) {
    const int column = at_column(a, a->column, j);
    for (int i = 0; i < a->rows; i++) {
      const int row = at_row(a, a->row, i);
      if (row > column)
        panel[(size_t)(column - first) * (size_t)a->order + row] = a->entries[(size_t)j * (size_t)a->rows + i];
    }
  }
  return to_first(a, count, panel);
}

int pmpi_square_vectors(const pmpi_square *a, int first, int count, double *panel) {
  memset(panel, 0, (size_t)count * (size_t)a->order * sizeof(double));
  for (int j = 0; j < a->columns; j++) {
    const int column = at_column(a, a->column, j);
    if (column < first || column >= first + count) continue;
    for (int i = 0; i < a->rows; i++)
      panel[(size_t)(column - first) * (size_t)a->order + at_row(a, a->row, i)] = a->vectors[(size_t)j * (size_t)a->rows + i];
  }
  return to_first(a, count, panel);
}

#else

pmpi_square *pmpi_square_make(int order, int block) { return NULL; }
int pmpi_square_add(pmpi_square *a, const double *rows, size_t count) { return 1; }
void pmpi_square_adjust(pmpi_square *a, double scale, double weight, const double *u, const double *f, double ridge) {}
int pmpi_square_diagonal(const pmpi_square *a, double *diagonal) { return 1; }
int pmpi_square_invert(pmpi_square *a, int *info) { return 1; }
int pmpi_square_eigen(pmpi_square *a, double *values, int *info) { return 1; }
int pmpi_square_rows(const pmpi_square *a, int first, int count, double *panel) { return 1; }
int pmpi_square_vectors(const pmpi_square *a, int first, int count, double *panel) { return 1; }
size_t pmpi_square_round(const pmpi_square *a) { return 1; }
void pmpi_square_free(pmpi_square *a) {}

#endif
