import CMath
import Gates
import LinearAlgebra
import Planning
import Randomness
import TestSupport
import Testing

@Suite struct EncoderLabelsTests {
  private static let (columns, noise) = (30, 1.0)
  private static let spectrum = (0..<columns).map { 2 / Double($0 + 1) }

  /// Risk of a ridge of n rows, its coefficients a draw from the prior whose penalty it has.
  private static func risk(_ n: Int, prior: Double, _ stream: inout RandomStream) throws -> Double {
    let scales = spectrum.map { $0.squareRoot() }
    let beta = stream.normals(columns).map { prior.squareRoot() * $0 }
    let x = stream.normalMatrix(rows: n, columns: columns).scalingColumns(by: scales)
    let y = zip(x * beta, stream.normals(n)).map { $0 + noise * $1 }
    let means = x.columnMeans()
    let centered = x.subtractingFromRows(means)
    let mean = y.reduce(0, +) / Double(n)
    let penalty = noise * noise / prior
    let fit = try Cholesky(centered.gram() + penalty * .identity(columns)).solve(
      centered.transposedTimes(y.map { $0 - mean }))
    let intercept = mean - dot(means, fit)
    let error = zip(zip(fit, beta), spectrum).reduce(0.0) { sum, pair in
      let difference = pair.0.0 - pair.0.1
      return sum + pair.1 * difference * difference
    }
    return noise * noise + error + intercept * intercept
  }

  /// R(120)/R(40) against simulation, |z| <= 5; a change of the risk that is 20 % off is told.
  @Test func factorIsThatOfBayesRidge() throws {
    let (n, later, prior) = (40, 120, 0.05)
    let risks = try Parallel.map(count: 3000) { index -> (Double, Double) in
      var stream = RandomStream(seed: 21, replicate: UInt64(index))
      return (try Self.risk(n, prior: prior, &stream), try Self.risk(later, prior: prior, &stream))
    }
    let present = risks.reduce(0) { $0 + $1.0 } / 3000
    let factor = RidgeLabelsFactor(
      eigenvalues: Self.spectrum, penalty: Self.noise * Self.noise / prior, labels: Double(n), risk: present)
    let drops = risks.map { $0.0 - $0.1 }
    let mean = drops.reduce(0, +) / 3000
    let error = (drops.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3000 / 3000).squareRoot()
    let predicted = factor(Double(n))! - factor(Double(later))!
    // The formula is one of many rows and columns: it may be off by 4 % of the risk's excess, as measured.
    let allowance = 0.04 * predicted
    #expect(abs(predicted - mean) <= 5 * error + allowance, "\(predicted) for \(mean) +- \(error)")
    #expect(abs(1.2 * predicted - mean) > 5 * error + allowance)
    #expect(abs(predicted / 1.2 - mean) > 5 * error + allowance)
    #expect(relativeDifference(factor.floor + factor(Double(n))!, present) < 1e-12)
  }

  /// Where all eigenvalues are s, κ is the root of a quadratic.
  @Test func equalDirectionsHaveAClosedForm() {
    let (p, n, s, penalty) = (10.0, 50.0, 2.0, 7.0)
    let factor = RidgeLabelsFactor(
      eigenvalues: [Double](repeating: s, count: 10), penalty: penalty, labels: n, risk: 1)
    // κ (n - p s/(s + κ)) = λ.
    let b = n * s - p * s - penalty
    let kappa = (-b + (b * b + 4 * n * penalty * s).squareRoot()) / (2 * n)
    #expect(relativeDifference(factor.factor(n), n / (n - p * s / (s + kappa)) * (1 + 1 / n)) < 1e-12)
    #expect(factor.factor(.infinity) == 1 && factor(0) == nil)
  }

