import LinearAlgebra
import Randomness

/// Cross-validated error at growing numbers of training labels, as scikit-learn's `learning_curve` gives it:
/// 5 folds, training sizes 10, 32.5, 55, 77.5 and 100 % of what 4 folds hold.
package struct LearningCurve: Sendable {
  package let sizes: [Double]
  package let errors: [Double]

  package static let folds = 5
  package static let shares = [0.1, 0.325, 0.55, 0.775, 1.0]

  /// - Parameters:
  ///   - rows: labeled rows to cut into folds.
  ///   - smallest: training sizes below this are left out, as a careful user would.
  ///   - groups: of the rows, where some belong together: a fold has whole groups.
  ///   - error: mean squared error on `test` after training on `train`.
  package init(
    rows: Int, smallest: Int, seed: UInt64, replicate: UInt64, groups: Partition? = nil,
    error: (_ train: [Int], _ test: [Int]) throws -> Double
  )
    rethrows
  {
    var stream = RandomStream(seed: seed, cell: 0, replicate: replicate, purpose: Purpose.folds)
    let units = groups?.members ?? (0..<rows).map { [$0] }
    let order = stream.permutation(units.count).map { units[$0] }
    let parts = (0..<Self.folds).map { fold in
      order.indices.filter { $0 % Self.folds == fold }.flatMap { order[$0] }
    }
    let most = rows - (parts.map(\.count).max() ?? 0)
    let counts = Self.shares.map { Int($0 * Double(most)) }.filter { $0 >= smallest && $0 >= 2 }
    var (sizes, errors) = ([Double](), [Double]())
    for count in counts {
      var sum = 0.0
      for fold in 0..<Self.folds {
        let train = order.indices.filter { $0 % Self.folds != fold }.flatMap { order[$0] }
        sum += try error(Array(train[..<count]), parts[fold])
      }
      sizes.append(Double(count))
      errors.append(sum / Double(Self.folds))
    }
    self.sizes = sizes
    self.errors = errors
  }
}
