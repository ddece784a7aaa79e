import CMath
import LinearAlgebra
import Randomness

/// The labels part of an encoder's probe: beyond the present n by the head's own law, below it by heads on some of the labels, which
/// extrapolate nothing.
package struct EncoderLabels: LabelsDependence {
  private let factor: any LabelsDependence
  private let present: Double
  /// Labels, from n down, and what having no more than these adds to the risk.
  private let fewer: [(labels: Double, excess: Double)]

  private static let shares = [0.5, 0.25, 0.125]
  private static let draws = 4
  /// Fewer labels than this are not tried.
  private static let fewest = 12.0

  /// - Parameter fewer: heads on fewer labels, and what these add to the risk.
  init(_ law: any LabelsDependence, present: Double, fewer: [(labels: Double, excess: Double)]) {
    (factor, self.present) = (law, present)
    self.fewer = [(present, 0)] + fewer.sorted { $0.labels > $1.labels }
  }

  /// - Parameters:
  ///   - losses: of each row, left out of all n.
  ///   - seed: names the subsets; encoders of one plan use the same.
  /// Cost: 12 ridge fits to half of the rows at most.
  package init(
    _ factor: RidgeLabelsFactor, features: Matrix, labels: [Double], losses: [Double], groups: Partition?, seed: UInt64
  ) throws {
    let n = Double(labels.count)
    let members = groups?.keepsRowsTogether?.members ?? labels.indices.map { [$0] }
    var fewer: [(labels: Double, excess: Double)] = []
    for (place, share) in Self.shares.enumerated() where share * n >= Self.fewest {
      let found = try Parallel.map(count: Self.draws) { draw -> (Double, Double)? in
        var stream = RandomStream(
          seed: seed, cell: UInt64(place), replicate: UInt64(draw), purpose: Purpose.fewerLabels)
        let order = members.shuffled(using: &stream)
        var chosen: [Int] = []
        for group in order where Double(chosen.count + group.count) <= share * n { chosen += group }
        return try Self.excess(of: chosen.sorted(), features, labels, losses)
      }.compactMap(\.self)
      guard found.count == Self.draws else { break }
      let count = Double(Self.draws)
      fewer.append((found.reduce(0) { $0 + $1.0 } / count, found.reduce(0) { $0 + $1.1 } / count))
    }
    self.init(factor, present: n, fewer: fewer)
  }

  /// How many labels, and how much a head on these alone costs on all other rows above what the left-out fits cost there.
  private static func excess(
    of chosen: [Int], _ features: Matrix, _ labels: [Double], _ losses: [Double]
  ) throws -> (Double, Double)? {
    let inside = Set(chosen)
    let rest = labels.indices.filter { !inside.contains($0) }
    let targets = chosen.map { labels[$0] }
    guard !rest.isEmpty, chosen.count > 3, Set(targets).count > 1 else { return nil }
    let head = try RidgeHead(RidgeRows(features.rows(at: chosen)), labels: targets)
    let predictions = head.predictions(RidgeRows(features.rows(at: rest)))
    let sum = zip(rest, predictions).reduce(0.0) { sum, pair in
      let error = labels[pair.0] - pair.1
      return sum + error * error - losses[pair.0]
    }
    return (Double(chosen.count), sum / Double(rest.count))
  }

  package func callAsFunction(_ n: Double) -> Double? {
    guard let now = factor(present) else { return nil }
    if n >= present { return factor(n) }
    guard let upper = fewer.indices.dropFirst().first(where: { fewer[$0].labels <= n }) else { return nil }
    let (low, high) = (fewer[upper], fewer[upper - 1])
    let share = log(n / low.labels) / log(high.labels / low.labels)
    return max(now + low.excess + share * (high.excess - low.excess), 0)
  }

  package var relativeError: Double { factor.relativeError }
  package var changeError: Double { factor.changeError }

  /// Fewest labels that it is known for.
  package var fewest: Double { fewer.last?.labels ?? present }
}
