/* Pretell for C and for everything that calls C: the limiting law of the downstream risk, and masked regression.
 *
 * Link with -lpretellc. Every function
 *   - reads and writes the caller's arrays where they are, keeps none of them, and frees nothing: all memory is the caller's;
 *   - takes matrices row-major without gaps, entry (i, j) at i * columns + j;
 *   - returns a code of enum pretell_status, the exit codes of the command `pretell`, and never ends the process for a bad argument;
 *   - writes a message, at most message_size - 1 bytes of UTF-8 and a 0, cut at a whole character: on failure what is wrong, where,
 *     its value and the remedy; on success the warnings, one a line, as code TAB message TAB remedy, or nothing. A message of
 *     NULL or message_size 0 means none is wanted. The text is for people and may change; the codes do not;
 *   - on failure leaves every other output as it was;
 *   - may be called from several threads at once, with different outputs. One call uses all cores unless told otherwise by
 *     pretell_set_threads; its answer does not depend on it, to the bit.
 */
#ifndef PRETELL_H
#define PRETELL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the functions below promise, as a number; compare with pretell_interface() when the library is loaded at run time. */
#define PRETELL_INTERFACE 1
int32_t pretell_interface(void);

enum pretell_status {
  PRETELL_OK = 0,
  PRETELL_NO_ANSWER = 1,  /* the numbers are sound and there is no answer: too little memory, a singular covariance without penalty */
  PRETELL_USAGE = 64,     /* a pointer is NULL, a count or a probability out of range, a flag unknown */
  PRETELL_BAD_DATA = 65,  /* an entry is NaN or infinite, a covariance is not one, an eigengap is closed */
  PRETELL_FAULT = 70      /* ours: please report it with the input */
};

/* Threads for all later calls of this process; 0 or less: the processor's cores. */
void pretell_set_threads(int32_t threads);

/* --- the law ----------------------------------------------------------------------------------------------------------------
 *
 *     n (R - sigma^2)  ->  sigma^2 d_act + (n/m) sum_j w_j chi2(h_j)
 *
 * R is the squared error of a fresh label after pre-training on m unlabeled rows and least squares on n labeled ones.
 * arXiv 2603.27631, Theorem 5.1. Gaussian rows; labels with noise of standard deviation `noise`.
 */
enum pretell_model {
  PRETELL_PCA = 1,      /* k principal components; y = sum_a coefficients_a u_a'x + noise; mean known to be 0 */
  PRETELL_FACTOR = 2,   /* x = A h + e, unit noise e, maximum likelihood; y = coefficients'h + noise */
  PRETELL_SPECTRAL = 3  /* linear spectral learning on pairs; y = sum_i coefficients_i z_i + noise, z canonical coordinates */
};

typedef struct pretell_world {
  int32_t model;              /* enum pretell_model */
  int32_t reserved;           /* 0 */
  int64_t columns;            /* d */
  int64_t kept;               /* k, 1 to d - 1 */
  /* Either `values`: the d eigenvalues (PCA), the k strengths D_i of A = (sqrt(D_i) e_i) (factor), or the d correlations
   * (spectral), in any order except that coefficients of a factor model go with the strengths as given. */
  const double *values;
  /* Or NULL there and `matrix`: the covariance, d x d (PCA, spectral), or the loadings A, d x k (factor); ... */
  const double *matrix;
  /* ... and for the spectral model E x x+', d x d. Else NULL. */
  const double *pair_matrix;
  const double *coefficients; /* k, on the retained directions in descending order of eigenvalue or correlation */
  double noise;               /* standard deviation, 0 or more */
  int64_t unlabeled;          /* m */
  int64_t labeled;            /* n */
} pretell_world;

