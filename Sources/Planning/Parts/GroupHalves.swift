import LinearAlgebra
import Randomness

extension DeleteHalf {
  /// Rows of half number `index` where rows of a group stay together: groups in a random order until half of the rows
  /// are reached as nearly as whole groups can; the other half of the split has the others.
  ///
  /// Halves of single rows would share every group, and the part would come out too small by as much as rows of a group
  /// resemble each other. Source: GRAPH_AND_BLOCKS, section 7 (random nodes .65 of the truth, communities 1.16).
  package static func half(_ index: Int, of groups: Partition, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, cell: 0, replicate: UInt64(index / 2), purpose: Purpose.halves)
    let members = groups.members
    let order = stream.permutation(groups.count)
    var (count, rows) = (0, 0)
    while count < groups.count - 1 {
      let next = rows + members[order[count]].count
      // One more group if that comes nearer; the first always.
      if count > 0, 2 * next - groups.label.count >= groups.label.count - 2 * rows { break }
      (count, rows) = (count + 1, next)
    }
    let chosen = index % 2 == 0 ? order[..<count] : order[count...]
    return chosen.flatMap { members[$0] }.sorted()
  }
}

extension PreparedData {
  /// Rows of half number `index`: of whole groups where there are groups, else of stretches.
  func half(_ index: Int, stretch: Int = 1, seed: UInt64) -> [Int] {
    groups.map { DeleteHalf.half(index, of: $0, seed: seed) }
      ?? DeleteHalf.half(index, of: rowCount, stretch: stretch, seed: seed)
  }
}
