import ArgumentParser
import Pretell

/// The graph, its features, and how it is set up.
struct GraphOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Edges: text of two columns (numbers from 0, or names), SciPy .npz, MatrixMarket, edge_index .npy.",
      valueName: "edges"))
  var edges: String

  @Option(
    name: .long,
    help: ArgumentHelp("One row for each node: .csv, .npy, .npz, .safetensors, SciPy .npz.", valueName: "file"))
  var features: String

  @Option(
    name: .long,
    help: ArgumentHelp("Names of the nodes, one a line in the order of the features' rows.", valueName: "file"))
  var nodes: String?

  @Option(
    name: .long, help: ArgumentHelp("sgc:HOPS, appnp:STEPS:ALPHA or heat:TIME.", valueName: "filter"),
    transform: { text in
      do { return try GraphFilter(text) } catch { throw ValidationError("\(error).") }
    })
  var filter = GraphFilter.sgc(hops: 2)

  @Option(name: .long, help: ArgumentHelp("Adjacency scaled symmetric, or by rows.", valueName: "scaling"))
  var normalize = GraphNormalization.symmetric

  @Option(name: .long, help: ArgumentHelp("Share of the nodes that is hidden; acts as a penalty.", valueName: "p"))
  var hide = 0.75

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Latents zeroed before decoding: none, independent:RATE, or same (the hidden nodes'); the decoder is one more hop.",
      valueName: "remask"),
    transform: { text in
      guard let remask = Remask(text) else {
        throw ValidationError("--remask \(text) is not none, independent:RATE (above 0, below 1) or same.")
      }
      return remask
    })
  var remask = Remask.none

  @Flag(name: .long, inversion: .prefixedNo, help: "Rows of unit length: the closed form of a cosine error.")
  var unitRows = true

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Penalty, relative to the mean eigenvalue of the propagated rows; auto: least error with a node left out.",
      valueName: "x"))
  var ridge = "auto"

  @Option(
    name: .long,
    help: ArgumentHelp("Weight of a second loss, latents of the unmasked graph; 0 for none.", valueName: "weight"))
  var latents = 0.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Communities: louvain, or a file with one for each node (or node,community).", valueName: "groups"))
  var groups: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Memory it may take, such as 2GB or 500MB; the machine's when left out.", valueName: "size"))
  var memory: MemorySize?

  func validate() throws {
    if !(hide > 0 && hide < 1) { throw ValidationError("--hide must lie above 0 and below 1, not \(hide).") }
    if !(latents >= 0 && latents.isFinite) { throw ValidationError("--latents must be 0 or more, not \(latents).") }
    if latents > 0, remask != .none { throw ValidationError("--latents is for --remask none.") }
    _ = try penalty()
  }

  /// Throws `ValidationError`.
  func penalty() throws -> GraphRidge {
    if ridge == "auto" { return .automatic }
    guard let value = Double(ridge), value >= 0, value.isFinite else {
      throw ValidationError("--ridge must be auto or a number, 0 or more, not \(ridge).")
    }
    return .given(value)
  }

  var files: FileUse {
    .input(edges, "EDGES") + .input(features, "--features") + .input(nodes, "--nodes")
      + .input(groups == "louvain" ? nil : groups, "--groups")
  }

  var settings: GraphSettings {
    GraphSettings(
      filter: filter, normalization: normalize, hideRate: hide, remask: remask, unitRows: unitRows,
      latentWeight: latents)
  }
}

extension GraphNormalization: ExpressibleByArgument {}
