import Pretell

/// What graph fit and graph errors print.
struct GraphReport: Codable {
  let nodes: Int
  let edges: Int
  let components: Int
  let isolated: Int
  let filter: String
  let hideRate: Double
  let ridge: Double
  let trainingError: Double
  let leaveNodeOutError: Double?
  let leaveCommunityOutError: Double?
  let rSquared: Double?
  let trainingRSquared: Double
  let communities: Int?
  let size: Int?
  let singularValues: [Double]?
  let smoothnessSpread: Double?
  /// The file of codes.
  let output: String?

  init(
    _ data: GraphData, _ errors: GraphErrors, codes: MaskedGraph.Representation? = nil, output: String? = nil
  ) {
    nodes = data.graph.nodes
    edges = data.graph.edges
    components = data.components
    isolated = data.isolated
    filter = "\(data.masked.settings.filter)"
    hideRate = errors.hideRate
    ridge = errors.ridge
    trainingError = errors.trainingError
    leaveNodeOutError = errors.leaveNodeOutError
    leaveCommunityOutError = errors.leaveCommunityOutError
    rSquared = errors.r2
    trainingRSquared = errors.trainingR2
    communities = data.communities?.count
    size = codes?.singularValues.count
    singularValues = codes?.singularValues
    smoothnessSpread = codes?.smoothnessSpread
    self.output = output
  }

  var text: String {
    var lines = [
      "\(NumberText.count(nodes)) nodes, \(NumberText.count(edges)) edges, \(NumberText.count(components)) "
        + "component\(components == 1 ? "" : "s"), \(NumberText.count(isolated)) isolated",
      "filter \(filter), hide rate \(NumberText.significant(hideRate)), ridge \(NumberText.significant(ridge))",
      "",
      "training error              \(NumberText.significant(trainingError))   R2 \(NumberText.significant(trainingRSquared))",
      "leave-node-out error        \(NumberText.optional(leaveNodeOutError))   R2 \(NumberText.optional(rSquared))",
    ]
    if let leaveCommunityOutError {
      lines.append("leave-community-out error   \(NumberText.significant(leaveCommunityOutError))")
    }
    if let communities { lines.append("communities                 \(NumberText.count(communities))") }
    if let size, let singularValues {
      let shown = singularValues.prefix(6).map { NumberText.significant($0, 3) }.joined(separator: ", ")
      lines.append("codes                       \(size) dimensions, singular values \(shown)\(size > 6 ? ", ..." : "")")
    }
    if let smoothnessSpread {
      lines.append(
        "spread of smoothness        \(NumberText.significant(smoothnessSpread, 3)) (0: the codes are PCA of the propagated rows)"
      )
    }
    if let output { lines += ["", "codes: \(output) (numpy.load reads it)"] }
    return lines.joined(separator: "\n")
  }
}
