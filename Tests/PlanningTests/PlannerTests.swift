import Foundation
import LinearAlgebra
import Planning
import Pretraining
import Randomness
import Synchronization
import TestSupport
import Testing

/// The plan as a whole.
struct PlannerTests {
  /// Three strong factors in 20 columns carry the target, unless `dropped` moves it to a weak direction.
  static func request(
    unlabeled m: Int, labeled n: Int, purchase: Purchase? = nil, dropped: Bool = false, columns: Int = 20,
    sizes: [Int] = [1, 2, 3, 4, 5, 6], labelNoise: Double = 1.5, seed: UInt64 = 1
  ) -> PlanRequest {
    var stream = RandomStream(seed: seed)
    let scales = (0..<columns).map { (j: Int) -> Double in j < 3 ? 4 - Double(j) : 0.6 + 0.1 / Double(j) }
    let rows = stream.normalMatrix(rows: m + n, columns: columns).scalingColumns(by: scales)
    let noise = stream.normals(n)
    let labels = (0..<n).map { (i: Int) -> Double in
      if dropped { return 3 * rows[m + i, columns - 1] + noise[i] }
      return rows[m + i, 0] - rows[m + i, 2] + labelNoise * noise[i]
    }
    return PlanRequest(
      unlabeled: rows.rows(0..<m), features: rows.rows(m..<m + n), labels: labels,
      methods: [PrincipalComponents(), FactorModel()], sizes: sizes, purchase: purchase, seed: 3)
  }

