import numpy
from harness import best, main, report
from sklearn.linear_model import RidgeCV

ROWS, COLUMNS, TIMED = 2000, 300, 10
RIDGES = 10.0 ** (-3 + 5 * numpy.arange(20) / 19)
MEASURE = "exact leave-one-out of 300 columns at 20 penalties, 2 000 rows"


def prepare(data):
    """AR(1) columns of correlation 0.6, a mean of 1."""
    generator = numpy.random.default_rng(2)
    rows = generator.standard_normal((ROWS, COLUMNS))
    for j in range(1, COLUMNS):
        rows[:, j] = 0.6 * rows[:, j - 1] + 0.8 * rows[:, j]
    numpy.save(data / "masked-path.npy", rows + 1)


def one_per_column(rows):
    """The first ten columns; the rest takes as long each."""
    errors = []
    for j in range(TIMED):
        others = numpy.delete(rows, j, axis=1)
        model = RidgeCV(alphas=(ROWS - 1) * RIDGES, store_cv_results=True).fit(others, rows[:, j])
        errors.append(model.cv_results_.mean(axis=0))
    return numpy.array(errors).T.ravel()


def by_hand(rows):
    """What an expert writes in NumPy: one eigendecomposition, one matrix product a penalty."""
    m = ROWS - 1
    x = rows - rows.mean(axis=0)
    values, vectors = numpy.linalg.eigh(x.T @ x / m)
    scores, squares = x @ vectors, vectors**2
    score_squares, errors = scores**2, []
    for ridge in RIDGES:
        inverse = 1 / (values + ridge)
        z = (scores * inverse) @ vectors.T
        diagonal = squares @ inverse
        q = score_squares @ inverse
        leverage = (q[:, None] - z**2 / diagonal) / m + 1 / ROWS
        residuals = z / diagonal / (1 - leverage)
        errors.append((residuals**2).mean(axis=0))
    return numpy.array(errors)[:, :TIMED].ravel()


def measure(data):
    rows = numpy.load(data / "masked-path.npy")
    seconds, errors = best(3, lambda: by_hand(rows))
    report(MEASURE, "NumPy by hand, eigh and matrix products", seconds, 20 * COLUMNS, "regressions", errors)
    seconds, errors = best(1, lambda: one_per_column(rows))
    report(
        MEASURE, f"scikit-learn RidgeCV, one a column ({TIMED} timed, times {COLUMNS // TIMED})",
        seconds * COLUMNS / TIMED, 20 * COLUMNS, "regressions", errors)


main(measure, prepare)
