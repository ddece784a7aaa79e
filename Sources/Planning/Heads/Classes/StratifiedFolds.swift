import Randomness

/// Rows in parts that are left out together, every class spread evenly over the parts.
///
/// Rows of a class are shuffled and dealt out one by one, going on where the class before stopped: part sizes differ by at
/// most one, and so do the rows of a class in them. No class is in one part only as long as it has two rows.
package enum StratifiedFolds {
  /// - Parameters:
  ///   - classes: one per row.
  ///   - count: at least 2; with fewer rows than that each is a part of its own.
  package static func parts(_ classes: [Int], count: Int, seed: UInt64) -> [[Int]] {
    var stream = RandomStream(seed: seed, purpose: 92)
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
}
