import ArgumentParser
import Foundation
import Pretell

struct VerifyVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Simulate the model that a saved plan fitted: does its law hold at these sizes?",
    discussion: """
      Example:  pretell verify plan.json     after     pretell plan … --save plan.json

      Rows are drawn from a Gaussian population with the fitted variances, head and noise; labels of classes follow the fitted
      probabilities, and law and simulation are of a softmax head without a penalty. That the rows are Gaussian is assumed, not tested;
      'pretell backtest' tests forecasts on your own rows.
      """)

  @Argument(help: ArgumentHelp("What 'plan --save' wrote.", valueName: "plan"))
  var path: String

  @Option(name: .long, help: ArgumentHelp("How often to run both stages.", valueName: "r"))
  var replicates = 1000

  @Option(name: .long, help: ArgumentHelp("Draw replicates and law (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  static var answers: [any Codable.Type] { [VerifyReport.self] }

  var files: FileUse { .input(path, "PLAN") + common.files + .figure(figure) }

  func validate() throws {
    try checkReplicates(replicates, "--replicates")
  }

  func run() throws {
    common.begin()
    let fitted = try read()
    let world: any TwoStageWorld
    do { world = try fitted.world() } catch let invalid as InvalidPopulation {
      throw noLaw("\(invalid)")
    } catch let error as HeadError { throw noLaw("\(error)") }
    let bar = common.progress("simulating")
    let simulation: Simulation
    do {
      simulation = try Simulation(
        world, experiment: fitted.experiment, replicates: replicates, seed: random.seed
      ) { done in
        bar.update(done, of: replicates)
        return !Interruption.requested
      }
    } catch is Simulation.Interrupted {
      bar.finish()
      throw Interruption.failure
    } catch let invalid as InvalidPopulation {
      bar.finish()
      throw noLaw("\(invalid)")
    } catch let error as HeadNotFitted {
      bar.finish()
      throw CommandFailure(
        status: .noAnswer,
        message:
          "\(path): \(error) Without a penalty such a world has no finite risk at these sizes; the plan's head has one. "
          + "'pretell backtest' tests its forecasts on your own rows.")
    }
    bar.finish()
    let report = VerifyReport(fitted, simulation)
    try common.finish(
      "verify", json: report, text: report.text,
      warnings: (simulation.warnings + world.warnings(unlabeled: fitted.rows)).map(JSONWarning.init), seed: random.seed,
      files: [.figure(figure) { LawFigure.distribution(simulation) }])
  }

  private func noLaw(_ reason: String) -> CommandFailure {
    CommandFailure(status: .noAnswer, message: "\(path): the fitted model has no law: \(reason)")
  }

  private struct SavedPlan: Decodable {
    let fitted: FittedModel?
  }

  private func read() throws -> FittedModel {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(status: .noInput, message: "\(path): there is no such file, or it may not be read.")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let saved = try? decoder.decode(SavedPlan.self, from: bytes) else {
      throw CommandFailure(status: .badData, message: "\(path): not a plan that 'pretell plan --save' wrote.")
    }
    guard let fitted = saved.fitted else {
      throw CommandFailure(
        status: .noAnswer,
        message:
          "\(path): the plan has no fitted representation to simulate: there were too few labels, or sizes, for its parts."
      )
    }
    return fitted
  }
}

/// Law, simulation and plan side by side.
private struct VerifyReport: Codable {
  struct Part: Codable {
    let plan: Double
    let law: Double
    let simulated: Double
  }
  let method: String
  let size: Int
  let unlabeled: Int
  let labeled: Int
  let replicates: Int
  let labels: Part
  let pretraining: Part
  let excessRisk: Part
  /// Simulated mean over the law's.
  let simulatedOverLaw: Double
  let holds: Bool

  init(_ fitted: FittedModel, _ simulation: Simulation) {
    let (n, law) = (Double(fitted.labels), simulation.law)
    let parts = simulation.scaledParts
    method = PrincipalComponents().name
    size = fitted.size
    unlabeled = fitted.rows
    labeled = fitted.labels
    replicates = simulation.risks.count
    labels = Part(plan: fitted.labelsPart, law: law.labelTerm / n, simulated: parts.variance / n)
    pretraining = Part(
      plan: fitted.pretrainingPart, law: law.interaction.mean / Double(fitted.rows),
      simulated: (parts.representation + parts.leakage) / n)
    excessRisk = Part(
      plan: fitted.labelsPart + fitted.pretrainingPart, law: law.scaledExcessRisk(ratio: simulation.ratio).mean / n,
      simulated: simulation.scaledExcessRisk.mean / n)
    simulatedOverLaw = simulation.ratioToLaw
    holds = abs(simulation.ratioToLaw - 1) <= 0.1
  }

  var text: String {
    var table = TextTable(header: ["excess risk", "plan", "law", "simulated"])
    table.rows = [("labels' part", labels), ("pre-training's part", pretraining), ("together", excessRisk)].map {
      name, part in
      [
        name, NumberText.significant(part.plan), NumberText.significant(part.law),
        NumberText.significant(part.simulated),
      ]
    }
    let percent = NumberText.signedPercent(simulatedOverLaw - 1)
    return """
      \(method)-\(size): \(NumberText.count(replicates)) replicates of \(NumberText.count(unlabeled)) rows, \
      \(NumberText.count(labeled)) of them labeled

      \(table.rendered(.output))

      \(holds ? "The law holds at these sizes" : "The law does not hold at these sizes"): simulated over law \(percent).
      """
  }
}
