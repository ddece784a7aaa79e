import numpy
from harness import best, main, report
from scipy.integrate import solve_ivp

ORDER, COLUMNS = 200, 20
MEASURE = "flow, n 200, r 20, P at 100 times up to t = 1000"


def prepare(data):
    """A target with 25 positive, 25 zero and 150 negative eigenvalues; times equally spaced in the logarithm."""
    if (data / "matrix-flow-times.npy").exists():
        return
    generator = numpy.random.default_rng(1)
    basis = numpy.linalg.qr(generator.standard_normal((ORDER, ORDER)))[0]
    values = numpy.concatenate([numpy.linspace(3, 0.5, 25), numpy.zeros(25), numpy.linspace(-0.1, -3, ORDER - 50)])
    target = (basis * values) @ basis.T
    numpy.save(data / "matrix-flow-target.npy", (target + target.T) / 2)
    numpy.save(data / "matrix-flow-start.npy", 0.1 * generator.standard_normal((ORDER, COLUMNS)))
    numpy.save(data / "matrix-flow-times.npy", numpy.geomspace(0.01, 1000, 100))


def integrate(data, method, tolerance):
    start, target, times = (numpy.load(data / f"matrix-flow-{name}.npy") for name in ("start", "target", "times"))

    def field(_, flat):
        x = flat.reshape(start.shape)
        return (target @ x - x @ (x.T @ x)).ravel()

    path = solve_ivp(
        field, (0, times[-1]), start.ravel(), method=method, t_eval=times, rtol=tolerance, atol=tolerance * 1e-2)
    products = (column.reshape(start.shape) for column in path.y.T)
    return [numpy.linalg.norm(x @ (x.T @ start)) for x in products]


def measure(data):
    for method, tolerance, note in (("DOP853", 1e-13, " (the truth)"), ("DOP853", 1e-8, ""), ("LSODA", 1e-8, "")):
        seconds, answers = best(1, lambda method=method, tolerance=tolerance: integrate(data, method, tolerance))
        report(MEASURE, f"SciPy solve_ivp {method}, rtol {tolerance:.0e}{note}", seconds, 100, "times", answers)


main(measure, prepare)
