import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// Columns as people have them: what each becomes.
@Suite struct TableInterpretationTests {
  private func raw(_ columns: [(String, [String])]) throws -> RawTable {
    let header = columns.map { Self.quoted($0.0) }.joined(separator: ",")
    let rows = columns[0].1.indices.map { row in columns.map { Self.quoted($0.1[row]) }.joined(separator: ",") }
    let text = ([header] + rows).joined(separator: "\n") + "\n"
    return try RawTable(DataSource(FileBytes(name: "data.csv", contents: Array(text.utf8))))
  }

  private static func quoted(_ cell: String) -> String {
    cell.contains(where: { ",\"\n".contains($0) }) ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }

  /// The rule of one column beside a column of plain numbers.
  private func rule(_ cells: [String], name: String = "c", labeled: Int? = nil) throws -> (ColumnRule, Matrix) {
    let numbers = cells.indices.map { "\(Double($0 * $0 % 7) + 0.5)" }
    let table = try raw([("z", numbers), (name, cells)])
    let isLabeled = labeled.map { count in cells.indices.map { $0 < count } }
    let found = TableInterpretation(table, isLabeled: isLabeled, parts: [0..<cells.count])
    return (found.rules[1], found.apply(to: table).values)
  }

  private func repeated(_ cells: [String], _ times: Int) -> [String] { (0..<times).flatMap { _ in cells } }

  @Test func wordsBecomeIndicators() throws {
    let (rule, values) = try rule(repeated(["red", "blue", "red", "green"], 10))
    #expect(rule.use.kind == .category && rule.use.becomes == ["c = blue", "c = green"])
    for row in 0..<40 {
      #expect(values[row, 1] == (row % 4 == 1 ? 1 : 0) && values[row, 2] == (row % 4 == 3 ? 1 : 0))
    }
  }

  @Test func rareWordsTogether() throws {
    let cells = repeated(["a", "b"], 45) + (0..<10).map { "rare \($0 / 2)" }
    let (rule, values) = try rule(cells)
    #expect(rule.use.becomes == ["c = b", "c = other"] && rule.use.note.contains("5 rare ones together as other"))
    #expect((0..<100).allSatisfy { values[$0, 2] == ($0 >= 90 ? 1 : 0) })
    // Too few even together.
    let few = try self.rule(repeated(["a", "b"], 49) + ["x", "y"]).0
    #expect(few.use.becomes == ["c = b"] && few.use.note.contains("together with 'a'"))
  }

  /// A category that no labeled row has can get no coefficient.
  @Test func wordsOfUnlabeledRowsOnly() throws {
    let (rule, _) = try rule(repeated(["a", "b"], 20) + [String](repeating: "new", count: 20), labeled: 40)
    #expect(rule.use.becomes == ["c = b"] && rule.use.note.contains("1 of them in no labeled row"))
  }

  @Test(arguments: [["true", "false"], ["TRUE", "False"], ["yes", "no"], ["Y", "N"], ["t", "f"]])
  func truths(words: [String]) throws {
    let (rule, values) = try rule(repeated(words, 10))
    #expect(rule.use.kind == .boolean && rule.use.becomes == ["c"])
    #expect((0..<20).allSatisfy { values[$0, 1] == ($0 % 2 == 0 ? 1 : 0) })
  }

  @Test(
    arguments: [
      ("1970-01-02", 1.0), ("2000-02-29", 11016.0), ("1969/12/31", -1.0), ("1970-01-01T12:00:00Z", 0.5),
      ("1970-01-01 06:00", 0.25), ("31.12.1970", 364.0), ("12/31/1970", 364.0), ("2 Jan 1970", 1.0),
      ("January 2, 1970", 1.0), ("Fri Jan 02 1970", 1.0), ("1970-01-01T01:00:00+01:00", 0.0), ("1970-02", 31.0),
      ("1/2/70 12:00 PM", 1.5),
    ] as [(String, Double)])
  func days(text: String, expected: Double) throws {
    let way = try #require(CalendarDate.format(of: text.hasPrefix("1/2/70") ? [text, "12/31/70"] : [text]))
    #expect(abs(try #require(way.days(text)) - expected) < 1e-12)
  }

