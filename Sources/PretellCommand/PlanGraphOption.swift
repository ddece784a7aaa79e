import ArgumentParser
import Pretell

/// The rows of a plan as nodes of a graph.
struct PlanGraphOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      The rows are nodes that these edges join (names with --nodes, else numbers from 0: the rows of --unlabeled, then of the other \
      file): adds sgc (principal components of the rows propagated over two hops) and graph (masked graph autoencoder). --groups are \
      communities, Louvain's when left out. --data may be SciPy's .npz and --target a file: a label for each node (blank where \
      unknown), or node,label in every line.
      """, valueName: "edges"))
  var graph: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Names of the nodes: a column (no feature then), or a file with one a row.", valueName: "column|file"))
  var nodes: String?

  var files: FileUse {
    .input(graph, "--graph") + .input(nodes.flatMap { DataSource.exists($0) ? $0 : nil }, "--nodes")
  }

  /// What only a graph has.
  private static let names = ["sgc", "graph"]

  func validate() throws {
    if nodes != nil, graph == nil { throw ValidationError("--nodes needs --graph EDGES.") }
  }

  /// Names of methods without those of graphs. Throws where there is no graph for them.
  func plain(_ methods: [String]) throws -> [String] {
    let own = methods.filter { Self.names.contains($0) }
    if graph == nil, let name = own.first { throw ValidationError("--methods \(name) needs --graph EDGES.") }
    return methods.filter { !Self.names.contains($0) }
  }

  /// Louvain's communities are no column and no file.
  func groups(_ given: GroupsOption) -> GroupsOption {
    var result = given
    if graph != nil, given.groups == "louvain" { result.groups = nil }
    return result
  }

  /// What does not go with a graph. Throws `ValidationError`.
  func check(_ given: [(name: String, isGiven: Bool)]) throws {
    guard graph != nil, let first = given.first(where: \.isGiven) else { return }
    throw ValidationError("--graph and \(first.name) do not go together.")
  }

  /// The methods, communities and notes; nil without a graph.
  func read(_ data: PlanData, methods: [String], memory: MemorySize?) throws -> GraphPlan? {
    guard let graph else { return nil }
    guard let unlabeled = data.unlabeled.inMemory else {
      throw ValidationError("--graph needs rows that fit into memory.")
    }
    let rows = data.unlabeledCount == 0 ? data.features : unlabeled.stacked(above: data.features)
    let list = try EdgeFile.read(graph)
    let tooFew = "Give a row for each node, those without a target, too"
    if let nodes = list.nodes, nodes != rows.rows {
      throw DataFileError(
        file: graph, problem: "it has \(nodes) nodes, and there are \(rows.rows) rows", remedy: tooFew)
    }
    let edges = try list.numbered(rows: rows.rows, rowNames: list.nodes == nil ? data.nodeNames : nil)
    if let far = (edges.from + edges.to).first(where: { Int($0) >= rows.rows }) {
      throw DataFileError(
        file: graph, value: "\(far)", problem: "nodes are the rows, numbered from 0 to \(rows.rows - 1)",
        remedy: tooFew)
    }
    var place = [Int](repeating: 0, count: rows.rows)
    for (position, row) in data.fileOrder.enumerated() { place[row] = position }
    let nodes = try Graph(
      nodes: rows.rows, from: edges.from.map { Int32(place[Int($0)]) }, to: edges.to.map { Int32(place[Int($0)]) })
    let found = try GraphPretraining(
      nodes, features: rows, communities: data.groups, memory: MemoryLimit(memory))
    let wanted = methods.filter { Self.names.contains($0) }
    return GraphPlan(
      methods: found.methods.filter { wanted.isEmpty || wanted.contains($0.name) }, groups: found.communities,
      warnings: list.notes(edges) + found.warnings.map(JSONWarning.init))
  }
}

/// What a graph adds to a plan.
struct GraphPlan {
  let methods: [any PretrainingMethod]
  let groups: Partition
  let warnings: [JSONWarning]
}

extension EdgeList {
  /// What was made of a file of edges.
  func notes(_ edges: NumberedEdges) -> [JSONWarning] {
    var notes: [JSONWarning] = []
    if edges.isFromOne {
      notes.append(
        JSONWarning(
          code: "numbered-from-one",
          message: "Nodes of \(source) are numbered from 1: node 1 is the first row of the features.",
          remedy: "Number them from 0 if that is not meant."))
    }
    if isWeighted {
      notes.append(
        JSONWarning(
          code: "weights-ignored", message: "Edges of \(source) have weights, or a third column: it is not used.",
          remedy: "Leave out edges that do not count."))
    }
    return notes
  }
}
