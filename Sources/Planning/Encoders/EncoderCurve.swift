import CMath
import LinearAlgebra

/// Risk against unlabeled rows of an encoder that was trained on all of them and on parts of them: a posterior over curves.
///
/// From the left-out loss L_ie of labeled row i with encoder e, paired by row:
///
///     y_e = mean_i L_ie,   S = cov over rows of L / n,   V = S + τ² (I + 1.5 [same seed])
///
/// τ² is the spread between encoders of one size and seed beyond S, with a prior of 2 degrees of freedom at 0.7 % of the risk. For
/// each of 256 shapes x of `CurveShapes`, y ~ N(R + D x(s_e), V), s_e = log2(m_e/m), flat in R and D: generalized least squares with
/// two coefficients, whose evidence
///
///     log w = -½ (y'V⁻¹y - b'X'V⁻¹y) - ½ log det X'V⁻¹X
///
/// is the shape's weight. Any risk or gain is then a mixture of normals; 1.25 times as wide as that, intervals of 90 % covered 91 to 95 %
/// of the gains of eight encoders that had no part in choosing this.
/// The difference of two encoders on one labeled row has no bias (as delete-half's span loss has where encoders differ by a seed).
/// Assumes labeled rows in no part or in all. Cost: n E² + 256 E² flops.
package struct EncoderCurve: Sendable {
  /// y_e, one for each encoder.
  package let risks: [Double]
  /// τ².
  package let spread: Double
  /// Encoders of one size and seed beyond one, summed over these.
  package let spreadDegrees: Int
  /// m, the most rows that an encoder was trained on.
  package let rowCount: Double

  let widening: Double
  let shapes: CurveShapes
  let weights: [Double]
  /// Of each shape: R, D, and the lower triangle (RR, DR, DD) of their covariance.
  let fits: [(risk: Double, doubling: Double, rr: Double, dr: Double, dd: Double)]

  /// Where an encoder stands: its rows and its seed.
  package struct Place: Sendable {
    package let rows: Int
    package let seed: Int

    package init(rows: Int, seed: Int) { (self.rows, self.seed) = (rows, seed) }
  }

  package static let priorDegrees = 2.0
  /// Of the risk.
  package static let priorSpread = 0.007
  /// τ² shared by encoders of one seed.
  package static let sharedSeed = 1.5
  package static let widening = 1.25
  /// Rows for which the curve is known, in present ones.
  package static let (least, most) = (1 / 16.0, 64.0)
  /// Rows of one size differ by less than this share.
  static let sameSize = 0.02

  /// - Parameters:
  ///   - losses: n x E.
  ///   - places: E, of at least two sizes within a factor 16.
  ///   - groups: of the rows; losses are independent between groups only.
  ///   - widening: of all that is said of the curve, about its mean.
  package init(
    losses: Matrix, places: [Place], groups: Partition? = nil, prior: CurvePrior = CurvePrior(),
    widening: Double = EncoderCurve.widening
  ) throws {
    self.widening = widening
    precondition(losses.columns == places.count, "\(losses.columns) columns for \(places.count) encoders")
    let most = places.map(\.rows).max()!
    let risks = losses.columnMeans()
    let sampling = Self.samplingCovariance(losses, risks, groups)
    let present = places.indices.filter { places[$0].rows == most }.map { risks[$0] }
    let level = present.reduce(0, +) / Double(present.count)
    (spread, spreadDegrees) = Self.spread(risks, sampling, places, level: level)
    self.risks = risks
    rowCount = Double(most)
    let shapes = CurveShapes(prior)
    self.shapes = shapes

    let factor = try Cholesky(Self.covariance(sampling, spread, places))
    let design = Self.design(places, most: rowCount, shapes).joined(leftOf: .column(risks))
    // In coordinates of unit variance all products are plain ones.
    let white = factor.solveLower(design)
    let products = white.gram()
    let last = products.rows - 1
    var evidences: [Double] = []
    fits = (1..<last).map { k in
      let (oo, ox, xx) = (products[0, 0], products[0, k], products[k, k])
      let (oy, xy) = (products[0, last], products[k, last])
      let determinant = oo * xx - ox * ox
      let risk = (xx * oy - ox * xy) / determinant
      let doubling = (oo * xy - ox * oy) / determinant
      let explained = risk * oy + doubling * xy
      evidences.append((explained - products[last, last]) / 2 - log(determinant) / 2)
      return (risk, doubling, xx / determinant, -ox / determinant, oo / determinant)
    }
    let top = evidences.max()!
    weights = evidences.map { exp($0 - top) }
  }

  /// Whether m' rows are within reach.
  package func reaches(_ rows: Double) -> Bool {
    rows >= Self.least * rowCount && rows <= Self.most * rowCount
  }

  /// R(m) - R(m'), widened: what other rows take off the risk; nil out of reach.
  package func gain(to rows: Double) -> NormalMixture? {
    guard reaches(rows) else { return nil }
    let x = shapes(log2(rows / rowCount))
    return NormalMixture(
      weights: weights, means: fits.indices.map { -fits[$0].doubling * x[$0] },
      deviations: fits.indices.map { abs(x[$0]) * fits[$0].dd.squareRoot() }
    ).widened(by: widening)
  }

  /// R(m'), widened; nil out of reach.
  package func risk(at rows: Double) -> NormalMixture? {
    guard reaches(rows) else { return nil }
    let x = shapes(log2(rows / rowCount))
    return NormalMixture(
      weights: weights, means: fits.indices.map { fits[$0].risk + fits[$0].doubling * x[$0] },
      deviations: fits.indices.map { k in
        max(fits[k].rr + 2 * x[k] * fits[k].dr + x[k] * x[k] * fits[k].dd, 0).squareRoot()
      }
    ).widened(by: widening)
  }

  /// D = R(m/2) - R(m), widened.
  package var lastDoubling: NormalMixture { gain(to: rowCount / 2)!.scaled(by: -1) }

  // MARK: covariances

  /// cov(L)/n over rows, or over groups: G/(G - 1) Σ_c s_c s_c'/n², s_c the sum of a group's deviations.
  static func samplingCovariance(_ losses: Matrix, _ means: [Double], _ groups: Partition?) -> Matrix {
    let (n, centered) = (Double(losses.rows), losses.subtractingFromRows(means))
    guard let groups = groups?.keepsRowsTogether else { return (1 / (n * max(n - 1, 1))) * centered.gram() }
    var sums = Matrix(rows: groups.count, columns: losses.columns)
    for row in 0..<losses.rows {
      for e in 0..<losses.columns { sums[groups.label[row], e] += centered[row, e] }
    }
    let count = Double(groups.count)
    return (count / (max(count - 1, 1) * n * n)) * sums.gram()
  }

  /// V.
  static func covariance(_ sampling: Matrix, _ spread: Double, _ places: [Place]) -> Matrix {
    var result = sampling
    for e in places.indices {
      result[e, e] += spread
      for f in places.indices where places[e].seed == places[f].seed { result[e, f] += sharedSeed * spread }
    }
    return result.symmetrized()
  }

  /// Ones, then x(s_e) of every shape: E x (1 + shapes).
  static func design(_ places: [Place], most: Double, _ shapes: CurveShapes) -> Matrix {
    // Sixteenths of rows that 16 does not divide may lie a little below.
    let columns = places.map { shapes(max(log2(Double($0.rows) / most), -Double(CurveShapes.back))) }
    return Matrix(rows: places.count, columns: 1, repeating: 1).joined(leftOf: Matrix(columns))
  }

  /// Within size and seed, Σ (y_e - mean)² less what S explains of it, over the degrees of freedom, those of the prior among them.
  private static func spread(
    _ risks: [Double], _ sampling: Matrix, _ places: [Place], level: Double
  ) -> (variance: Double, degrees: Int) {
    var (excess, degrees) = (0.0, 0)
    for cell in cells(places) where cell.count > 1 {
      let k = Double(cell.count)
      let mean = cell.reduce(0) { $0 + risks[$1] } / k
      let squares = cell.reduce(0) { $0 + (risks[$1] - mean) * (risks[$1] - mean) }
      let trace = cell.reduce(0) { $0 + sampling[$1, $1] }
      let total = cell.reduce(0) { sum, e in sum + cell.reduce(0) { $0 + sampling[e, $1] } }
      excess += squares - (trace - total / k)
      degrees += cell.count - 1
    }
    let prior = priorSpread * level
    let variance = (priorDegrees * prior * prior + max(excess, 0)) / (priorDegrees + Double(degrees))
    // Losses that are all 0 leave nothing to divide by.
    return (max(variance, 1e-200), degrees)
  }

  /// Encoders of one size and seed.
  static func cells(_ places: [Place]) -> [[Int]] {
    var result: [[Int]] = []
    for e in places.indices.sorted(by: { places[$0].rows > places[$1].rows }) {
      let home = result.firstIndex { cell in
        let other = places[cell[0]]
        return other.seed == places[e].seed && isSameSize(other.rows, places[e].rows)
      }
      if let home { result[home].append(e) } else { result.append([e]) }
    }
    return result
  }

  static func isSameSize(_ a: Int, _ b: Int) -> Bool {
    Double(abs(a - b)) <= sameSize * Double(max(a, b))
  }
}
