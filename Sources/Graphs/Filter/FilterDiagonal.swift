import LinearAlgebra
import Randomness

/// What hiding needs of P: its diagonal and, with P0 = P off the diagonal, the columns' sums of squares and the rows' sums.
public struct FilterDiagonal: Sendable, Equatable {
  /// P_ii.
  public let diagonal: [Double]
  /// w_i = Σ_l P0_li².
  public let weights: [Double]
  /// Share of the entries of P above a millionth; of a few columns where the rest come from probes.
  public let density: Double
  /// From P's own columns; otherwise from random probes, a few percent off.
  public let isExact: Bool

  /// Multiplications spent on an exact diagonal at most.
  public static let defaultBudget = 4e9
  package static let probes = 128
  /// Entries that no neighborhood is said to have.
  private static let negligible = 1e-6

  /// Column by column where that costs at most `budget` multiplications, else by probes z = ±1:
  /// P_ii ≈ mean z_i (P z)_i, w_i ≈ mean (P'z)_i² - P_ii². Fixed seed: the same bits each time.
  public init(_ propagation: Propagation, budget: Double = defaultBudget) {
    let nodes = propagation.graph.nodes
    if Self.cost(propagation) <= budget {
      let blocks = (0..<nodes).parts(of: max(16, (nodes + 63) / 64))
      let parts = Parallel.map(count: blocks.count) { index in Self.exact(propagation, blocks[index]) }
      diagonal = parts.flatMap(\.diagonal)
      weights = parts.flatMap(\.weights)
      density = Double(parts.reduce(0) { $0 + $1.entries }) / max(Double(nodes) * Double(nodes), 1)
      isExact = true
    } else {
      (diagonal, weights) = Self.probed(propagation)
      let chosen = stride(from: 0, to: nodes, by: max(1, nodes / 16)).map { $0 }
      let seen = chosen.reduce(0) { $0 + Self.exact(propagation, $1..<$1 + 1).entries }
      density = Double(seen) / (Double(chosen.count) * Double(nodes))
      isExact = false
    }
  }

  /// Multiplications that all columns take at most: walks of each length, each at most the entries of S.
  package static func cost(_ propagation: Propagation) -> Double {
    let most = Double(propagation.transposedStep.count)
    let pattern = propagation.transposedStep.mapping { _, _, _ in 1 }
    var walks = [Double](repeating: 1, count: propagation.graph.nodes)
    var total = 0.0
    for _ in 0..<propagation.filter.steps {
      walks = pattern.times(walks).map { min($0, most) }
      total += walks.reduce(0, +)
    }
    return total
  }

  private static func exact(
    _ propagation: Propagation, _ nodes: Range<Int>
  ) -> (diagonal: [Double], weights: [Double], entries: Int) {
    var walker = ColumnWalker(propagation.transposedStep, propagation.coefficients)
    var (diagonal, weights, entries) = ([Double](), [Double](), 0)
    for node in nodes {
      var (own, squares) = (0.0, 0.0)
      walker.forEachEntry(of: node) { other, value in
        if value > Self.negligible { entries += 1 }
        if other == node { own = value } else { squares += value * value }
      }
      diagonal.append(own)
      weights.append(squares)
    }
    return (diagonal, weights, entries)
  }

  private static func probed(_ propagation: Propagation) -> (diagonal: [Double], weights: [Double]) {
    let nodes = propagation.graph.nodes
    var stream = RandomStream(seed: 0, purpose: 0x6772_6170)
    var diagonal = [Double](repeating: 0, count: nodes)
    var squares = diagonal
    for _ in 0..<probes / 32 {
      let signs = Matrix(
        rows: nodes, columns: 32, storage: (0..<32 * nodes).map { _ in stream.next() >> 63 == 0 ? 1 : -1 })
      let forward = propagation.apply(signs)
      let back = propagation.normalization == .symmetric ? forward : propagation.applyTransposed(signs)
      for i in 0..<nodes {
        for j in 32 * i..<32 * (i + 1) {
          diagonal[i] += signs.storage[j] * forward.storage[j]
          squares[i] += back.storage[j] * back.storage[j]
        }
      }
    }
    for i in 0..<nodes {
      diagonal[i] /= Double(probes)
      squares[i] = max(squares[i] / Double(probes) - diagonal[i] * diagonal[i], 0)
    }
    return (diagonal, squares)
  }
}
