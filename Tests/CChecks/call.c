/* Calls libpretellc as a C program would, and badly. Prints what the command prints; ends with 1 where a code is not the promised one.
 * usage: call ROWS.f64 ROWS COLUMNS        (the file: doubles, row-major) */
#include "pretell.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void expect(const char *what, int32_t status, int32_t wanted, const char *message, const char *part) {
  if (status == wanted && strstr(message, part)) return;
  printf("FAILED %s: %d instead of %d, '%s'\n", what, (int)status, (int)wanted, message);
  failures++;
}

static pretell_world pca(const double *eigenvalues, const double *weights) {
  pretell_world world;
  memset(&world, 0, sizeof world);
  world.model = PRETELL_PCA;
  world.columns = 8;
  world.kept = 2;
  world.values = eigenvalues;
  world.coefficients = weights;
  world.noise = 1;
  world.unlabeled = 5000;
  world.labeled = 500;
  return world;
}

static void laws(void) {
  const double eigenvalues[8] = {5, 3, 1, 0.8, 0.6, 0.5, 0.4, 0.3}, coefficients[2] = {1, 0.5};
  const double probabilities[3] = {0.05, 0.5, 0.95}, wrong[1] = {1}, broken[8] = {5, 3, 1, NAN, 0.6, 0.5, 0.4, 0.3};
  double quantiles[3], weights[8], multiplicities[8];
  char words[256];
  pretell_law_numbers law;
  pretell_world world = pca(eigenvalues, coefficients), bad;
  expect("law", pretell_law(&world, probabilities, quantiles, 3, weights, multiplicities, 8, &law, words, sizeof words),
         PRETELL_OK, words, "");
  printf("law %.17g %.17g %.17g %.17g %.17g %lld %lld\n", law.scaled_mean, sqrt(law.scaled_variance), law.crossover_ratio,
         law.risk, law.interaction_mean, (long long)law.effective_dimension, (long long)law.base_dimension);
  printf("quantiles %.17g %.17g %.17g\n", quantiles[0], quantiles[1], quantiles[2]);
  printf("weights");
  for (int j = 0; j < law.weight_count; j++) printf(" %.17g", weights[j]);
  printf("\n");

  expect("no world", pretell_law(NULL, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "world");
  expect("no numbers", pretell_law(&world, NULL, NULL, 0, NULL, NULL, 0, NULL, words, sizeof words), PRETELL_USAGE, words, "numbers");
  expect("probability", pretell_law(&world, wrong, quantiles, 1, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "probability");
  expect("no room", pretell_law(&world, NULL, NULL, 0, NULL, NULL, 4, &law, words, sizeof words), PRETELL_USAGE, words, "weights");
  expect("no words", pretell_law(NULL, NULL, NULL, 0, NULL, NULL, 0, &law, NULL, 0), PRETELL_USAGE, "", "");
  bad = world, bad.values = broken;
  expect("NaN", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_BAD_DATA, words, "values[3]");
  bad = world, bad.columns = INT64_MAX, bad.values = NULL, bad.matrix = eigenvalues;
  expect("overflow", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "addressed");
  bad = world, bad.kept = 8;
  expect("kept", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "kept");
  bad = world, bad.labeled = 0;
  expect("labeled", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "labeled");
  bad = world, bad.model = 7;
  expect("model", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "model");
  bad = world, bad.values = NULL;
  expect("no matrix", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_USAGE, words, "matrix");
  bad = world, bad.noise = -1;
  expect("noise", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_BAD_DATA, words, "noise");
  bad = world, bad.labeled = 10;
  expect("small sample", pretell_law(&bad, NULL, NULL, 0, NULL, NULL, 0, &law, words, sizeof words), PRETELL_OK, words, "far-from-limit\t");
  words[7] = 'x';
  expect("short words", pretell_law(NULL, NULL, NULL, 0, NULL, NULL, 0, &law, words, 6), PRETELL_USAGE, words, "world");
  if (words[5] != 0 || words[7] != 'x') printf("FAILED short words: written past the end\n"), failures++;
}

static void fits(const double *x, int64_t rows, int64_t columns) {
  double *weights = malloc(sizeof *weights * columns * columns), *errors = malloc(sizeof *errors * columns);
  float *small = malloc(sizeof *small * rows * columns), *light = malloc(sizeof *light * columns * columns);
  double *copy = malloc(sizeof *copy * rows * columns);
  char words[512];
  pretell_masked_numbers fit;
  expect("fit", pretell_masked_fit(x, rows, columns, 0.5, 0, weights, NULL, NULL, errors, &fit, words, sizeof words), PRETELL_OK, words, "");
  printf("fit %.17g %.17g %.17g %.17g\n", fit.ridge, fit.leave_one_out_error, fit.training_error, fit.degrees_of_freedom);
  printf("errors");
  for (int64_t j = 0; j < columns; j++) printf(" %.17g", errors[j]);
  printf("\n");
  expect("auto", pretell_masked_fit(x, rows, columns, 0, PRETELL_RIDGE_AUTO, NULL, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_OK, words, "");
  printf("auto %.17g %.17g\n", fit.ridge, fit.leave_one_out_error);
  pretell_set_threads(1);
  memcpy(copy, errors, sizeof *errors * columns);
  expect("one thread", pretell_masked_fit(x, rows, columns, 0.5, 0, NULL, NULL, NULL, errors, NULL, words, sizeof words), PRETELL_OK, words, "");
  if (memcmp(copy, errors, sizeof *errors * columns)) printf("FAILED threads change the bits\n"), failures++;
  pretell_set_threads(0);

  for (int64_t i = 0; i < rows * columns; i++) small[i] = (float)x[i], copy[i] = small[i];
  expect("float", pretell_masked_fit_float(small, rows, columns, 0.5, 0, light, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_OK, words, "");
  expect("its doubles", pretell_masked_fit(copy, rows, columns, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_OK, words, "");
  for (int64_t i = 0; i < columns * columns; i++)
    if (light[i] != (float)weights[i]) { printf("FAILED float: weight %lld\n", (long long)i), failures++; break; }
  expect("single", pretell_masked_fit_float(small, rows, columns, 0.5, PRETELL_SINGLE, light, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_OK, words, "");
  for (int64_t i = 0; i < columns * columns; i++)
    if (fabs(light[i] - weights[i]) > 1e-3) { printf("FAILED single: weight %lld\n", (long long)i), failures++; break; }

  weights[0] = 42;
  copy[columns + 2] = NAN;
  expect("NaN entry", pretell_masked_fit(copy, rows, columns, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_BAD_DATA, words, "row 2, column 3");
  if (weights[0] != 42) printf("FAILED a failed call wrote its output\n"), failures++;
  expect("no x", pretell_masked_fit(NULL, rows, columns, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_USAGE, words, "x is NULL");
  expect("rows", pretell_masked_fit(x, -1, columns, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_USAGE, words, "rows");
  expect("too many", pretell_masked_fit(x, INT64_MAX, INT64_MAX, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_USAGE, words, "addressed");
  expect("flags", pretell_masked_fit(x, rows, columns, 0.5, 64, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_USAGE, words, "flags");
  expect("ridge", pretell_masked_fit(x, rows, columns, -0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_USAGE, words, "ridge");
  expect("one row", pretell_masked_fit(x, 1, columns, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_BAD_DATA, words, "1 row");
  expect("memory", pretell_masked_fit(x, 10000000, 10000000, 0.5, 0, weights, NULL, NULL, NULL, &fit, words, sizeof words), PRETELL_NO_ANSWER, words, "needs");
  free(weights), free(errors), free(small), free(light), free(copy);
}

int main(int count, char **arguments) {
  if (count != 4 || pretell_interface() != PRETELL_INTERFACE) return 2;
  int64_t rows = atoll(arguments[2]), columns = atoll(arguments[3]);
  double *x = malloc(sizeof *x * rows * columns);
  FILE *file = fopen(arguments[1], "rb");
  if (!x || !file || fread(x, sizeof *x, rows * columns, file) != (size_t)(rows * columns)) return 2;
  fclose(file);
  laws();
  fits(x, rows, columns);
  free(x);
  return failures > 0;
}
