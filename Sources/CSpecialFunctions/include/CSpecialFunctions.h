#pragma once

// Boost.Math behind plain C. Every function returns NaN when the library fails; overflow gives an infinity.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

double psf_log_gamma(double x);

double psf_normal_quantile(double probability);

double psf_chi_square_cdf(double degrees, double x);
double psf_chi_square_survival(double degrees, double x);
double psf_chi_square_density(double degrees, double x);
double psf_chi_square_quantile(double degrees, double probability);
double psf_chi_square_upper_quantile(double degrees, double probability);

double psf_noncentral_chi_square_cdf(double degrees, double noncentrality, double x);
double psf_noncentral_chi_square_survival(double degrees, double noncentrality, double x);

double psf_student_t_cdf(double degrees, double x);
double psf_student_t_survival(double degrees, double x);
double psf_student_t_quantile(double degrees, double probability);

// Adaptive Gauss-Kronrod, 61 nodes; the ends may be infinite. *error receives the estimated absolute error.
double psf_integrate(
    double (*function)(double, void*), void* context, double from, double to, double tolerance, double* error);
// A zero between two ends at which the function (given there) has opposite signs, to two ulps: Alefeld, Potra and Shi (TOMS 748).
double psf_root(double (*function)(double, void*), void* context, double from, double to, double at_from, double at_to);
// A local minimum in an interval by Brent's method, to the square root of machine precision; *value receives the function there.
double psf_minimum(double (*function)(double, void*), void* context, double from, double to, double* value);
// Nodes on (-1, 1), ascending, and weights of the 30-point Gauss-Legendre rule.
void psf_gauss_legendre_30(double* nodes, double* weights);

// Columns of `components` runs (run i at values + i * stride): each value becomes exp(value) over its column's sum, and
// logSum the logarithm of the sum. `count` is rounded up to a multiple of 8, which runs must have room for.
void psf_softmax(double* values, size_t components, size_t stride, size_t count, double* logSum);

#ifdef __cplusplus
}
#endif
