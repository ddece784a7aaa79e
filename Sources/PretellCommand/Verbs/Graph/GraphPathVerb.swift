import ArgumentParser
import Pretell

struct GraphPathVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Errors along a path of penalties, a node left out at each.",
    discussion: "Example:  pretell graph path edges.csv --features x.npz --figure path.svg")

  @OptionGroup var graph: GraphOptions
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Penalties; half decades when left out.", valueName: "a,b,c"))
  var ridges: String?

  @Option(name: .long, help: ArgumentHelp("Draw the errors against the penalty (.svg, .pdf, .png).", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [Body.self] }

  var files: FileUse { graph.files + common.files + .figure(figure) }
  var memoryLimit: MemorySize? { graph.memory }

  func validate() throws { _ = try penalties() }

  func run() throws {
    common.begin()
    let data = try GraphData(graph)
    let path = try data.masked.path()
    let errors = try path.errors(ridges: penalties() ?? GraphPath.grid)
    guard let best = errors.min(by: { ($0.leaveNodeOutError ?? .infinity) < ($1.leaveNodeOutError ?? .infinity) })
    else {
      throw ValidationError("--ridges is empty.")
    }
    let body = Body(
      nodes: data.graph.nodes, edges: data.graph.edges, components: data.components, isolated: data.isolated,
      filter: "\(graph.filter)", hideRate: graph.hide, path: errors.map(Body.Point.init), best: Body.Point(best))
    try common.finish(
      "graph path", json: body, text: body.text,
      warnings: data.warnings + data.masked.warnings(path: errors).map(JSONWarning.init),
      files: [.figure(figure) { GraphFigures.path(errors, best: best) }])
  }

  private func penalties() throws -> [Double]? {
    guard let ridges else { return nil }
    let values = ridges.split(separator: ",").map { Double($0) }
    guard !values.isEmpty, values.allSatisfy({ ($0 ?? -1) >= 0 && ($0 ?? .infinity).isFinite }) else {
      throw ValidationError("--ridges \(ridges) is not a list of numbers, 0 or more.")
    }
    return values.compactMap { $0 }
  }

  private struct Body: Codable {
    let nodes: Int
    let edges: Int
    let components: Int
    let isolated: Int
    let filter: String
    let hideRate: Double
    let path: [Point]
    let best: Point

    struct Point: Codable {
      let ridge: Double
      let trainingError: Double
      let leaveNodeOutError: Double?
      let rSquared: Double?

      init(_ errors: GraphErrors) {
        ridge = errors.ridge
        trainingError = errors.trainingError
        leaveNodeOutError = errors.leaveNodeOutError
        rSquared = errors.r2
      }
    }

    var text: String {
      var table = TextTable(header: ["ridge", "training", "leave-node-out", "R2"], leftAligned: [])
      table.rows = path.map { point in
        [
          NumberText.significant(point.ridge), NumberText.significant(point.trainingError),
          NumberText.optional(point.leaveNodeOutError), NumberText.optional(point.rSquared),
        ]
      }
      return """
        \(NumberText.count(nodes)) nodes, \(NumberText.count(edges)) edges; filter \(filter), hide rate \
        \(NumberText.significant(hideRate))
        smallest leave-node-out error: \(NumberText.optional(best.leaveNodeOutError)) at ridge \
        \(NumberText.significant(best.ridge))

        \(table.rendered(.output))
        """
    }
  }
}
