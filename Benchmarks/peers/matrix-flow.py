import numpy
from harness import best, main, report
from scipy.integrate import solve_ivp

ORDER, COLUMNS = 200, 20
MEASURES = {
    "spread": "flow, n 200, r 20, P at 100 times up to t = 1000, eigenvalues from -3 to 3",
    "correlation": "flow, n 200, r 20, P at 100 times up to t = 1000, correlation matrix of 400 rows with a common factor",
}


def prepare(data):
    """Two targets: 25 positive, 25 zero and 150 negative eigenvalues; and what 200 related columns give, largest eigenvalue 60.

    Times equally spaced in the logarithm.
    """
    if (data / "matrix-flow-correlation.npy").exists():
        return
    generator = numpy.random.default_rng(1)
    basis = numpy.linalg.qr(generator.standard_normal((ORDER, ORDER)))[0]
    values = numpy.concatenate([numpy.linspace(3, 0.5, 25), numpy.zeros(25), numpy.linspace(-0.1, -3, ORDER - 50)])
    target = (basis * values) @ basis.T
    numpy.save(data / "matrix-flow-spread.npy", (target + target.T) / 2)
    numpy.save(data / "matrix-flow-start.npy", 0.1 * generator.standard_normal((ORDER, COLUMNS)))
    numpy.save(data / "matrix-flow-times.npy", numpy.geomspace(0.01, 1000, 100))
    rows = 0.3**0.5 * generator.standard_normal((400, 1)) + 0.7**0.5 * generator.standard_normal((400, ORDER))
    correlation = numpy.corrcoef(rows.T)
    numpy.save(data / "matrix-flow-correlation.npy", (correlation + correlation.T) / 2)


def integrate(data, name, method, tolerance):
    start, target, times = (numpy.load(data / f"matrix-flow-{part}.npy") for part in ("start", name, "times"))

    def field(_, flat):
        x = flat.reshape(start.shape)
        return (target @ x - x @ (x.T @ x)).ravel()

    path = solve_ivp(
        field, (0, times[-1]), start.ravel(), method=method, t_eval=times, rtol=tolerance, atol=tolerance * 1e-2)
    products = (column.reshape(start.shape) for column in path.y.T)
    return [numpy.linalg.norm(x @ (x.T @ start)) for x in products]


def measure(data):
    for name, text in MEASURES.items():
        for method, tolerance, note in (("DOP853", 1e-13, " (the truth)"), ("DOP853", 1e-8, ""), ("LSODA", 1e-8, "")):
            seconds, answers = best(1, lambda: integrate(data, name, method, tolerance))
            report(text, f"SciPy solve_ivp {method}, rtol {tolerance:.0e}{note}", seconds, 100, "times", answers)


main(measure, prepare)
