import subprocess
import sys
from pathlib import Path

import numpy
import scipy.sparse
from harness import best, main, report

ALPHA = 500
FETCH = Path(__file__).resolve().parents[2] / "Examples/fetch_movielens.py"


def prepare(data):
    subprocess.run([sys.executable, FETCH, data], check=True)


def interactions(data):
    """Rows and columns numbered as their names come."""
    users, items = {}, {}
    pairs = [line.split("\t")[:2] for line in open(data / "ml-100k.inter").readlines()[1:]]
    rows = [users.setdefault(user, len(users)) for user, _ in pairs]
    columns = [items.setdefault(item, len(items)) for _, item in pairs]
    return scipy.sparse.csr_matrix((numpy.ones(len(pairs)), (rows, columns)), (len(users), len(items)))


def ease(x):
    """Steck's eight lines."""
    gram = (x.T @ x).toarray()
    gram[numpy.diag_indices(x.shape[1])] += ALPHA
    inverse = numpy.linalg.inv(gram)
    b = inverse / -numpy.diag(inverse)
    b[numpy.diag_indices(x.shape[1])] = 0
    return b, inverse


def with_leave_one_out(x):
    _, inverse = ease(x)
    diagonal, z = numpy.diag(inverse), x @ inverse
    leverage = numpy.asarray(x.multiply(z).sum(axis=1)) - z**2 / diagonal
    return ((z / diagonal / (1 - leverage)) ** 2).mean()


def top(x, b):
    scores = x @ b
    scores[x.nonzero()] = -numpy.inf
    order = numpy.argsort(-scores, axis=1, kind="stable")[:, :20]
    return numpy.concatenate([numpy.take_along_axis(scores, order, 1).ravel(), order.ravel()])


def measure(data):
    x = interactions(data)
    seconds, error = best(3, lambda: with_leave_one_out(x))
    report(
        "MovieLens-100K: fit and exact leave-one-out of 1 682 columns", "NumPy, EASE and leave-one-out by hand", seconds, 1,
        "fits", [error])
    seconds, (b, _) = best(3, lambda: ease(x))
    report(
        "MovieLens-100K: fit and exact leave-one-out of 1 682 columns", "NumPy, EASE (no error)", seconds, 1, "fits")
    seconds, lists = best(3, lambda: top(x, b))
    report("MovieLens-100K: the top 20 of 943 people", "NumPy", seconds, 943, "people", lists)


main(measure, prepare)
