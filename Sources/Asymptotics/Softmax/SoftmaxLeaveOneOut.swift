import CMath
import LinearAlgebra
import SpecialFunctions

/// The refits of a softmax regression to all rows but one, for all rows together, from the fit to all of them.
///
/// With F the penalised loss, H its curvature at the fit and F_i that without row i, a refit starts at the fit's weights and repeats
///
///     W ← W - H_i⁻¹ ∇F_i(W),    H_i = H - z_i z_i' ⊗ Ω_i,    Ω_i = diag(p_i) - p_i p_i'
///
/// until the gradient is below the tolerance: the first step is approximate leave-one-out, each further one shrinks what is left of it
/// by about the row's leverage. H is factored once; H_i is a change of rank K - 1 of it. Rows whose refits take more than eight steps are
/// left to `SoftmaxSolver`. A shift of all classes' weights together changes nothing but the penalty, and no gradient has a part
/// in that direction; there H gets a part of its own, so that it has an inverse.
/// Cost: n K q² + n steps (4 q² + 4 n q) flops with q = (rank + 1) K, two or three steps as a rule, BLAS-3 on rows by the dozen; memory
/// n (q + K²) + q² numbers.
package struct SoftmaxLeaveOneOut {
  private let coordinates: Matrix
  private let classes: [Int]
  private let count: Int
  private let penalty: Double
  /// (rank + 1) x K at the fit, coordinates first: as vectors of q numbers everywhere here.
  private let weights: Matrix
  private let cholesky: Cholesky
  /// P at the fit, n x K.
  private let probabilities: Matrix
  /// Of the loss of all rows.
  private let gradient: [Double]
  /// Rows of each class.
  private let sizes: [Int]

  /// Rows that are refitted together: a multiple of 8.
  private static let together = 64
  private static let blockRows = 256
  private static let mostSteps = 8

  /// Flops of the refits of n rows, about.
  package static func cost(rows n: Int, columns p: Int, classes count: Int) -> Double {
    let (n, q) = (Double(n), Double(p * count))
    return q * q * q / 3 + n * Double(count) * q * q + 3 * n * (4 * q * q + 4 * n * q)
  }

  /// nil where the curvature at the fit is singular to rounding.
  /// - Parameters:
  ///   - coordinates: n x (rank + 1), the last column ones.
  ///   - penalty: on the weights of all classes.
  ///   - weights: the fit's, (rank + 1) x K.
  init?(_ coordinates: Matrix, classes: [Int], count: Int, penalty: Double, weights: Matrix) {
    (self.coordinates, self.classes, self.count) = (coordinates, classes, count)
    (self.penalty, self.weights) = (penalty, weights)
    var logs = coordinates * weights
    logs.takeLogSoftmax()
    probabilities = Matrix(rows: logs.rows, columns: count, storage: logs.storage.map { exp($0) })
    var residual = probabilities
    for (row, own) in classes.enumerated() { residual[row, own] -= 1 }
    var gradient = multiply(coordinates, residual, transposing: .left)
    for index in 0..<gradient.storage.count - count { gradient.storage[index] += penalty * weights.storage[index] }
    self.gradient = gradient.storage
    sizes = classes.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
    let curvature = Self.curvature(coordinates, probabilities, penalty: penalty)
    guard let cholesky = try? Cholesky(curvature) else { return nil }
    self.cholesky = cholesky
  }

  /// H with a part along shifts of all classes together, q x q.
  private static func curvature(_ coordinates: Matrix, _ probabilities: Matrix, penalty: Double) -> Matrix {
    let (p, count) = (coordinates.columns, probabilities.columns)
    var result = softmaxCurvature(coordinates, probabilities)
    for j in 0..<p {
      if j < p - 1 { for k in 0..<count { result[j * count + k, j * count + k] += penalty } }
      let shift = (0..<count).reduce(0) { $0 + result[j * count + $1, j * count + $1] } / Double(count * count)
      for k in 0..<count { for m in 0..<count { result[j * count + k, j * count + m] += shift } }
    }
    return result
  }

  /// log p of each row by the refit without it, and which rows took too many steps: their entries are not to be used.
  func logs(tolerance: Double) -> (logs: Matrix, left: [Int]) {
    let n = classes.count
    let chunks = stride(from: 0, to: n, by: Self.together).map { Array($0..<min($0 + Self.together, n)) }
    let found = Parallel.map(count: chunks.count) { refit(chunks[$0], enough: tolerance * Double(n - 1)) }
    var (result, left) = (Matrix(rows: n, columns: count), [Int]())
    for (row, logs) in zip(chunks.joined(), found.joined()) {
      guard let logs else {
        left.append(row)
        continue
      }
      for k in 0..<count { result[row, k] = logs[k] }
    }
    return (result, left)
  }

  /// log p of each of these rows by the refit without it; nil where there is none within a few steps.
  private func refit(_ rows: [Int], enough: Double) -> [[Double]?] {
    var result = [[Double]?](repeating: nil, count: rows.count)
    let downdates = downdates(rows)
    // The only row of a class leaves none.
    var open = rows.indices.filter { downdates[$0] != nil && sizes[classes[rows[$0]]] > 1 }
    var own = columns(open.count) { _ in weights.storage }
    var slopes = columns(open.count) { gradient(without: rows[open[$0]]) }
    for _ in 0..<Self.mostSteps where !open.isEmpty {
      own = own - newtonStep(slopes, open.map { (rows[$0], downdates[$0]!) })
      let isSeparated: [Bool]
      (slopes, isSeparated) = gradients(own, without: open.map { rows[$0] })
      var kept: [Int] = []
      for (column, place) in open.enumerated() {
        let norm = (0..<slopes.rows).reduce(0) { max($0, abs(slopes[$1, column])) }
        if norm <= enough, !isSeparated[column] {
          result[place] = logs(rows[place], own.column(column))
        } else if norm.isFinite {
          kept.append(column)
        }
      }
      if kept.count < open.count {
        (own, slopes) = (columns(kept.count) { own.column(kept[$0]) }, columns(kept.count) { slopes.column(kept[$0]) })
        open = kept.map { open[$0] }
      }
    }
    return result
  }

  /// q x `used`, filled up with zeros to a multiple of 8 columns.
  private func columns(_ used: Int, _ value: (Int) -> [Double]) -> Matrix {
    var result = Matrix(rows: weights.storage.count, columns: (used + 7) / 8 * 8)
    for column in 0..<used {
      for (index, entry) in value(column).enumerated() { result[index, column] = entry }
    }
    return result
  }

  private func logs(_ row: Int, _ own: [Double]) -> [Double] {
    var result =
      Matrix(rows: 1, columns: coordinates.columns, storage: coordinates.row(row))
      * Matrix(rows: coordinates.columns, columns: count, storage: own)
    result.takeLogSoftmax()
    return result.storage
  }

  /// ∇F_i at the fit's weights.
  private func gradient(without row: Int) -> [Double] {
    var result = gradient
    for j in 0..<coordinates.columns {
      for k in 0..<count {
        result[j * count + k] -= coordinates[row, j] * (probabilities[row, k] - (classes[row] == k ? 1 : 0))
      }
    }
    return result
  }

  /// Of each row (Ω⁻¹ - A)⁻¹ with A = (z ⊗ I)' H⁻¹ (z ⊗ I), which turns H⁻¹ into H_i⁻¹; nil where H_i is singular.
  private func downdates(_ rows: [Int]) -> [Matrix?] {
    rows.map { row in
      var unit = Matrix(rows: weights.storage.count, columns: count)
      for j in 0..<coordinates.columns { for k in 0..<count { unit[j * count + k, k] = coordinates[row, j] } }
      let own = cholesky.solveLower(unit).gram()
      // Ω = R R', R = diag(√p) - p √p'.
      var root = Matrix(rows: count, columns: count)
      for k in 0..<count {
        for m in 0..<count {
          let share = probabilities[row, m].squareRoot()
          root[k, m] = (k == m ? share : 0) - probabilities[row, k] * share
        }
      }
      let left = Matrix.identity(count) - multiply(multiply(root, own, transposing: .left), root)
      guard let factor = try? Cholesky(left.symmetrized()) else { return nil }
      return factor.solveLower(root.transposed()).gram()
    }
  }

  /// H_i⁻¹ g of each column.
  private func newtonStep(_ slopes: Matrix, _ rows: [(row: Int, downdate: Matrix)]) -> Matrix {
    let plain = cholesky.solve(slopes)
    var raised = slopes
    for (column, (row, downdate)) in rows.enumerated() {
      let z = coordinates.row(row)
      var own = [Double](repeating: 0, count: count)
      for j in z.indices { for k in 0..<count { own[k] += z[j] * plain[j * count + k, column] } }
      let change = downdate * own
      for j in z.indices { for k in 0..<count { raised[j * count + k, column] += z[j] * change[k] } }
    }
    return cholesky.solve(raised)
  }

  /// ∇F_i of each column at its own weights, and, where nothing is penalised, whether these separate the classes of the other rows.
  private func gradients(_ own: Matrix, without rows: [Int]) -> (slopes: Matrix, isSeparated: [Bool]) {
    let (n, stride) = (classes.count, own.columns)
    let wide = Matrix(rows: coordinates.columns, columns: count * stride, storage: own.storage)
    var sum = Matrix(rows: wide.rows, columns: wide.columns)
    var isSeparated = [Bool](repeating: penalty == 0, count: rows.count)
    var logSums = [Double](repeating: 0, count: stride)
    for first in Swift.stride(from: 0, to: n, by: Self.blockRows) {
      let range = first..<min(first + Self.blockRows, n)
      let block = coordinates.rows(range)
      var shares = block * wide
      shares.storage.withUnsafeMutableBufferPointer { entries in
        for row in range {
          let values = entries.baseAddress! + (row - first) * count * stride
          softmaxColumns(values, components: count, stride: stride, count: stride, logSums: &logSums)
          let label = values + classes[row] * stride
          for column in 0..<rows.count where isSeparated[column] && rows[column] != row {
            isSeparated[column] = (0..<count).allSatisfy {
              $0 == classes[row] || values[$0 * stride + column] < label[column]
            }
          }
          for column in 0..<stride { label[column] -= 1 }
        }
        for (column, row) in rows.enumerated() where range.contains(row) {
          for k in 0..<count { entries[((row - first) * count + k) * stride + column] = 0 }
        }
      }
      sum.storage.add(multiply(block, shares, transposing: .left).storage)
    }
    for index in 0..<sum.storage.count - count * stride { sum.storage[index] += penalty * wide.storage[index] }
    return (Matrix(rows: own.rows, columns: stride, storage: sum.storage), isSeparated)
  }
}