  @Test(arguments: ["2001-02-29", "2020-13-01", "32.01.2020", "10:30", "3-4", "1.2.3.4", "May", "2020", "12 kg"])
  func noDays(text: String) { #expect(CalendarDate.format(of: [text]) == nil, "\(text)") }

  /// A day above 12 settles which comes first.
  @Test func dayOrMonthFirst() throws {
    #expect(CalendarDate.format(of: ["01/02/2020", "13/02/2020"]) == .dayFirst)
    #expect(CalendarDate.format(of: ["01/02/2020", "02/13/2020"]) == .monthFirst)
    #expect(CalendarDate.dayFirst.isAmbiguous(["01/02/2020", "12/11/2020"]))
    #expect(!CalendarDate.dayFirst.isAmbiguous(["01/02/2020", "13/02/2020"]))
    #expect(!CalendarDate.dayFirst.isAmbiguous(["02/02/2020", "11/11/2020"]))
    #expect(!CalendarDate.yearFirst.isAmbiguous(["2020-01-02"]))
    let both = try self.rule((1...20).map { "\($0 % 12 + 1)/\($0 % 10 + 1)/2021" }).0
    #expect(both.use.note.contains("the day taken to stand before the month"))
    let (rule, values) = try rule((1...20).map { "\($0).03.2021" })
    #expect(!rule.use.note.contains("taken"))
    #expect(rule.use.kind == .date && abs(values[1, 1] - values[0, 1] - 1 / 365.25) < 1e-12)
  }

  @Test func identifiers() throws {
    let isbn = (0..<20).map { index -> String in
      let digits = "978013468\(100 + 7 * index)"
      let sum = digits.compactMap(\.wholeNumberValue).enumerated().reduce(0) {
        $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3)
      }
      return digits + "\((10 - sum % 10) % 10)"
    }
    let ways: [(String, [String])] = [
      ("id", (1...20).map { "\($0)" }), ("rownames", (501...520).map { "\($0)" }),
      ("PassengerId", (0..<20).map { "\(900 + 7 * $0)" }), ("user_id", (0..<20).map { "\(13 * $0 % 101)" }),
      ("c", isbn), ("c", (0..<20).map { "name \($0)" }),
    ]
    for (name, cells) in ways {
      let (rule, values) = try rule(cells, name: name)
      #expect(rule.use.kind == .identifier && rule.use.becomes.isEmpty && values.columns == 1, "\(name) \(cells[0])")
    }
  }

  @Test func measurementsThatLookLikeIdentifiers() throws {
    let ways: [(String, [String])] = [
      ("year", (1947...1966).map { "\($0)" }), ("c", (1947...1966).map { "\($0)" }), ("time", (0..<20).map { "\($0)" }),
      ("dayOfTrial", (1...20).map { "\($0)" }), ("a", (1...20).map { "\($0)" }),
      ("width", (0..<20).map { "\($0 * $0)" }),
      ("paid", (0..<20).map { "\($0 % 5)" }), ("c", (0..<20).map { "\(9_780_000_000_000 + 10 * $0)" }),
    ]
    for (name, cells) in ways {
      let use = try rule(cells, name: name).0.use
      #expect(use.kind == .number && use.isUsed, "\(name) \(use)")
    }
  }

  /// Asked for by name it is used, with a word.
  @Test func anIdentifierAskedFor() throws {
    let cells = (1...20).map { "\($0)" }
    let table = try raw([("house_id", cells), ("z", cells.map { "\($0)5.5" })])
    #expect(TableInterpretation(table, parts: [0..<20]).names == ["z"])
    let asked = TableInterpretation(table, parts: [0..<20], isChosen: true)
    #expect(asked.names == ["house_id", "z"] && asked.uses[0].note.contains("used as asked"))
    #expect(asked.uses[0].isUnusual)
  }

  /// Better than no column at all.
  @Test func anIdentifierAlone() throws {
    let table = try raw([("c", (1...20).map { "\($0)" })])
    #expect(TableInterpretation(table, parts: [0..<20]).names == ["c"])
  }

