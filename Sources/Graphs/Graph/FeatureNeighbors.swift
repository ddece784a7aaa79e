import LinearAlgebra

/// Whether a graph was made from the features themselves, as nearest-neighbor graphs are.
package enum FeatureNeighbors {
  private static let sample = 64

  /// Share of a sample of nodes whose most similar other row is a neighbor; nil for graphs too small or too full to tell.
  /// Cost: 64 nodes columns multiplications.
  package static func share(_ moments: GraphMoments) -> Double? {
    let (graph, rows) = (moments.propagation.graph, moments.rows.values)
    let joined = (0..<graph.nodes).filter { graph.degree($0) > 0 }
    guard graph.nodes >= 100, joined.count >= sample, 2 * graph.edges < graph.nodes * graph.nodes / 10 else {
      return nil
    }
    let chosen = (0..<sample).map { joined[$0 * joined.count / sample] }
    let products = rows.timesByThreads(rows.rows(at: chosen).transposed())
    let squares = rows.rowSquares
    let hits = chosen.indices.count { position in
      let own = chosen[position]
      var (best, least) = (-1, Double.infinity)
      for other in 0..<graph.nodes where other != own {
        let distance = squares[other] - 2 * products[other, position]
        if distance < least { (best, least) = (other, distance) }
      }
      return graph.neighbors(of: own).contains(Int32(best))
    }
    return Double(hits) / Double(sample)
  }
}
