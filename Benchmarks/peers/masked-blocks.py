import numpy
from harness import best, main, report
from sklearn.linear_model import RidgeCV

ROWS, SIDE = 2000, 24
RIDGES = 10.0 ** (-3 + 5 * numpy.arange(20) / 19)
MEASURE = "exact leave-one-out of 9 patches of 64 of 576 pixels at 20 penalties, 2 000 rows"
PATCHES = [
    [SIDE * i + j for i in range(top, top + 8) for j in range(left, left + 8)] for top in range(0, SIDE, 8) for left in range(0, SIDE, 8)
]


def prepare(data):
    """Smooth images: white noise filtered along both sides, and some noise."""
    generator = numpy.random.default_rng(3)
    images = generator.standard_normal((ROWS, SIDE, SIDE))
    for axis in (1, 2):
        moved = numpy.moveaxis(images, axis, 1)
        for j in range(1, SIDE):
            moved[:, j] = 0.8 * moved[:, j - 1] + 0.6 * moved[:, j]
    numpy.save(data / "masked-blocks.npy", images.reshape(ROWS, -1) + 0.2 * generator.standard_normal((ROWS, SIDE * SIDE)))


def one_per_patch(rows):
    """All pixels of a patch at once."""
    total = 0
    for patch in PATCHES:
        others = numpy.delete(rows, patch, axis=1)
        model = RidgeCV(alphas=(ROWS - 1) * RIDGES, store_cv_results=True).fit(others, rows[:, patch])
        total = total + model.cv_results_.sum(axis=(0, 1))
    return total / (ROWS * SIDE * SIDE)


def by_hand(rows):
    """What an expert writes in NumPy: one inverse and one matrix product a penalty."""
    m = ROWS - 1
    x = rows - rows.mean(axis=0)
    s, errors = x.T @ x / m, []
    for ridge in RIDGES:
        p = numpy.linalg.inv(s + ridge * numpy.eye(len(s)))
        z = x @ p
        seen, total = numpy.einsum("ij,ij->i", x, z), 0.0
        for patch in PATCHES:
            own = z[:, patch]
            e = own @ numpy.linalg.inv(p[numpy.ix_(patch, patch)])
            h = (seen - numpy.einsum("ij,ij->i", own, e)) / m + 1 / ROWS
            total += ((e / (1 - h)[:, None]) ** 2).sum()
        errors.append(total / rows.size)
    return errors


def measure(data):
    rows = numpy.load(data / "masked-blocks.npy")
    seconds, errors = best(3, lambda: by_hand(rows))
    report(MEASURE, "NumPy by hand, an inverse and a product a penalty", seconds, 20 * 9, "regressions", errors)
    seconds, errors = best(1, lambda: one_per_patch(rows))
    report(MEASURE, "scikit-learn RidgeCV, one a patch", seconds, 20 * 9, "regressions", errors)


main(measure, prepare)