  @Test func numbersWithUnits() throws {
    for (cells, expected) in [
      (["12 kg", "13.5 kg", "-1 kg", "9kg"], [12, 13.5, -1, 9]),
      (["$1,200", "$15", "$3.50", "$0"], [1200, 15, 3.5, 0]),
      (["45 %", "7%", "100 %", "0.5%"], [45, 7, 100, 0.5]),
      (["1,234", "12,345,678", "5", "7"], [1234, 12_345_678, 5, 7]),
    ] {
      let (rule, values) = try rule(repeated(cells, 5))
      #expect(rule.use.kind == .number && values.column(1) == (0..<5).flatMap { _ in expected }, "\(cells)")
    }
    #expect(try rule(repeated(["12 kg", "12 lb", "13 kg", "1 lb"], 5)).0.use.kind == .category)
    #expect(try rule(repeated(["<0.5", "0.6-1", ">1", "0.5"], 5)).0.use.kind == .category)
  }

  /// A few words among many numbers are gaps, and said; many are categories.
  @Test func wordsAmongNumbers() throws {
    let numbers = (0..<95).map { "\(Double($0) / 3)" }
    let (rule, values) = try rule(numbers + repeated(["unknown"], 5))
    #expect(
      rule.use.kind == .number && rule.use.becomes == ["c", "c is missing"] && rule.use.note.contains("'unknown'"))
    #expect((0..<100).allSatisfy { values[$0, 2] == ($0 >= 95 ? 1 : 0) })
    let mean = numbers.compactMap { Double($0) }.reduce(0, +) / 95
    #expect(abs(values[99, 1] - mean) < 1e-12)
    let codes = try self.rule(repeated(["1", "2", "3", "other"], 10)).0
    #expect(codes.use.kind == .category && codes.use.becomes.count == 3)
  }

  /// The same beside dates, truths, times and amounts; many of them, or the same in another way, make categories as before.
  @Test func wordsAmongOtherWords() throws {
    let ways: [(cells: [String], kind: ColumnUse.Kind, first: Double)] = [
      ((0..<60).map { "2020-\(10 + $0 % 3)-\(10 + $0 % 17)" }, .date, 18_545 / 365.25),
      (repeated(["yes", "no", "YES"], 20), .boolean, 1),
      ((0..<60).map { "\(1 + $0 % 11):\(10 + $0 % 49)" }, .number, 1 + 10.0 / 60),
      ((0..<60).map { "\(1 + $0 % 23) kg" }, .number, 1),
      ((0..<60).map { $0 % 2 == 0 ? "1,00\($0 % 7)" : "\($0)" }, .number, 1000),
    ]
    for way in ways {
      let (whole, _) = try rule(way.cells)
      #expect(whole.use.kind == way.kind && whole.use.missing == 0 && !whole.use.note.contains("gap"), "\(whole.use)")
      let (rule, values) = try rule(way.cells + ["broken", ""])
      #expect(rule.use.kind == way.kind && rule.use.becomes == ["c"] && rule.use.missing == 2, "\(rule.use)")
      #expect(rule.use.note.contains("1 cell that is a word ('broken') is a gap"), "\(rule.use.note)")
      #expect(abs(values[0, 1] - way.first) < 1e-12 && values[60, 1] == values[61, 1])
      let mean = (0..<60).reduce(0) { $0 + values[$1, 1] } / 60
      #expect(abs(values[60, 1] - mean) < 1e-10)
    }
    // Rows with a gap left out: what was one is still said.
    let dropped = try withTemporaryPath("t.csv") { path in
      try (["a,b,c"] + (0..<60).map { "\($0),\($0 % 7),\(2 * $0 % 11)" } + ["broken,1,2"]).joined(separator: "\n")
        .write(toFile: path, atomically: true, encoding: .utf8)
      return try InterpretedFile(path)
    }
    #expect(dropped.uses?[0].note == "1 cell that is a word ('broken') is a gap" && dropped.uses?[0].missing == 1)
    #expect(dropped.notes.contains { $0.code == "columns-interpreted" && $0.message.contains("'broken'") })
    #expect(dropped.notes.contains { $0.code == "dropped-rows" && $0.message.hasPrefix("1 row of ") })
    let third = try self.rule(repeated(["yes", "no", "maybe"], 20)).0
    #expect(third.use.kind == .category)
    let formats = try self.rule((0..<60).map { "2020-01-\(10 + $0 % 19)" } + ["17.03.2020"]).0
    #expect(formats.use.kind != .date)
    let units = try self.rule((0..<60).map { "\(1 + $0 % 23) kg" } + ["5 lb"]).0
    #expect(units.use.kind != .number)
  }

  @Test func gaps() throws {
    let (rule, values) = try rule((0..<40).map { $0 % 4 == 3 ? "" : "\($0 % 3)" })
    #expect(rule.use.missing == 10 && rule.use.becomes == ["c", "c is missing"])
    let known = (0..<40).filter { $0 % 4 != 3 }.map { Double($0 % 3) }
    #expect(values[3, 1] == known.reduce(0, +) / 30 && values[3, 2] == 1 && values[0, 2] == 0)
    // One gap says nothing.
    let one = try self.rule((0..<40).map { $0 == 3 ? "NA" : "\($0 % 3)" }).0
    #expect(one.use.becomes == ["c"] && one.use.missing == 1)
    // Columns with the same gaps share an indicator: two would be the same column.
    let cells = (0..<40).map { $0 % 4 == 3 ? "" : "\($0 % 3)" }
    let both = TableInterpretation(try raw([("a", cells), ("b", cells.reversed().reversed())]), parts: [0..<40])
    #expect(both.names == ["a", "a is missing", "b"])
  }

  @Test func nothingToLearnFrom() throws {
    #expect(try rule(repeated(["same"], 20)).0.use.kind == .constant)
    #expect(try rule(repeated([""], 20)).0.use.kind == .empty)
    #expect(try rule(repeated(["a"], 39) + ["b"]).0.use.kind == .constant)
  }

  @Test func tenThousandCategories() throws {
    let (rule, _) = try rule((0..<20_000).map { "word \($0 / 2)" })
    #expect(rule.use.kind == .text || rule.use.kind == .identifier)
    let few = try self.rule((0..<20_000).map { $0 % 2 == 0 ? "common" : "word \($0 % 10_000)" }).0
    #expect(few.use.becomes == ["c = other"])
  }

  @Test func unicode() throws {
    let (rule, values) = try rule(repeated(["München", "東京", "São Paulo, \"SP\"", "München"], 10))
    #expect(Set(rule.use.becomes) == ["c = São Paulo, \"SP\"", "c = 東京"])
    #expect((0..<40).allSatisfy { (values[$0, 1] + values[$0, 2] == 0) == ($0 % 4 == 0 || $0 % 4 == 3) })
  }

  /// Found once, kept as JSON, applied to other rows: the same numbers, and unknown words said.
  @Test func appliesToNewRows() throws {
    let table = try raw([("c", repeated(["a", "b", "a"], 10)), ("d", repeated(["1", "2", ""], 10))])
    let rules = TableInterpretation(table, parts: [0..<30])
    let decoded = try JSONDecoder().decode(TableInterpretation.self, from: JSONEncoder().encode(rules))
    #expect(decoded == rules)
    let (values, unknown) = decoded.apply(to: try raw([("c", ["b", "new", "a"]), ("d", ["", "5", "1"])]))
    #expect(values == Matrix([[1, 1.5, 1], [0, 5, 0], [0, 1, 0]]))
    #expect(unknown.count == 1 && unknown[0].column == "c" && unknown[0].words == ["new"])
  }

  /// Every kind of column at once: as many numbers' columns as names, all finite.
  @Test func alwaysFinite() throws {
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let cells = [
      "", "NA", "1", "2.5", "-3e4", "yes", "no", "2020-01-01", "a", "b b", "é", "5 %", "1,000", "?", "1e300",
    ]
    for _ in 0..<200 {
      let (rows, some) = (5 + next(40), (0..<(1 + next(5))).map { _ in cells[next(cells.count)] })
      let column = (0..<rows).map { _ in some[next(some.count)] }
      let (rule, values) = try rule(column)
      #expect(values.storage.allSatisfy(\.isFinite) && values.columns == 1 + rule.use.becomes.count, "\(column)")
    }
  }
}
