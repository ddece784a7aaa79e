import numpy
from harness import best, main, peak_bytes, report

ROWS, COLUMNS = 500, 200_000
RIDGES = 10.0 ** (-1 + 3 * numpy.arange(10) / 9)
MEASURE = "exact leave-one-out of 200 000 columns at 10 penalties, 500 rows from a file (0.8 GB)"


def prepare(data):
    """Twenty factors and noise."""
    path = data / "masked-dual.npy"
    if path.exists():
        return
    generator = numpy.random.default_rng(4)
    partial = data / "masked-dual.partial.npy"
    rows = numpy.lib.format.open_memmap(partial, "w+", numpy.float64, (ROWS, COLUMNS))
    rows[:] = generator.standard_normal((ROWS, 20)) @ generator.standard_normal((20, COLUMNS)) / 4
    for first in range(0, ROWS, 50):
        rows[first:first + 50] += generator.standard_normal((50, COLUMNS))
    rows.flush()
    partial.rename(path)


def by_hand(path):
    """What an expert writes in NumPy: the rows' products, then columns in tiles."""
    m = ROWS - 1
    x = numpy.load(path)
    x -= x.mean(axis=0)
    values, w = numpy.linalg.eigh(x @ x.T / m)
    values, w = values[1:], w[:, 1:]
    inverses = [1 / (values + ridge) for ridge in RIDGES]
    totals = numpy.zeros(len(RIDGES))
    leftovers = [(1 - 1 / ROWS) - (w**2) @ (values * inverse) for inverse in inverses]
    for first in range(0, COLUMNS, 4000):
        scores = w.T @ x[:, first:first + 4000]
        squares = scores**2 / m
        for k, (ridge, inverse) in enumerate(zip(RIDGES, inverses)):
            # With P = (1 - V diag(l/(l + ridge)) V')/ridge and Z = X P: T = Z, D = P_jj.
            t = (w * inverse) @ scores
            diagonal = (1 - inverse @ squares) / ridge
            residuals = t / (diagonal * leftovers[k][:, None] + t**2 / m)
            totals[k] += (residuals**2).sum()
    return totals / (ROWS * COLUMNS)


def measure(data):
    seconds, errors = best(1, lambda: by_hand(data / "masked-dual.npy"))
    report(
        MEASURE, "NumPy by hand, eigh of the rows' products", seconds, 10 * COLUMNS, "regressions", errors,
        peak=peak_bytes())


main(measure, prepare)
