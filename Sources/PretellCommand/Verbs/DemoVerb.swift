import ArgumentParser
import Foundation
import Pretell

struct DemoVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "A tour in seconds: a world where the truth is known, then real data.",
    discussion: "Example:  pretell demo")

  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  private static let unlabeled = 3000
  private static let labeled = 160
  private static let factors = 3

  static var answers: [any Codable.Type] { [Story.self] }

  var files: FileUse { common.files }

  func run() throws {
    common.begin()
    let world = try FactorPopulation(
      dimension: 40, strengths: [6, 4, 3], coefficients: [1, 1, 1], labelNoise: 0.8)
    var stream = RandomStream(seed: random.seed)
    let rows = try world.sample(Self.unlabeled, using: &stream).rows
    let labeled = try world.sample(Self.labeled, using: &stream)
    let request = PlanRequest(
      unlabeled: rows, features: labeled.rows, labels: labeled.labels, methods: [PrincipalComponents()],
      sizes: Array(1...8), seed: random.seed)
    let plan = try Planner.plan(request)
    let truth = try world.law()
    let story = Story(plan: plan, truth: truth.meanRisk(unlabeled: Self.unlabeled, labeled: Self.labeled))
    try common.finish(
      "demo", json: story, text: text(plan, truth), warnings: plan.warnings.map(JSONWarning.init),
      seed: random.seed)
  }

  private struct Story: Codable {
    let plan: Plan
    let truth: Double
  }

  private func text(_ plan: Plan, _ truth: LimitLaw) -> String {
    let chosen = plan.candidate("pca", size: Self.factors)?.predictedRisk
    let interval = chosen.map {
      "\(NumberText.significant($0.estimate)) (\(NumberText.significant($0.low, 3)) .. \(NumberText.significant($0.high, 3)))"
    }
    let exact = truth.meanRisk(unlabeled: Self.unlabeled, labeled: Self.labeled)
    let crossover = NumberText.optional(truth.crossoverRatio, 3)
    return """
      A made-up world: three hidden factors drive 40 columns, \(Self.unlabeled) rows have no
      labels, \(Self.labeled) have. What 'pretell plan' says, from the data alone:

      \(PlanText(plan: plan, target: "y", showsAll: false).text)

      What is true, because we made the world (pretell law):
        risk after pre-training three factors: \(NumberText.significant(exact)); the plan says \(interval ?? "-")
        least squares on all columns is beaten from \(crossover) unlabeled rows a label on
        (here: \(NumberText.significant(Double(Self.unlabeled) / Double(Self.labeled), 3))); \
      a plan asks for more: to beat ridge, with probability 90 %

      Next:  pretell plan --data YOUR.csv --target COLUMN     (blank target = unlabeled row)
             pretell backtest --data YOUR.csv --target COLUMN (hide labels, forecast, reveal)
      """
  }
}
