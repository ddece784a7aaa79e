"""Arrays through the shared library: in place, and the same as through the command; run by SharedLibraryTests and python.sh."""

import os
import pathlib
import tracemalloc

import numpy
import pretell

EXAMPLES = pathlib.Path(os.environ["EXAMPLES"])
SIZES = dict(noise=1.0, unlabeled=5000, labeled=500)
LIBRARY = pretell.library()
assert LIBRARY is not None, "no shared library"


def both(question):
    """The same question through the library and through the command."""
    answers = []
    for pretell.library.loaded in (LIBRARY, None):
        answers.append(question())
    pretell.library.loaded = LIBRARY
    return answers


def refused(code, part, question):
    try:
        question()
    except pretell.PretellError as error:
        assert error.code == code and part in str(error), (error.code, str(error))
        return
    raise AssertionError(f"not refused: {part}")


# --- laws
a = numpy.random.default_rng(0).normal(size=(6, 2))
covariance = a @ a.T + numpy.eye(6)
questions = {
    "pca, eigenvalues": lambda: pretell.pca_law([5, 3, 1, 0.5], [1, 0.5], **SIZES),
    "pca, covariance": lambda: pretell.pca_law(covariance, [1, 0.5], **SIZES),
    "pca, lists": lambda: pretell.pca_law(covariance.tolist(), numpy.array([1, 0.5]), **SIZES),
    "factor, strengths": lambda: pretell.factor_law([0.5, 4], [1, 2], columns=10, **SIZES),
    "factor, loadings": lambda: pretell.factor_law(a, [1, 2], **SIZES),
    "spectral, correlations": lambda: pretell.spectral_law([0.9, 0.5, 0.2, 0.1], [1, 1], **SIZES),
    "spectral, covariances": lambda: pretell.spectral_law(covariance, [1, 1], pairs=0.5 * a @ a.T, **SIZES),
}
for name, question in questions.items():
    library, command = both(question)
    for key in ("noise_variance", "base_dimension", "active_dimension", "interaction", "scaled_excess_risk", "risk", "crossover_ratio"):
        assert getattr(library, key) == getattr(command, key), (name, key, getattr(library, key), getattr(command, key))
    assert abs(library.excess_risk.mean / command.excess_risk.mean - 1) < 1e-15
    assert [w.code for w in library.warnings] == [w.code for w in command.warnings]
close = pretell.pca_law([5, 3, 2.999, 0.5], [1, 0.5], **SIZES)
assert [w.code for w in close.warnings], "a nearly closed gap was not said"
print("ok      laws of arrays: the command's to the last digit")

# --- masked regression
x = numpy.ascontiguousarray(numpy.load(EXAMPLES / "digits_x.npy"), float)
cases = {"auto": (x, {}), "given": (x, dict(ridge=0.5)), "scaled": (x[:, 20:30].copy(), dict(ridge=0.1, scale=True)),
         "as they are": (x, dict(ridge=0.5, center=False)), "wide": (x[:40], dict(ridge=0.5)),
         "float": (x.astype(numpy.float32), dict(ridge=0.5))}  # fmt: skip
for name, (rows, options) in cases.items():
    library, command = both(lambda: pretell.masked_fit(rows, quiet=True, **options))
    for key in ("ridge", "leave_one_out_error", "training_error", "degrees_of_freedom"):
        assert getattr(library, key) == getattr(command, key), (name, key)
    for key in ("means", "scales", "column_errors"):
        assert numpy.array_equal(getattr(library, key), getattr(command, key)), (name, key)
    tolerance = 1e-12 if name == "wide" else 0
    expected = command.weights.astype(rows.dtype)
    assert numpy.abs(library.weights - expected).max() <= tolerance, (name, numpy.abs(library.weights - expected).max())
    assert library.weights.dtype == rows.dtype and not library.weights.diagonal().any()
# Against the definition: leave-one-out by leaving out.
model, held = pretell.masked_fit(x[:300, 18:26].copy(), 0.5, quiet=True), []
for i in range(300):
    rest = numpy.delete(x[:300, 18:26], i, axis=0)
    one = pretell.masked_fit(rest, 0.5 * 299 / 298, errors=False, quiet=True)
    held.append(x[i, 18:26] - one.predict(x[i : i + 1, 18:26])[0])
assert numpy.allclose(numpy.mean(numpy.square(held), axis=0), model.column_errors, rtol=1e-11), "leave-one-out by leaving out"
print("ok      masked regression: the command's to the last digit, and leaving rows out by hand")

