import LinearAlgebra
import Ranks

/// The predictor of every column from all others, where no machine holds columns x columns numbers: a fit at a given penalty,
/// its Gram matrix and inverse dealt out over ranks.
///
/// Cost: (rows + columns) columns^2 / ranks flops a rank. Every rank makes and uses it together with the others.
package struct DistributedRidge {
  package let rows: Int
  package let ridge: Double
  package let transform: ColumnTransform
  /// P_jj.
  package let precisionDiagonal: [Double]
  private let precision: DistributedSymmetric

  package init(
    _ moments: DistributedMoments, ridge: Double, preparation: ColumnPreparation = ColumnPreparation()
  ) throws {
    try Ridge.shared(ridge).check(columns: moments.mean.count)
    let (n, d) = (Double(moments.count), moments.mean.count)
    guard moments.count >= 2 || !preparation.centers else {
      throw MaskedRegressionError.tooFewRows(rows: moments.count, needed: 2)
    }
    let matrix = moments.covariance
    matrix.adjust(
      scale: preparation.centers ? n / (n - 1) : 1, weight: preparation.centers ? 0 : 1, moments.mean)
    let variances = try matrix.diagonal()
    transform = ColumnTransform(
      means: preparation.centers ? moments.mean : [Double](repeating: 0, count: d),
      scales: preparation.scales
        ? (0..<d).map { ColumnTransform.unitScale(variances[$0], moments.mean[$0]) }
        : [Double](repeating: 1, count: d), preparation: preparation)
    matrix.adjust(moments.mean, factors: transform.factors, ridge: ridge)
    if let minor = try matrix.invert() { throw MaskedRegressionError.singular(ridge: ridge, column: minor - 1) }
    rows = moments.count
    self.ridge = ridge
    precisionDiagonal = try matrix.diagonal()
    precision = matrix
  }

  /// A = I - P diag(P)^-1 on rank 0, a block of rows after the other; all ranks call.
  package func forEachWeights(_ body: (UnsafeMutableBufferPointer<Double>) throws -> Void) throws {
    let (d, factors) = (transform.columns, precisionDiagonal.map { -1 / $0 })
    try precision.forEachRows { first, panel in
      for i in 0..<panel.count / d {
        for j in 0..<d { panel[i * d + j] *= factors[j] }
        panel[i * d + first + i] = 0
      }
      try body(panel)
    }
  }

  /// All arrays of `MaskedRidge.arrays` but `weights`.
  package var arrays: [(name: String, matrix: Matrix)] {
    func row(_ values: [Double]) -> Matrix { Matrix(rows: 1, columns: values.count, storage: values) }
    return [
      ("mean", row(transform.means)), ("scale", row(transform.scales)),
      ("centered", row([transform.preparation.centers ? 1 : 0])),
      ("scaled", row([transform.preparation.scales ? 1 : 0])),
      ("precision_diagonal", row(precisionDiagonal)), ("ridge", row([ridge])),
    ]
  }
}