typedef struct pretell_law_numbers {
  double noise_variance;       /* sigma^2: of the label given x */
  int64_t effective_dimension; /* d_eff */
  int64_t active_dimension;    /* d_act */
  int64_t base_dimension;      /* d_base: what a fit without pre-training has to estimate */
  double interaction_mean;     /* of sum_j w_j chi2(h_j) */
  double interaction_variance;
  double scaled_mean;          /* of the limit of n (R - sigma^2); divide by n for the excess risk */
  double scaled_variance;
  double risk;                 /* sigma^2 + scaled_mean / n */
  double crossover_ratio;      /* pre-training pays for m/n above it; only where has_crossover is 1 */
  int64_t has_crossover;
  int64_t weight_count;        /* distinct weights there are, whatever `capacity` was */
} pretell_law_numbers;

/* The law of `world`. `quantiles` (as many as `probabilities`, each strictly between 0 and 1) are those of the limit of
 * n (R - sigma^2), log tail probability to 3e-12. The largest `capacity` distinct weights go to `weights`, descending, and their
 * h_j to `multiplicities`. Both pairs may be NULL with a count of 0.
 * Cost: k d operations, with a matrix 9 to 20 d^3, and a few microseconds a quantile. */
int32_t pretell_law(
    const pretell_world *world, const double *probabilities, double *quantiles, int64_t quantile_count, double *weights,
    double *multiplicities, int64_t capacity, pretell_law_numbers *numbers, char *message, size_t message_size);

/* --- masked regression ------------------------------------------------------------------------------------------------------
 *
 *     A = argmin (1/n) ||X - X A||^2 + ridge ||A||^2,  diag A = 0        prediction = mean + ((x - mean) / scale) A * scale
 *
 * every column predicted from all the others. arXiv 2601.23208. scikit-learn's alpha is n times `ridge`. With centring n - 1
 * takes the place of n.
 */
enum pretell_flags {
  PRETELL_RIDGE_AUTO = 1, /* the penalty of smallest leave-one-out error, whatever `ridge` says */
  PRETELL_NO_CENTER = 2,  /* leave the columns' means in */
  PRETELL_SCALE = 4,      /* divide columns by their standard deviations; errors are then in these units */
  PRETELL_SINGLE = 8      /* calculate in single precision where possible: half the memory and time, about four digits of errors */
};

typedef struct pretell_masked_numbers {
  double ridge;                /* the penalty used */
  double training_error;       /* mean square per entry; this and all below only where has_errors is 1 */
  double leave_one_out_error;  /* exact, of every entry */
  double degrees_of_freedom;   /* of ridge on all columns */
  int64_t has_errors;          /* 1 if errors were asked for, by column_errors or PRETELL_RIDGE_AUTO */
} pretell_masked_numbers;

/* Fits `rows` x `columns` entries. Outputs, each NULL if not wanted: `weights` A (columns x columns), `means` and `scales`
 * (columns; zeros and ones where nothing was taken out), `column_errors` (columns: mean squared leave-one-out error of each).
 * PRETELL_NO_ANSWER where errors were asked for and a leave-one-out error does not exist, and
 * where the fit needs more memory than the machine has, before any is taken.
 * Cost: rows columns^2 + columns^3 flops, errors 2 rows columns^2 more; automatic penalty or more columns than rows: an
 * eigendecomposition. Memory: columns^2 numbers and a block of 32 MB; X is never copied as a whole while rows >= columns and
 * a penalty is given. */
int32_t pretell_masked_fit(
    const double *x, int64_t rows, int64_t columns, double ridge, uint32_t flags, double *weights, double *means,
    double *scales, double *column_errors, pretell_masked_numbers *numbers, char *message, size_t message_size);

/* The same for entries in single precision, weights in single precision, too. Calculated in double unless PRETELL_SINGLE. */
int32_t pretell_masked_fit_float(
    const float *x, int64_t rows, int64_t columns, double ridge, uint32_t flags, float *weights, double *means,
    double *scales, double *column_errors, pretell_masked_numbers *numbers, char *message, size_t message_size);

#ifdef __cplusplus
}
#endif
#endif
