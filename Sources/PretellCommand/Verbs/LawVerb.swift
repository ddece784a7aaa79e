import ArgumentParser
import Pretell

struct LawVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "law", abstract: "The exact limiting law of the downstream risk in a known world.",
    discussion: """
      Example:  pretell law Examples/factor.toml --set dimension=80

      A page with sliders for n, m and one key:  pretell law Examples/mixture.toml --report law.html --vary separation=2:6:9
      """)

  @OptionGroup var instance: InstanceOptions
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Probability of a quantile to report; repeatable.", valueName: "p"))
  var probability: [Double] = [0.05, 0.5, 0.95]

  @Option(name: .long, help: ArgumentHelp("Draw the law (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a page with sliders for n and m, and for the key of --vary (one self-contained .html).", valueName: "file")
  )
  var report: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A slider of --report: a,b,c or from:to:count or from:to:countlog.", valueName: "key=values"))
  var vary: String?

  @Flag(name: .long, help: "Add the limit that the paper prints where it differs from the theorem's.")
  var printed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Relative error to integrate to, where the law is an integral (model \"mixture\").", valueName: "x"))
  var tolerance: Double?

  static var answers: [any Codable.Type] { [LawReport.self] }

  var files: FileUse {
    instance.files + common.files + .figure(figure) + .output(report, "--report")
  }

  func validate() throws {
    try checkProbabilities(probability)
    if vary != nil && report == nil { throw ValidationError("--vary is a slider of the page that --report writes.") }
    _ = try vary.map(VaryOption.init)
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw ValidationError("--tolerance must lie strictly between 0 and 1, not \(tolerance).")
    }
  }

  func run() throws {
    common.begin()
    let world = try instance.read(tolerance.map { ["tolerance=\($0)"] } ?? [])
    let law = try world.law()
    let answer = LawReport(
      world, law: law, probabilities: probability, printed: printed ? try printedLaw(world) : nil)
    let page = try report.map { _ in try lawPage(world, law: law, text: answer.text) }
    try common.finish(
      "law", json: answer, text: answer.text,
      warnings: (law.warnings + LimitCheck.warnings(world.population, law: law, experiment: world.experiment()))
        .map(JSONWarning.init),
      files: [
        .figure(figure) { LawFigure.riskAgainstLabels(law, instance: world) },
        .text(report, "--report") { try page?.html() ?? "" },
      ])
  }

  /// Laws at every value of the key that varies, each found before anything is written.
  private func lawPage(_ world: Instance, law: LimitLaw, text: String) throws -> LawPage {
    var (worlds, key) = ([LawPage.World(law: law)], String?.none)
    if let varied = try vary.map(VaryOption.init) {
      let probe = try InstanceFile(path: instance.path, overrides: instance.set)
      _ = try? Instance(probe)
      key = varied.key
      let values = try varied.literals(isInteger: probe.integerKeys.contains(varied.key))
      guard values.count <= Self.mostWorlds else {
        throw ValidationError("--vary \(varied.key): a slider has at most \(Self.mostWorlds) values.")
      }
      worlds = try values.map {
        LawPage.World(value: $0, law: try instance.read(["\(varied.key)=\($0)"]).law())
      }
    }
    let own = worlds.firstIndex {
      $0.law.interaction.mean == law.interaction.mean && $0.law.labelTerm == law.labelTerm
    }
    if own == nil { worlds.insert(LawPage.World(value: "as given", law: law), at: 0) }
    return LawPage(
      model: world.model, unlabeled: world.unlabeled, labeled: world.labeled, worlds: worlds,
      start: own ?? 0, key: key,
      panels: Array(LawFigure.riskAgainstLabels(law, instance: world).panels.dropFirst()), text: text,
      command: CommandLine.invocation,
      version: PretellVersion.current)
  }

  private static let mostWorlds = 200

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
