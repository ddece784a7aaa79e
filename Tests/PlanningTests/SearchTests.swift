import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import TestSupport
import Testing

/// What choosing the least of noisy errors hides, and what ordering floors says.
struct SearchTests {
  /// 20 fits that are equally good, 60 rows of independent losses: the least mean lies below 1, the corrected one does
  /// not. Power: half the correction, and one and a half, are 5 standard errors off.
  @Test func correctionOfEqualFits() {
    let choices: [WeightedLosses.Choice] = Parallel.map(count: 400) { replicate in
      var stream = RandomStream(seed: 81, replicate: UInt64(replicate))
      let losses = stream.normalMatrix(rows: 60, columns: 20).storage.map { 4 + $0 }
      return WeightedLosses(Matrix(rows: 60, columns: 20, storage: losses)).choice
    }
    let (least, corrected) = (SampleMean(choices.map(\.least)), SampleMean(choices.map(\.corrected)))
    // E of the least of 20 standard normals is -1.8675 (Harter 1961).
    #expect(abs(least.z(against: 4 - 1.8675 / 60.0.squareRoot())) < 5)
    #expect(abs(corrected.z(against: 4)) < 5, "\(corrected.mean)")
    let hidden = corrected.mean - least.mean
    for wrong in [0.8, 1.2] { #expect(abs(least.mean + wrong * hidden - 4) > 5 * corrected.standardError) }
    // Weightings add noise of variance (n - 1)/(n + 1) times that of a mean: what each part of the correction then is.
    let spread = (1 + 59 / 61.0).squareRoot()
    let scale = 1.8675 * (2 / 60.0).squareRoot()
    for (found, expected) in [
      (SampleMean(choices.map(\.optimism)), scale * (spread - 1)),
      (SampleMean(choices.map(\.excess)), scale * (1 - 1 / spread)),
    ] {
      #expect(abs(found.z(against: expected)) < 5, "\(found.mean) for \(expected)")
      for wrong in [0.8, 1.2] { #expect(abs(found.z(against: wrong * expected)) > 5) }
    }
  }

  /// One fit far better than the rest is no search; factors choose among fits.
  @Test func correctionOfAClearChoice() {
    var stream = RandomStream(seed: 82)
    var losses = stream.normalMatrix(rows: 60, columns: 3)
    for row in 0..<60 { losses[row, 1] += 50; losses[row, 2] += 60; losses[row, 0] += 10 }
    let weighted = WeightedLosses(losses)
    #expect(weighted.choice.fit == 0 && weighted.choice.optimism < 1e-12 && weighted.choice.excess < 1e-12)
    let other = weighted.choice(factors: [nil, 0.5, 2])!
    #expect(other.fit == 1 && relativeDifference(other.least, 0.5 * weighted.means[1]) < 1e-14)
    #expect(weighted.choice(factors: [nil, nil, nil]) == nil)
  }

  private struct Line: LabelsDependence {
    let a: Double
    let relativeError: Double
    func callAsFunction(_ n: Double) -> Double? { a / n }
  }

  /// Probability of a gain given δ >= 0 against a million draws of the present gain and of the two labels
  /// parts' errors.
  @Test(arguments: [40.0, 160, 4000], [1.7, 2.0]) func orderingIsConditioning(later: Double, level: Double) throws {
    var stream = RandomStream(seed: 83)
    let (noise, other) = (stream.normals(40), stream.normals(40))
    func forecast(_ level: Double, _ errors: [Double], _ a: Double, _ error: Double) -> RiskForecast {
      RiskForecast(
        leaveOneOutSquares: errors.map { 2 + 0.5 * $0 }, level: level, labels: Line(a: a, relativeError: error),
        pretraining: .none, rowCount: 100)
    }
    let rival = forecast(2, noise, 16, 0.2)
    let own = forecast(level, zip(noise, other).map { 0.3 * $0 + $1 }, 8, 0.15)
    let ordered = own.ordered(above: rival)
    let paired =
      SampleMean(zip(rival.leaveOneOutSquares, own.leaveOneOutSquares).map { $0 - $1 }).standardError
      * 2.1 / 1.6448536269514722
    var (positive, count) = (0.0, 0.0)
    var gains: [Double] = []
    let draws = stream.normals(3 * 400_000)
    for index in stride(from: 0, to: draws.count, by: 3) {
      let present = 2 - level + paired * draws[index]
      let rivalNow = 16.0 / 40 * (1 + 1.7 * 0.2 * draws[index + 1])
      let ownNow = 8.0 / 40 * (1 + 1.7 * 0.15 * draws[index + 2])
      guard rivalNow - ownNow - present >= 0 else { continue }
      let gain = present - (rivalNow - ownNow) * (1 - 40 / later)
      positive += gain > 0 ? 1 : 0
      count += 1
      gains.append(gain)
    }
    let comparison = try #require(Comparison(ordered, rival, labels: later, rows: 100))
    #expect(abs(comparison.probabilityPositive - positive / count) < 0.01)
    // Without the ordering it is another number.
    let free = try #require(Comparison(own, rival, labels: later, rows: 100))
    #expect(abs(free.probabilityPositive - positive / count) > 0.02)
    // The interval holds nine of ten of the gains that the ordering allows, a twentieth on either side, but for the estimate.
    gains.sort()
    func share(below value: Double) -> Double { Double(gains.count { $0 < value }) / count }
    let reported = comparison.reported(against: "ridge")
    #expect(abs(share(below: reported.low) - 0.05) < 0.01 || reported.low == reported.estimate)
    #expect(abs(share(below: reported.high) - 0.95) < 0.01 || reported.high == reported.estimate)
    let wide = free.reported(against: "ridge")
    #expect(abs(share(below: wide.low) - 0.05) > 0.02 || abs(share(below: wide.high) - 0.95) > 0.01)
    // The likeliest δ: 0 where the data say less.
    let missing = max(level + 16 / 40 - 8 / 40 - 2, 0) - (level + 16 / 40 - 8 / 40 - 2)
    let labelErrors = [1.7 * 0.2 * 16 / 40, 1.7 * 0.15 * 8 / 40]
    let all = paired * paired + labelErrors.reduce(0) { $0 + $1 * $1 }
    let there = paired * paired + (1 - 40 / later) * labelErrors.reduce(0) { $0 + $1 * $1 }
    #expect(abs(comparison.gain - (free.gain - missing * there / all)) < 1e-12)
    #expect(ordered.floor! >= rival.floor! - 1e-12)
  }

  /// P(gain > 0) of a paired difference: Φ(d/s · 1.645/2.1).
  @Test func widthOfComparisons() {
    let (a, b) = ((0..<30).map { 3 + Double($0 % 5) }, (0..<30).map { 3.2 + Double($0 % 3) })
    func forecast(_ losses: [Double]) -> RiskForecast {
      RiskForecast(leaveOneOutSquares: losses, labels: nil, pretraining: .none, rowCount: 30)
    }
    let found = Comparison(forecast(b), forecast(a))
    let difference = SampleMean(zip(a, b).map { $0 - $1 })
    let z = difference.mean / difference.standardError * 1.6448536269514722 / 2.1
    #expect(relativeDifference(found.probabilityPositive, 0.5 * erfc(-z / 2.0.squareRoot())) < 1e-12)
    #expect(relativeDifference(found.standardError, difference.standardError * 2.1 / 1.6448536269514722) < 1e-12)
    let reported = found.reported(against: "ridge")
    #expect(relativeDifference(reported.estimate - reported.low, 2.1 * difference.standardError) < 1e-12)
  }

  /// Doubling the labels: interval of 2.1 · 1.7 relative errors of the fall.
  @Test func errorOfAFallIsWidened() throws {
    let forecast = RiskForecast(
      leaveOneOutSquares: (0..<40).map { 5 + Double($0 % 7) }, labels: Line(a: 40, relativeError: 0.1),
      pretraining: .none, rowCount: 80)
    let gain = try #require(NextGains(forecast)?.doubleLabels)
    #expect(relativeDifference(gain.estimate!, 0.5) < 1e-12)
    #expect(relativeDifference(gain.high - 0.5, 2.1 * 1.7 * 0.1 * 0.5) < 1e-9)
    #expect(relativeDifference(0.5 - gain.low, 2.1 * 1.7 * 0.1 * 0.5) < 1e-9)
  }

  /// What cannot be: a part above the noise, a linear one above 2 %, one at a near tie.
  @Test func limitsOfThePretrainingPart() {
    let halves = DeleteHalf.Halves(spanLoss: [3, 3], riskLoss: [3, 3], leaveOneOut: [3, 3])
    let part = PretrainingPart(halves: halves, analytic: nil, nearTie: false)
    let free = part.limited(noise: 1, labels: 0.5, isLinear: false)
    #expect(free.estimate == 1 && free.standardError <= 1)
    #expect(relativeDifference(part.limited(noise: 1, labels: 0.5, isLinear: true).estimate, 0.03) < 1e-12)
    let tied = PretrainingPart(halves: halves, analytic: nil, nearTie: true)
    #expect(tied.limited(noise: 1, labels: 0.5, isLinear: true).estimate == 0)
    // At a near tie the error is that of the law as well.
    #expect(relativeDifference(tied.errorWithLaw, hypot(tied.standardError, tied.estimate)) < 1e-14)
    #expect(part.errorWithLaw == part.standardError)
    let doubtful = PretrainingPart(
      halves: .init(spanLoss: [1, 1], riskLoss: [-0.5, -0.5], leaveOneOut: [0, 0]), analytic: nil, nearTie: false)
    #expect(relativeDifference(doubtful.upperBound!, doubtful.unshrunk + 2.1 * doubtful.standardError) < 1e-14)
    #expect(doubtful.limited(noise: 1, labels: 0.5, isLinear: true).upperBound! <= 0.03)
  }
}
