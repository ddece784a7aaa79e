import Asymptotics
import CMath
import LinearAlgebra
import Randomness

/// Labeled rows as far as a softmax head sees them: features and the K logits but for their intercepts, the logits last, are map · z.
struct ClassRows {
  /// (p + K) x r.
  let map: Matrix
  let intercepts: [Double]
  let best: SoftmaxMeans

  /// Points at which the divergence of two softmax laws is averaged: it is small itself, and so is its error.
  private static let points = 4096

  /// Draws rows and labels, fits the head without a penalty, and averages KL(p ‖ p̂) over fresh rows.
  /// Cost: the fit, and 4096 K (K + p) flops.
  func risk(labeled n: Int, using stream: inout RandomStream) throws -> RiskDecomposition {
    let (k, p) = (intercepts.count, map.rows - intercepts.count)
    let covariance = multiply(map, map, transposing: .right)
    let root = try SymmetricEigen(covariance).applying { max($0, 0).squareRoot() }
    let drawn = multiply(stream.normalMatrix(rows: n, columns: p + k), root)
    let logs = softmax(drawn.columns(p..<p + k))
    let classes = (0..<n).map { row -> Int in
      var rest = stream.uniform()
      for own in 0..<k - 1 {
        rest -= exp(logs[row, own])
        if rest < 0 { return own }
      }
      return k - 1
    }
    guard Set(classes).count == k,
      case let fit = try SoftmaxFit(features: drawn.columns(0..<p), classes: classes, count: k, penalty: 0),
      fit.status == .converged
    else { throw HeadNotFitted(head: "softmax", labeled: n) }
    return try decomposition(covariance, fit)
  }

  /// log p of logits without their intercepts.
  private func softmax(_ logits: Matrix) -> Matrix {
    var result = logits.subtractingFromRows(intercepts.map { -$0 })
    result.takeLogSoftmax()
    return result
  }

  private func decomposition(_ covariance: Matrix, _ fit: SoftmaxFit) throws -> RiskDecomposition {
    let (k, p) = (intercepts.count, map.rows - intercepts.count)
    let block = covariance.rows(0..<p).columns(0..<p)
    let cross = covariance.rows(0..<p).columns(p..<p + k)
    // f = B'ψ + e: the best head is softmax(a + A'B'ψ), and only the K directions B'ψ matter, with what the fit says of ψ.
    let slopes = multiply(try SymmetricEigen(block).pseudoInverse(relativeTolerance: 1e-12), cross)
    // (B'ψ, f̂ - intercepts, f) are jointly normal.
    let heads = slopes.joined(leftOf: fit.coefficients)
    let moment = multiply(heads, block * heads, transposing: .left)
    let withLogits = multiply(heads, cross, transposing: .left)
    let logits = covariance.rows(p..<p + k).columns(p..<p + k)
    let joint = moment.joined(leftOf: withLogits).stacked(above: withLogits.transposed().joined(leftOf: logits))
    let rows = try Self.normalRows(joint)
    let truth = softmax(rows.columns(2 * k..<3 * k))
    let fitted = rows.columns(k..<2 * k).subtractingFromRows(fit.intercepts.map { -$0 })
    let total = Self.divergence(truth, fitted)
    let representation = try BestClassHead(rows.columns(0..<k), probabilities: truth, intercepts: intercepts).divergence
    return RiskDecomposition(representation: representation, leakage: 0, variance: total - representation)
  }

  /// Rows of mean 0 and this covariance that fill the space evenly.
  private static func normalRows(_ covariance: Matrix) throws -> Matrix {
    let eigen = try SymmetricEigen(covariance)
    let rank = max(eigen.rank(relativeTolerance: 1e-14), 1)
    let axes = eigen.vectors.columns(0..<rank).scalingColumns(
      by: eigen.values[0..<rank].map { max($0, 0).squareRoot() })
    guard rank <= ScrambledSobol.largestDimension else {
      var stream = RandomStream(seed: 0, purpose: 0x736f_6674)
      return multiply(stream.normalMatrix(rows: points, columns: rank), axes, transposing: .right)
    }
    let nodes = NormalNodes.sobol(rank, count: points).points
    return multiply(Matrix(rows: points, columns: rank, storage: nodes), axes, transposing: .right)
  }

  /// Mean of Σ_k p_k (log p_k - log p̂_k), `truth` log p, `logits` of p̂ up to a shift.
  static func divergence(_ truth: Matrix, _ logits: Matrix) -> Double {
    var logs = logits
    logs.takeLogSoftmax()
    let total = zip(truth.storage, logs.storage).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    return total / Double(truth.rows)
  }
}
