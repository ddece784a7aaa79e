import LinearAlgebra

/// X(t) itself, with its rotation.
///
/// P(t) fixes X(t) up to a rotation from the right; X(t) is the horizontal lift of P(t): X'Ẋ stays symmetric. With the
/// echelon's factor X̂ = [C_B; C_D A] R⁻¹, R upper triangular with positive diagonal,
///
///     X(t) = [V_B V_D] X̂(t) Q(t) Z',   Q̇ = (U - U') Q,   U the strict upper triangle of X̂'X̂,   Q(0)' R(0) = B₁⁻¹
///
/// because R stays triangular exactly where Q takes up the rest. X̂'X̂ tends to a diagonal matrix, so the rotation comes to rest;
/// it has no closed form unless the start's parts in the eigenspaces of M commute. Magnus series of order 6 at three Gauss points;
/// its order-4 part with Simpson's rule for the integral is the error estimate.
extension FactorizationFlow {
  /// X(t), n x r. Accuracy: 1e-11 of X, beside that of P. Cost: a few hundred evaluations of `factor(at:)` without the n² part.
  public func solution(at time: Double) throws -> Matrix { try solutions(at: [time])[0] }

  /// X at several times; the rotation is followed once through all of them.
  /// - Parameter times: ascending, in [0, ∞].
  public func solutions(at times: [Double]) throws -> [Matrix] {
    precondition(
      zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } && times.allSatisfy { $0 >= 0 }, "times \(times)")
    var rotation = try FlowRotation(self)
    return try times.map { time in
      if time == 0 || rank == 0 { return start }
      try rotation.advance(to: time)
      let rows = try rows(at: time) * rotation.turn
      return multiply(echelon.original(rows), echelon.frame, transposing: .right)
    }
  }
}

/// Q of X̂ Q, followed through time.
struct FlowRotation {
  private let flow: FactorizationFlow
  private(set) var time = 0.0
  /// Q, ρ x ρ.
  private(set) var turn: Matrix
  private var step: Double
  /// The rotation has come to rest: what is left of it is below rounding.
  private var isAtRest = false

  private static let tolerance = 1e-11
  /// Gauss points of three-point quadrature on [0, 1].
  private static let nodes = [0.5 - 0.15.squareRoot(), 0.5, 0.5 + 0.15.squareRoot()]

  init(_ flow: FactorizationFlow) throws {
    self.flow = flow
    let size = flow.rank
    if size == 0 {
      turn = Matrix(rows: 0, columns: 0)
    } else {
      let qr = try QR(flow.echelon.basisInverse)
      turn = qr.q.scalingColumns(by: qr.r.diagonalEntries.map { $0 < 0 ? -1 : 1 }).transposed()
    }
    let scale = max(flow.eigenspaces.norm, flow.start.squaredFrobeniusNorm)
    step = scale > 0 ? 0.1 / scale : 1
  }

  /// Steps to `target`, which may be infinite.
  mutating func advance(to target: Double) throws {
    if turn.rows < 2 { time = target }
    while time < target, !isAtRest {
      let width = min(step, target - time)
      let (generator, error) = try magnus(width)
      if error <= Self.tolerance {
        turn = skewExponential(generator) * turn
        time = width == target - time ? target : time + width
        // The velocity falls like 1/t² or faster, so what is left is about the last velocity times t.
        isAtRest = generator.largestMagnitude / width * time < 1e-15 && time > 1 / max(flow.eigenspaces.norm, 1e-300)
      }
      let growth = error > 0 ? 0.9 * exponentialRoot(Self.tolerance / error) : 5
      if width == step || growth < 1 { step = width * min(5, max(0.2, growth)) }
    }
    time = target
  }

  private func exponentialRoot(_ ratio: Double) -> Double { power(ratio, 0.2) }

  /// U - U'.
  private func velocity(at time: Double) throws -> Matrix {
    let gram = try flow.rows(at: time).gram()
    var result = gram
    for i in 0..<gram.rows {
      result[i, i] = 0
      for j in 0..<i { result[i, j] = -gram[i, j] }
    }
    return result
  }

  /// The series' sum to order 6, and how far its order-4 part is from it.
  private func magnus(_ width: Double) throws -> (generator: Matrix, error: Double) {
    let a = try Self.nodes.map { width * (try velocity(at: time + $0 * width)) }
    let slope = (15.0.squareRoot() / 3) * (a[2] - a[0])
    let curve = (10.0 / 3) * (a[2] - 2 * a[1] + a[0])
    let first = commutator(a[1], slope)
    let second = (-1.0 / 60) * commutator(a[1], 2 * curve + first)
    let middle = a[1] + (1.0 / 12) * curve
    let six = middle + (1.0 / 240) * commutator(-20 * a[1] - curve + first, slope + second)
    let ends = width * (try velocity(at: time) + velocity(at: time + width))
    let four = (1.0 / 6) * (ends + 4 * a[1]) - (1.0 / 12) * first
    return (six, (six - four).largestMagnitude)
  }

  private func commutator(_ a: Matrix, _ b: Matrix) -> Matrix { a * b - b * a }
}

/// e^A of a skew-symmetric matrix: Taylor's series of A/2^s, squared s times.
private func skewExponential(_ a: Matrix) -> Matrix {
  var (scaled, squarings) = (a, 0)
  while scaled.squaredFrobeniusNorm > 0.0625 {
    scaled = 0.5 * scaled
    squarings += 1
  }
  var (sum, term) = (Matrix.identity(a.rows), Matrix.identity(a.rows))
  for order in 1...13 {
    term = (1 / Double(order)) * (term * scaled)
    sum = sum + term
  }
  for _ in 0..<squarings { sum = sum * sum }
  return sum
}
