import numpy
import scipy.sparse
from harness import best, main, report

NODES, COLUMNS, EDGES, RIDGE, HIDE = 2708, 1433, 5278, 0.1, 0.75
MEASURE = "masked graph of 2 708 nodes, 1 433 columns: every node left out at one penalty"


def prepare(data):
    """As large and as sparse as Cora: seven kinds of papers with their own words, citations mostly within a kind."""
    generator = numpy.random.default_rng(4)
    kind = generator.integers(0, 7, NODES)
    chances = 0.004 + 0.05 * (generator.random((7, COLUMNS)) < 0.15)
    words = scipy.sparse.csr_array((generator.random((NODES, COLUMNS)) < chances[kind]).astype(float))
    ends = generator.integers(0, NODES, (2, 8 * EDGES))
    kept = (kind[ends[0]] == kind[ends[1]]) | (generator.random(8 * EDGES) < 0.03)
    numpy.save(data / "graph-edges.npy", ends[:, kept & (ends[0] != ends[1])][:, :EDGES])
    scipy.sparse.save_npz(data / "graph-features.npz", words)


def left_out(edges, words):
    """The same closed form in NumPy: SGC of two hops, rows of unit length about their mean."""
    a = scipy.sparse.coo_array((numpy.ones(edges.shape[1]), edges), shape=(NODES, NODES)).tocsr()
    a = ((a + a.T) > 0).astype(float) + scipy.sparse.eye_array(NODES)
    root = scipy.sparse.diags_array(1 / numpy.sqrt(a.sum(axis=1)))
    p = (root @ a @ root @ root @ a @ root).tocsr()
    p0 = p - scipy.sparse.diags_array(p.diagonal())
    x = words.toarray()
    x /= numpy.maximum(numpy.linalg.norm(x, axis=1, keepdims=True), 1e-300)
    x -= x.mean(axis=0)
    y, w = p0 @ x, numpy.asarray(p0.multiply(p0).sum(axis=0)).ravel()
    gram = y.T @ y
    k = numpy.linalg.inv(gram + HIDE / (1 - HIDE) * (x * w[:, None]).T @ x + RIDGE * numpy.trace(gram) / COLUMNS * numpy.eye(COLUMNS))
    u, v = p0.T @ y, p0.T @ x
    b = numpy.stack([y, u, x], axis=1)
    kb = numpy.stack([y @ k, u @ k, x @ k], axis=1)
    inner = numpy.einsum("nid,njd->nij", b, kb)
    s = numpy.zeros((NODES, 3, 3))
    s[:, 0, 0], s[:, 1, 1], s[:, 1, 2], s[:, 2, 1] = 1, w, 1, 1
    t = numpy.linalg.solve(s - inner, inner[:, :, :1])[:, :, 0]
    z = kb[:, 0] + numpy.einsum("nid,ni->nd", kb, t)
    predicted = z @ (y.T @ x) - (z * y).sum(axis=1)[:, None] * x - (z * x).sum(axis=1)[:, None] * v
    return ((x - predicted) ** 2).mean()


def measure(data):
    edges, words = numpy.load(data / "graph-edges.npy"), scipy.sparse.load_npz(data / "graph-features.npz")
    seconds, error = best(2, lambda: left_out(edges, words))
    report(MEASURE, "NumPy and SciPy by hand, the same closed form", seconds, NODES, "refits", [error])


main(measure, prepare)
