import LinearAlgebra

/// Softmax heads on some of the labels, with what they say of the other rows: from these the labels part of classes below the present n.
struct LabelSubset: Sendable {
  /// Labels that each head has.
  let labels: Double
  /// Rows that a head has not seen, and log p of their classes.
  let heads: [(rows: [Int], logs: Matrix)]

  private static let divisions = [4, 8]
  private static let draws = 4

  /// Halves as the head has them, then quarters and eighths, each with the shares of the classes and a penalty of its own, as long as they
  /// hold two rows of each class.
  /// - Parameter features: on which the head was fitted.
  /// Cost: 8 quick searches on a quarter of the rows at most.
  static func all(_ head: SoftmaxHead, _ features: Matrix, _ classes: ClassLabels, seed: UInt64) throws -> [LabelSubset]
  {
    guard let halves = head.halves else { return [] }
    let everything = Array(classes.codes.indices)
    var result = [
      LabelSubset(labels: Double(classes.codes.count) / 2, heads: halves.map { (everything, $0) })
    ]
    for count in divisions {
      let parts = RowParts(classes.codes, groups: head.groups).folds(count, seed: seed &+ UInt64(count)).prefix(draws)
      guard parts.count == draws, parts.allSatisfy({ hasPairs($0, classes) }) else { break }
      let heads = try Parallel.map(count: parts.count) { index -> (rows: [Int], logs: Matrix)? in
        try fitted(
          to: parts[index], features, classes, nearby: head.spread, seed: seed,
          groups: head.groups?.restricted(to: parts[index]))
      }.compactMap(\.self)
      guard heads.count == draws else { break }
      result.append(LabelSubset(labels: Double(parts.reduce(0) { $0 + $1.count }) / Double(draws), heads: heads))
    }
    return result
  }

  /// nil where the head has no fit.
  private static func fitted(
    to chosen: [Int], _ features: Matrix, _ classes: ClassLabels, nearby: Double, seed: UInt64,
    groups: Partition?
  ) throws -> (rows: [Int], logs: Matrix)? {
    let inside = Set(chosen)
    let rest = classes.codes.indices.filter { !inside.contains($0) }
    let search = try SoftmaxSearch(
      features.rows(at: chosen), classes: chosen.map { classes.codes[$0] }, count: classes.count, seed: seed,
      isQuick: true, nearby: nearby, groups: groups)
    guard search.objective.isFinite else { return nil }
    return (rest, search.steps[search.best].fit.logProbabilities(features.rows(at: rest)))
  }

  private static func hasPairs(_ rows: [Int], _ classes: ClassLabels) -> Bool {
    var seen = [Int](repeating: 0, count: classes.count)
    for row in rows { seen[classes.codes[row]] += 1 }
    return seen.allSatisfy { $0 > 1 }
  }

  /// How much more the heads' rows cost than they do left out, on average.
  /// - Parameters:
  ///   - own: losses of all rows, each left out.
  ///   - losses: of rows, from log p.
  func excess(over own: [Double], _ losses: (Matrix, [Int]) -> [Double], _ classes: [Int]) -> Double {
    let means = heads.map { head in
      let found = losses(head.logs, head.rows.map { classes[$0] })
      return zip(head.rows, found).reduce(0.0) { $0 + $1.1 - own[$1.0] } / Double(head.rows.count)
    }
    return means.reduce(0, +) / Double(means.count)
  }
}
