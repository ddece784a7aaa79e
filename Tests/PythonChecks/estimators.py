"""MaskedRidge, Representation and PlannedRepresentation among scikit-learn's own; run by Tests/python.sh where scikit-learn installs."""

import os
import pathlib
import pickle
import subprocess
import sys
import warnings

import numpy
import pretell

EXAMPLES = pathlib.Path(os.environ["EXAMPLES"])
WITHOUT = """
import sys
sys.modules["sklearn"] = None
import pretell
try:
    pretell.MaskedRidge
except ImportError as error:
    print(error)
"""
said = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, env=dict(os.environ)).stdout
assert "pip install 'scikit-learn>=1.6'" in said, said
print("ok      without scikit-learn the rest imports, and the estimators say what they need")

from sklearn.base import clone
from sklearn.decomposition import PCA, FactorAnalysis
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

MaskedRidge, Representation, PlannedRepresentation = pretell.MaskedRidge, pretell.Representation, pretell.PlannedRepresentation
warnings.simplefilter("ignore", pretell.PretellWarning)


def close(a, b, tolerance=1e-9):
    gap = numpy.abs(a - b).max() / numpy.abs(b).max()
    assert gap < tolerance, gap


def refused(part, question):
    try:
        question()
    except ValueError as error:
        assert part in str(error), error
        return
    raise AssertionError(f"not refused: {part}")


# --- scikit-learn's own checks, none left out
count = 0
for estimator in () if os.environ.get("NOCHECKS") else (
    MaskedRidge(), MaskedRidge(0.5, scale=True), MaskedRidge(1.0, center=False),
    PlannedRepresentation(), *(Representation(method) for method in ("pca", "pca-correlation", "masked", "none")),
    # Of two columns a factor model has one factor.
    *(Representation(method, 1) for method in ("factor", "factor-unit", "factor-analysis")),
):  # fmt: skip
    results = check_estimator(estimator, on_skip=None, on_fail="raise")
    skipped = [one["check_name"] for one in results if one["status"] not in ("passed", "skipped")]
    assert not skipped, (estimator, skipped)
    assert all("array_api" in one["check_name"] for one in results if one["status"] == "skipped"), results
    count += sum(one["status"] == "passed" for one in results)
print(f"ok      {count} checks of scikit-learn")

x = numpy.load(EXAMPLES / "diabetes_x.npy").astype(float)
y = numpy.load(EXAMPLES / "diabetes_y.npy").astype(float).ravel()
digits, classes = numpy.load(EXAMPLES / "digits_x.npy").astype(float), numpy.load(EXAMPLES / "digits_y.npy").ravel()

# --- masked ridge: scikit-learn's Ridge column by column, alpha = (n - 1) ridge; leave-one-out by leaving out
few = x[:60]
fit = MaskedRidge(0.3).fit(few)
others = lambda j: numpy.delete(few, j, axis=1)  # noqa: E731
by_column = numpy.stack([Ridge(0.3 * 59).fit(others(j), few[:, j]).predict(others(j)) for j in range(few.shape[1])], axis=1)
close(fit.transform(few), by_column)
left_out = numpy.stack([
    few[i] - MaskedRidge(0.3 * 59 / 58).fit(numpy.delete(few, i, 0)).transform(few[i : i + 1])[0] for i in range(len(few))
])  # fmt: skip
close((left_out**2).mean(0), fit.column_errors_)
auto = MaskedRidge().fit(few)
assert all(auto.leave_one_out_error_ <= MaskedRidge(auto.ridge_ * factor).fit(few).leave_one_out_error_ for factor in (0.5, 0.8, 1.25, 2))
share = 1 - ((few - fit.transform(few)) ** 2).sum() / ((few - few.mean(0)) ** 2).sum()
assert abs(fit.score(few) - share) < 1e-12
grid = GridSearchCV(MaskedRidge(), {"ridge": [1e-3, 0.1, 10.0]}, cv=5).fit(digits[:400, 18:46])
assert grid.best_params_["ridge"] == 0.1, grid.cv_results_["mean_test_score"]
assert MaskedRidge().fit(digits[:100].astype(numpy.float32)).transform(digits[:3].astype(numpy.float32)).dtype == numpy.float32
print("ok      MaskedRidge is Ridge of each column on the others; its errors are those of leaving out")

# --- representations against scikit-learn's; two principal components are told apart from either
draw = numpy.random.default_rng(4)
factors = draw.normal(size=(2000, 2)) @ draw.normal(size=(2, 8)) + draw.normal(size=(2000, 8)) * numpy.linspace(0.5, 1.5, 8)
exact = FactorAnalysis(2, tol=1e-13, max_iter=100_000, svd_method="lapack")
for own, other, rows in ((Representation("pca", 4), PCA(4), x), (Representation("factor-analysis", 2), exact, factors)):
    a, b = own.fit_transform(rows), other.fit_transform(rows)
    assert a.shape == b.shape
    # The same span of functions of the row, whatever the basis.
    design = numpy.c_[numpy.ones(len(b)), b]
    left = numpy.abs(a - design @ numpy.linalg.lstsq(design, a, rcond=None)[0]).max() / numpy.abs(a).max()
    assert left < 1e-5, (own, left)
    wrong = numpy.c_[numpy.ones(len(b)), PCA(2).fit_transform(rows)]
    assert numpy.abs(a - wrong @ numpy.linalg.lstsq(wrong, a, rcond=None)[0]).max() > 1e-2 * numpy.abs(a).max(), own
