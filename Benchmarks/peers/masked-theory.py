import numpy
from harness import best, main, report
from scipy.optimize import brentq

ROWS, COLUMNS, RIDGE = 4000, 2000, 0.1


def prepare(data):
    """AR(1) with falling variances: nothing is symmetric about the middle."""
    index = numpy.arange(COLUMNS)
    deviations = 1 + index / COLUMNS
    numpy.save(
        data / "masked-theory.npy", 0.6 ** abs(index[:, None] - index) * deviations[:, None] * deviations)


def errors(s, squares):
    kappa = brentq(lambda k: k * (1 - (s / (s + k)).sum() / ROWS) - RIDGE, RIDGE, RIDGE + s.sum() / ROWS, xtol=1e-15)
    resolvent = squares @ (1 / (s + kappa))
    filtered = squares @ (s / (s + kappa) ** 2)
    gamma = ((s / (s + kappa)) ** 2).sum() / ROWS
    generalization = (filtered / resolvent**2).mean() / (1 - gamma)
    return kappa, generalization, (RIDGE / kappa) ** 2 * generalization


def one_sample(s):
    """PCA errors of one simulated sample, in the population's frame."""
    rows = numpy.random.default_rng(0).standard_normal((ROWS, COLUMNS)) * numpy.sqrt(s)
    _, vectors = numpy.linalg.eigh(rows.T @ rows)
    kept = (vectors[:, ::-1] ** 2 * s[:, None]).sum(axis=0)
    return (s.sum() - numpy.concatenate([[0], numpy.cumsum(kept)])) / COLUMNS


def measure(data):
    s, vectors = numpy.linalg.eigh(numpy.load(data / "masked-theory.npy"))
    squares = vectors**2
    seconds, answers = best(20, lambda: errors(s, squares))
    report(
        "kappa and both errors, 2 000 columns, one penalty", "NumPy and SciPy brentq, same formulas", seconds, 1,
        "penalties", answers)
    seconds, curve = best(1, lambda: one_sample(s))
    report(
        "PCA error for every number of 2 000 directions", "NumPy, one simulated sample", seconds, COLUMNS + 1, "numbers",
        [curve[q] for q in (100, 500, 1000, 1900)])


main(measure, prepare)
