"""The usual recipe for the gain of pre-training: a learning curve and a power law for each arm, subtracted. Lines of JSON."""

import json
import sys
import warnings
from pathlib import Path

import numpy
from scipy.optimize import curve_fit
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import learning_curve

FOLDER = Path(sys.argv[1]) / "accuracy"
REPEATS = int(sys.argv[2])
warnings.simplefilter("ignore")


def extrapolated(x, y, target):
    """a + b n^-c through 5-fold learning_curve at 5 sizes."""
    sizes, _, scores = learning_curve(
        LinearRegression(), x, y, cv=5, train_sizes=numpy.linspace(0.3, 1, 5), scoring="neg_mean_squared_error")
    errors = -scores.mean(1)
    law = lambda n, a, b, c: a + b * (n / sizes[0]) ** -c
    start = (errors[-1], max(errors[0] - errors[-1], 1e-6), 1.0)
    (a, b, c), _ = curve_fit(law, sizes, errors, p0=start, bounds=([0, 0, 0.05], [numpy.inf, numpy.inf, 4]), maxfev=20000)
    return law(target, a, b, c)


x, y = (numpy.load(FOLDER / f"sign-{part}.npy") for part in "xy")
generator = numpy.random.default_rng(3)
for pilot in (300, 600, 1200):
    forecasts = []
    for _ in range(REPEATS):
        unlabeled, labeled = generator.integers(len(y), size=1500), generator.integers(len(y), size=pilot)
        features = PCA(5).fit(numpy.vstack([x[unlabeled], x[labeled]])).transform(x[labeled])
        forecasts.append(extrapolated(x[labeled], y[labeled], 5 * pilot) - extrapolated(features, y[labeled], 5 * pilot))
    print(json.dumps(dict(pilot=pilot, forecasts=forecasts)), flush=True)
