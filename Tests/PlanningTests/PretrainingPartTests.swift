import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// Delete-half and the closed form of principal components.
struct PretrainingPartTests {
  private static func skewedPopulation() -> (rows: Matrix, labels: [Double]) {
    // 400 atoms: skewed, dependent columns, and a target that the two leading components do not carry alone.
    var stream = RandomStream(seed: 21)
    var rows = stream.normalMatrix(rows: 400, columns: 5)
    let scales = [3.0, 2, 1.2, 0.8, 0.6]
    let labels = (0..<400).map { i -> Double in
      let shared = rows[i, 0] * rows[i, 0] - 1
      for j in 0..<5 { rows[i, j] = scales[j] * (rows[i, j] + 0.3 * shared) }
      return 0.2 * rows[i, 0] - 0.4 * rows[i, 1] + 2 * rows[i, 2] + 0.3 * rows[i, 3] * rows[i, 0]
    }
    return (rows, labels)
  }

  private static func data(_ seed: UInt64) -> PreparedData {
    var stream = RandomStream(seed: seed)
    let pool = stream.normalMatrix(rows: 120, columns: 6).scalingColumns(by: [3, 2.2, 1.5, 1, 0.7, 0.4])
    let noise = stream.normals(40)
    let labels = (0..<40).map { pool[80 + $0, 0] + pool[80 + $0, 3] + noise[$0] }
    return PreparedData(pool: pool, labeled: pool.rows(80..<120), labels: labels)
  }

  @Test func deleteHalfEqualsItsLiteralTranscription() throws {
    let data = Self.data(22)
    let method = PrincipalComponents()
    let sizes = [1, 3]
    let representations = try method.fit(data.pool, sizes: sizes)
    let pool = try data.pool.matrix()
    let designs = try PoolDesign.all(representations, data)
    let heads = try designs.map { try LeastSquaresHead($0.labeled, labels: data.labels) }
    let fast = try DeleteHalf.losses(
      method: method, sizes: sizes, full: representations, designs: designs, heads: heads, data: data, seed: 9, tick: {}
    )
    for index in 0..<2 * DeleteHalf.splits(rows: 120, columns: 6) {
      let rows = DeleteHalf.half(index, of: 120, seed: 9)
      #expect(rows.count == 60)
      let halves = try method.fit(pool.rows(at: rows), sizes: sizes)
      for position in sizes.indices {
        let (whole, half) = (representations[position], halves[position])
        let slow = try Slow.deleteHalf(
          full: (whole.features(of: pool), whole.features(of: data.labeled)),
          half: (half.features(of: pool), half.features(of: data.labeled)), labels: data.labels)
        #expect(relativeDifference(fast[position].losses.spanLoss[index], slow.ws) < 1e-8)
        #expect(relativeDifference(fast[position].losses.riskLoss[index], slow.ms) < 1e-8)
        #expect(relativeDifference(fast[position].losses.leaveOneOut[index], slow.loo) < 1e-8)
      }
    }
  }

  @Test func twoHalvesOfASplitShareNoRow() {
    let (a, b) = (DeleteHalf.half(4, of: 31, seed: 1), DeleteHalf.half(5, of: 31, seed: 1))
    #expect(a.count == 15 && b.count == 15)
    #expect(Set(a).isDisjoint(with: b))
  }

  /// Rows in order of time are halved by stretches.
  @Test func stretchesStayTogether() {
    let (a, b) = (DeleteHalf.half(0, of: 103, stretch: 10, seed: 1), DeleteHalf.half(1, of: 103, stretch: 10, seed: 1))
    #expect(Set(a).isDisjoint(with: b))
    for half in [a, b] {
      #expect(half == half.sorted())
      #expect(Dictionary(grouping: half) { $0 / 10 }.allSatisfy { $1.count == ($0 == 10 ? 3 : 10) })
    }
  }

  /// The matrix form of m PT equals nested loops over rows and pairs, and the misspecification terms are a good part
  /// of it.
  @Test func closedFormEqualsItsLoops() throws {
    let (span, data) = try Self.knownTarget()
    let target = try SpanTarget(span: span, data: data, size: 2)
    let part = try PrincipalComponentsPart(span: span, deletedSpans: [span, span], data: data, size: 2)
    let slow = Slow.scaledPretrainingRisk(
      scores: span.scores, eigenvalues: span.eigenvalues, c: target.coefficients, b: target.droppedCovariances)
    let withoutMisfit = Slow.scaledPretrainingRisk(
      scores: span.scores, eigenvalues: span.eigenvalues, c: target.coefficients, b: [0, 0, 0])
    // The labels repeat each atom 100 times, so what is taken out for label noise is about 1/30000 of the whole.
    #expect(relativeDifference(part.scaledRisk, slow) < 1e-3)
    #expect(abs(withoutMisfit - slow) > 0.2 * abs(slow))
  }

  /// Population as pool, each atom labeled 100 times.
  private static func knownTarget() throws -> (PrincipalSpan, PreparedData) {
    let (rows, labels) = skewedPopulation()
    let repeated = (0..<40_000).map { $0 % 400 }
    let data = PreparedData(pool: rows, labeled: rows.rows(at: repeated), labels: repeated.map { labels[$0] })
    return (try PrincipalSpan(rows), data)
  }

