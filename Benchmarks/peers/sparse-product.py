import numpy
import scipy.sparse
from harness import best, main, peak_bytes, report

COLUMNS = 128
PRODUCT = "sparse product, 100 000 nodes, 1 M edges, 128 columns, one thread"
HOPS = "two hops of SGC, 1 M nodes, 10 M edges, 128 columns, all cores"


def prepare(data):
    """Ends of edges at random, which is the hardest for a cache."""
    generator = numpy.random.default_rng(5)
    for name, nodes, edges in (("sparse", 100_000, 1_000_000), ("million", 1_000_000, 10_000_000)):
        numpy.save(data / f"{name}-edges.npy", generator.integers(0, nodes, (2, edges)).astype(numpy.int64))


def step(data, name, nodes):
    ends = numpy.load(data / f"{name}-edges.npy")
    a = scipy.sparse.coo_array((numpy.ones(ends.shape[1]), tuple(ends)), shape=(nodes, nodes)).tocsr()
    a.setdiag(0)
    a.eliminate_zeros()
    a = ((a + a.T) > 0).astype(float) + scipy.sparse.eye_array(nodes, format="csr")
    root = scipy.sparse.diags_array(1 / numpy.sqrt(a.sum(axis=1)))
    return (root @ a @ root).tocsr()


def features(nodes):
    return ((numpy.arange(nodes * COLUMNS) * 7919) % 1009 / 1009).reshape(nodes, COLUMNS)


def answers(y):
    return [(y * y).sum(), y[-1, 5]]


def measure(data):
    s, x = step(data, "sparse", 100_000), features(100_000)
    seconds, y = best(3, lambda: s @ x)
    report(PRODUCT, "SciPy, CSR times an array", seconds, 2 * s.nnz * COLUMNS, "flops", answers(y))
    try:
        import torch

        torch.set_num_threads(1)
        pattern = [torch.from_numpy(part.astype(numpy.int64)) for part in (s.indptr, s.indices)]
        t, dense = torch.sparse_csr_tensor(*pattern, torch.from_numpy(s.data), size=s.shape), torch.from_numpy(x)
        seconds, y = best(3, lambda: t @ dense)
        report(PRODUCT, "PyTorch, CSR tensor", seconds, 2 * s.nnz * COLUMNS, "flops", answers(y.numpy()))
    except ImportError:
        pass
    s, x = step(data, "million", 1_000_000), features(1_000_000)
    seconds, y = best(1, lambda: s @ (s @ x))
    report(HOPS, "SciPy, which has one thread", seconds, 1_000_000, "nodes", answers(y), peak_bytes())


main(measure, prepare)
