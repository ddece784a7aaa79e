import Asymptotics
import CMath
import LinearAlgebra

/// How much farther out than every labeled row some row of the pool lies, in what the head extrapolates by.
///
/// The odds x'(B'B)⁺x of the farthest row of the pool over h/(1 - h) of the farthest labeled one, divided by log N /
/// log n, by which the largest of more rows lies farther out where tails are Gaussian. Present intervals covered 81 %
/// of the truths where this was above 2, and 93 % where it was not.
enum PoolLeverage {
  static let largest = 2.0

  /// One for each design and its head. Cost: one pass over the pool, N p^2 flops a design.
  static func ratios(_ designs: [PoolDesign], _ heads: [LeastSquaresHead], over pool: any RowSource) throws -> [Double]
  {
    if designs.isEmpty { return [] }
    var farthest = [Double](repeating: 0, count: designs.count)
    try pool.forEachBlock(ofRows: max(256, (1 << 20) / pool.columns)) { _, block in
      let here = Parallel.map(count: designs.count) { position in
        designs[position].design(block).quadraticForms(heads[position].inverse).max() ?? 0
      }
      for (position, value) in here.enumerated() { farthest[position] = max(farthest[position], value) }
    }
    return designs.indices.map { position in
      let labeled = heads[position].leverageOdds.max() ?? 0
      let expected = log(Double(designs[position].rowCount)) / log(Double(heads[position].rowCount))
      return labeled > 0 ? farthest[position] / labeled / max(expected, 1) : 0
    }
  }

  static func warnings(_ ratio: Double?) -> [Warning] {
    ratio.flatMap { $0 > largest ? [.poolLeverage($0)] : nil } ?? []
  }
}
