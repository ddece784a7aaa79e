"""Encoders of scikit-learn on its digits: what four times the rows would buy, forecast, and then what they did buy.

    PYTHONPATH=Python python Examples/encoders_scikit.py                  needs the command (PRETELL, or on PATH) and scikit-learn; seconds

Any object with fit and transform is an encoder: `pretell.encoders` trains clones of it on all rows, two halves and four quarters, from one
seed. Then each is trained on four times the rows. The truth has noise of its own, that of the labels and of one more training: it is given
with its standard error over the labeled rows.
"""

import warnings

import numpy
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.decomposition import NMF, MiniBatchDictionaryLearning

import pretell

warnings.filterwarnings("ignore", module="sklearn")
UNLABELED, LABELED = 300, 200

digits, classes = load_digits(return_X_y=True)
order = numpy.random.default_rng(3).permutation(len(digits))
digits, classes = digits[order] / 16, classes[order]
many = digits[: 4 * UNLABELED]
x, y = digits[4 * UNLABELED :][:LABELED], classes[4 * UNLABELED :][:LABELED]
pool = digits[4 * UNLABELED + LABELED :]


class Centres:
    """How much nearer each centre of k-means is than the mean centre."""

    def __init__(self, count, random_state=0):
        self.model = KMeans(count, n_init=1, random_state=random_state)

    def fit(self, rows):
        self.model.fit(rows)
        return self

    def transform(self, rows):
        distances = self.model.transform(rows)
        return numpy.maximum(distances.mean(1, keepdims=True) - distances, 0)


ENCODERS = {
    "factors": NMF(16, init="nndsvda", max_iter=100, tol=1e-3, random_state=0),
    "centres": Centres(24),
    "dictionary": MiniBatchDictionaryLearning(24, alpha=0.2, max_iter=20, batch_size=16, random_state=0, transform_algorithm="threshold"),
}


def came_true(encoder):
    """What the encoder of four times the rows takes off the risk of the four that share these rows, and its standard error."""
    parts = numpy.array_split(numpy.arange(4 * UNLABELED), 4)
    runs = {4 * UNLABELED: encoder.fit(many).transform(x), UNLABELED: [encoder.fit(many[part]).transform(x) for part in parts]}
    risks = [run.risk for run in pretell.probe(runs, y, head="softmax", quiet=True).candidates[0].runs]
    # One encoder of all rows and four of quarters: their spread is the truth's own noise.
    return numpy.mean(risks[1:]) - risks[0], numpy.std(risks[1:], ddof=1) * (1 + 1 / 4) ** 0.5


print(f"{UNLABELED} unlabeled rows, {LABELED} labels; log-loss, and what {4 * UNLABELED} rows take off it\n")
print(f"{'':12}{'now':>8}{'forecast':>10}{'90 % interval':>20}{'came true':>20}")
held = 0
for name, encoder in ENCODERS.items():
    plan = pretell.encoders(train=encoder, rows=digits[:UNLABELED], labeled=(x, y), pool=pool, head="softmax", name=name, quiet=True)
    own = plan.candidates[0]
    now = own.predicted_risk.estimate
    gain = next(gain.gain for gain in own.gains_at if gain.unlabeled == 4 * UNLABELED and gain.labeled == LABELED)
    truth, error = came_true(encoder)
    held += gain.low - 1.645 * error <= truth <= gain.high + 1.645 * error
    print(
        f"{name:12}{now:8.3f}{gain.estimate / now:+10.1%}{f'{gain.low / now:+.1%} .. {gain.high / now:+.1%}':>20}"
        f"{f'{truth / now:+.1%} +- {error / now:.1%}':>20}")
print(f"\n{held} of {len(ENCODERS)} within their intervals, the truth's own error allowed for")
if held < len(ENCODERS) - 1:
    raise SystemExit("more than one forecast of three has failed")
