import Foundation
import TestSupport
import Testing

/// Tables as people have them, in `plan`.
@Suite struct TableColumnsTests {
  /// 60 rows: a running number, three groups, gaps, dates, truths, a number and a class.
  private func write(_ folder: URL) throws -> String {
    let lines = (0..<60).map { row -> String in
      let (group, x) = (["a", "b", "c"][row * 7 % 3], Double(row * row * 37 % 101) / 50 - 1)
      let y = x + Double(row * 7 % 3) * 2 + Double(row * 29 % 17) / 40
      let gap = row % 6 == 1 ? "" : "\(x)"
      let date = "2021-03-\(10 + row % 19)"
      return "\(row + 1),\(group),\(gap),\(date),\(row % 4 == 0 ? "yes" : "no"),\(y),\(y > 2 ? "high" : "low")"
    }
    let path = folder.appending(path: "table.csv").path
    let text = (["id,group,x,when,flag,y,class"] + lines).joined(separator: "\n") + "\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func columnsAreReadAsTheyAre() throws {
    try withTemporaryFolder { folder in
      let path = try write(folder)
      let run = try pretell("plan --data \(path) --target y --exclude class --size 1,2 --methods pca --json")
      let json = try run.json()
      let used = try #require(json["columns_used"] as? [[String: Any]])
      #expect(
        run.status == 0
          && used.map { $0["kind"] as? String ?? "" }
            == ["identifier", "category", "number", "date", "boolean", "target", "excluded"]
      )
      let few = try pretell(
        "plan --data \(path) --target y --columns group,x --missing drop --size 1 --methods pca --json")
      let rows = try #require(try few.json()["rows"] as? [String: Any])
      #expect(few.status == 0 && rows["labeled"] as? Int == 50)
    }
  }

  /// Gaps are predicted from the other features; with one feature the mean stands in, and dropped rows leave no indicator behind.
  @Test func gapsAreSaid() throws {
    try withTemporaryFolder { folder in
      let path = try write(folder)
      func note(_ arguments: String) throws -> (note: String, becomes: [String]) {
        let run = try pretell("plan --data \(path) --target y --size 1 --methods pca --json \(arguments)")
        let used = try #require(try run.json()["columns_used"] as? [[String: Any]])
        let x = try #require(used.first { $0["column"] as? String == "x" })
        #expect(x["missing"] as? Int == 10, "\(x)")
        return (try #require(x["note"] as? String), try #require(x["becomes"] as? [String]))
      }
      let two = ["x", "x is missing"]
      #expect(
        try note("--columns x,group") == (
          "10 gaps filled by masked regression and marked in a column of their own", two
        ))
      #expect(try note("--columns x") == ("10 gaps filled with the mean and marked in a column of their own", two))
      #expect(try note("--columns x,group --missing drop") == ("", ["x"]))
      let described = try pretell("data describe \(path) --json")
      #expect(described.output.contains("10 gaps filled by masked regression"), "\(described.output)")
    }
  }

  /// A word among numbers is a gap like any other.
  @Test func wordsThatAreGaps() throws {
    try withTemporaryFolder { folder in
      let lines = (0..<60).map { row -> String in
        let x = Double(row * row * 37 % 101) / 50 - 1
        return "\(x),\(row == 7 ? "broken" : "\(Double(row * 7 % 31) / 9)"),\(x + Double(row * 29 % 17) / 40)"
      }
      let path = folder.appending(path: "words.csv").path
      try ((["a,b,y"] + lines).joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let plan = "plan --data \(path) --target y --size 1 --methods pca --json --missing"
      let dropped = try #require(try pretell("\(plan) drop").json()["rows"] as? [String: Any])
      #expect(dropped["labeled"] as? Int == 59)
      let filled = try #require(try pretell("\(plan) impute").json()["rows"] as? [String: Any])
      #expect(filled["labeled"] as? Int == 60)
      #expect(try pretell("masked errors \(path) --json").json()["rows"] as? Int == 59)
      for line in ["\(plan) refuse", "masked errors \(path) --missing refuse"] {
        let refused = try pretell(line)
        #expect(refused.status == 65 && refused.errors.contains("row 9, column 'b', 'broken'"), "\(refused.errors)")
      }
    }
  }

  /// Years since 1970, not thirty classes of one row each.
  @Test func targetsThatAreDates() throws {
    try withTemporaryFolder { folder in
      let lines = (0..<60).map { row in "\(row * row * 37 % 101),\(row * 7 % 31),2024-03-\(10 + row % 19)" }
      let path = folder.appending(path: "dates.csv").path
      try ((["a,b,when"] + lines).joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      let json = try pretell("plan --data \(path) --target when --size 1 --methods pca --json").json()
      #expect(json["classes"] == nil)
      let warnings = try #require(json["warnings"] as? [[String: Any]])
      #expect(warnings.contains { ($0["message"] as? String)?.contains("'when' (target: the target; dates") == true })
      let used = try #require(json["columns_used"] as? [[String: Any]])
      #expect((used.last?["note"] as? String)?.contains("dates as years since 1970") == true)
    }
  }

  @Test func refusals() throws {
    try withTemporaryFolder { folder in
      let path = try write(folder)
      let gap = try pretell("plan --data \(path) --target y --missing refuse --size 1")
      #expect(gap.status == 65 && gap.errors.contains("row 3, column 'x'"))
      let words = try pretell("plan --data \(path) --target class --head linear --size 1")
      #expect(words.status == 65 && words.errors.contains("'high'"))
      let name = try pretell("plan --data \(path) --target y --exclude clas --size 1")
      #expect(name.status == 65 && name.errors.contains("Did you mean 'class'?"))
    }
  }
}
