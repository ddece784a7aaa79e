#include "CSpecialFunctions.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {
namespace bm = boost::math;
using namespace boost::math::policies;

using Policy = policy<promote_double<false>, overflow_error<ignore_error>>;
using Normal = bm::normal_distribution<double, Policy>;
using ChiSquare = bm::chi_squared_distribution<double, Policy>;
using NoncentralChiSquare = bm::non_central_chi_squared_distribution<double, Policy>;
using StudentT = bm::students_t_distribution<double, Policy>;

// A C++ exception must not reach Swift.
template <class Body>
double guarded(Body body) {
  try {
    return body();
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}
}  // namespace

double psf_log_gamma(double x) {
  return guarded([=] { return bm::lgamma(x, Policy()); });
}

double psf_normal_quantile(double probability) {
  return guarded([=] { return bm::quantile(Normal(), probability); });
}

double psf_chi_square_cdf(double degrees, double x) {
  return guarded([=] { return bm::cdf(ChiSquare(degrees), x); });
}
double psf_chi_square_survival(double degrees, double x) {
  return guarded([=] { return bm::cdf(bm::complement(ChiSquare(degrees), x)); });
}
double psf_chi_square_density(double degrees, double x) {
  return guarded([=] { return bm::pdf(ChiSquare(degrees), x); });
}
double psf_chi_square_quantile(double degrees, double probability) {
  return guarded([=] { return bm::quantile(ChiSquare(degrees), probability); });
}
double psf_chi_square_upper_quantile(double degrees, double probability) {
  return guarded([=] { return bm::quantile(bm::complement(ChiSquare(degrees), probability)); });
}

double psf_noncentral_chi_square_cdf(double degrees, double noncentrality, double x) {
  return guarded([=] { return bm::cdf(NoncentralChiSquare(degrees, noncentrality), x); });
}
double psf_noncentral_chi_square_survival(double degrees, double noncentrality, double x) {
  return guarded([=] { return bm::cdf(bm::complement(NoncentralChiSquare(degrees, noncentrality), x)); });
}

double psf_student_t_cdf(double degrees, double x) {
  return guarded([=] { return bm::cdf(StudentT(degrees), x); });
}
double psf_student_t_survival(double degrees, double x) {
  return guarded([=] { return bm::cdf(bm::complement(StudentT(degrees), x)); });
}
double psf_student_t_quantile(double degrees, double probability) {
  return guarded([=] { return bm::quantile(StudentT(degrees), probability); });
}

double psf_integrate(
    double (*function)(double, void*), void* context, double from, double to, double tolerance, double* error) {
  return guarded([=] {
    // Denormal values have no digits that a subdivision could find: 0 ends the search for them, which would be 2^15 pieces.
    auto integrand = [=](double x) {
      double value = function(x, context);
      return std::fpclassify(value) == FP_SUBNORMAL ? 0.0 : value;
    };
    return bm::quadrature::gauss_kronrod<double, 61>::integrate(integrand, from, to, 15, tolerance, error);
  });
}

double psf_root(double (*function)(double, void*), void* context, double from, double to, double at_from, double at_to) {
  return guarded([=] {
    auto body = [=](double x) { return function(x, context); };
    std::uintmax_t steps = 200;
    auto bracket = bm::tools::toms748_solve(
        body, from, to, at_from, at_to, [](double a, double b) {
          return std::abs(b - a) <= 2 * std::numeric_limits<double>::epsilon() * std::max(std::abs(a), std::abs(b));
        }, steps, Policy());
    return 0.5 * (bracket.first + bracket.second);
  });
}

double psf_minimum(double (*function)(double, void*), void* context, double from, double to, double* value) {
  return guarded([=] {
    std::uintmax_t steps = 200;
    auto best = bm::tools::brent_find_minima([=](double x) { return function(x, context); }, from, to, 52, steps);
    *value = best.second;
    return best.first;
  });
}

void psf_gauss_legendre_30(double* nodes, double* weights) {
  using Rule = bm::quadrature::gauss<double, 30>;
  for (std::size_t i = 0; i < 15; i++) {
    nodes[14 - i] = -Rule::abscissa()[i];
    nodes[15 + i] = Rule::abscissa()[i];
    weights[14 - i] = weights[15 + i] = Rule::weights()[i];
  }
}
