import CMath
import LinearAlgebra

/// The penalised multinomial loss of weights W ((rank + 1) x K, the last row intercepts) on principal coordinates:
///
///     F(W) = Σ_i [log Σ_k exp f_ik - f_{i y_i}] + (c/2) Σ_{j ≤ rank, k} W_jk²,    f = Z W
///     ∇F = Z'(P - Y) + c W,    F''[V] = Z'[P ∘ A - P diag(row sums of P ∘ A)] + c V,   A = Z V
///
/// Blocks of rows go to all threads and are added in their order. Cost: 4 n (rank + 1) K flops each, BLAS-3.
struct SoftmaxProblem: Sendable {
  /// n x (rank + 1), the last column ones, cut into blocks of rows.
  private let blocks: [Matrix]
  /// 0 ..< K, in the same blocks.
  private let classes: [[Int]]
  let classCount: Int
  let rowCount: Int
  /// c of the weights on every coordinate but the intercept.
  let penalty: Double
  /// Σ_i z_ij².
  private let squares: [Double]

  private static let blockRows = 256
  /// Far below what a gradient of zero leaves of any probability.
  private static let noDoubt = 1e-14

  /// - Parameter rows: which rows take part; all when nil.
  init(_ coordinates: Matrix, classes: [Int], count: Int, penalty: Double, rows: [Int]? = nil) {
    let chosen = rows ?? Array(0..<coordinates.rows)
    let ranges = stride(from: 0, to: chosen.count, by: Self.blockRows).map {
      $0..<min($0 + Self.blockRows, chosen.count)
    }
    blocks = ranges.map { coordinates.rows(at: Array(chosen[$0])) }
    self.classes = ranges.map { chosen[$0].map { classes[$0] } }
    classCount = count
    rowCount = chosen.count
    self.penalty = penalty
    var squares = [Double](repeating: 0, count: coordinates.columns)
    for block in blocks {
      for i in 0..<block.rows { for j in 0..<block.columns { squares[j] += block[i, j] * block[i, j] } }
    }
    self.squares = squares
  }

  private init(_ other: SoftmaxProblem, penalty: Double) {
    (blocks, classes, classCount) = (other.blocks, other.classes, other.classCount)
    (rowCount, squares) = (other.rowCount, other.squares)
    self.penalty = penalty
  }

  /// The same rows with another penalty.
  func with(penalty: Double) -> SoftmaxProblem { SoftmaxProblem(self, penalty: penalty) }

  var zero: Matrix { Matrix(rows: squares.count, columns: classCount) }

  /// Weights with the value, gradient and probabilities there.
  struct Point: Sendable {
    let weights: Matrix
    let value: Double
    let gradient: Matrix
    /// P in blocks of rows.
    fileprivate let probabilities: [Matrix]
    /// Least over rows of f_y - max_{k ≠ y} f_k: positive where the weights separate the classes.
    let leastMargin: Double
    /// Mean of p_k (1 - p_k), by class.
    fileprivate let spread: [Double]
  }

  func point(_ weights: Matrix) -> Point {
    let parts = Parallel.map(count: blocks.count) { index in
      var predictions = blocks[index] * weights
      let summary = Self.softmax(&predictions, classes[index])
      var residual = predictions
      for (row, own) in classes[index].enumerated() { residual[row, own] -= 1 }
      return (summary, predictions, multiply(blocks[index], residual, transposing: .left))
    }
    var (value, margin) = (0.0, Double.infinity)
    var gradient = zero
    var spread = [Double](repeating: 0, count: classCount)
    for (summary, probabilities, part) in parts {
      value += summary.loss
      margin = min(margin, summary.margin)
      gradient.storage.add(part.storage)
      for row in 0..<probabilities.rows {
        for k in 0..<classCount { spread[k] += probabilities[row, k] * (1 - probabilities[row, k]) }
      }
    }
    addPenalty(of: weights, to: &gradient)
    let slopes = weights.storage.prefix(weights.storage.count - classCount)
    return Point(
      weights: weights, value: value + penalty / 2 * slopes.reduce(0) { $0 + $1 * $1 }, gradient: gradient,
      probabilities: parts.map { $0.1 }, leastMargin: margin,
      spread: spread.map { $0 / Double(max(rowCount, 1)) })
  }

