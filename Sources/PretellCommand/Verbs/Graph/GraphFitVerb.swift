import ArgumentParser
import Pretell

struct GraphFitVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Codes of every node by masked pre-training in closed form.",
    discussion: "Example:  pretell graph fit edges.csv --features x.npz --size 64 --output codes.npz")

  @OptionGroup var graph: GraphOptions
  @OptionGroup var common: CommonOptions

  @Option(name: .long, help: ArgumentHelp("Dimensions of the codes (64, or as many as there are).", valueName: "k"))
  var size: Int?

  @Flag(name: .long, help: "Codes alone; needs --ridge with a number.")
  var noErrors = false

  static var answers: [any Codable.Type] { [GraphReport.self, Plain.self] }

  var files: FileUse { graph.files + common.files }
  var memoryLimit: MemorySize? { graph.memory }

  func validate() throws {
    if let size, size < 1 { throw ValidationError("--size must be at least 1, not \(size).") }
    if common.output != "-", !common.output.hasSuffix(".npz") {
      throw ValidationError("--output \(common.output): the codes are written as .npz.")
    }
    if noErrors, try graph.penalty() == .automatic {
      throw ValidationError("--no-errors needs --ridge with a number: without errors there is nothing to choose by.")
    }
  }

  func run() throws {
    common.begin()
    let data = try GraphData(graph)
    let masked = data.masked
    let dimensions = size ?? min(64, masked.largestSize)
    var printed = common
    printed.output = "-"
    if noErrors, case .given(let ridge) = try graph.penalty() {
      let found = try masked.codes(size: dimensions, ridge: ridge)
      try write(found, data)
      let body = Plain(
        nodes: data.graph.nodes, edges: data.graph.edges, components: data.components, isolated: data.isolated,
        filter: "\(graph.filter)", hideRate: graph.hide, ridge: ridge, size: dimensions,
        singularValues: found.singularValues, smoothnessSpread: found.smoothnessSpread,
        output: common.output == "-" ? nil : common.output)
      try printed.finish(
        "graph fit", json: body, text: body.text, warnings: data.warnings + found.warnings.map(JSONWarning.init))
      return
    }
    let fit = try masked.fit(ridge: graph.penalty(), communities: data.communities)
    let found = try masked.codes(size: dimensions, ridge: fit.errors.ridge)
    try write(found, data)
    let report = GraphReport(
      data, fit.errors, codes: found, output: common.output == "-" ? nil : common.output)
    try printed.finish(
      "graph fit", json: report, text: report.text,
      warnings: data.warnings + (fit.warnings + found.warnings).map(JSONWarning.init))
  }

  private func write(_ found: MaskedGraph.Representation, _ data: GraphData) throws {
    if common.output == "-" { return }
    var members: [(name: String, content: NPZ.Content)] = [
      ("codes", .matrix(found.codes)), ("encoder", .matrix(found.encoder)),
      (
        "means",
        .matrix(Matrix(rows: 1, columns: data.masked.moments.rows.columns, storage: data.masked.moments.rows.means))
      ),
      ("singular_values", .matrix(.column(found.singularValues))),
    ]
    if let communities = data.communities { members.append(("communities", .integers(communities.label))) }
    if let names = data.nodeNames { members.append(("nodes", .texts(names))) }
    try NPZ.write(members, to: common.output)
  }

  private struct Plain: Codable {
    let nodes: Int
    let edges: Int
    let components: Int
    let isolated: Int
    let filter: String
    let hideRate: Double
    let ridge: Double
    let size: Int
    let singularValues: [Double]
    let smoothnessSpread: Double
    let output: String?

    var text: String {
      "\(NumberText.count(nodes)) nodes, \(NumberText.count(edges)) edges; codes of \(size) dimensions, errors left out"
        + (output.map { "\n\ncodes: \($0) (numpy.load reads it)" } ?? "")
    }
  }
}