# --- in place
tall = numpy.random.default_rng(1).normal(size=(200_000, 20))
before, out = tall.copy(), numpy.full((20, 20), numpy.nan)
place = out.ctypes.data
tracemalloc.start()
model = pretell.masked_fit(tall, 0.1, out=out, quiet=True)
peak = tracemalloc.get_traced_memory()[1]
tracemalloc.stop()
assert model.weights is out and out.ctypes.data == place and numpy.isfinite(out).all()
assert numpy.array_equal(tall, before) and peak < 1_000_000, peak
print(f"ok      {tall.nbytes >> 20} MiB of rows read where they are, weights written where asked; NumPy took {peak >> 10} KiB")

# --- refusals
hole = x.copy()
hole[4, 7] = numpy.nan
refused(65, "row 5, column 8", lambda: pretell.masked_fit(hole, 0.5))
refused(64, "ridge", lambda: pretell.masked_fit(x, -1))
refused(64, "out must be", lambda: pretell.masked_fit(x, 0.5, out=numpy.empty((64, 64), numpy.float32)))
refused(65, "eigenvalues 1 and 2", lambda: pretell.pca_law([1, 1, 1], [1], **SIZES))
refused(65, "shape", lambda: pretell.pca_law(covariance[:5], [1], **SIZES))
refused(65, "values were given", lambda: pretell.factor_law([1, 2, 3], [1, 2], columns=10, **SIZES))
refused(64, "probability", lambda: pretell.pca_law([3, 2, 1], [1], probabilities=[0], **SIZES))
refused(65, "equal up to rounding", lambda: pretell.pca_law([3, 3 - 4e-16, 1], [1], **SIZES))
refused(65, "equal up to rounding", lambda: pretell.factor_law([4, 1e-300], [1, 2], columns=10, **SIZES))
refused(65, "eigenvalues = 1e+200", lambda: pretell.pca_law([1e200, 1], [1], **SIZES))
refused(65, "downstream.noise", lambda: pretell.pca_law([3, 1], [1], noise=1e200, unlabeled=50, labeled=50))
turn = numpy.linalg.qr(numpy.random.default_rng(1).normal(size=(6, 6)))[0]
tied = turn @ numpy.diag([3, 2, 2, 1, 1, 0.5]) @ turn.T
refused(65, "eigenvalues 2 and 3", lambda: pretell.pca_law((tied + tied.T) / 2, [1, 1], **SIZES))
# Nearly tied worlds have a law, and say what it is worth.
for near in (pretell.pca_law([3, 3 - 1e-9], [1], **SIZES), pretell.factor_law([4, 1e-9], [1, 2], columns=10, **SIZES),
             pretell.spectral_law([0.5, 0.5 - 1e-12, 0.1], [1], **SIZES)):  # fmt: skip
    assert near.interaction.mean > 1e9 and "near-closed-eigengap" in [w.code for w in near.warnings]
# Whatever magnitudes and sizes, the caller's process lives: an answer or a reason.
for size in (5e-324, 1e-300, 1e-160, 1e-50, 1e50, 1e155, 1e300):
    rows = size * numpy.random.default_rng(2).normal(size=(12, 12))
    for question in (
        lambda: pretell.pca_law([2 * size, size], [1], **SIZES), lambda: pretell.pca_law([2, size], [1], **SIZES),
        lambda: pretell.pca_law([2, 1], [size], **SIZES), lambda: pretell.factor_law([size], [1], columns=4, **SIZES),
        lambda: pretell.factor_law([1], [size], columns=2**60, **SIZES),
        lambda: pretell.spectral_law([0.5, 0.1], [size], **SIZES),
        lambda: pretell.pca_law([2, 1], [1], noise=1.0, unlabeled=2**62, labeled=1),
        lambda: pretell.masked_fit(rows, 0.5), lambda: pretell.masked_fit(rows, 0), lambda: pretell.masked_fit(rows, size),
        lambda: pretell.masked_fit(rows.astype(numpy.float32), 0.5), lambda: pretell.masked_fit(rows, 0.5, scale=True),
        lambda: pretell.masked_fit(rows),
    ):  # fmt: skip
        try:
            question()
        except pretell.PretellError as error:
            assert error.code in (1, 64, 65), (size, error.code, str(error))
print("ok      bad arguments are refused with their reasons")
