import numpy
import scipy.linalg
from harness import best, main, report

ROWS, COLUMNS, RIDGE = 8000, 4000, 0.5
MEASURE = "masked regression, 8 000 rows of 4 000 columns, one penalty (n d^2 + d^3 flops)"


def prepare(data):
    path = data / "masked-fit.npy"
    if not path.exists():
        rows = numpy.random.default_rng(3).standard_normal((ROWS, COLUMNS))
        rows[:, 1:] += 0.5 * rows[:, :-1]
        numpy.save(path, rows)


def weights(inverse):
    result = -inverse / numpy.diag(inverse)
    numpy.fill_diagonal(result, 0)
    return result


def covariance(rows):
    x = rows - rows.mean(axis=0)
    s = x.T @ x / (ROWS - 1)
    s[numpy.diag_indices(COLUMNS)] += RIDGE
    return s


def by_inv(rows):
    return weights(numpy.linalg.inv(covariance(rows)))


def by_cholesky(rows):
    factor, _ = scipy.linalg.lapack.dpotrf(covariance(rows).T, overwrite_a=True)
    inverse, _ = scipy.linalg.lapack.dpotri(factor, overwrite_c=True)
    upper = numpy.triu(inverse)
    return weights(upper + numpy.triu(upper, 1).T)


def measure(data):
    rows = numpy.load(data / "masked-fit.npy")
    square = rows[:4000]
    seconds, _ = best(3, lambda: square @ square)
    report("DGEMM, order 4 000, all cores", "NumPy", seconds, 2 * 4000**3, "flops")
    for name, body in {"NumPy, inv": by_inv, "SciPy, dpotrf and dpotri": by_cholesky}.items():
        seconds, a = best(2, lambda: body(rows))
        report(MEASURE, name, seconds, ROWS * COLUMNS**2 + COLUMNS**3, "flops", [a[0, 1], a[17, 3000], a[3999, 2]])


main(measure, prepare)
