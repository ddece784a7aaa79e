import Pretell

/// A graph and what is fitted on it, read from files.
struct GraphData {
  let masked: MaskedGraph
  let communities: Communities?
  let nodeNames: [String]?
  let components: Int
  let isolated: Int
  let warnings: [JSONWarning]

  var graph: Graph { masked.graph }

  init(_ options: GraphOptions) throws {
    let table = try NodeFeatures.read(options.features)
    let rows = table.values.rows
    var notes = table.warnings.map(JSONWarning.init)
    let names = try options.nodes.map { try NodeFile.names($0) }
    if let names, let file = options.nodes, names.count != rows {
      throw DataFileError(
        file: file, problem: "\(names.count) names for \(rows) rows of features",
        remedy: "Give one name for each row, in their order")
    }
    let (graph, edgeNotes) = try Self.graph(options.edges, rows: rows, names: names)
    notes += edgeNotes
    (nodeNames, components, isolated) = (names, graph.components().count, graph.isolated.count)
    communities = try options.groups.map { try Self.communities($0, graph, names) }
    masked = try MaskedGraph(
      graph, features: table.values, settings: options.settings, memory: MemoryLimit(options.memory))
    warnings = notes
  }

  private static func graph(
    _ path: String, rows: Int, names: [String]?
  ) throws -> (Graph, [JSONWarning]) {
    let list = try EdgeFile.read(path)
    if let nodes = list.nodes, nodes != rows { throw GraphError.featureRows(nodes: nodes, rows: rows) }
    let edges = try list.numbered(rows: rows, rowNames: list.nodes == nil ? names : nil)
    return (try Graph(nodes: rows, from: edges.from, to: edges.to), list.notes(edges))
  }

  private static func communities(_ groups: String, _ graph: Graph, _ names: [String]?) throws -> Communities {
    if groups == "louvain" { return Louvain.communities(of: graph) }
    let labels = try NodeFile.labels(groups, count: graph.nodes, names: names)
    if let missing = labels.firstIndex(where: { $0 == nil }) {
      throw DataFileError(
        file: groups, row: missing + 1, problem: "node \(names?[missing] ?? "\(missing)") has no community",
        remedy: "Give one for each node, or --groups louvain")
    }
    return Communities(labels)
  }
}