  @Test func pretrainingThatPaysIsRecommended() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 1500, labeled: 70, columns: 60, labelNoise: 0.5))
    #expect(plan.rows.unlabeled == 1500 && plan.rows.labeled == 70)
    #expect(plan.recommendation.size == 3)
    let chosen = try #require(plan.candidate("pca", size: 3))
    #expect(chosen.gainOverRaw!.probabilityPositive > 0.9)
    #expect(chosen.breakEvenLabels != .never)
    #expect(plan.candidates.map(\.label).prefix(3) == ["none", "ridge", "pca-1"])
  }

  @Test func pretrainingThatDoesNotPayIsRefusedWithAReason() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 500, labeled: 100, dropped: true))
    #expect(["none", "ridge"].contains(plan.recommendation.method))
    #expect(plan.recommendation.why.contains("Do not pre-train"))
    #expect(plan.candidate("pca", size: 2)!.gainOverRaw!.high < 0)
  }

  /// Six components of six columns: nothing is lost, and rounding is not taken for a part.
  @Test func allColumnsLoseNothing() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 500, labeled: 100, columns: 6, sizes: [3, 6]))
    let (all, some) = (plan.candidate("pca", size: 6)!, plan.candidate("pca", size: 3)!)
    #expect(all.parts!.pretraining == 0 && some.parts!.pretraining != 0)
    #expect(!all.warnings.contains { $0.code == "pretraining-uncertain" })
    // It is least squares on the raw columns: not a candidate for advice, and with no number of labels where the two meet.
    #expect(all.isTwin && !some.isTwin && all.breakEvenLabels == nil)
    #expect(plan.recommendation.size != 6 && !plan.recommendation.why.contains("pca-6"))
  }

  /// exp(-1.9 s) and exp(2.1 s + 2 s²) times the risk, s the relative standard error of the leave-one-out errors' mean
  /// over sqrt(1 - p/n): for least squares on all columns, from refits.
  @Test func intervalsOfRisks() throws {
    let request = Self.request(unlabeled: 0, labeled: 90, sizes: [3])
    let risk = try #require(try Planner.plan(request).candidate("none")?.predictedRisk)
    let squares = try Slow.leaveOneOutSquares(
      count: 90,
      fit: { kept in
        let design = Slow.withIntercept(request.features)
        let theta = try Slow.coefficients(design.rows(at: kept), kept.map { request.labels[$0] })
        return { dot(design.row($0), theta) }
      }, labels: request.labels)
    let present = SampleMean(squares)
    #expect(relativeDifference(risk.estimate, present.mean) < 1e-8)
    let s = present.standardError / present.mean / (1 - 21.0 / 90).squareRoot()
    #expect(relativeDifference(risk.low, present.mean * exp(-1.9 * s)) < 1e-8)
    #expect(relativeDifference(risk.high, present.mean * exp(2.1 * s + 2 * s * s)) < 1e-8)
    for factor in [0.8, 1.2] {
      #expect(relativeDifference(risk.low, present.mean * exp(-1.9 * factor * s)) > 1e-3)
      #expect(relativeDifference(risk.high, present.mean * exp(2.1 * factor * s + 2 * s * s)) > 1e-3)
      #expect(relativeDifference(risk.high, present.mean * exp(2.1 * s + factor * 2 * s * s)) > 1e-3)
    }
  }

  /// The cut keeps all of the target: more labels never change the answer, and the plan does not claim to know where
  /// they would.
  @Test func breakEvenSaysWhenItIsAGuess() throws {
    let sure = try Planner.plan(Self.request(unlabeled: 500, labeled: 400, dropped: true, sizes: [2]))
    #expect(!sure.candidate("pca", size: 2)!.warnings.contains { $0.code == "break-even-uncertain" })
    let guess = try Planner.plan(Self.request(unlabeled: 500, labeled: 90, sizes: [3]))
    #expect(guess.candidate("pca", size: 3)!.warnings.contains { $0.code == "break-even-uncertain" })
  }

  /// Pairs and a lag add their candidates; a method that fails is left out, and the plan goes on.
  @Test func pairsAndTimeAreCandidates() throws {
    let base = Self.request(unlabeled: 300, labeled: 60, columns: 6, sizes: [2])
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: base.unlabeled, features: base.features, labels: base.labels,
        methods: [PrincipalComponents(), GaussianMixture(estimates: MixtureUnknowns(variance: true)), Failing()],
        sizes: [2], pairs: base.unlabeled.matrix(), lag: 1))
    let methods = Set(plan.candidates.map(\.method))
    #expect(methods.isSuperset(of: ["pca", "mixture", "spectral-pairs"]))
    #expect(!methods.contains("failing"))
    #expect(plan.warnings.contains { $0.code == "method-failed" && $0.message.hasPrefix("failing") })
    let classes = try Planner.plan(
      PlanRequest(
        unlabeled: base.unlabeled, features: base.features, labels: base.labels.map { $0 > 0 ? 1 : 0 },
        methods: [PrincipalComponents(), Failing()], sizes: [2], head: .logistic))
    #expect(classes.candidate("pca", size: 2) != nil && classes.warnings.contains { $0.code == "method-failed" })
    #expect(throws: PlanError.invalidLag(lag: 200, rows: 300)) {
      try Planner.plan(
        PlanRequest(
          unlabeled: base.unlabeled, features: base.features, labels: base.labels, methods: [], sizes: [2], lag: 200))
    }
  }

  private struct Failing: PretrainingMethod {
    let name = "failing"
    func largestSize(rows: Int, columns: Int) -> Int { columns }
    func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
      throw LinearAlgebraError.notPositiveDefinite(leadingMinor: 1)
    }
  }

  @Test func partsAddUpToTheRisk() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 300, labeled: 90))
    for candidate in plan.candidates {
      let parts = try #require(candidate.parts)
      let sum = parts.noise + (parts.bias ?? 0) + parts.labels + parts.pretraining!
      #expect(relativeDifference(sum, candidate.predictedRisk!.estimate) < 1e-12)
    }
  }

  @Test func factorsWarnThatTheyPredictTheSame() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 300, labeled: 90))
    let (pca, factor) = (plan.candidate("pca", size: 3)!, plan.candidate("factor", size: 3)!)
    #expect(factor.warnings.contains { $0.code == "same-predictor" && $0.message.contains("pca-3") })
    #expect(relativeDifference(pca.predictedRisk!.estimate, factor.predictedRisk!.estimate) < 1e-9)
  }

  @Test func fewLabelsAreNotExtrapolated() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 300, labeled: 30))
    let none = try #require(plan.candidate("none"))
    #expect(!none.reliable && none.parts == nil && none.next == nil)
    #expect(none.warnings.contains { $0.code == "too-few-labels" })
    #expect(none.predictedRisk(unlabeled: 300, labeled: 60) == nil)
    #expect(none.predictedRisk(unlabeled: 300, labeled: 30) == none.predictedRisk)
    #expect(plan.candidate("ridge")!.predictedRisk(unlabeled: 300, labeled: 60) != nil)
    #expect(plan.candidate("pca", size: 3)!.reliable)
  }

  @Test func fewerLabelsThanColumnsStillGiveAPlan() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 300, labeled: 15))
    #expect(plan.candidate("none")!.predictedRisk == nil)
    let ridge = try #require(plan.candidate("ridge"))
    #expect(ridge.predictedRisk != nil)
    #expect(ridge.reliable || ridge.warnings.contains { $0.code == "ridge-not-extrapolated" })
  }

  @Test func labeledRowsAloneAreEnough() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 0, labeled: 120))
    #expect(plan.candidate("pca", size: 2)!.next!.doubleUnlabeled == nil)
  }

  @Test func eigenvaluesThatTieAreNamed() throws {
    var stream = RandomStream(seed: 5)
    let rows = stream.normalMatrix(rows: 300, columns: 6)
    let labels = (0..<60).map { rows[$0, 0] + 0.1 * rows[$0, 1] }
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: rows.rows(60..<300), features: rows.rows(0..<60), labels: labels, methods: [PrincipalComponents()],
        sizes: [2]))
    let tied = try #require(plan.candidate("pca", size: 2))
    #expect(tied.warnings.contains { $0.code == "near-tie" })
    #expect(tied.rowsPerLabel == nil && tied.crossoverRatio == nil)
  }

  @Test func constantAndRepeatedColumnsAreHandled() throws {
    let base = Self.request(unlabeled: 200, labeled: 80, columns: 8)
    func widened(_ rows: Matrix) -> Matrix {
      rows.joined(leftOf: Matrix(rows: rows.rows, columns: 1, repeating: 4)).joined(leftOf: rows.columns(0..<1))
    }
    let plan = try Planner.plan(
      PlanRequest(
        unlabeled: widened(base.unlabeled.matrix()), features: widened(base.features), labels: base.labels,
        methods: base.methods, sizes: base.sizes))
    #expect(plan.columns == 9)
    #expect(plan.warnings.contains { $0.code == "constant-columns" })
    #expect(plan.candidate("none")!.warnings.contains { $0.code == "collinear-columns" })
    let plain = try Planner.plan(base)
    #expect(
      relativeDifference(
        plan.candidate("none")!.predictedRisk!.estimate, plain.candidate("none")!.predictedRisk!.estimate) < 1e-7)
  }

  @Test func budgetIsSpentAndTargetReached() throws {
    let budget = try Purchase(costPerLabel: 2, costPerRow: 0.01, goal: .budget(300))
    let spent = try Planner.plan(Self.request(unlabeled: 1500, labeled: 70, purchase: budget)).recommendation
    #expect(spent.cost! <= 300 && spent.labels! > 0 && spent.next == .labels)
    let now = try Planner.plan(Self.request(unlabeled: 1500, labeled: 70)).candidate("pca", size: 3)!
    let target = now.predictedRisk!.estimate - 0.5 * now.parts!.labels
    let goal = try Purchase(costPerLabel: 2, costPerRow: 0.01, goal: .targetRisk(target))
    let reached = try Planner.plan(Self.request(unlabeled: 1500, labeled: 70, purchase: goal)).recommendation
    #expect(reached.predictedRisk! <= target * (1 + 1e-9) && reached.cost! > 0)
  }

  @Test func unreachableTargetSaysSo() throws {
    let goal = try Purchase(costPerLabel: 2, costPerRow: 0.01, goal: .targetRisk(0.01))
    let advice = try Planner.plan(Self.request(unlabeled: 500, labeled: 90, purchase: goal)).recommendation
    #expect(advice.next == .neither && advice.labels == nil && advice.cost == nil)
    #expect(advice.why.contains("No purchase is predicted to reach"))
  }

  @Test func sameBytesForAnyNumberOfThreads() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let before = Parallel.threads
    defer { Parallel.threads = before }
    var bytes = [Data]()
    for threads in [1, 3] {
      Parallel.threads = threads
      bytes.append(try encoder.encode(try Planner.plan(Self.request(unlabeled: 200, labeled: 80))))
    }
    #expect(bytes[0] == bytes[1])
  }

  @Test func progressEndsAtOne() throws {
    let seen = Seen()
    _ = try Planner.plan(Self.request(unlabeled: 100, labeled: 60)) { seen.add($0) }
    #expect(seen.values.max() == 1)
    #expect(seen.values.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  @Test func unusableInputIsNamed() throws {
    let base = Self.request(unlabeled: 50, labeled: 20)
    func plan(features: Matrix? = nil, labels: [Double]? = nil) throws -> Plan {
      try Planner.plan(
        PlanRequest(
          unlabeled: base.unlabeled, features: features ?? base.features, labels: labels ?? base.labels, methods: [],
          sizes: []))
    }
    #expect(throws: PlanError.constantTarget(value: 3)) { try plan(labels: [Double](repeating: 3, count: 20)) }
    #expect(throws: PlanError.tooFewLabels(count: 5, needed: 8)) {
      try plan(features: base.features.rows(0..<5), labels: Array(base.labels[..<5]))
    }
    var broken = base.features
    broken[4, 2] = .infinity
    #expect(throws: PlanError.nonFinite(part: "features", row: 4, column: 2, value: .infinity)) {
      try plan(features: broken)
    }
    #expect(throws: PlanError.noVaryingColumn(columns: 2)) {
      let flat = Matrix(rows: 20, columns: 2, repeating: 1)
      return try Planner.plan(
        PlanRequest(
          unlabeled: Matrix(rows: 0, columns: 2), features: flat, labels: base.labels, methods: [], sizes: []))
    }
  }
}

