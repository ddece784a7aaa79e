"""The installed package asked the same from paths, rows, NumPy, pandas and polars; run by Tests/python.sh."""

import csv
import importlib.util
import os
import pathlib

import pretell

EXAMPLES = pathlib.Path(os.environ["EXAMPLES"])
UNLABELED, LABELED = EXAMPLES / "diabetes_unlabeled.csv", EXAMPLES / "diabetes_labeled.csv"
OPTIONS = dict(target="progression", size="1:3", quiet=True)


def available(name):
    if importlib.util.find_spec(name):
        return True
    print(f"left out: {name}")
    return False


def same(what, plan):
    assert plan.candidates == expected.candidates, what
    assert plan.recommendation == expected.recommendation, what
    print(f"ok      a plan from {what}")


assert pathlib.Path(pretell.__file__).parent.name == "pretell", pretell.__file__
law = pretell.law(EXAMPLES / "factor.toml", quiet=True)
assert abs(law.interaction.mean - 166 / 15) < 1e-12, law.interaction  # 11.0666..., README.md
assert abs(law.crossover_ratio - 1.2388059701492538) < 1e-12

expected = pretell.plan(UNLABELED, LABELED, **OPTIONS)
assert (expected.rows.labeled, expected.rows.unlabeled) == (80, 362), expected.rows
raw = next(c for c in expected.candidates if c.method == "none")
assert abs(raw.predicted_risk.estimate / 3482 - 1) < 1e-3, raw
assert len(expected.table()) == len(expected.candidates) and expected.table()[0]["candidate"] == "none"
print("ok      a plan from paths")
same("lists of rows", pretell.plan(list(csv.reader(UNLABELED.open())), list(csv.reader(LABELED.open())), **OPTIONS))
if available("pandas"):
    import pandas

    same("pandas", pretell.plan(pandas.read_csv(UNLABELED), pandas.read_csv(LABELED), **OPTIONS))
if available("polars"):
    import polars

    same("polars", pretell.plan(polars.read_csv(UNLABELED), polars.read_csv(LABELED), **OPTIONS))
if available("numpy"):
    import numpy

    unlabeled = numpy.loadtxt(UNLABELED, delimiter=",", skiprows=1)
    labeled = numpy.loadtxt(LABELED, delimiter=",", skiprows=1)
    same("NumPy", pretell.plan(unlabeled, labeled, **{**OPTIONS, "target": labeled.shape[1]}))
try:
    pretell.plan(data=EXAMPLES / "diabetes.csv", target="progresion", quiet=True)
    raise AssertionError("a wrong target was taken")
except pretell.PretellError as error:
    assert error.code == 65 and "Did you mean" in str(error), error
print("ok      the command's words for a wrong target")