  /// Simulated m (R*(fitted span) - R*(true span)) over draws of m atoms; the mean-zero term -2c'B1'b is taken out.
  @Test func closedFormPredictsSimulatedRisk() throws {
    let (rows, labels) = Self.skewedPopulation()
    let (span, data) = try Self.knownTarget()
    let formula = try PrincipalComponentsPart(span: span, deletedSpans: [span, span], data: data, size: 2).scaledRisk
    let target = try SpanTarget(span: span, data: data, size: 2)
    let m = 6000
    @Sendable func bestRisk(_ features: Matrix) throws -> Double {
      let head = try LeastSquaresHead(Slow.withIntercept(features), labels: labels)
      return head.residuals.reduce(0) { $0 + $1 * $1 } / 400
    }
    let best = try bestRisk(span.scores.columns(0..<2))
    let (c, b, lam) = (target.coefficients, target.droppedCovariances, span.eigenvalues)
    let losses: [Double] = Parallel.map(count: 12000) { replicate in
      var stream = RandomStream(seed: 23, replicate: UInt64(replicate))
      let drawn = stream.resample(m, of: 400)
      let fitted = try! PrincipalComponents().fit(rows.rows(at: drawn), sizes: [2])[0]
      let risk = try! bestRisk(fitted.features(of: rows))
      var control = 0.0
      for i in drawn {
        for a in 0..<2 {
          for j in 2..<5 { control += c[a] * b[j - 2] * span.scores[i, a] * span.scores[i, j] / (lam[a] - lam[j]) }
        }
      }
      // E z_a z_j = 0 over the population, so this has mean zero.
      return Double(m) * (risk - best) + 2 * control
    }
    let mean = SampleMean(losses)
    #expect(abs(mean.z(against: formula)) < 5, "formula \(formula), simulated \(mean.mean) ± \(mean.standardError)")
    #expect(abs(mean.z(against: 1.2 * formula)) > 5)
    let wellSpecified = Slow.scaledPretrainingRisk(scores: span.scores, eigenvalues: lam, c: c, b: [0, 0, 0])
    #expect(abs(mean.z(against: wellSpecified)) > 5)
  }

  /// Gaussian rows: m PT = Σ λ_b² (v_a - v_b)/gap², estimated from labels with noise; the pairs add up to it too.
  @Test func gaussianRowsFollowThePairFormula() throws {
    let lam = [4.0, 2.5, 1, 0.5]
    let slopes = [0.5, 0.4, 0.9, -0.3]
    let explained = zip(lam, slopes).map { $0 * $1 * $1 }
    var exact = 0.0
    for a in 0..<2 {
      for b in 2..<4 {
        exact += lam[b] * lam[b] * (explained[a] - explained[b]) / ((lam[a] - lam[b]) * (lam[a] - lam[b]))
      }
    }
    let found: [(Double, Double)] = Parallel.map(count: 1000) { replicate in
      var stream = RandomStream(seed: 24, replicate: UInt64(replicate))
      let pool = stream.normalMatrix(rows: 4000, columns: 4).scalingColumns(by: lam.map { $0.squareRoot() })
      let noise = stream.normals(600)
      let labeled = pool.rows(0..<600)
      let labels = zip(labeled * slopes, noise).map { $0 + $1 }
      let data = PreparedData(pool: pool, labeled: labeled, labels: labels)
      let span = try! PrincipalSpan(pool)
      let part = try! PrincipalComponentsPart(span: span, deletedSpans: [span, span], data: data, size: 2)
      return (part.scaledRisk, 4000 * part.pairs.reduce(0) { $0 + $1.risk })
    }
    let (whole, pairs) = (SampleMean(found.map(\.0)), SampleMean(found.map(\.1)))
    #expect(abs(whole.z(against: exact)) < 5, "exact \(exact), found \(whole.mean) ± \(whole.standardError)")
    #expect(abs(pairs.z(against: exact)) < 5, "exact \(exact), pairs \(pairs.mean) ± \(pairs.standardError)")
    #expect(abs(whole.z(against: 1.2 * exact)) > 5)
    #expect(abs(pairs.z(against: 1.2 * exact)) > 5)
  }

  @Test func spanIsRecognizedWhereItIsPrincipal() throws {
    let data = Self.data(25)
    let span = try PrincipalSpan(data.pool, data.moments)
    let pca = try PrincipalComponents().fit(data.pool, sizes: [2])[0]
    let factor = try FactorModel().fit(data.pool, sizes: [2])[0]
    let raw = LinearRepresentation(center: [0, 0, 0, 0, 0, 0], loadings: Matrix.identity(6).columns(0..<2))
    #expect(span.isSpanned(by: pca))
    #expect(span.isSpanned(by: factor))
    #expect(!span.isSpanned(by: raw))
  }

  @Test func shrinkageAndNearTie() {
    let halves = DeleteHalf.Halves(spanLoss: [1, 3], riskLoss: [2, 4], leaveOneOut: [0, 1])
    let part = PretrainingPart(halves: halves, analytic: (estimate: 2, standardError: 0.5), nearTie: false)
    // h = 2.5; se² = 0.25 + (0.5 + 0.25)² + 0.36
    let variance = 0.25 + 0.5625 + 0.36
    #expect(part.unshrunk == 2.5)
    #expect(relativeDifference(part.standardError, variance.squareRoot()) < 1e-14)
    #expect(relativeDifference(part.estimate, 2.5 * 6.25 / (6.25 + variance)) < 1e-14)
    let tied = PretrainingPart(halves: halves, analytic: nil, nearTie: true)
    #expect(tied.unshrunk == 3)
    #expect(relativeDifference(tied.standardError, (1 + 0.36).squareRoot()) < 1e-14)
  }
}
