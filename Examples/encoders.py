"""An encoder of one's own: a denoising autoencoder on digits, trained with NumPy on all rows, halves and quarters.

    PYTHONPATH=Python python Examples/encoders.py                what more rows, labels or another seed would buy
    PYTHONPATH=Python python Examples/encoders.py --truth        and what came true with four times the rows

Keeps each run's embeddings in Examples/encoders, from where `pretell plan --runs Examples/encoders` answers the same; a call that was
broken off goes on where it stopped. Needs the command (PRETELL, or on PATH). Takes seconds.
"""

import sys
from pathlib import Path

import numpy

import pretell

HERE = Path(__file__).parent
UNLABELED, LABELED, HIDDEN, EPOCHS = 200, 300, 12, 60

digits = numpy.load(HERE / "digits_x.npy").astype(float) / 16
classes = numpy.load(HERE / "digits_y.npy").astype(int).ravel()
order = numpy.random.default_rng(7).permutation(len(digits))
more, labeled, pool = order[: 4 * UNLABELED], order[4 * UNLABELED : 4 * UNLABELED + LABELED], order[4 * UNLABELED + LABELED :]


def trainer(rows):
    """Training on some of these rows: the same seed means the same initial weights and the same order of data."""

    def train(index, seed):
        draw = numpy.random.default_rng(seed)
        x = rows[index]
        weights = [draw.normal(0, 0.2, (x.shape[1], HIDDEN)), draw.normal(0, 0.2, (HIDDEN, x.shape[1]))]
        moments = [[numpy.zeros_like(w), numpy.zeros_like(w)] for w in weights]
        step = 0
        for _ in range(EPOCHS):
            for batch in numpy.array_split(draw.permutation(len(x)), max(len(x) // 20, 1)):
                clean = x[batch]
                noisy = clean * (draw.random(clean.shape) > 0.3)
                hidden = numpy.tanh(noisy @ weights[0])
                error = 2 * (hidden @ weights[1] - clean) / len(batch)
                back = (error @ weights[1].T) * (1 - hidden**2)
                step += 1
                for w, m, gradient in zip(weights, moments, (noisy.T @ back, hidden.T @ error)):
                    m[0] += 0.1 * (gradient - m[0])
                    m[1] += 0.001 * (gradient**2 - m[1])
                    w -= 0.01 * (m[0] / (1 - 0.9**step)) / (numpy.sqrt(m[1] / (1 - 0.999**step)) + 1e-8)
        return weights[0]

    return train


def encode(weights, x):
    return numpy.tanh(x @ weights).astype(numpy.float32)


def risk(weights):
    """Log-loss of a head on this encoder's features alone."""
    table = numpy.column_stack([encode(weights, digits[labeled]), classes[labeled]])
    plan = pretell.plan(data=table, target=HIDDEN + 1, head="softmax", methods="none", quiet=True)
    return next(c for c in plan.candidates if c.method == "ridge").predicted_risk.estimate


rows = digits[more[:UNLABELED]]
folder = HERE / "encoders"
plan = pretell.encoders(
    train=trainer(rows), encode=encode, rows=rows, labeled=(digits[labeled], classes[labeled]), pool=digits[pool], resume=folder,
    head="softmax", quiet=True,
)  # fmt: skip
numpy.save(folder / "labels.npy", classes[labeled])
own = plan.candidates[0]
now = own.predicted_risk.estimate
print(f"{UNLABELED} unlabeled rows, {LABELED} labels: log-loss {now:.3f}")
for gain in own.gains_at:
    low, high = gain.gain.low / now, gain.gain.high / now
    print(f"{gain.unlabeled:5} rows, {gain.labeled:5} labels: {gain.gain.estimate / now:+6.1%} off ({low:+.1%} .. {high:+.1%})")
if "--truth" in sys.argv:
    full = trainer(digits[more])
    parts = numpy.array_split(numpy.arange(4 * UNLABELED), 4)
    few, many = numpy.mean([risk(full(part, 0)) for part in parts]), risk(full(numpy.arange(4 * UNLABELED), 0))
    print(f"{4 * UNLABELED:5} rows came true: {(few - many) / few:+6.1%} off ({few:.3f} -> {many:.3f})")
