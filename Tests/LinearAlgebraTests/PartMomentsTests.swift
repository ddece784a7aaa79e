import LinearAlgebra
import TestSupport
import Testing

/// Moments of several parts of the rows from shared passes are, to the bit, those of each part's rows alone.
@Suite(.serialized) struct PartMomentsTests {
  private static func rows(_ count: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: count, columns: columns,
      storage: (0..<count * columns).map { Double($0 * 7919 % 10_007) / 10_007 + Double($0 / columns % 5) })
  }

  /// 3 columns take one pass for all parts, 200 columns several; the last lengths are no multiple of a panel.
  @Test(arguments: [(90_001, 3), (40_003, 60), (18_000, 200)]) func theSameBits(_ count: Int, _ columns: Int) throws {
    let (rows, groups) = (Self.rows(count, columns), 7)
    @Sendable func parts(_ row: Int) -> UInt32 { ~(1 << UInt32(row % groups)) }
    let before = Parallel.threads
    defer { Parallel.threads = before }
    for (threads, source) in [(1, rows), (3, rows), (2, RowsInBlocks(rows))] as [(Int, any RowSource)] {
      Parallel.threads = threads
      let found = try RowMoments.ofParts(source, count: groups, parts)
      for part in [0, 3, groups - 1] {
        let own = (0..<count).filter { $0 % groups != part }
        #expect(found[part] == (try RowMoments(reading: RowSelection(rows, at: own))))
        #expect(found[part] != found[(part + 1) % groups])
      }
    }
  }

  @Test func unsoundRowsAreNamed() {
    var rows = Self.rows(5000, 4)
    rows[4321, 2] = .nan
    for source in [rows, RowsInBlocks(rows)] as [any RowSource] {
      let error = #expect(throws: LinearAlgebraError.self) {
        try RowMoments.ofParts(source, count: 2) { $0 % 2 == 0 ? 1 : 2 }
      }
      guard case .nonFinite(4321, 2, _) = error else {
        Issue.record("\(error as Any)")
        continue
      }
    }
  }
}
