import LinearAlgebra

/// Newton's method for a multinomial loss, its steps by conjugate gradients that the nearly diagonal curvature of principal
/// coordinates preconditions.
///
/// A step is solved to a residual of min(1/2, √(‖g‖/‖g_0‖)) (Dembo, Eisenstat and Steihaug 1982) and halved until the loss
/// falls by a share of what its slope promises. Cost: 4 n rank K flops for each of 5 to 15 products a step; no K rank x K rank
/// matrix is formed.
enum SoftmaxSolver {
  struct Result: Sendable {
    let weights: Matrix
    let status: SoftmaxFit.Status
    let iterations: Int
    /// Largest |∂F/∂W| divided by the number of rows.
    let gradientNorm: Double
  }

  private static let mostProducts = 250
  private static let mostSteps = 200

  static func minimize(_ problem: SoftmaxProblem, from start: Matrix? = nil, tolerance: Double) -> Result {
    let rows = Double(max(problem.rowCount, 1))
    var point = problem.point(start ?? problem.zero)
    var norm = largest(point.gradient)
    let first = max(norm, .leastNormalMagnitude)
    var iterations = 0
    func result(_ status: SoftmaxFit.Status) -> Result {
      Result(weights: point.weights, status: status, iterations: iterations, gradientNorm: norm / rows)
    }
    while norm > tolerance * rows {
      if iterations == mostSteps { return result(.iterationLimit) }
      iterations += 1
      let step = newtonStep(problem, point, accuracy: min(0.5, (norm / first).squareRoot(), 0.1 + norm / first))
      guard let next = descend(problem, point, step) else { return result(stalled(norm, rows)) }
      point = next
      norm = largest(point.gradient)
      if problem.penalty == 0 && point.leastMargin > 0 { return result(.separated) }
    }
    return result(problem.penalty == 0 && recedes(problem, point) ? .separated : .converged)
  }

  /// Whether the loss falls forever along a direction that lowers no margin: a gradient that has died away there, as e^-f does, still gives
  /// Newton steps of length 1.
  private static func recedes(_ problem: SoftmaxProblem, _ point: SoftmaxProblem.Point) -> Bool {
    let change = problem.marginChange(newtonStep(problem, point, accuracy: 1e-3), at: point)
    return change.largest > 0.05 && change.least > -0.01 * change.largest
  }

  /// The loss no longer falls: at its rounding that is the minimum.
  private static func stalled(_ norm: Double, _ rows: Double) -> SoftmaxFit.Status {
    norm <= 1e-7 * rows ? .converged : .iterationLimit
  }

  private static func largest(_ gradient: Matrix) -> Double { gradient.storage.reduce(0) { max($0, abs($1)) } }

  /// S with F'' S ≈ -∇F.
  private static func newtonStep(_ problem: SoftmaxProblem, _ point: SoftmaxProblem.Point, accuracy: Double) -> Matrix {
    let scales = problem.diagonal(at: point).storage
    var step = problem.zero
    var residual = point.gradient.storage.map { -$0 }
    var conditioned = zip(residual, scales).map { $0 / $1 }
    var direction = Matrix(rows: step.rows, columns: step.columns, storage: conditioned)
    var size = dot(residual, conditioned)
    let enough = accuracy * accuracy * size
    for _ in 0..<mostProducts where size > enough {
      let product = problem.curvature(at: point, times: direction)
      let curvature = dot(direction.storage, product.storage)
      guard curvature > 0 else { break }
      let share = size / curvature
      for index in residual.indices {
        step.storage[index] += share * direction.storage[index]
        residual[index] -= share * product.storage[index]
        conditioned[index] = residual[index] / scales[index]
      }
      let next = dot(residual, conditioned)
      for index in residual.indices {
        direction.storage[index] = conditioned[index] + next / size * direction.storage[index]
      }
      size = next
    }
    return step
  }

  /// The step, halved until the loss falls by 1e-4 of what its slope promises; nil when rounding stops it.
  private static func descend(
    _ problem: SoftmaxProblem, _ from: SoftmaxProblem.Point, _ step: Matrix
  ) -> SoftmaxProblem.Point? {
    let slope = dot(from.gradient.storage, step.storage)
    guard slope < 0 else { return nil }
    var share = 1.0
    for _ in 0..<40 {
      let next = problem.point(from.weights + share * step)
      if next.value <= from.value + 1e-4 * share * slope { return next }
      // At the bottom differences of the loss are rounding: a gradient that shrinks decides.
      if abs(share * slope) <= 1e-10 * abs(from.value) && largest(next.gradient) < 0.9 * largest(from.gradient) {
        return next
      }
      share /= 2
    }
    return nil
  }
}
