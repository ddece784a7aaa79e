import Foundation
import TestSupport
import Testing

/// Tables as people have them, in the verbs that predict every column from the others.
@Suite struct MaskedColumnsTests {
  /// 60 rows: a running number, words with gaps, numbers with gaps, dates, truths, a number, a class.
  private func write(_ folder: URL) throws -> String {
    let lines = (0..<60).map { row -> String in
      let (group, x) = (["a", "b", "c"][row * 7 % 3], Double(row * row * 37 % 101) / 50 - 1)
      let y = x + Double(row * 7 % 3) * 2 + Double(row * 29 % 17) / 40
      return "\(row + 1),\(row % 9 == 4 ? "" : group),\(row % 6 == 1 ? "NA" : "\(x)0"),2021-03-\(10 + row % 19),"
        + "\(row % 4 == 0 ? "yes" : "no"),\(y),\(y > 2 ? "high" : "low")"
    }
    let path = folder.appending(path: "table.csv").path
    let text = (["id,group,x,when,flag,y,class"] + lines).joined(separator: "\n") + "\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func kinds(_ run: CommandRun) throws -> [String] {
    try #require(try run.json()["columns_used"] as? [[String: Any]]).map { $0["kind"] as? String ?? "" }
  }

  @Test func everyVerbReadsWords() throws {
    try withTemporaryFolder { folder in
      let path = try write(folder)
      for verb in [
        "masked errors \(path)", "masked fit \(path)", "masked fit \(path) --ridge 1 --no-errors",
        "masked path \(path)",
        "masked forecast \(path)", "masked spectrum \(path) --ridge 1", "masked compare \(path)",
        "components \(path) -k 2",
      ] {
        let run = try pretell(verb + " --json")
        #expect(run.status == 0 && run.errors.contains("dropped-rows"), "\(verb): \(run.errors)")
        #expect(try run.json()["rows"] as? Int == 46, "\(verb)")
        #expect(
          try kinds(run) == ["identifier", "category", "number", "date", "boolean", "number", "category"], "\(verb)")
        let few = try pretell(verb + " --columns group,y,class --exclude class --json")
        #expect(
          try few.status == 0 && few.json()["columns"] as? Int == 3 && few.json()["rows"] as? Int == 53, "\(verb)")
        #expect(try kinds(few).filter { $0 == "excluded" }.count == 5, "\(verb)")
        let refused = try pretell(verb + " --missing refuse")
        #expect(refused.status == 65 && refused.errors.contains("row 3, column 'x'"), "\(verb): \(refused.errors)")
        #expect(try pretell(verb + " --missing impute").status == 64, "\(verb)")
        let unknown = try pretell(verb + " --exclude clas")
        #expect(unknown.status == 65 && unknown.errors.contains("'class'"), "\(verb): \(unknown.errors)")
      }
    }
  }

  /// Numbers with gaps are read as numbers; a column left out is not looked at.
  @Test func numbersWithGaps() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "n.csv").path
      let rows = (0..<40).map { "\($0 % 7),\($0 == 3 ? "" : "\($0 * $0 % 11)"),\($0 % 5),word \($0)" }
      try (["a,b,c,w"] + rows).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let run = try pretell("masked errors \(path) --exclude w --json")
      #expect(try run.status == 0 && run.json()["rows"] as? Int == 39 && run.json()["columns_used"] == nil)
      #expect(run.errors.contains("dropped-rows"))
      #expect(try pretell("masked errors \(path) --exclude w --missing refuse").status == 65)
      let numbered = try pretell("masked errors \(path) --columns 1,3 --json")
      #expect(try numbered.json()["rows"] as? Int == 40 && numbered.json()["columns"] as? Int == 2)
      let array = try pretell("masked errors Examples/diabetes_x.npy --columns 1,2,3 --exclude 2 --json")
      #expect(try array.json()["columns"] as? Int == 2)
    }
  }

  /// Words and gaps behind 2 MB of numbers are read as those at the beginning are; where they do not fit, they are refused by name.
  @Test func lateWordsAndGaps() throws {
    try withTemporaryFolder { folder in
      func file(_ name: String, _ last: String) throws -> String {
        let path = folder.appending(path: name).path
        let rows = (0..<100_000).map { "\($0 % 97).25,\($0 * 7 % 101).125,\($0 * $0 % 89).5" }
        try (["a,b,c"] + rows + [last, last, last]).joined(separator: "\n").write(
          toFile: path, atomically: true, encoding: .utf8)
        return path
      }
      let (words, gaps) = (try file("words.csv", "1,broken,2"), try file("gaps.csv", "1,,2"))
      for verb in ["masked errors", "masked spectrum", "components -k 2"] {
        let more = verb.hasSuffix("spectrum") ? " --ridge 1" : ""
        let run = try pretell("\(verb) \(words)\(more) --json")
        #expect(try run.status == 0 && run.json()["columns_used"] != nil, "\(verb): \(run.errors)")
        let other = try pretell("\(verb) \(gaps)\(more) --json")
        #expect(try other.status == 0 && other.json()["rows"] as? Int == 100_000, "\(verb): \(other.errors)")
        #expect(other.errors.contains("dropped-rows"), "\(verb): \(other.errors)")
        let small = try pretell("\(verb) \(words)\(more) --memory 3MB")
        #expect(small.status == 1 && small.errors.contains("words.csv") && small.errors.contains("--exclude"))
      }
      let output = folder.appending(path: "o.csv").path
      let filled = try pretell("masked impute \(gaps) --output \(output) --json")
      #expect(try filled.status == 0 && filled.json()["missing"] as? Int == 3, "\(filled.errors)")
    }
  }

  /// What is filled in is the group that the other columns tell; the target, dates and observed cells stay.
  @Test func imputeFillsWordsIn() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "t.csv").path
      let output = folder.appending(path: "o.csv").path
      let rows = (0..<80).map { row -> (full: String, gaps: String) in
        let group = ["low", "mid", "high"][row * 5 % 3]
        let x = Double(row * 5 % 3) * 4 + Double(row * 13 % 7) / 10
        let (target, day) = (row % 3 == 0 ? "" : "t\(row % 2)", row % 8 == 2 ? "" : "2020-02-\(10 + row % 10)")
        let rest = "\(x)0,\(day),\(x > 3 ? "TRUE" : "FALSE"),\(target)"
        return ("\(group),\(rest)", "\(row % 7 == 3 ? "" : group),\(rest)")
      }
      try (["g,x,day,big,y"] + rows.map { $0.gaps }).joined(separator: "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      let run = try pretell("masked impute \(path) --output \(output) --target y --json")
      #expect(run.status == 0, "\(run.errors)")
      let written = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").dropFirst()
      #expect(written.map(String.init) == rows.map { $0.full })
      let json = try run.json()
      #expect(json["missing"] as? Int == 11 && json["left_missing"] as? [String] == ["day", "y"])
      let columns = try #require(json["columns"] as? [[String: Any]])
      #expect(columns.count == 1 && columns[0]["column"] as? String == "g" && columns[0]["r2"] as? Double ?? 0 > 0.9)
      #expect(run.errors.contains("left-missing"))
      // A target of words beside numbers with gaps.
      let beside = folder.appending(path: "n.csv").path
      let numbers = (0..<40).map {
        "\($0 % 7),\($0 == 3 ? "" : "\($0 * $0 % 11)"),\($0 % 5),\($0 == 5 ? "" : "k\($0)")"
      }
      try (["a,b,c,k"] + numbers).joined(separator: "\n").write(toFile: beside, atomically: true, encoding: .utf8)
      let other = try pretell("masked impute \(beside) --output \(output) --target k --json")
      #expect(try other.status == 0 && other.json()["missing"] as? Int == 1, "\(other.errors)")
      #expect(try other.json()["left_missing"] as? [String] == ["k"])
      let model = try pretell("masked impute \(path) --output \(output) --model Examples/none.npz")
      #expect(model.status == 64 && model.errors.contains("--exclude"), "\(model.errors)")
      #expect(try pretell("masked impute \(path) --output \(folder.path)/o.npy --target y").status == 64)
    }
  }

  /// Words and gaps in every row, and rows to fit on of their own.
  @Test func imputeWithoutCompleteRows() throws {
    try withTemporaryFolder { folder in
      let (path, train) = (folder.appending(path: "t.csv").path, folder.appending(path: "train.csv").path)
      let output = folder.appending(path: "o.csv").path
      let rows = (0..<60).map { row -> [String] in
        let z = Double(row * 17 % 13) / 6 + (row * 17 % 13 > 6 ? 1 : 0)
        return [z > 1 ? "in" : "out", "\(z)", "\(2 * z + Double(row % 3) / 10)", "\(1 - z + Double(row % 5) / 10)"]
      }
      let gaps = rows.enumerated().map { row, cells in cells.enumerated().map { $0 == row % 4 ? "" : $1 } }
      func text(_ rows: [[String]]) -> String {
        (["w,a,b,c"] + rows.map { $0.joined(separator: ",") }).joined(separator: "\n") + "\n"
      }
      try text(gaps).write(toFile: path, atomically: true, encoding: .utf8)
      try text(rows).write(toFile: train, atomically: true, encoding: .utf8)
      for more in ["", " --train \(train)"] {
        let run = try pretell("masked impute \(path) --output \(output)\(more) --json")
        #expect(run.status == 0 && run.errors.contains("no-complete-rows") == more.isEmpty, "\(run.errors)")
        #expect(try run.json()["missing"] as? Int == 60)
        let filled = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").dropFirst().map {
          $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(filled.count == 60)
        for ((cells, before), full) in zip(zip(filled, gaps), rows) {
          #expect(!cells.contains("") && zip(cells, before).allSatisfy { $1.isEmpty || $0 == $1 })
          if before[0].isEmpty { #expect(cells[0] == full[0]) }
        }
      }
    }
  }

  /// Three to five rows: the default says what it can. Groups: the penalty is the one that `errors` finds.
  @Test func forecasts() throws {
    try withTemporaryFolder { folder in
      for count in 3...5 {
        let path = folder.appending(path: "few.csv").path
        try (["a,b"] + (0..<count).map { "\($0 * $0 % 5),\($0 * 3 % 4)" }).joined(separator: "\n").write(
          toFile: path, atomically: true, encoding: .utf8)
        let run = try pretell("masked forecast \(path) --json")
        #expect(run.status == 0, "\(count): \(run.errors)")
        let rows = try #require(try run.json()["forecasts"] as? [[String: Any]]).map {
          $0["rows"] as? Double ?? .infinity
        }
        #expect(rows.allSatisfy { $0 >= 3 } && rows.count == (count == 5 ? 5 : 4), "\(rows)")
        let small = try pretell("masked forecast \(path) --rows 0.4x")
        #expect(small.status == 65 && small.errors.contains("3 rows or more"), "\(small.errors)")
      }
      let path = folder.appending(path: "g.csv").path
      var state: UInt64 = 7
      func draw() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / 0x1p23 - 1
      }
      let rows = (0..<90).map { row in
        let z = [draw(), draw(), draw()]
        return "p\(row / 3),\(z[0]),\(z[0] / 2 + draw() / 3),\(z[1] + z[2] / 2 + draw() / 4),\(z[2])"
      }
      try (["who,a,b,c,d"] + rows).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let errors = try pretell("masked errors \(path) --groups who --json").json()
      let forecast = try pretell("masked forecast \(path) --groups who --json")
      #expect(forecast.status == 0, "\(forecast.errors)")
      let (a, b) = (try #require(errors["ridge"] as? Double), try #require(try forecast.json()["ridge"] as? Double))
      #expect(abs(log(a / b)) < 0.1, "\(a), \(b)")
    }
  }

  /// What a limit on memory refuses is said with the file, the bytes and what to do.
  @Test func memoryIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "words.csv").path
      let rows = (0..<4000).map { "\(["x", "y"][$0 % 2]),\($0 * 7 % 1001),\($0 * $0 % 97)" }
      try (["w,a,y"] + rows).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let masked = try pretell("masked errors \(path) --memory 100KB")
      #expect(masked.status == 1 && masked.errors.contains("words.csv"), "\(masked.errors)")
      #expect(masked.errors.contains("--memory") && masked.errors.contains("--exclude"))
      let numbers = try pretell("masked errors \(path) --exclude w --memory 2MB --json")
      #expect(numbers.status == 0, "\(numbers.errors)")
      let plan = try pretell("plan --labeled \(path) --unlabeled \(path) --target y --memory 300KB --size 1")
      #expect(plan.status == 1 && plan.errors.contains("--memory"), "\(plan.errors)")
      let tiny = try pretell("masked errors Examples/digits_x.npy --memory 1KB")
      #expect(
        tiny.status == 1 && tiny.errors.contains("1000 bytes") && !tiny.errors.contains("MB (1000"), "\(tiny.errors)")
    }
  }

  /// Fewer labels than a head takes; formats that are none; a title above the names.
  @Test func refusals() throws {
    try withTemporaryFolder { folder in
      func file(_ name: String, _ text: String) throws -> String {
        let path = folder.appending(path: name).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
      }
      let rows = (0..<60).map { "\($0 * 7 % 11),\($0 % 5),\(["r", "g", "b"][$0 * 7 % 11 / 4])" }
      let classes = try file("c.csv", (["a,b,k"] + rows).joined(separator: "\n"))
      let at = try pretell("plan --data \(classes) --target k --size 1 --at 1000,1")
      #expect(at.status == 64 && at.errors.contains("6 labels or more"), "\(at.errors)")
      #expect(try pretell("plan --data \(classes) --target k --size 1 --at 1000,6 --json").status == 0)
      for (name, text, words) in [
        ("a.json", "[{\"a\": 1}, {\"a\": 2}]", "read_json"), ("b.jsonl", "{\"a\": 1}\n{\"a\": 2}\n", "lines=True"),
        ("c.csv", "<!DOCTYPE html>\n<html></html>", "a web page"),
        ("d.arff", "@RELATION r\n@attribute a numeric\n", "ARFF"),
        ("e.csv", "Report of 2020\n\na,b,c\n1,2,3\n4,5,6\n", "above the names"),
      ] {
        let run = try pretell("data describe \(try file(name, text))")
        #expect(run.status == 65 && run.errors.contains(words), "\(name): \(run.errors)")
      }
    }
  }
}