  /// F''(W)[V].
  func curvature(at point: Point, times direction: Matrix) -> Matrix {
    let parts = Parallel.map(count: blocks.count) { index in
      var moved = blocks[index] * direction
      Self.weigh(&moved, by: point.probabilities[index])
      return multiply(blocks[index], moved, transposing: .left)
    }
    var result = zero
    for part in parts { result.storage.add(part.storage) }
    addPenalty(of: direction, to: &result)
    return result
  }

  /// What a step does to f_y - f_k of the rows' own classes over all others: the least and the largest change. Of rows that are told with
  /// a doubt, however small; far out there is none, and changes are large whatever the step.
  func marginChange(_ step: Matrix, at point: Point) -> (least: Double, largest: Double) {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for (index, block) in blocks.enumerated() {
      let (moved, p) = (block * step, point.probabilities[index])
      for (row, label) in classes[index].enumerated() {
        for k in 0..<classCount where k != label && p[row, k] > Self.noDoubt {
          let change = moved[row, label] - moved[row, k]
          (least, largest) = (min(least, change), max(largest, change))
        }
      }
    }
    return (least, largest)
  }

  /// The diagonal of the curvature if probabilities were the same in all rows: Σ_i z_ij² mean p_k (1 - p_k) + c.
  func diagonal(at point: Point) -> Matrix {
    var result = zero
    for j in 0..<result.rows {
      let own = j == result.rows - 1 ? 0 : penalty
      for k in 0..<classCount { result[j, k] = max(squares[j] * point.spread[k] + own, .leastNormalMagnitude) }
    }
    return result
  }

  private func addPenalty(of weights: Matrix, to target: inout Matrix) {
    guard penalty > 0 else { return }
    for index in 0..<weights.storage.count - classCount { target.storage[index] += penalty * weights.storage[index] }
  }

  /// Predictions to probabilities, in place. `loss` is the sum of log Σ exp f - f_y.
  private static func softmax(
    _ predictions: inout Matrix, _ classes: [Int]
  ) -> (loss: Double, margin: Double) {
    let count = predictions.columns
    var (loss, margin) = (0.0, Double.infinity)
    predictions.storage.withUnsafeMutableBufferPointer { entries in
      for (row, own) in classes.enumerated() {
        let f = UnsafeMutableBufferPointer(rebasing: entries[row * count..<(row + 1) * count])
        let chosen = f[own]
        var rival = -Double.infinity
        for k in 0..<count where k != own { rival = max(rival, f[k]) }
        let most = max(rival, chosen)
        margin = min(margin, chosen - rival)
        var sum = 0.0
        for k in 0..<count {
          f[k] = exp(f[k] - most)
          sum += f[k]
        }
        loss += log(sum) + most - chosen
        for k in 0..<count { f[k] /= sum }
      }
    }
    return (loss, margin)
  }

  /// A to P ∘ A - P (row sum of P ∘ A), in place.
  private static func weigh(_ moved: inout Matrix, by probabilities: Matrix) {
    let (rows, count) = (moved.rows, moved.columns)
    moved.storage.withUnsafeMutableBufferPointer { moved in
      probabilities.storage.withUnsafeBufferPointer { p in
        for row in 0..<rows {
          var sum = 0.0
          for index in row * count..<(row + 1) * count { sum += p[index] * moved[index] }
          for index in row * count..<(row + 1) * count { moved[index] = p[index] * (moved[index] - sum) }
        }
      }
    }
  }
}

extension [Double] {
  /// self += other.
  mutating func add(_ other: [Double]) {
    withUnsafeMutableBufferPointer { own in
      other.withUnsafeBufferPointer { other in
        for index in own.indices { own[index] += other[index] }
      }
    }
  }
}