pca, theirs = Representation("pca", 4).fit_transform(x), PCA(4).fit_transform(x)
close(numpy.abs(pca), numpy.abs(theirs))
mixture = Representation("mixture", 2).fit(x)
assert mixture.transform(x).shape == (len(x), len(mixture.get_feature_names_out())) and len(mixture.get_feature_names_out()) > 2
assert list(pca.shape) == [442, 4] and list(Representation("pca", 2).fit(x).get_feature_names_out()) == ["representation0", "representation1"]
print("ok      Representation is PCA and FactorAnalysis where these are")

# --- what a plan chose: 100 columns, two directions of thrice the others' spread, of which the labels tell
loadings = numpy.linalg.qr(draw.normal(size=(100, 2)))[0]
codes = 3 * draw.normal(size=(4060, 2))
rows = codes @ loadings.T + draw.normal(size=(4060, 100))
target = codes @ [1.0, -1.0] + 0.5 * draw.normal(size=4060)
u, labeled, known, fresh = rows[:4000], rows[4000:], target[4000:], rows[:50]
planned = PlannedRepresentation(["pca", "factor"], "2:4", unlabeled=u).fit(labeled, known)
assert planned.method_ in ("pca", "factor") and planned.size_ == 2, planned.plan_.recommendation
again = Representation(planned.method_, planned.size_, unlabeled=u).fit(labeled)
a, b = planned.transform(fresh), again.transform(fresh)
close(numpy.abs(a), numpy.abs(b))
assert a.shape == (50, 2) and len(planned.get_feature_names_out()) == 2
plain = PlannedRepresentation("pca", "1", unlabeled=u).fit(labeled, draw.normal(size=60) + labeled @ draw.normal(size=100))
assert plain.method_ in ("none", "ridge") and plain.size_ is None, plain.plan_.recommendation
close(plain.transform(rows).std(0), numpy.ones(100), 1e-9)
labels = numpy.where(classes[:300] % 2, "odd", "even")
words = PlannedRepresentation("pca", "4", unlabeled=digits[300:]).fit(digits[:300], labels)
codes = PlannedRepresentation("pca", "4", unlabeled=digits[300:], head="softmax").fit(digits[:300], classes[:300] % 2)
assert words.plan_.values["classes"] == ["even", "odd"] and words.plan_.values["head"] == codes.plan_.values["head"] == "logistic"
assert words.plan_.candidates[0].predicted_risk.estimate == codes.plan_.candidates[0].predicted_risk.estimate
print(f"ok      PlannedRepresentation: {planned.method_}-{planned.size_}, the features of the rows that the plan saw")

# --- in pipelines, cross-validation, copies
# Pre-trained on 4000 rows beside the 48 of a fold, and on these alone.
pair = [make_pipeline(Representation("factor", 2, unlabeled=more), LinearRegression()) for more in (u, None)]
errors = [-cross_val_score(one, labeled, known, cv=5, scoring="neg_mean_squared_error").mean() for one in pair]
assert 0.5 < errors[0] < 0.9 * errors[1], errors
scores = cross_val_score(make_pipeline(Representation("pca", 16), LogisticRegression(max_iter=2000)), digits[:300], labels, cv=5)
assert scores.mean() > 0.8, scores
risk = -cross_val_score(make_pipeline(PlannedRepresentation(size="1:4"), LinearRegression()), x, y, cv=3, scoring="neg_mean_squared_error").mean()
assert 2700 < risk < 3500, risk
for one in (MaskedRidge(0.1).fit(x), Representation("masked", 3).fit(x), planned):
    again = pickle.loads(pickle.dumps(one))
    some = fresh if one is planned else x
    assert numpy.array_equal(again.transform(some), one.transform(some)) and not hasattr(clone(one), "n_features_in_")
import pandas

frame = pandas.DataFrame(x, columns=[f"c{j}" for j in range(x.shape[1])])
shown = MaskedRidge().set_output(transform="pandas").fit_transform(frame)
assert list(shown.columns) == list(frame.columns)
print("ok      pipelines, cross-validation, grids, clones, pickles, frames")

# --- what is wrong is a ValueError, in scikit-learn's words where it has them
gap = x.copy()
gap[4, 2] = numpy.nan
refused("contains NaN", lambda: MaskedRidge().fit(gap))
refused("1 feature(s)", lambda: MaskedRidge().fit(x[:, :1]))
refused("ridge", lambda: MaskedRidge(-1.0).fit(x))
refused("ridge", lambda: MaskedRidge("much").fit(x))
refused("sizes from 1 to 10", lambda: Representation("pca", 11).fit(x))
refused("There are pca, pca-correlation", lambda: Representation("pka").fit(x))
refused("unlabeled has 3 features, X has 10", lambda: Representation(unlabeled=x[:, :3]).fit(x))
refused("8 are needed", lambda: PlannedRepresentation().fit(x[:5], y[:5]))
refused("requires y to be passed", lambda: PlannedRepresentation().fit(x, None))
refused("is expecting 10 features", lambda: Representation().fit(x).transform(x[:, :3]))
print("ok      what is wrong is said in a ValueError")

os.environ["ESTIMATORS"] = "1"
here = pathlib.Path(__file__).resolve().parent
os.chdir(here.parent.parent)
exec((here / "readme.py").read_text())
