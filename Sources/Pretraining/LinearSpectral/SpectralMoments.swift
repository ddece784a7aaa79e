import Asymptotics
import Geometry
import LinearAlgebra

extension SpectralPopulation {
  /// The moment matrices of the linear spectral loss at A* (k x d): the general route to `law()`, for small k d.
  ///
  /// The gradient's entry (i, j) in A is ⟨∇_M, H⟩ with H = a_i e_j' + e_j a_i'; its covariance for Gaussian pairs has a closed
  /// form in H (see `SpectralScore`). Hessian 4 (-EΣ⁺ + EΣMΣ + AΣE'AΣ + AΣA'EΣ), features A x.
  /// Assumes one stranger for each row. Source: arXiv 2603.27631, (H.14) with the curvature term it leaves out, and
  /// (H.15)-(H.18). Cost: k d^4 + 10 (k d)^3 flops.
  public func moments() throws -> MomentMatrices {
    guard strangers == .one else {
      throw InvalidPopulation(
        key: "strangers", value: "\"\(strangers)\"", problem: "moment matrices are known for one stranger a row",
        remedy: "Use strangers = \"one\"")
    }
    let (a, sigma, pairs) = (parameters, covariance, pairCovariance)
    let score = SpectralScore(covariance: sigma, pairs: pairs, descriptor: a.gram())
    let (features, inner) = (a * sigma, multiply(a * sigma, a, transposing: .right))
    let head = zip(weights, correlations).map { $0 / $1.squareRoot() }
    let tangents = LinearMoments.tangents(rows: rank, columns: dimension) { $0 }
    return try LinearMoments.moments(
      at: a,
      hessian: { e in
        let turned = multiply(multiply(features, e, transposing: .right), features)
        let along = multiply(multiply(e, features, transposing: .right), features)
        return 4 * (along + turned + inner * e * sigma - e * pairs)
      },
      scoreCovariance: LinearMoments.matrix(rows: rank, columns: dimension) { e in
        // E runs over the unit matrices: its direction in M is A'E + E'A, and back.
        let turn = multiply(a, e, transposing: .left)
        return 2 * (a * score.covariance(turn + turn.transposed()))
      }.symmetrized(),
      joint: LinearMoments.joint(features: a, tangents: tangents(head), covariance: downstreamCovariance))
  }
}

/// Covariance of the M-gradient G = -2 sym(x x⁺') + 2 (x'M x⁻) sym(x x⁻') for Gaussian pairs, as a linear map on symmetric H:
/// Cov(⟨G, H1⟩, ⟨G, H2⟩) = ⟨H1, covariance(H2)⟩.
struct SpectralScore {
  let covariance: Matrix
  let pairs: Matrix
  /// M.
  let descriptor: Matrix

  /// With Π = Σ M Σ and P2 = M Σ H2, four times
  ///
  ///     Caa = Σ H2 Σ + Σ⁺ H2 Σ⁺
  ///     Cab = Σ⁺ P2 Σ + Σ P2 Σ⁺ + its transpose
  ///     Cbb = Π ⟨Π, H2⟩ + 2 Π H2 Π + Σ H2 Σ ⟨M, Π⟩ + 4 Σ H2 Σ M Σ M Σ,   all symmetrized
  ///
  /// Source: arXiv 2603.27631, (H.15)-(H.18), by Isserlis' theorem. Assumes M the population minimizer. Cost: 30 d^3 flops.
  func covariance(_ h: Matrix) -> Matrix {
    let inner = covariance * descriptor * covariance
    let own = covariance * h * covariance
    let drift = descriptor * covariance * h
    let cross = pairs * drift * covariance + covariance * drift * pairs
    let power = traceOfProduct(descriptor, inner)
    let attraction = own + pairs * h * pairs
    let repulsion =
      traceOfProduct(inner, h) * inner + 2 * (inner * h * inner) + power * own
      + 4 * (own * descriptor * covariance * descriptor * covariance)
    return 4 * (attraction - (cross + cross.transposed()) + repulsion).symmetrized()
  }
}

extension LinearSpectral {
  /// The moment matrices from triples: scores, Hessian and features averaged at a minimizer of the sample's loss.
  /// - Parameters:
  ///   - parameters: A of a converged `SpectralFit`, k x d.
  ///   - downstream: rows where the head is used, N x d.
  ///   - head: coefficients of the target on the features A x.
  /// Assumes independent triples; strangers taken from the sample's own rows share rows, which S does not see.
  /// Cost: 9 m (k d)^2 flops, memory 4 m k d.
  public static func moments(
    _ triples: SpectralTriples, parameters a: Matrix, downstream: Matrix, head: [Double]
  ) throws -> MomentMatrices {
    precondition(
      a.columns == triples.dimension && head.count == a.rows && downstream.columns == a.columns,
      "A of \(a.rows) x \(a.columns), \(triples.dimension) columns, \(head.count) coefficients")
    let loss = SpectralLoss(triples)
    let point = loss.point(a)
    let hessian = LinearMoments.matrix(rows: a.rows, columns: a.columns) { loss.hessian(point, $0) }
    return MomentMatrices(
      scores: scores(triples, a), hessian: hessian.symmetrized(),
      features: multiply(downstream, a, transposing: .right), tangents: outerProducts([head], downstream),
      verticalBasis: try OrthogonalSymmetry(rank: a.rows, dimension: a.columns).verticalBasis(at: a.storage))
  }

  /// Row r: -2 (a x⁺' + a⁺ x') + 2 (a'a⁻) (a x⁻' + a⁻ x'), row by row, with a = A x.
  private static func scores(_ triples: SpectralTriples, _ a: Matrix) -> Matrix {
    func features(_ rows: Matrix) -> Matrix { multiply(rows, a, transposing: .right) }
    let (anchor, positive, negative) =
      (features(triples.anchors), features(triples.positives), features(triples.negatives))
    let similarities = (0..<triples.count).map { dot(anchor.row($0), negative.row($0)) }
    let attraction =
      outerProducts(rows(anchor), triples.positives) + outerProducts(rows(positive), triples.anchors)
    let repulsion =
      outerProducts(rows(anchor), triples.negatives) + outerProducts(rows(negative), triples.anchors)
    return 2 * (repulsion.scalingRows(by: similarities) - attraction)
  }

  private static func rows(_ matrix: Matrix) -> [[Double]] { (0..<matrix.rows).map(matrix.row) }

  /// Row r holds u_i x_j of u = left[r] (or the only one) and x = rows[r].
  private static func outerProducts(_ left: [[Double]], _ rows: Matrix) -> Matrix {
    let (k, d) = (left[0].count, rows.columns)
    var result = Matrix(rows: rows.rows, columns: k * d)
    result.storage.withUnsafeMutableBufferPointer { target in
      rows.storage.withUnsafeBufferPointer { source in
        for row in 0..<rows.rows {
          let u = left[left.count == 1 ? 0 : row]
          for i in 0..<k {
            for j in 0..<d { target[(row * k + i) * d + j] = u[i] * source[row * d + j] }
          }
        }
      }
    }
    return result
  }
}
