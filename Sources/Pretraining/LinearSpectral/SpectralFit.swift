import Failures
import Geometry
import LinearAlgebra

/// The minimizer of the linear spectral loss over a sample of triples.
///
/// Newton's method in A with conjugate gradients inside, from the truncated eigen-decomposition of the whitened Σ̂⁺ (which is
/// the minimizer up to the noise of the quartic term). Everything runs on rows whitened and turned so that the Hessian is
/// nearly diagonal; the loss does not see such a change of coordinates.
/// Source: Nocedal and Wright (2006), section 7.1 (line-search Newton-CG).
public struct SpectralFit: Sendable, Equatable {
  public enum Status: Sendable, Equatable {
    case converged
    /// No step lowers the loss although the gradient does not vanish.
    case stalled
    case iterationLimit
  }

  /// A, k x d: features A x.
  public let parameters: Matrix
  public let status: Status
  /// Newton steps.
  public let iterations: Int
  /// ∇L'H⁻¹∇L, H the Hessian's approximation at the start: twice how far above the minimum the loss still is.
  public let decrement: Double
  public let loss: Double

  /// Relative to the loss's own scale, where a step is stopped.
  private static let tolerance = 1e-22
  private static let stepLimit = 50

  /// Throws `SpectralFitError` or `LinearAlgebraError`. Cost: 8 m d^2 flops, then 3 to 5 Newton steps of some ten products with
  /// the Hessian, 8 m k d flops each; memory 3 m d.
  public init(_ triples: SpectralTriples, rank: Int) throws {
    precondition(rank > 0 && rank <= triples.dimension, "rank \(rank) in \(triples.dimension) columns")
    let start = try SpectralStart(triples, rank: rank)
    let loss = SpectralLoss(triples.transformed(start.map))
    var point = loss.point(start.parameters)
    var (status, iterations) = (Status.iterationLimit, 0)
    var decrement = start.decrement(point.gradient)
    while iterations < Self.stepLimit {
      if decrement <= Self.tolerance * start.scale {
        status = .converged
        break
      }
      let step = start.newtonStep(loss, point, tolerance: min(0.1, (decrement / start.scale).squareRoot()))
      guard let next = loss.point(from: point, along: step, decrement: start.decrement) else {
        // Round-off of the loss hides the last steps long before it hides the gradient.
        status = decrement <= 1e-16 * start.scale ? .converged : .stalled
        break
      }
      point = next
      decrement = start.decrement(point.gradient)
      iterations += 1
    }
    // A x = B (W'x): back to the rows' own coordinates.
    parameters = multiply(point.parameters, start.map, transposing: .right)
    self.status = status
    self.iterations = iterations
    self.decrement = decrement
    self.loss = point.value
  }
}

extension SpectralLoss {
  /// The full step where it shrinks the decrement tenfold, otherwise the first of 40 halvings with a sufficient decrease.
  fileprivate func point(from start: Point, along step: Matrix, decrement: (Matrix) -> Double) -> Point? {
    let slope = dot(start.gradient.storage, step.storage)
    var share = 1.0
    for _ in 0..<40 {
      let next = point(start.parameters + share * step)
      if next.value < start.value + 1e-4 * share * slope { return next }
      if share == 1 && decrement(next.gradient) < 0.1 * decrement(start.gradient) { return next }
      share /= 2
    }
    return nil
  }
}

/// Coordinates in which the problem is nearly diagonal, the first guess there, and the diagonal.
private struct SpectralStart {
  /// W, d x d: whitened and turned rows are x'W.
  let map: Matrix
  /// diag(λ̂_i)^½ in the first k columns, k x d.
  let parameters: Matrix
  /// 4 (λ̂_i - λ̂_a), or 4 λ̂_i inside the retained block; k x d.
  private let diagonal: Matrix
  /// Σ λ̂_i², the size of the loss at its minimum.
  let scale: Double

  init(_ triples: SpectralTriples, rank k: Int) throws {
    let canonical = try CanonicalPairs(
      covariance: (1 / Double(triples.count)) * triples.anchors.gram(), pairCovariance: triples.pairCovariance,
      count: triples.count)
    _ = try canonical.leading(k)
    let values = canonical.correlations
    map = canonical.directions
    var (parameters, diagonal) = (Matrix(rows: k, columns: values.count), Matrix(rows: k, columns: values.count))
    for i in 0..<k {
      parameters[i, i] = values[i].squareRoot()
      for a in values.indices {
        diagonal[i, a] = 4 * (a < k ? values[i] : max(values[i] - values[a], 1e-3 * values[i]))
      }
    }
    self.parameters = parameters
    self.diagonal = diagonal
    scale = values[0..<k].reduce(0) { $0 + $1 * $1 }
  }

  private func preconditioned(_ r: Matrix) -> Matrix {
    var result = r
    for index in r.storage.indices { result.storage[index] /= diagonal.storage[index] }
    return result
  }

  func decrement(_ gradient: Matrix) -> Double { dot(gradient.storage, preconditioned(gradient).storage) }

  /// Conjugate gradients on H E = -∇L to a relative residual of `tolerance`, or until the curvature is not positive.
  /// The orbit's directions, along which H is zero, never enter: the gradient has no part in them.
  func newtonStep(_ loss: SpectralLoss, _ point: SpectralLoss.Point, tolerance: Double) -> Matrix {
    var step = Matrix(rows: parameters.rows, columns: parameters.columns)
    var residual = (-1.0) * point.gradient
    var direction = preconditioned(residual)
    var size = dot(residual.storage, direction.storage)
    let target = tolerance * tolerance * size
    for iteration in 0..<4 * parameters.storage.count {
      let image = loss.hessian(point, direction)
      let curvature = dot(direction.storage, image.storage)
      if curvature <= 0 { return iteration == 0 ? direction : step }
      let length = size / curvature
      step = step + length * direction
      residual = residual - length * image
      let next = preconditioned(residual)
      let nextSize = dot(residual.storage, next.storage)
      if nextSize <= target { break }
      direction = next + (nextSize / size) * direction
      size = nextSize
    }
    return step
  }
}

/// Why a linear spectral fit is not possible.
public enum SpectralFitError: Failure, Equatable {
  case fewPositiveCorrelations(rank: Int, positive: Int)
  case singularCovariance(rows: Int, columns: Int)
  case notConverged(rank: Int, iterations: Int)

  public var kind: FailureKind { .noAnswer }

  public var description: String {
    switch self {
    case .fewPositiveCorrelations(let rank, let positive):
      "rank \(rank) was asked for, but partners are positively correlated in \(positive) direction(s) only; ask for at most \(positive)"
    case .singularCovariance(let rows, let columns):
      "the covariance of \(columns) columns over \(rows) rows is singular; drop constant or redundant columns, or use more rows"
    case .notConverged(let rank, let iterations):
      "no minimum was found for rank \(rank) in \(iterations) Newton steps; the correlations around position \(rank) may be tied, try another rank"
    }
  }
}
