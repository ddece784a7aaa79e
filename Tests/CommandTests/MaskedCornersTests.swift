import Foundation
import TestSupport
import Testing

/// Inputs on which masked verbs once crashed, wrote NaN, gave numbers that were not theirs, or refused.
@Suite struct MaskedCornersTests {
  private func number(_ json: [String: Any], _ key: String) throws -> Double {
    try #require((json[key] as? NSNumber)?.doubleValue, "\(key)")
  }

  /// Numbers that cannot be squared: file, column and remedy, from every verb; exit code 65.
  @Test func numbersBeyondSquares() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "large.csv").path
      let lines = (0..<30).map { i in "\(i % 7 - 3),\((i * i) % 11 - 5)e160,\(i % 5 - 2)" }
      try (["a,b,c"] + lines).joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
      for line in [
        "errors \(file) --ridge 1", "errors \(file) --json", "errors \(file) --precision single", "fit \(file)",
        "fit \(file) --ridge 1 --no-errors", "path \(file)", "forecast \(file)", "spectrum \(file) --ridge 1",
        "compare \(file)", "impute \(file) --output \(folder.path)/o.csv", "errors \(file) --scale",
      ] {
        let run = try pretell("masked \(line)")
        #expect(run.status == 65 && run.output.isEmpty, "\(line): \(run.status)")
        #expect(run.errors.contains("large.csv") && run.errors.contains("'b'"), "\(line): \(run.errors)")
      }
    }
  }

  /// As many rows as columns: infinite errors and densities are said.
  @Test func rowsAreColumns() throws {
    let square = "--covariance identity --columns 50 --rows 50"
    let run = try pretell("masked errors \(square) --ridge 0")
    #expect(run.status == 1 && run.output.isEmpty && run.errors.contains("infinite"))
    let spectrum = try pretell("masked spectrum \(square) --ridge 0.1 --json")
    #expect(spectrum.status == 0 && spectrum.errors.contains("density-diverges"))
    #expect(try spectrum.json()["diverges_at_lower_edge"] as? Bool == true)
    let refused = try pretell("masked spectrum \(square) --ridge 0")
    #expect(refused.status == 1 && refused.errors.contains("Give a ridge above 0"))
  }

  /// Both errors with infinitely many rows, by name.
  @Test func infinitelyManyRows() throws {
    let json = try pretell("masked errors --covariance ar1:0.95 --columns 100 --rows 50 --ridge 0.05 --json").json()
    #expect(relativeDifference(try number(json, "infinite_rows_error"), 0.06735) < 1e-4)
    #expect(relativeDifference(try number(json, "infinite_rows_error_at_ridge"), 0.05606) < 1e-4)
  }

  /// No row is complete: filled in, observed cells as they were; a target is left alone.
  @Test func noCompleteRow() throws {
    try withTemporaryFolder { folder in
      let (file, output) = (folder.appending(path: "t.csv").path, folder.appending(path: "o.csv").path)
      let rows = (0..<40).map { i in
        i % 2 == 0 ? ",\(Double(i % 7) / 4),\(Double(i % 5) / 2)" : "\(Double(i % 9) / 8),,\(Double(i % 5) / 2)"
      }
      try (["a,b,c"] + rows).joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
      let run = try pretell("masked impute \(file) --output \(output) --json")
      #expect(run.status == 0 && run.errors.contains("no-complete-rows"), "\(run.errors)")
      #expect(try run.json()["missing"] as? Int == 40)
      let filled = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").dropFirst()
      for (before, after) in zip(rows, filled) {
        let cells = after.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        for (old, new) in zip(before.split(separator: ",", omittingEmptySubsequences: false), cells) {
          #expect(new?.isFinite == true && (old.isEmpty || Double(old) == new))
        }
      }
      let alone = try pretell("masked impute \(file) --output \(output) --target a --json")
      #expect(try alone.status == 0 && alone.json()["missing"] as? Int == 20)
      #expect(try alone.json()["left_missing"] as? [String] == ["a"])
      #expect(try pretell("masked impute \(file) --output \(output) --target z").status == 65)
    }
  }
}
