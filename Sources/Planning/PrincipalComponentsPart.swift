import LinearAlgebra

/// The pre-training part of the risk of k principal components with a least-squares head, in closed form, times m.
///
/// With f* = Σ c_a z_a the best predictor in the span, e = y - f*, b_b = E[z_b e], gap_ab = λ_a - λ_b (a kept, b dropped):
///
///     m PT = Σ_b λ_b E[s_b²] - 2 Σ_ab c_a b_b (m E B2)_ba - Σ_a E[z_a² (Σ_b b_b z_b/gap_ab)²] / λ_a
///     s_b = z_b Σ_a c_a z_a/gap_ab,
///     (m E B2)_ba = { E[z_a z_b Σ_b' z_b'²/gap_ab'] - E[z_a z_b Σ_a' z_a'²/gap_a'b] } / gap_ab
///
/// Any distribution of x, misspecified or not; may be negative when a dropped direction explains more than a kept one.
/// Assumes: separated eigenvalues at k. Gaussian x: m PT = Σ_ab λ_b² (v_a - v_b)/gap_ab², v_j = λ_j (coefficient of z_j)².
package struct PrincipalComponentsPart: Sendable {
  /// m PT with label noise taken out.
  package let scaledRisk: Double
  /// Gaussian contribution of each pair (kept a, dropped b), label noise taken out, largest magnitude first.
  package let pairs: [Pair]
  /// Standard error of `scaledRisk`: delete-group jackknife over pool rows and over labels.
  package let standardError: Double

  package struct Pair: Sendable, Equatable {
    /// Counted from 1.
    package let kept: Int
    package let dropped: Int
    /// λ_b² (v_a - v_b) / gap² / m.
    package let risk: Double
  }

  package static let groups = 8

  /// Cost: (2 groups + k) x min(N, 4096) d k flops.
  package init(span: PrincipalSpan, deletedSpans: [PrincipalSpan], data: PreparedData, size k: Int) throws {
    let target = try SpanTarget(span: span, data: data, size: k)
    let moments = TiltMoments(span: span, size: k)
    scaledRisk = try moments.risk(target) - moments.noise(target)
    pairs = Self.pairs(span: span, target: target)
    let overRows = try deletedSpans.map { deleted in
      TiltMoments(span: deleted, size: k).risk(try SpanTarget(span: deleted, data: data, size: k))
    }
    let overLabels = try (0..<Self.groups).map { group in
      let rows = (0..<data.labeledCount).filter { $0 % Self.groups != group }
      return moments.risk(try SpanTarget(span: span, data: data, size: k, rows: rows))
    }
    standardError = (Self.variance(overRows) + Self.variance(overLabels)).squareRoot()
  }

  /// The pool's principal components without each group of rows, shared by all sizes.
  package static func deletedSpans(_ data: PreparedData) throws -> [PrincipalSpan] {
    let moments = try RowMoments.ofParts(data.pool, count: groups) { row in ~(1 << UInt32(row % groups)) }
    return try data.map(count: groups) { group in
      let rest = RowSelection(data.pool, at: (0..<data.rowCount).filter { $0 % groups != group })
      return try PrincipalSpan(rest, moments[group])
    }
  }

  /// Delete-group jackknife: (G - 1)/G Σ (value - mean)².
  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares * Double(values.count - 1) / Double(values.count)
  }

  private static func pairs(span: PrincipalSpan, target: SpanTarget) -> [Pair] {
    let (k, values, m) = (target.size, span.eigenvalues, Double(span.rowCount))
    let kept = (0..<k).map { a in
      values[a] * (target.coefficients[a] * target.coefficients[a] - target.coefficientCovariance[a, a])
    }
    let dropped = (k..<values.count).map { b -> Double in
      let (value, error) = (target.droppedCovariances[b - k], target.droppedVariances[b - k])
      return values[b] > 0 ? (value * value - error) / values[b] : 0
    }
    var result = [Pair]()
    for a in 0..<k {
      for b in k..<values.count where values[a] > values[b] {
        let gap = values[a] - values[b]
        let risk = values[b] * values[b] * (kept[a] - dropped[b - k]) / (gap * gap) / m
        result.append(Pair(kept: a + 1, dropped: b + 1, risk: risk))
      }
    }
    return result.sorted { abs($0.risk) > abs($1.risk) }
  }
}

