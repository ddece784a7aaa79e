import ArgumentParser
import Pretell

struct LawVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "law", abstract: "The exact limiting law of the downstream risk in a known world.",
    discussion: "Example:  pretell law Examples/factor.toml --set dimension=80")

  @OptionGroup var instance: InstanceOptions
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Probability of a quantile to report; repeatable.", valueName: "p"))
  var probability: [Double] = [0.05, 0.5, 0.95]

  @Option(name: .long, help: ArgumentHelp("Draw the law (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  @Flag(name: .long, help: "Add the limit that the paper prints where it differs from the theorem's.")
  var printed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Relative error to integrate to, where the law is an integral (model \"mixture\").", valueName: "x"))
  var tolerance: Double?

  static var answers: [any Codable.Type] { [LawReport.self] }

  var files: FileUse { instance.files + common.files + .figure(figure) }

  func validate() throws {
    try checkProbabilities(probability)
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw ValidationError("--tolerance must lie strictly between 0 and 1, not \(tolerance).")
    }
  }

  func run() throws {
    common.begin()
    let world = try instance.read(tolerance.map { ["tolerance=\($0)"] } ?? [])
    let law = try world.law()
    let report = LawReport(
      world, law: law, probabilities: probability, printed: printed ? try printedLaw(world) : nil)
    try common.finish(
      "law", json: report, text: report.text,
      warnings: (law.warnings + LimitCheck.warnings(world.population, law: law, experiment: world.experiment()))
        .map(JSONWarning.init),
      files: [.figure(figure) { LawFigure.riskAgainstLabels(law, instance: world) }])
  }

  private func printedLaw(_ world: Instance) throws -> PrintedLaw {
    guard let printed = try (world.population as? any TwoStagePopulation)?.printedLaw() else {
      throw ValidationError("--printed: the paper prints no limit of its own for model \"\(world.model)\".")
    }
    guard world.head == .leastSquares else {
      throw ValidationError("--printed: the paper's limits are for a least-squares head.")
    }
    return printed
  }
}

/// Throws for a probability outside (0, 1).
func checkProbabilities(_ probabilities: [Double]) throws {
  for value in probabilities where !(value > 0 && value < 1) {
    throw ValidationError("--probability must lie strictly between 0 and 1, not \(value).")
  }
}

/// Throws for fewer than 2 replicates, and for more than anybody waits for.
func checkReplicates(_ count: Int, _ option: String) throws {
  if !(2...1_000_000_000).contains(count) {
    throw ValidationError("\(option) must lie between 2 and a thousand million, not \(count).")
  }
}
