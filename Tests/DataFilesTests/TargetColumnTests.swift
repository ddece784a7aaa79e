import DataFiles
import Failures
import Foundation
import Testing

/// Targets that are written as words: dates, times and amounts are numbers; truths and names are classes.
@Suite struct TargetColumnTests {
  private func tables(_ cells: [String]) throws -> InterpretedTables {
    let rows = cells.enumerated().map { "\($0.offset * $0.offset % 7),\($0.element)" }
    return try withTemporaryPath("t.csv") { path in
      try (["x,y"] + rows).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      return try InterpretedTables(labeled: path, unlabeled: nil, target: "y", options: TableOptions())
    }
  }

  private static let ways: [(cells: [String], first: Double, note: String)] = [
    ((0..<60).map { "2020-\(10 + $0 % 3)-\(10 + $0 % 17)" }, 18_545 / 365.25, "dates as years since 1970"),
    ((0..<60).map { "\(1 + $0 % 11):\(10 + $0 % 49)" }, 1 + 10.0 / 60, "times as hours"),
    ((0..<60).map { "\(1 + $0 % 23) kg" }, 1, "numbers in kg"),
    ((0..<60).map { "$1 00\($0 % 9).\($0 % 7)" }, 1000, "numbers in $"),
  ]

  @Test func numbersInWords() throws {
    for way in Self.ways {
      let found = try tables(way.cells)
      #expect(found.classes == nil && abs(found.labeled.labels[0]! - way.first) < 1e-12, "\(way.note)")
      #expect(found.uses[1].kind == .target && found.uses[1].note.contains(way.note))
      #expect(found.warnings.contains { $0.code == "columns-interpreted" && $0.message.contains(way.note) })
    }
  }

  /// One broken cell is named, and does not make sixty classes.
  @Test func aWordAmongThem() throws {
    for way in Self.ways {
      let error = try #require(throws: DataFileError.self) { try tables(way.cells + ["broken"]) }
      #expect(error.row == 62 && error.column == "'y'" && error.value == "broken")
      #expect("\(error)".contains(way.note), "\(error)")
      #expect(try tables(way.cells + [""]).labeled.labels.count { $0 == nil } == 1)
    }
  }

  @Test func classes() throws {
    #expect(try tables((0..<60).map { ["yes", "no"][$0 % 2] }).classes == ["no", "yes"])
    #expect(try tables((0..<60).map { ["yes", "no"][$0 % 2] } + ["maybe"]).classes == ["maybe", "no", "yes"])
    #expect(try tables((0..<60).map { ["5 kg", "10 kg"][$0 % 2] }).classes?.count == 2)
  }
}