/// What the labels say about the target along kept and dropped directions.
package struct SpanTarget: Sendable {
  package let size: Int
  /// c_a, k of them.
  package let coefficients: [Double]
  package let coefficientCovariance: Matrix
  /// b_b = n/(n - k - 1) mean(z_b e), d - k of them.
  package let droppedCovariances: [Double]
  /// Influence rows of (c, b): n x d, first k columns for c.
  package let influence: Matrix

  package init(span: PrincipalSpan, data: PreparedData, size k: Int, rows: [Int]? = nil) throws {
    size = k
    let used = rows.map { data.labeled.rows(at: $0) } ?? data.labeled
    let labels = rows.map { $0.map { data.labels[$0] } } ?? data.labels
    let z = multiply(used.subtractingFromRows(span.mean), span.directions)
    let ones = Matrix(rows: z.rows, columns: 1, repeating: 1)
    let design = ones.joined(leftOf: z.columns(0..<k))
    let head = try LeastSquaresHead(design, labels: labels)
    coefficients = Array(head.coefficients[1...])
    let n = Double(labels.count)
    let scale = n / max(n - Double(head.rank), 1) / n
    let dropped = z.columns(k..<z.columns)
    droppedCovariances = dropped.transposedTimes(head.residuals).map { scale * $0 }
    let cross = multiply(design, dropped, transposing: .left)
    let own = dropped - multiply(multiply(design, head.inverse), cross)
    let slopes = head.influence(design).columns(1..<k + 1)
    coefficientCovariance = slopes.gram()
    influence = slopes.joined(leftOf: own.scalingRows(by: head.standardizedResiduals.map { scale * $0 }))
  }

  /// Variance of each b_b.
  package var droppedVariances: [Double] {
    (size..<influence.columns).map { j in
      (0..<influence.rows).reduce(0) { $0 + influence[$1, j] * influence[$1, j] }
    }
  }
}

/// Moments of the pool that the tilt of the span rests on; c and b enter afterwards.
private struct TiltMoments {
  let span: PrincipalSpan
  let size: Int
  private let kept: Matrix
  private let dropped: Matrix
  /// 1/gap_ab, k x (d - k); 0 where the gap is 0.
  private let inverseGaps: Matrix
  /// (m E B2)_ba as k x (d - k).
  private let meanTilt: Matrix

  init(span: PrincipalSpan, size k: Int) {
    self.span = span
    size = k
    let values = span.eigenvalues
    kept = span.scores.columns(0..<k)
    dropped = span.scores.columns(k..<values.count)
    var gaps = Matrix(rows: k, columns: values.count - k)
    for a in 0..<k {
      for b in k..<values.count where values[a] > values[b] { gaps[a, b - k] = 1 / (values[a] - values[b]) }
    }
    inverseGaps = gaps
    let rows = Double(span.scores.rows)
    let fromDropped = multiply(dropped.squared(), gaps, transposing: .right).entrywise(kept)
    let fromKept = multiply(kept.squared(), gaps).entrywise(dropped)
    let difference =
      multiply(fromDropped, dropped, transposing: .left) - multiply(kept, fromKept, transposing: .left)
    meanTilt = (1 / rows) * difference.entrywise(gaps)
  }

  /// m PT of the formula as it stands.
  func risk(_ target: SpanTarget) -> Double {
    let b = target.droppedCovariances
    var cross = 0.0
    for a in 0..<size {
      for j in b.indices { cross += target.coefficients[a] * b[j] * meanTilt[a, j] }
    }
    return tilt(target.coefficients) - 2 * cross - regained(b)
  }

  /// What label noise adds to `risk` on average, from the influence rows; of the dropped directions the variances only, as their
  /// products z_b z_b' average out.
  func noise(_ target: SpanTarget) throws -> Double {
    let d = target.influence.columns
    let slopes = target.influence.columns(0..<size)
    let cross = multiply(slopes, target.influence.columns(size..<d), transposing: .left)
    // E over noise of a quadratic form is its sum over the scaled eigenvectors of the covariance.
    let eigen = try SymmetricEigen(target.coefficientCovariance)
    var result = -2 * traceOfProduct(cross, meanTilt.transposed())
    for (index, value) in eigen.values.enumerated() where value > 0 {
      result += tilt(eigen.vectors.column(index).map { $0 * value.squareRoot() })
    }
    let squares = multiply(kept.squared(), dropped.squared(), transposing: .left)
    let variances = target.droppedVariances
    for a in 0..<size where span.eigenvalues[a] > 0 {
      for b in variances.indices {
        let moment = squares[a, b] / Double(span.scores.rows)
        result -= moment * inverseGaps[a, b] * inverseGaps[a, b] * variances[b] / span.eigenvalues[a]
      }
    }
    return result
  }

  /// Σ_b λ_b E[s_b²].
  private func tilt(_ c: [Double]) -> Double {
    let weights = inverseGaps.scalingRows(by: c)
    let scores = multiply(kept, weights).entrywise(dropped)
    return weighted(scores, span.eigenvalues[size...])
  }

  /// Σ_a E[z_a² (Σ_b b_b z_b/gap_ab)²] / λ_a.
  private func regained(_ b: [Double]) -> Double {
    let weights = inverseGaps.scalingColumns(by: b)
    let scores = multiply(dropped, weights, transposing: .right).entrywise(kept)
    return weighted(scores, span.eigenvalues[..<size].map { $0 > 0 ? 1 / $0 : 0 }[...])
  }

  /// Σ_j weight_j mean_i score_ij².
  private func weighted(_ scores: Matrix, _ weights: ArraySlice<Double>) -> Double {
    let weights = Array(weights)
    var sums = [Double](repeating: 0, count: weights.count)
    scores.storage.withUnsafeBufferPointer { entries in
      sums.withUnsafeMutableBufferPointer { sums in
        for i in 0..<scores.rows {
          for j in 0..<sums.count {
            let value = entries[i * sums.count + j]
            sums[j] += value * value
          }
        }
      }
    }
    return dot(sums, weights) / Double(scores.rows)
  }
}

extension Matrix {
  /// Entries squared.
  func squared() -> Matrix { entrywise(self) }
}
