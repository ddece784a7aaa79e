import LinearAlgebra
import Pretraining

/// Moments of the features that representations have over the pool, from one pass over its rows: all that least squares asks of
/// rows without a label, wherever these are.
package struct FeatureMoments: Sendable {
  /// Of the representations' features side by side.
  package let moments: RowMoments
  /// Magnitude of each feature.
  package let largest: [Double]

  /// Accumulators of one pass take about this much; more groups take more passes.
  private static let passBytes = 1 << 26

  /// Of each group of representations, their features side by side. The same bits wherever the rows are and whatever the number of
  /// threads. Cost: rows p^2 flops a group of p features beside the features' own.
  package static func over(_ pool: any RowSource, groups: [[any Representation]]) throws -> [FeatureMoments] {
    try over(pool, groups: groups) { $1 }
  }

  /// What `use` makes of them, group by group: no more moments are held than those of one pass.
  static func over<Found: Sendable>(
    _ pool: any RowSource, groups: [[any Representation]],
    _ use: @Sendable (_ group: Int, FeatureMoments) throws -> Found
  ) throws -> [Found] {
    var result: [Found] = []
    while result.count < groups.count {
      let first = result.count
      var (end, bytes) = (first, 0)
      repeat {
        bytes += GramAccumulator.bytes(columns: max(1, groups[end].reduce(0) { $0 + $1.featureCount }))
        end += 1
      } while end < groups.count && bytes < passBytes
      let moments = try pass(pool, Array(groups[first..<end]))
      result += try Parallel.map(count: moments.count) { try use(first + $0, moments[$0]) }
    }
    return result
  }

  private static func pass(_ pool: any RowSource, _ groups: [[any Representation]]) throws -> [FeatureMoments] {
    var sums = groups.map { Sums($0) }
    // Blocks of their own size, so that BLAS sees the same ones wherever the rows come from.
    try pool.forEachBlock(ofRows: max(1024, (1 << 20) / pool.columns)) { _, block in
      sums.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let sums = buffer
        Parallel.forEach(count: sums.count) { sums[$0].add(block) }
      }
    }
    return sums.map { $0.finish() }
  }

  private struct Sums: Sendable {
    let group: [any Representation]
    var moments: GramAccumulator
    var largest: [Double]

    init(_ group: [any Representation]) {
      self.group = group
      let count = group.reduce(0) { $0 + $1.featureCount }
      moments = GramAccumulator(columns: count)
      largest = [Double](repeating: 0, count: count)
    }

    mutating func add(_ rows: Matrix) {
      var features = group[0].features(of: rows)
      for other in group.dropFirst() { features = features.joined(leftOf: other.features(of: rows)) }
      let width = largest.count
      largest.withUnsafeMutableBufferPointer { largest in
        features.storage.withUnsafeBufferPointer { entries in
          for start in stride(from: 0, to: entries.count, by: width) {
            for j in 0..<width { largest[j] = max(largest[j], abs(entries[start + j])) }
          }
        }
      }
      moments.add(features)
    }

    consuming func finish() -> FeatureMoments { FeatureMoments(moments: moments.finish(), largest: largest) }
  }

  /// Of features `range` alone.
  func scaling(_ range: Range<Int>, areGiven: Bool = false) -> FeatureScaling {
    FeatureScaling(
      means: Array(moments.mean[range]), deviations: range.map { max(moments.covariance[$0, $0], 0).squareRoot() },
      largest: Array(largest[range]), areGiven: areGiven)
  }

  /// B'C over the pool's rows of the designs B and C that two ranges of features make.
  func products(
    _ left: (range: Range<Int>, scaling: FeatureScaling), _ right: (range: Range<Int>, scaling: FeatureScaling)
  )
    -> Matrix
  {
    var result = Matrix(rows: left.scaling.kept.count + 1, columns: right.scaling.kept.count + 1)
    let rows = Double(moments.count)
    result[0, 0] = rows
    for (i, a) in left.scaling.kept.enumerated() {
      for (j, b) in right.scaling.kept.enumerated() {
        let covariance = moments.covariance[left.range.lowerBound + a, right.range.lowerBound + b]
        result[i + 1, j + 1] = rows * covariance / (left.scaling.deviations[a] * right.scaling.deviations[b])
      }
    }
    return result
  }
}
