import LinearAlgebra

/// When each direction of the limit is learned, and the saddles that are passed in between.
///
///     t_i = log(λ_i / b_i² - 1) / (2 λ_i),   b_i the i-th diagonal entry of the start's echelon form B₁
///
/// From a small start the flow follows saddles that hold the directions learned so far: i reaches λ_i/2 at about t_i.
/// Accuracy of t_i: 1e-5 for a start of size 1e-6, 1e-3 for 1e-2; `halfTime` beside it is exact.
public struct LearningOrder: Sendable {
  public struct Direction: Sendable, Equatable {
    /// λ_i.
    public let eigenvalue: Double
    /// b_i: how far the start reaches along it, given the directions before.
    public let initialSize: Double
    /// t_i; nil where the start is beyond λ_i/2 already.
    public let predictedHalfTime: Double?
    /// First time at which v_i'P(t)v_i = λ_i/2; nil where the start is beyond it.
    public let halfTime: Double?
  }

  /// A stay near a saddle.
  public struct Passage: Sendable, Equatable {
    /// Eigenvalues the saddle holds, in the order in which they were learned.
    public let heldEigenvalues: [Double]
    /// When the flow is closest to it.
    public let time: Double
    /// ‖P - P_saddle‖_F then.
    public let distance: Double
    /// From the half-time before (0 for the first) to the one after.
    public let interval: ClosedRange<Double>
    /// f at the saddle.
    public let loss: Double
  }

  /// By half-time.
  public let directions: [Direction]
  /// One between each two directions that are learned one after the other, and the origin before the first.
  public let passages: [Passage]
}

extension FactorizationFlow {
  /// Order and times of learning. Cost: some 40 evaluations of O(n ρ²) for each direction.
  public func learningOrder() throws -> LearningOrder {
    let found = try limitIndices.map { index in (index, try direction(index)) }
      .sorted { ($0.1.halfTime ?? 0, $0.0) < ($1.1.halfTime ?? 0, $1.0) }
    let times = found.map { $0.1.halfTime ?? 0 }
    let passages = try times.indices.compactMap { count -> LearningOrder.Passage? in
      let start = count == 0 ? 0 : times[count - 1]
      guard times[count] > start else { return nil }
      return try passage(holding: found[..<count].map(\.0), between: start, and: times[count])
    }
    return LearningOrder(directions: found.map(\.1), passages: passages)
  }

  private var limitIndices: Range<Int> { 0..<echelon.basisValues.count { $0 > 0 } }

  private func direction(_ index: Int) throws -> LearningOrder.Direction {
    let (value, size) = (echelon.basisValues[index], echelon.basis[index, index])
    let ratio = value / (size * size) - 1
    let predicted = ratio > 1 ? logarithm(ratio) / (2 * value) : nil
    return LearningOrder.Direction(
      eigenvalue: value, initialSize: size, predictedHalfTime: predicted,
      halfTime: try halfTime(index, value, guess: predicted ?? 1 / value))
  }

  /// P_ii(t) - λ_i/2.
  private func excess(_ index: Int, _ value: Double, at time: Double) throws -> Double {
    try rows(at: time).row(index).reduce(0) { $0 + $1 * $1 } - value / 2
  }

  private func halfTime(_ index: Int, _ value: Double, guess: Double) throws -> Double? {
    guard try excess(index, value, at: 0) < 0 else { return nil }
    var (low, high) = (0.0, guess)
    if try excess(index, value, at: 0.9 * guess) < 0 { low = 0.9 * guess }
    while try excess(index, value, at: high) < 0 { (low, high) = (high, 2 * high) }
    for _ in 0..<60 where high - low > 1e-14 * high {
      let middle = 0.5 * (low + high)
      if try excess(index, value, at: middle) < 0 { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  /// Closest approach to the saddle that holds these basis directions, by golden section.
  private func passage(
    holding held: [Int], between start: Double, and end: Double
  ) throws -> LearningOrder.Passage {
    func distance(_ time: Double) throws -> Double { try self.distance(at: time, toSaddle: held) }
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (start, end)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (try distance(left), try distance(right))
    for _ in 0..<40 {
      if atLeft < atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - ratio * (high - low)
        atLeft = try distance(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + ratio * (high - low)
        atRight = try distance(right)
      }
    }
    let candidates = [(start, try distance(start)), (0.5 * (low + high), min(atLeft, atRight))]
    let best = candidates.min { $0.1 < $1.1 }!
    let values = held.map { echelon.basisValues[$0] }
    let total = eigenvalues.reduce(0) { $0 + $1 * $1 }
    return LearningOrder.Passage(
      heldEigenvalues: values, time: best.0, distance: best.1, interval: start...end,
      loss: 0.25 * (total - values.reduce(0) { $0 + $1 * $1 }))
  }

  /// ‖P(t) - Σ_held λ_i v_i v_i'‖_F.
  private func distance(at time: Double, toSaddle held: [Int]) throws -> Double {
    let rows = try rows(at: time)
    let top = rows.rows(at: held)
    let rest = rows.rows(at: (0..<rows.rows).filter { !held.contains($0) })
    let deviation = top.transposed().gram() - Matrix.diagonal(held.map { echelon.basisValues[$0] })
    let cross = multiply(rest, top, transposing: .right).squaredFrobeniusNorm
    return (deviation.squaredFrobeniusNorm + 2 * cross + rest.gram().squaredFrobeniusNorm).squareRoot()
  }
}
