"""An encoder trained in Python: parts, resuming, runs that exist, words as labels; run by PythonTests. Needs NumPy."""

import pathlib
import tempfile

import numpy

import pretell

draw = numpy.random.default_rng(5)
scales = numpy.array([3, 1.5, *[1.0] * 10]) ** 0.5
weights = numpy.array([0.3, 1.0, *[0.0] * 10])


def sample(count):
    return draw.normal(size=(count, 12)) * scales


unlabeled, x, pool = sample(400), sample(160), sample(1000)
y = x @ weights + 0.5 * draw.normal(size=160)
calls = []


def train(index, seed):
    calls.append((len(index), seed))
    return numpy.linalg.svd(unlabeled[index] - unlabeled[index].mean(0), full_matrices=False)[2][:2].T


def encode(encoder, rows):
    return rows @ encoder


class Components:
    """Any object with fit and transform."""

    def fit(self, rows):
        self.axes = numpy.linalg.svd(rows - rows.mean(0), full_matrices=False)[2][:2].T

    def transform(self, rows):
        return rows @ self.axes


folder = pathlib.Path(tempfile.mkdtemp()) / "runs"
common = dict(rows=unlabeled, labeled=(x, y), pool=pool, quiet=True)
plan = pretell.encoders(train=train, encode=encode, resume=folder, raw=x, **common)
assert calls == [(100, 0)] * 4 + [(200, 0)] * 2 + [(400, 0)], calls
own = next(c for c in plan.candidates if c.method == "encoder")
assert own.units == 3 and [r.rows for r in own.runs] == [400, 200, 200, 100, 100, 100, 100] and own.size == 2
assert own.gains_at[0].unlabeled == 800 and own.gains_at[0].gain.low < own.gains_at[0].gain.high
assert [c.name for c in plan.candidates] == ["none", "ridge", "encoder-2"]
print("ok      full, halves and quarters, from the smallest up")

# The full run hidden, from the folder that is there now.
tested = pretell.backtest(target=y, runs=folder, quiet=True)
(cell,) = tested.cells
assert cell["part"] == "full" and cell["seen"] == 200 and cell["low"] < cell["predicted"] < cell["high"], cell
assert abs(cell["actual"] - own.runs[0].risk) < 1e-12 * cell["actual"] and tested.scores.pretell.mean_error == abs(cell["error"])
print("ok      the largest run hidden and forecast")

# After a crash the same call trains what is missing, and says the same.
calls.clear()
(folder / "encoder-half-1-seed0.npz").unlink()
(folder / ".encoder-half-1-seed0.npz.partial").write_bytes(b"cut short")


def failing(index, seed):
    raise RuntimeError("out of memory")


try:
    pretell.encoders(train=failing, encode=encode, resume=folder, raw=x, **common)
    raise AssertionError("nothing was trained")
except RuntimeError:
    pass
again = pretell.encoders(train=train, encode=encode, resume=folder, raw=x, **common)
assert calls == [(200, 0)] and again.values == plan.values, calls
try:
    pretell.encoders(train=train, encode=encode, resume=folder, rows=unlabeled[:300], labeled=(x, y), quiet=True)
    raise AssertionError("runs of other rows were taken")
except pretell.PretellError as error:
    assert error.code == 65 and "another call" in str(error), error
print("ok      resumes; runs of other rows are refused")

# The same by an object, by runs that exist, and by checkpoints.
calls.clear()
objects = pretell.encoders(train=Components(), raw=x, **common)
same = next(c for c in objects.candidates if c.method == "encoder")
assert abs(same.gains_at[0].gain.estimate - own.gains_at[0].gain.estimate) < 1e-6
short = pretell.encoders(train=train, encode=encode, sizes="2 units", **common)
assert len(calls) == 4 and short.candidates[0].units == 2 and [c.name for c in short.candidates] == ["encoder-2"]
calls.clear()
handed = {"full": (encode(train(numpy.arange(400), 0), x), None)}
pretell.encoders(train=train, encode=encode, runs=handed, rows=400, labeled=(x, y), quiet=True)
assert [count for count, _ in calls] == [400, 100, 100, 100, 100, 200, 200], calls
quarters = [numpy.arange(100 * k, 100 * k + 100) for k in range(4)]
probed = pretell.probe(
    {400: encode(train(numpy.arange(400), 0), x), 100: [encode(train(part, 0), x) for part in quarters]}, y, raw=x, quiet=True)
assert next(c for c in probed.candidates if c.method == "encoder").units == 2
print("ok      objects with fit and transform, runs handed in, checkpoints")

words = numpy.where(y > 0, "up", "down")
classes = pretell.encoders(train=train, encode=encode, rows=unlabeled, labeled=(x, words), pool=pool, quiet=True)
assert classes.values["head"] == "logistic" and classes.candidates[0].accuracy.estimate > 0.7
for wrong in (dict(sizes="5 units"), dict(encode=None)):
    try:
        pretell.encoders(**{**dict(train=train, encode=encode), **common, **wrong})
        raise AssertionError(wrong)
    except pretell.PretellError as error:
        assert error.code == 64, error
print("ok      words as labels; wrong arguments named")
print("encoders come true")
