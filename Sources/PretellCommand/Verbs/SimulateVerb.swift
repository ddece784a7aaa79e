import ArgumentParser
import Pretell

struct SimulateVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Run both stages many times in a known world and set them against the law.",
    discussion: "Example:  pretell simulate Examples/factor.toml --replicates 400")

  @OptionGroup var instance: InstanceOptions
  @OptionGroup var common: CommonOptions
  @OptionGroup var random: SeedOption

  @Option(name: .long, help: ArgumentHelp("How often to run both stages.", valueName: "r"))
  var replicates: Int

  @Option(name: .long, help: .sampler)
  var sampler = "gaussian"

  @Flag(
    name: .long,
    help: "Draw label noise and fit it, instead of averaging over it in closed form (Proposition B.1).")
  var sampledLabels = false

  @Option(name: .long, help: ArgumentHelp("Probability of a quantile to report; repeatable.", valueName: "p"))
  var probability: [Double] = [0.05, 0.5, 0.95]

  @Option(name: .long, help: ArgumentHelp("Draw replicates and law (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [SimulationReport.self] }

  var files: FileUse { instance.files + common.files + .figure(figure) }

  func validate() throws {
    try checkProbabilities(probability)
    try checkReplicates(replicates, "--replicates")
    _ = try rowDistribution(sampler)
  }

  func run() throws {
    common.begin()
    let world = try instance.read()
    let experiment = world.experiment(rows: try rowDistribution(sampler), samplesLabels: sampledLabels)
    let bar = common.progress("simulating")
    let simulation: Simulation
    do {
      simulation = try Simulation(
        world.population, experiment: experiment, replicates: replicates, seed: random.seed
      ) { done in
        bar.update(done, of: replicates)
        return !Interruption.requested
      }
    } catch is Simulation.Interrupted {
      bar.finish()
      throw Interruption.failure
    } catch let invalid as InvalidPopulation {
      bar.finish()
      throw CommandFailure(status: .badData, message: "\(world.path): \(invalid.description)")
    }
    bar.finish()
    let report = SimulationReport(world, simulation: simulation, probabilities: probability)
    try common.finish(
      "simulate", json: report, text: report.text, warnings: simulation.warnings.map(JSONWarning.init),
      seed: random.seed, files: [.figure(figure) { LawFigure.distribution(simulation) }])
  }
}

/// The law and the replicates side by side.
struct SimulationReport: Codable {
  let law: LawReport
  let replicates: Int
  let simulated: Simulated
  let kolmogorovDistance: Distances
  let agreement: Agreement
  /// Whether label noise was drawn: the law is then that of the replicates' mean over it.
  let sampledLabels: Bool

  struct Simulated: Codable {
    let scaledExcessRisk: Sample
    let parts: Parts
  }
  struct Sample: Codable {
    let mean: Double
    let standardError: Double
    let quantiles: [String: Double]
  }
  /// Means of n times each part.
  struct Parts: Codable {
    let variance: Double
    let leakage: Double
    let representation: Double
  }
  struct Distances: Codable {
    let total: Double
    let representation: Double
  }
  struct Agreement: Codable { let z: Double }

  init(_ instance: Instance, simulation: Simulation, probabilities: [Double]) {
    law = LawReport(instance, law: simulation.law, probabilities: probabilities)
    replicates = simulation.risks.count
    let sample = simulation.scaledExcessRisk
    let parts = simulation.scaledParts
    simulated = Simulated(
      scaledExcessRisk: Sample(
        mean: sample.mean, standardError: sample.standardError,
        quantiles: Dictionary(
          probabilities.map { (LawReport.Summary.key($0), sample.quantile($0)) },
          uniquingKeysWith: { first, _ in first })),
      parts: Parts(variance: parts.variance, leakage: parts.leakage, representation: parts.representation))
    let distances = simulation.kolmogorovDistances()
    kolmogorovDistance = Distances(total: distances.total, representation: distances.representation)
    agreement = Agreement(z: simulation.z)
    sampledLabels = simulation.experiment.samplesLabels || instance.head.drawsLabels
  }

  private enum CodingKeys: String, CodingKey {
    case replicates, simulated, kolmogorovDistance, agreement, sampledLabels
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    law = try LawReport(from: decoder)
    replicates = try container.decode(Int.self, forKey: .replicates)
    simulated = try container.decode(Simulated.self, forKey: .simulated)
    kolmogorovDistance = try container.decode(Distances.self, forKey: .kolmogorovDistance)
    agreement = try container.decode(Agreement.self, forKey: .agreement)
    sampledLabels = try container.decode(Bool.self, forKey: .sampledLabels)
  }

  /// The law's keys and the simulation's stand side by side.
  func encode(to encoder: Encoder) throws {
    try law.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(replicates, forKey: .replicates)
    try container.encode(simulated, forKey: .simulated)
    try container.encode(kolmogorovDistance, forKey: .kolmogorovDistance)
    try container.encode(agreement, forKey: .agreement)
    try container.encode(sampledLabels, forKey: .sampledLabels)
  }

  private var drawnNote: String {
    sampledLabels ? "\n(labels were drawn: the law averages over their noise, so means compare, spreads do not)" : ""
  }

  var text: String {
    let sample = simulated.scaledExcessRisk
    var table = TextTable(header: ["n (R - sigma^2)", "law", "simulated", "standard error"])
    table.rows = [
      [
        "mean", NumberText.significant(law.scaledExcessRisk.mean), NumberText.significant(sample.mean),
        NumberText.significant(sample.standardError, 2),
      ]
    ]
    for key in sample.quantiles.keys.sorted(by: { Double($0)! < Double($1)! }) {
      let exact = NumberText.optional(law.scaledExcessRisk.quantiles[key])
      table.rows.append(["quantile \(key)", exact, NumberText.optional(sample.quantiles[key]), ""])
    }
    let limit = law.labelTerm
    table.rows += [
      ["part: variance", NumberText.significant(limit), NumberText.significant(simulated.parts.variance), ""],
      [
        "part: representation", NumberText.significant(law.interaction.mean / law.ratio),
        NumberText.significant(simulated.parts.representation), "",
      ],
      [
        "part: leakage", NumberText.significant(law.penaltyTerm ?? 0), NumberText.significant(simulated.parts.leakage),
        "",
      ],
    ]
    return """
      \(law.model): \(NumberText.count(replicates)) replicates of \(NumberText.count(law.unlabeled)) unlabeled and \
      \(NumberText.count(law.labeled)) labeled rows

      \(table.rendered(.output))

      difference of the means: \(NumberText.significant(agreement.z, 3)) standard errors
      Kolmogorov distance: \(NumberText.significant(kolmogorovDistance.total, 3)) total, \
      \(NumberText.significant(kolmogorovDistance.representation, 3)) representation part\(drawnNote)
      """
  }
}
