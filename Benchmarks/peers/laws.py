"""The spectral law by the definition: Hessian, score covariance and joint moment as matrices of the parameters' size."""
import numpy
from harness import best, main, report

MEASURE = "spectral law, d 200, k 10 (2 000 parameters)"


def mean_of_law():
    d, k = 200, 10
    pairs = numpy.diag(1 / numpy.arange(1, d + 1))
    a = numpy.sqrt(pairs[:k])
    m = a.T @ a
    inner = a @ a.T
    power = numpy.trace(m @ m)
    weights = 1 / numpy.sqrt(numpy.arange(1, k + 1))
    head = weights / numpy.sqrt(numpy.diag(pairs)[:k])
    q = k * d
    hessian, scores = numpy.empty((q, q)), numpy.empty((q, q))
    for index in range(q):
        e = numpy.zeros((k, d))
        e.flat[index] = 1
        hessian[index] = (4 * (-e @ pairs + e @ m + a @ e.T @ a + inner @ e)).ravel()
        h = a.T @ e + e.T @ a
        drift = m @ h
        cross = pairs @ drift + drift @ pairs
        g = (h + pairs @ h @ pairs - cross - cross.T
             + numpy.trace(m @ h) * m + 2 * m @ h @ m + power * h + 4 * h @ m @ m)
        scores[index] = (4 * a @ (g + g.T)).ravel()
    response = numpy.linalg.pinv(hessian, rcond=1e-10, hermitian=True)
    variance = response @ scores @ response
    rest = numpy.eye(d)
    rest[:k, :k] = 0
    cost = numpy.kron(numpy.outer(head, head), rest)
    return numpy.sum(cost * variance)


def measure(data):
    seconds, value = best(1, mean_of_law)
    report(MEASURE, "NumPy, moment matrices of order 2 000", seconds, 1, "laws", [value])


main(measure)
