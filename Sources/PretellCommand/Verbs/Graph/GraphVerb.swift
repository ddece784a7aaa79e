import ArgumentParser
import Pretell

struct GraphVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Masked pre-training of a graph in closed form: codes, errors with a node or a community left out.",
    discussion: """
      Examples:  pretell graph errors edges.csv --features x.npz --groups louvain
                 pretell graph fit edges.csv --features x.npz --size 64 --output codes.npz
                 pretell graph compare edges.csv --features x.npz --labels labels.csv

      Hiding nodes at a rate p and predicting them from their neighbors averages to a ridge: no knob but the filter, p and the
      penalty matters, and the penalty is chosen exactly.
      """,
    subcommands: [GraphFitVerb.self, GraphErrorsVerb.self, GraphPathVerb.self, GraphCompareVerb.self])
}
