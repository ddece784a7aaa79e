import LinearAlgebra

/// Gradient descent X ← X + η (M - X X') X beside the flow at the times η k.
///
///     safe step:  B = max(‖X₀‖², ‖M‖),  η ≤ 1/(4B)  ⇒  ‖X‖² ≤ B forever and f never rises
///     at the limit:  linearly stable iff η < 2 / max |decaying eigenvalue of the Jacobian|
///
/// Cost: 4 n ρ² flops an iteration, in eigenvectors of M.
public struct GradientDescent: Sendable {
  public let flow: FactorizationFlow
  /// η.
  public let step: Double

  public init(_ flow: FactorizationFlow, step: Double) {
    precondition(step > 0 && step.isFinite, "step \(step)")
    self.flow = flow
    self.step = step
  }

  /// One recorded iterate.
  public struct Point: Sendable, Equatable {
    public let iteration: Int
    /// η k.
    public let time: Double
    public let loss: Double
    /// ‖P_k - P(∞)‖_F, P(∞) the flow's limit.
    public let distance: Double
    /// ‖P_k - P(η k)‖_F.
    public let gapToFlow: Double
  }

  public enum Status: String, Sendable, Codable, CaseIterable {
    case finished
    /// An iterate grew beyond 1e8 times the largest size that the flow can have.
    case diverged
    /// The caller asked to stop.
    case stopped
  }

  public struct Path: Sendable {
    /// At the recorded iterations that were reached.
    public let points: [Point]
    public let status: Status
    /// The loss never rose between iterations.
    public let isMonotone: Bool
  }

  // MARK: formula

  /// Runs to the last of the iterations to be recorded.
  /// - Parameters:
  ///   - recorded: iteration numbers, ascending, from 0.
  ///   - shouldContinue: asked at every recorded iteration.
  public func run(recording recorded: [Int], shouldContinue: (Int) -> Bool = { _ in true }) throws -> Path {
    precondition(recorded.first ?? 0 >= 0 && zip(recorded, recorded.dropFirst()).allSatisfy { $0 < $1 }, "\(recorded)")
    let form = flow.echelon
    let values = form.rowValues
    var rows = try flow.rows(at: 0)
    var points: [Point] = []
    var (iteration, lastLoss, isMonotone) = (0, Double.infinity, true)
    let ceiling = 1e8 * flow.sizeBound
    for next in recorded {
      while iteration < next {
        let gram = rows.gram()
        let loss = flow.lossOfRows(rows, gram: gram)
        if loss > lastLoss * (1 + 1e-14) { isMonotone = false }
        lastLoss = loss
        rows = rows + step * (rows.scalingRows(by: values) - rows * gram)
        iteration += 1
        if !(rows.largestMagnitude < ceiling) { return Path(points: points, status: .diverged, isMonotone: false) }
      }
      points.append(try point(rows, iteration))
      if !shouldContinue(iteration) { return Path(points: points, status: .stopped, isMonotone: isMonotone) }
    }
    return Path(points: points, status: .finished, isMonotone: isMonotone)
  }

  private func point(_ rows: Matrix, _ iteration: Int) throws -> Point {
    let time = step * Double(iteration)
    return Point(
      iteration: iteration, time: time, loss: flow.lossOfRows(rows, gram: rows.gram()),
      distance: try Self.productDistance(rows, flow.rows(at: .infinity)),
      gapToFlow: try Self.productDistance(rows, flow.rows(at: time)))
  }

  /// ‖A A' - B B'‖_F from the triangle of [A B], accurate however close they are.
  private static func productDistance(_ a: Matrix, _ b: Matrix) throws -> Double {
    if a.columns == 0 { return 0 }
    let both = a.joined(leftOf: b)
    let padding = Matrix(rows: max(0, both.columns - both.rows), columns: both.columns)
    let triangle = try QR.triangle(of: both.stacked(above: padding))
    let signs = (0..<both.columns).map { $0 < a.columns ? 1.0 : -1 }
    return multiply(triangle.scalingColumns(by: signs), triangle, transposing: .right).squaredFrobeniusNorm.squareRoot()
  }
}

extension FactorizationFlow {
  /// ‖X(t)‖² never exceeds this: max(‖X₀‖², ‖M‖).
  var sizeBound: Double {
    let top = (try? SymmetricEigen.values(of: start.gram()).first) ?? start.squaredFrobeniusNorm
    return max(top, eigenspaces.norm, Double.leastNormalMagnitude)
  }

  /// 1/(4B): gradient descent with this step or less stays bounded and never raises the loss, whatever the target's signs.
  public var safeStep: Double { 1 / (4 * sizeBound) }

  /// Largest step at which this start's limit is linearly stable under gradient descent; nil where nothing decays there.
  public var largestStableStep: Double? { limitEquilibrium.largestStableStep }

  /// ¼ ‖Y Y' - Λ‖² = ¼ (‖Y'Y‖² - 2 Σ λ_i ‖y_i‖² + Σ λ²).
  func lossOfRows(_ rows: Matrix, gram: Matrix) -> Double {
    let weighted = zip(echelon.rowValues, 0..<rows.rows).reduce(0.0) { sum, pair in
      sum + pair.0 * (0..<rows.columns).reduce(0) { $0 + rows[pair.1, $1] * rows[pair.1, $1] }
    }
    let total = eigenvalues.reduce(0) { $0 + $1 * $1 }
    return 0.25 * (gram.squaredFrobeniusNorm - 2 * weighted + total)
  }
}
