import LinearAlgebra
import Randomness

/// Labeled rows in parts that are left out together: single rows and folds that keep the shares of the classes, or whole groups.
package struct RowParts: Sendable {
  private let classes: [Int]
  /// nil where no two rows belong together.
  let groups: Partition?

  /// - Parameters:
  ///   - classes: one per row.
  ///   - groups: of the rows.
  package init(_ classes: [Int], groups: Partition?) {
    (self.classes, self.groups) = (classes, groups?.keepsRowsTogether)
  }

  /// Every row, or every group, is a part.
  var alone: [[Int]] { groups?.members ?? classes.indices.map { [$0] } }

  /// How these are left out.
  var leftOutAlone: LeftOut {
    guard let groups else { return .exact }
    let n = Double(classes.count)
    let together = groups.members.reduce(0) { $0 + Double($1.count * $1.count) }
    return .groups(groups.count, seen: 1 - together / (n * n))
  }

  /// So many parts, at most as many as there are rows or groups.
  ///
  /// Groups are shuffled and dealt out, the largest first, each to the part of fewest rows; one that would bring all rows of a class into
  /// one part, which no fit without it would then know of, goes to the next. Shares of the classes fall as they do: those of a new group
  /// are not known either, and losses contain what that costs (`SharesCost` does not).
  package func folds(_ count: Int, seed: UInt64) -> [[Int]] {
    guard let groups else { return StratifiedFolds.parts(classes, count: count, seed: seed) }
    var stream = RandomStream(seed: seed, purpose: 92)
    let members = groups.members
    let shuffled = stream.permutation(groups.count)
    let order = shuffled.indices.sorted {
      (-members[shuffled[$0]].count, $0) < (-members[shuffled[$1]].count, $1)
    }.map { shuffled[$0] }
    var totals = [Int: Int]()
    for own in classes { totals[own, default: 0] += 1 }
    var parts = [[Int]](repeating: [], count: min(count, groups.count))
    var known = [[Int: Int]](repeating: [:], count: parts.count)
    for group in order {
      var own = [Int: Int]()
      for row in members[group] { own[classes[row], default: 0] += 1 }
      let byRows = parts.indices.sorted { (parts[$0].count, $0) < (parts[$1].count, $1) }
      let isSplit = byRows.first { part in own.allSatisfy { known[part][$0, default: 0] + $1 < totals[$0]! } }
      let chosen = isSplit ?? byRows[0]
      parts[chosen] += members[group]
      known[chosen].merge(own, uniquingKeysWith: +)
    }
    return parts.map { $0.sorted() }
  }
}