private final class Seen: Sendable {
  private let stored = Mutex([Double]())
  func add(_ value: Double) { stored.withLock { $0.append(value) } }
  var values: [Double] { stored.withLock { $0 } }
}

extension PlannerTests {
  @Test func encodesToTheKeysOfTheContract() throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let goal = try Purchase(costPerLabel: 2, costPerRow: 0.01, goal: .budget(100))
    let plan = try Planner.plan(Self.request(unlabeled: 1500, labeled: 90, purchase: goal, sizes: [2, 3]))
    let object = try JSONSerialization.jsonObject(with: try encoder.encode(plan)) as! [String: Any]
    #expect(
      Set(object.keys) == [
        "rows", "columns", "candidates", "recommendation", "warnings", "best_by_labels", "eigenvalues", "fitted",
        "head", "best_by_unlabeled", "rankings",
      ])
    let candidates = object["candidates"] as! [[String: Any]]
    let pca = candidates.first { $0["method"] as! String == "pca" && $0["size"] as! Int == 2 }!
    let expected: Set = [
      "method", "size", "reliable", "predicted_risk", "parts", "gain_over_raw", "break_even_labels", "next", "pairs",
      "warnings",
    ]
    #expect(expected.isSubset(of: pca.keys))
    #expect(
      Set((pca["parts"] as! [String: Any]).keys).subtracting(["pretraining_upper_bound"]) == [
        "noise", "bias", "labels", "pretraining", "standard_error",
      ])
    let gain = pca["gain_over_raw"] as! [String: Any]
    #expect(Set(gain.keys) == ["against", "estimate", "low", "high", "probability_positive"])
    #expect((pca["next"] as! [String: Any])["double_labels"] != nil)
    let advice = object["recommendation"] as! [String: Any]
    #expect(["labels", "unlabeled", "neither"].contains(advice["next"] as! String))
    #expect(advice["why"] is String)
  }

  /// The ranking at other numbers of rows is that of the tables, and every candidate's own forecast, in order.
  @Test func rankingAtOtherNumbersOfRows() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 400, labeled: 90, sizes: [1, 2, 3]))
    let later = plan.at(unlabeled: 400, labeled: 180)
    #expect(later.best == plan.bestByLabels.first { $0.labels == 180 } && later.best != nil)
    #expect(plan.at(unlabeled: 800, labeled: 90).best == plan.bestByUnlabeled.first { $0.unlabeled == 800 })
    let risks = later.candidates.map(\.predictedRisk.estimate)
    #expect(risks.count > 3 && risks == risks.sorted())
    for entry in later.candidates {
      #expect(
        plan.candidate(entry.method, size: entry.size)?.predictedRisk(unlabeled: 400, labeled: 180)
          == entry.predictedRisk)
    }
    #expect(later.candidates != plan.at(unlabeled: 400, labeled: 90).candidates)
  }

  /// At the present numbers of rows the gain is the candidate's own, at others the difference of the two risks;
  /// nothing beats itself.
  @Test func gainsAtOtherNumbersOfRows() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 400, labeled: 90, sizes: [1, 2, 3]))
    let now = plan.at(unlabeled: 400, labeled: 90)
    let own = try #require(now.candidates.first { $0.label == "pca-2" }?.gainOverRaw)
    let present = try #require(plan.candidate("pca", size: 2)?.gainOverRaw)
    #expect(own.against == present.against && abs(own.estimate - present.estimate) < 1e-12)
    #expect(abs(own.probabilityPositive - present.probabilityPositive) < 1e-12)
    let later = plan.at(unlabeled: 900, labeled: 300)
    let raw = try #require(later.candidates.first { $0.method == "none" || $0.method == "ridge" })
    #expect(raw.gainOverRaw == nil)
    for entry in later.candidates where entry.label != raw.label {
      let gain = try #require(entry.gainOverRaw)
      #expect(gain.against == raw.label)
      #expect(abs(gain.estimate - (raw.predictedRisk.estimate - entry.predictedRisk.estimate)) < 1e-12)
      // The gain is the likeliest, the probability knows that floors are ordered: it is never the more hopeful of the two,
      // and where all of the gain's interval is on one side, so is the probability.
      #expect(gain.estimate > 0 || gain.probabilityPositive <= 0.5)
      #expect(gain.low <= 0 || gain.probabilityPositive >= 0.9)
      #expect(gain.high >= 0 || gain.probabilityPositive <= 0.1)
    }
  }

  @Test func bestSizeAtTheEdgeIsNamed() throws {
    let plan = try Planner.plan(Self.request(unlabeled: 400, labeled: 90, sizes: [1, 2, 3]))
    #expect(plan.warnings.contains { $0.code == "edge-of-range" && $0.message.contains("pca") })
  }
}