  /// Below the present n heads on half of the labels are measured: the ratio of risks is that of a fresh sample of that size.
  @Test func fewerLabelsAreMeasured() throws {
    let prior = 0.05
    let found = try Parallel.map(count: 60) { index -> (Double, Double) in
      var stream = RandomStream(seed: 22, replicate: UInt64(index))
      let x = stream.normalMatrix(rows: 160, columns: Self.columns)
        .scalingColumns(by: Self.spectrum.map { $0.squareRoot() })
      let beta = stream.normals(Self.columns).map { prior.squareRoot() * $0 }
      let y = zip(x * beta, stream.normals(160)).map { $0 + $1 }
      let head = try RidgeHead(RidgeRows(x), labels: y)
      let risk = head.leaveOneOutSquares.reduce(0, +) / 160
      let factor = RidgeLabelsFactor(eigenvalues: Self.spectrum, penalty: head.penalty, labels: 160, risk: risk)
      let labels = try EncoderLabels(
        factor, features: x, labels: y, losses: head.leaveOneOutSquares, groups: nil, seed: 0)
      #expect(labels(160) == factor(160) && labels(320) == factor(320) && labels(10) == nil)
      return (
        labels(80)! - labels(160)!, try Self.risk(80, prior: prior, &stream) - Self.risk(160, prior: prior, &stream)
      )
    }
    let differences = found.map { $0.0 - $0.1 }
    let mean = differences.reduce(0, +) / 60
    let error = (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60 / 59).squareRoot()
    #expect(abs(mean) <= 5 * error, "\(mean) +- \(error)")
    #expect(found.reduce(0) { $0 + $1.0 } > 0)
  }

  /// Classes: at a quarter and a half of the labels the forecast is that of heads fitted to fresh samples of that size, log-loss on 800
  /// fresh rows, |z| <= 5; at a quarter 60 % of it more or less are told, at half nothing or twice as much.
  @Test func fewerLabelsOfClassesAreMeasured() throws {
    let (n, columns, count, worlds, draws) = (240, 8, 3, 60, 3)
    let spread = (0..<columns).map { 1.5 / Double($0 + 1) }
    let found = try Parallel.map(count: worlds) { index -> [(forecast: Double, truth: Double)] in
      var stream = RandomStream(seed: 23, replicate: UInt64(index))
      let weights = stream.normalMatrix(rows: columns, columns: count)
      func sample(_ rows: Int) -> (x: Matrix, classes: [Double]) {
        let x = stream.normalMatrix(rows: rows, columns: columns).scalingColumns(by: spread)
        let scores = x * weights
        let classes = (0..<rows).map { row -> Double in
          // The largest of scores with Gumbel noise is a draw from their softmax.
          let noisy = (0..<count).map { scores[row, $0] - log(-log(stream.uniform())) }
          return Double(noisy.indices.max { noisy[$0] < noisy[$1] }!)
        }
        return (x, classes)
      }
      let (given, fresh) = (sample(n), sample(800))
      let runs = [400, 200, 200].enumerated().map { position, rows in
        EncoderRun(rows: rows, part: "\(position)", labeled: given.x)
      }
      let plan = try Planner.plan(
        EncoderPlanTests.request(
          [TrainedEncoder(runs: runs)], Matrix(rows: n, columns: 0), given.classes, head: .logistic))
      let candidate = plan.candidates[0]
      func forecast(_ rows: Int) -> Double { candidate.predictedRisk(unlabeled: 400, labeled: rows)!.estimate }
      func risk(_ rows: Int) throws -> Double {
        let sample = sample(rows)
        let head = try SoftmaxHead(
          scalings: [sample.x], classes: sample.classes.map { Int($0) }, count: count, seed: 1, isJudged: false)
        let logs = head.fit.logProbabilities(fresh.x)
        return -(0..<800).reduce(0) { $0 + logs[$1, Int(fresh.classes[$1])] } / 800
      }
      func mean(_ rows: Int) throws -> Double {
        try (0..<draws).reduce(0) { sum, _ in try sum + risk(rows) } / Double(draws)
      }
      let all = try mean(n)
      return try [2, 4].map { (forecast(n / $0) - forecast(n), try mean(n / $0) - all) }
    }
    for (place, told) in [(0, 1.0), (1, 0.6)] {
      let (differences, truths) = (found.map { $0[place].forecast - $0[place].truth }, found.map { $0[place].truth })
      let (difference, truth) = (SampleMean(differences), SampleMean(truths).mean)
      let (mean, error) = (difference.mean, difference.standardError)
      #expect(abs(mean) <= 5 * error, "\(mean) +- \(error) of \(truth)")
      #expect(
        abs(mean + told * truth) > 5 * error && abs(mean - told * truth) > 5 * error, "\(mean) +- \(error) of \(truth)")
    }
  }
}
