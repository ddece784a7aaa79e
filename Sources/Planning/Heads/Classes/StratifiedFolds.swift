import LinearAlgebra
import Randomness

/// Rows in parts that are left out together, every class spread evenly over the parts.
///
/// Rows of a class are shuffled and dealt out one by one, going on where the class before stopped: part sizes differ by at
/// most one, and so do the rows of a class in them. No class is in one part only as long as it has two rows.
///
/// Rows of a group stay together: groups, the largest first, go one by one to the part whose shares of the classes and of the rows they
/// bring nearest to those of the others. Source: scikit-learn's `StratifiedGroupKFold`.
package enum StratifiedFolds {
  /// - Parameters:
  ///   - classes: one per row.
  ///   - count: at least 2; with fewer rows or groups than that each is a part of its own.
  ///   - groups: of the rows.
  package static func parts(_ classes: [Int], count: Int, seed: UInt64, groups: Partition? = nil) -> [[Int]] {
    var stream = RandomStream(seed: seed, purpose: 92)
    if let groups = groups?.keepsRowsTogether { return parts(classes, count: count, of: groups, using: &stream) }
    var parts = [[Int]](repeating: [], count: min(count, classes.count))
    var next = 0
    for (_, rows) in Dictionary(grouping: classes.indices, by: { classes[$0] }).sorted(by: { $0.key < $1.key }) {
      for row in rows.shuffled(using: &stream) {
        parts[next % parts.count].append(row)
        next += 1
      }
    }
    return parts.map { $0.sorted() }
  }

  private static func parts(
    _ classes: [Int], count: Int, of groups: Partition, using stream: inout RandomStream
  ) -> [[Int]] {
    let kinds = (classes.max() ?? 0) + 1
    var totals = [Double](repeating: 0, count: kinds)
    for own in classes { totals[own] += 1 }
    let members = groups.members
    let order = stream.permutation(members.count).sorted { members[$0].count > members[$1].count }
    var parts = [[Int]](repeating: [], count: min(count, members.count))
    // Shares of each class's rows by part, and after them those of all rows.
    var shares = [[Double]](repeating: [Double](repeating: 0, count: kinds + 1), count: parts.count)
    for group in order {
      var own = [Double](repeating: 0, count: kinds + 1)
      for row in members[group] {
        own[classes[row]] += 1 / totals[classes[row]]
        own[kinds] += 1 / Double(classes.count)
      }
      // Σ (share + own)² - share² is least where the part lacks what the group has; empty parts come first.
      func cost(_ part: Int) -> Double {
        parts[part].isEmpty ? -1 : zip(shares[part], own).reduce(0) { $0 + $1.1 * (2 * $1.0 + $1.1) }
      }
      let place = parts.indices.min { cost($0) < cost($1) }!
      parts[place] += members[group]
      for kind in own.indices { shares[place][kind] += own[kind] }
    }
    return parts.map { $0.sorted() }
  }
}
