import warnings

import numpy
from harness import best, main, report
from sklearn.mixture import GaussianMixture

CASES = [(200_000, 20, 4), (100_000, 100, 16)]


def prepare(data):
    """Spherical clusters at random centers, about 3 apart; starts half a standard deviation off."""
    generator = numpy.random.default_rng(1)
    for rows, columns, components in CASES:
        label = f"{rows}-{columns}-{components}"
        if (data / f"mixture-start-{label}.npy").exists():
            continue
        centers = 2.1 * generator.standard_normal((components, columns)) / columns**0.5 * 2**0.5
        labels = generator.integers(components, size=rows)
        numpy.save(data / f"mixture-{label}.npy", centers[labels] + generator.standard_normal((rows, columns)))
        numpy.save(data / f"mixture-start-{label}.npy", centers + 0.5 * generator.standard_normal(centers.shape))


def measure(data):
    """One variance a component instead of one for all; the same work otherwise."""
    warnings.simplefilter("ignore")
    for rows, columns, components in CASES:
        label = f"{rows}-{columns}-{components}"
        x, start = numpy.load(data / f"mixture-{label}.npy"), numpy.load(data / f"mixture-start-{label}.npy")

        def fit(iterations):
            model = GaussianMixture(
                components, covariance_type="spherical", tol=0, max_iter=iterations, means_init=start,
                weights_init=numpy.full(components, 1 / components), precisions_init=numpy.ones(components),
                init_params="random_from_data", reg_covar=0, random_state=0)
            return model.fit(x)

        short, _ = best(2, lambda: fit(5))
        long, model = best(2, lambda: fit(25))
        report(f"mixture, an iteration, {rows} x {columns}, K = {components}, all cores",
               "scikit-learn GaussianMixture, spherical", (long - short) / 20, rows, "rows", [model.lower_bound_])


main(measure, prepare)
