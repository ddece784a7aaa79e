import CMath
import LinearAlgebra

/// Softmax (multinomial logistic) regression with an L2 penalty and free intercepts, the usual linear probe:
///
///     argmin Σ_i [log Σ_k exp f_ik - f_{i y_i}] + (c/2) Σ_k ‖θ_k‖²,    f_ik = a_k + ⟨θ_k, ψ_i⟩,   K > 2 classes
///     argmin Σ_i [log(1 + e^{f_i}) - y_i f_i] + (c/2) ‖θ‖²,            f_i = a + ⟨θ, ψ_i⟩,         2 classes
///
/// c = 1/C of scikit-learn's `LogisticRegression`. With two classes θ = θ_1 - θ_0 is what is penalised, as there; the fit's
/// coefficients are then -θ/2 and θ/2. Intercepts are determined up to a common shift; their sum over classes is 0.
/// Cost: 4 n rank K flops for each of some 50 products, BLAS-3 on blocks of rows; memory n (rank + K) numbers.
public struct SoftmaxFit: Sendable, Equatable {
  public enum Status: String, Sendable, Equatable, Codable, CaseIterable {
    case converged
    /// Without a penalty: the classes are separated by the features, coefficients grow without bound.
    case separated
    case iterationLimit
  }

  /// p x K.
  public let coefficients: Matrix
  /// K.
  public let intercepts: [Double]
  /// c.
  public let penalty: Double
  public let status: Status
  public let iterations: Int
  /// Largest entry of the gradient divided by the number of rows.
  public let gradientNorm: Double

  /// The default accuracy: largest entry of the gradient divided by the number of rows.
  public static let tolerance = 1e-8

  /// - Parameters:
  ///   - features: n x p, without a column of ones.
  ///   - classes: 0 ..< count, one per row; every class must have a row.
  ///   - penalty: c; 0 for none.
  /// Throws `HeadError.emptyClass`, `LinearAlgebraError`.
  public init(
    features: Matrix, classes: [Int], count: Int, penalty: Double, tolerance: Double = SoftmaxFit.tolerance
  ) throws {
    precondition(features.rows == classes.count, "\(features.rows) rows and \(classes.count) classes")
    let rows = try PrincipalRows(features)
    self = try SoftmaxPath(rows, classes: classes, count: count).fit(penalty: penalty, tolerance: tolerance).fit
  }

  init(_ rows: PrincipalRows, _ result: SoftmaxSolver.Result, penalty: Double) {
    let (slopes, shifted) = rows.onFeatures(result.weights)
    let middle = shifted.reduce(0, +) / Double(shifted.count)
    coefficients = slopes
    intercepts = shifted.map { $0 - middle }
    self.penalty = penalty
    (status, iterations, gradientNorm) = (result.status, result.iterations, result.gradientNorm)
  }

  /// log p_k of rows of features, rows x K. Cost: 2 rows p K flops.
  public func logProbabilities(_ features: Matrix) -> Matrix {
    var result = features * coefficients
    for row in 0..<result.rows {
      for k in 0..<result.columns { result[row, k] += intercepts[k] }
    }
    result.takeLogSoftmax()
    return result
  }
}

extension Matrix {
  /// Every row f to f - log Σ exp f.
  package mutating func takeLogSoftmax() {
    for row in 0..<rows {
      var most = -Double.infinity
      for k in 0..<columns { most = max(most, self[row, k]) }
      var sum = 0.0
      for k in 0..<columns { sum += exp(self[row, k] - most) }
      let shift = most + log(sum)
      for k in 0..<columns { self[row, k] -= shift }
    }
  }
}
