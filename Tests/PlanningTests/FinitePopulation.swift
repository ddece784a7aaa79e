import DataFiles
import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport

/// A data set taken as the whole population: rows are drawn from it with replacement, risks are means over all of it.
struct FinitePopulation: Sendable {
  let rows: Matrix
  let labels: [Double]

  /// The diabetes data (Efron et al. 2004), columns centered and of one scale, as scikit-learn has them: 442 x 10.
  static func diabetes() throws -> FinitePopulation {
    let rows = try example("diabetes_x.npy")
    let moments = RowMoments(rows: rows)
    let scales = moments.covariance.diagonalEntries.map { 1 / $0.squareRoot() }
    return FinitePopulation(
      rows: rows.subtractingFromRows(moments.mean).scalingColumns(by: scales),
      labels: try example("diabetes_y.npy").storage)
  }

  /// UCI's handwritten digits (Alpaydin and Kaynak 1998): 1797 x 61 pixels that vary, and a target made from the digit.
  static func digits(_ target: (Double) -> Double) throws -> FinitePopulation {
    let rows = try example("digits_x.npy")
    let varying = (0..<rows.columns).filter { j in rows.column(j).contains { $0 != rows[0, j] } }
    return FinitePopulation(
      rows: rows.columns(at: varying), labels: try example("digits_y.npy").storage.map(target))
  }

  private static func example(_ name: String) throws -> Matrix {
    try NPY.open(repositoryRoot.appending(path: "Examples/\(name)").path).matrix()
  }

  /// Rows, of which the last `labeled` have labels, as a plan sees them.
  func sample(unlabeled m: Int, labeled n: Int, using stream: inout RandomStream) -> PreparedData {
    let drawn = stream.resample(m + n, of: rows.rows)
    let pool = rows.rows(at: drawn)
    return PreparedData(pool: pool, labeled: pool.rows(m..<m + n), labels: drawn[m...].map { labels[$0] })
  }

  /// Risk of the best least-squares head on these features of the population.
  func leastRisk(_ features: Matrix) throws -> Double {
    let head = try LeastSquaresHead(Slow.withIntercept(features), labels: labels)
    return head.residuals.reduce(0) { $0 + $1 * $1 } / Double(labels.count)
  }

  /// Risk of principal components with least squares fitted on a sample, one per size.
  func risks(_ data: PreparedData, sizes: [Int]) throws -> [Double] {
    try PrincipalComponents().fit(data.pool, sizes: sizes).map { representation in
      let head = try LeastSquaresHead(
        Slow.withIntercept(representation.features(of: data.labeled)), labels: data.labels)
      let fitted = Slow.withIntercept(representation.features(of: rows)) * head.coefficients
      return zip(fitted, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(labels.count)
    }
  }

  /// Labels and pre-training part predicted from one sample, one per size.
  func predictedExcess(_ data: PreparedData, sizes: [Int], seed: UInt64) throws -> [Double] {
    let fits = try PretrainedFit.all(
      method: PrincipalComponents(), sizes: sizes,
      representations: PrincipalComponents().fit(data.pool, sizes: sizes), data: data,
      span: PrincipalSpan(data.pool, data.moments),
      deletedSpans: PrincipalComponentsPart.deletedSpans(data), seed: seed, tick: {})
    return fits.map { $0.part!(Double(data.labels.count))! + $0.pretraining.estimate }
  }
}
