import Asymptotics
import CMath
import LinearAlgebra

/// The softmax head on given features that is nearest to given probabilities: its mean divergence from them.
///
/// Newton's method on the mean of KL(p ‖ softmax(a + A'z)) over rows, from a = b and A = 1, where it stands when the features are the
/// logits themselves. Cost: K² (K + 1)² flops a row and iteration.
struct BestClassHead {
  /// Mean of KL(p ‖ p̂), 0 or more.
  let divergence: Double

  private static let iterations = 30

  /// - Parameters:
  ///   - features: n x K.
  ///   - probabilities: log p, n x K.
  init(_ features: Matrix, probabilities: Matrix, intercepts: [Double]) throws {
    let k = intercepts.count
    let design = Matrix(rows: features.rows, columns: 1, repeating: 1).joined(leftOf: features)
    let shares = Self.exponentials(probabilities)
    var weights = Matrix(rows: 1, columns: k, storage: intercepts).stacked(above: .identity(k))
    var least = ClassRows.divergence(probabilities, design * weights)
    for _ in 0..<Self.iterations {
      var fitted = design * weights
      fitted.takeLogSoftmax()
      fitted = Self.exponentials(fitted)
      let gradient = multiply(design, fitted - shares, transposing: .left)
      let step = try Self.step(design, fitted, gradient)
      var (factor, found) = (1.0, least)
      var next = weights
      // Halved until it does not rise.
      for _ in 0..<20 {
        next = weights - factor * step
        found = ClassRows.divergence(probabilities, design * next)
        if found <= least { break }
        factor /= 2
      }
      guard found < least else { break }
      let gain = least - found
      (weights, least) = (next, found)
      if gain <= 1e-12 * least { break }
    }
    divergence = max(least, 0)
  }

  /// H⁻¹ times the gradient, (K + 1) x K; directions without curvature stay.
  private static func step(_ design: Matrix, _ fitted: Matrix, _ gradient: Matrix) throws -> Matrix {
    let curvature = softmaxCurvature(design, fitted).symmetrized()
    let inverse = try SymmetricEigen(curvature).pseudoInverse(relativeTolerance: 1e-10)
    return Matrix(rows: design.columns, columns: fitted.columns, storage: inverse * gradient.storage)
  }

  private static func exponentials(_ logs: Matrix) -> Matrix {
    Matrix(rows: logs.rows, columns: logs.columns, storage: logs.storage.map { exp($0) })
  }
}
