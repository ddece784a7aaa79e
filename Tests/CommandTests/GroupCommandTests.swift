import Foundation
import TestSupport
import Testing

/// `--groups` and `--blocks`: what is said of rows and columns that belong together.
@Suite struct GroupCommandTests {
  /// 60 rows of 20 sites; the target is blank in the last fifth.
  private static func table(_ names: (Int) -> String, header: String = "site,", labeled: Int = 48) -> String {
    var lines = [header + "a,b,c,y"]
    for i in 0..<60 {
      let (row, site) = (Double(i), Double(i / 3))
      let x = (0..<3).map { j -> Double in
        let place = Double(j)
        return sin(1.3 * row * (place + 2)) + 0.4 * cos(site * (1.7 + place))
      }
      let y = x[0] - x[1] + 0.5 * sin(2.1 * site) + 0.3 * sin(5.7 * row)
      let cells = x.map { "\($0)" } + [i < labeled ? "\(y)" : ""]
      lines.append((header.isEmpty ? "" : names(i) + ",") + cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func write(_ text: String, _ name: String, in folder: URL) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  private static func site(_ i: Int) -> String { "site \(i / 3)" }

  @Test func columnsAndFilesOfGroupsSayTheSame() throws {
    try withTemporaryFolder { folder in
      try Self.write(Self.table(Self.site), "named.csv", in: folder)
      try Self.write(Self.table(Self.site, header: ""), "plain.csv", in: folder)
      let sites = (0..<60).map(Self.site).joined(separator: "\n") + "\n"
      try Self.write(sites, "sites.csv", in: folder)
      try Self.write("place\n" + sites, "headed.csv", in: folder)
      let plan = "--target y --size 1:2 --json"
      let byName = try pretell("plan --data named.csv --groups site " + plan, in: folder)
      #expect(byName.status == 0, "\(byName.errors)")
      for (data, groups) in [("named", "1"), ("plain", "sites.csv"), ("plain", "headed.csv")] {
        let other = try pretell("plan --data \(data).csv --groups \(groups) " + plan, in: folder)
        #expect(other.status == 0, "\(other.errors)")
        let (a, b) = (try byName.json(), try other.json())
        #expect(NSDictionary(dictionary: ["c": a["candidates"]!]) == NSDictionary(dictionary: ["c": b["candidates"]!]))
      }
      let uses = try #require(try byName.json()["columns_used"] as? [[String: Any]])
      #expect(uses.first { $0["column"] as? String == "site" }?["becomes"] as? [String] == [])
      // Without groups intervals are shorter, and other numbers are said.
      let without = try pretell("plan --data plain.csv " + plan, in: folder)
      #expect(without.status == 0 && without.output != byName.output)
    }
  }

  /// Every row a group of its own: what is said without groups, to the byte.
  @Test func groupsOfOneRowChangeNothing() throws {
    try withTemporaryFolder { folder in
      try Self.write(Self.table(Self.site, header: ""), "plain.csv", in: folder)
      try Self.write((0..<60).map { "row \($0)\n" }.joined(), "own.csv", in: folder)
      for verb in [
        "plan --data plain.csv --target y --size 1:2 --backtest 2",
        "backtest --data plain.csv --target y --size 1:2 --repeats 3",
      ] {
        let (a, b) = (
          try pretell(verb + " --json", in: folder), try pretell(verb + " --groups own.csv --json", in: folder)
        )
        #expect(a.status == 0 && a.output == b.output && a.errors == b.errors, "\(verb): \(b.errors)")
      }
      for verb in ["errors", "path", "forecast"] {
        let (a, b) = (
          try pretell("masked \(verb) Examples/diabetes_x.npy --json").json(),
          try pretell(
            ["masked", verb, "Examples/diabetes_x.npy", "--groups", try Self.own(442, in: folder), "--json"]
          ).json()
        )
        for key in ["leave_one_out_error", "ridge", "training_error", "best.ridge"] where a[key] != nil {
          #expect(a[key] as? Double == b[key] as? Double, "\(verb) \(key)")
        }
        #expect(verb != "errors" || b["leave_group_out_error"] as? Double == b["leave_one_out_error"] as? Double)
      }
    }
  }

  private static func own(_ count: Int, in folder: URL) throws -> String {
    try write((0..<count).map { "\($0)\n" }.joined(), "own\(count).csv", in: folder)
    return folder.appending(path: "own\(count).csv").path
  }

  /// 60 rows of 20 sites, with classes.
  private static func classes(_ name: (Int) -> String) -> String {
    let lines = table(site, labeled: 0).split(separator: "\n").map(String.init)
    return ([lines[0]] + lines.dropFirst().enumerated().map { $0.element + name($0.offset) }).joined(separator: "\n")
      + "\n"
  }

  @Test func classesInGroups() throws {
    try withTemporaryFolder { folder in
      try Self.write(Self.classes { sin(1.3 * Double($0) * 2) > 0 ? "yes" : "no" }, "classes.csv", in: folder)
      let run = try pretell("plan --data classes.csv --groups site --target y --size 1:2 --json", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let json = try run.json()
      let candidates = try #require(json["candidates"] as? [[String: Any]])
      #expect(candidates.contains { $0["left_out"] as? String == "groups:20" })
      #expect((json["groups"] as? [String: Any])?["labeled"] as? Int == 20)
      let backtest = try pretell(
        "backtest --data classes.csv --groups site --target y --size 1 --repeats 2 --hide 0.4 --json", in: folder)
      #expect(backtest.status == 0, "\(backtest.errors)")
    }
  }

  @Test func refusalsSayWhy() throws {
    try withTemporaryFolder { folder in
      try Self.write(Self.table(Self.site), "named.csv", in: folder)
      try Self.write("a\nb\n", "short.csv", in: folder)
      try Self.write(Self.table { $0 == 4 ? "" : Self.site($0) }, "blank.csv", in: folder)
      try Self.write(Self.table({ _ in "one" }, labeled: 60), "one.csv", in: folder)
      try Self.write(Self.table(Self.site, labeled: 60), "full.csv", in: folder)
      try Self.write(Self.classes { $0 / 3 == 4 ? "rare" : ["yes", "no"][$0 % 2] }, "alone.csv", in: folder)
      // One line too many is a heading only where it is like no other.
      try Self.write((0...60).map { "\($0 / 3)\n" }.joined(), "numbers.csv", in: folder)
      try Self.write((0...60).map { "\(Self.site($0))\n" }.joined(), "words.csv", in: folder)
      let line = " --target y --size 1:2"
      for (verb, status, words) in [
        ("plan --data named.csv --groups nowhere" + line, 65, "no such column, nor a file"),
        ("plan --data named.csv --groups short.csv" + line, 65, "2 lines for the 60 rows"),
        ("plan --data named.csv --groups numbers.csv" + line, 65, "61 lines for the 60 rows"),
        ("plan --data named.csv --groups words.csv" + line, 65, "61 lines for the 60 rows"),
        ("masked errors full.csv --groups numbers.csv", 65, "61 lines for the 60 rows"),
        ("plan --data blank.csv --groups site" + line, 65, "row 6, column 'site'"),
        ("plan --data named.csv --groups y" + line, 65, "row 50"),
        ("plan --data one.csv --groups site" + line, 65, "1 group"),
        ("plan --data named.csv --groups site --head logistic" + line, 65, "single labeled row"),
        ("plan --data alone.csv --groups site" + line, 65, "class rare has labeled rows of one group only"),
        ("masked errors one.csv --groups site", 65, "one group"),
        ("masked errors full.csv --groups site --ridge auto-per-column", 64, "one penalty"),
        ("masked fit full.csv --groups site --no-errors --ridge 1", 64, "--no-errors"),
        ("masked errors --covariance identity --columns 4 --rows 9 --groups x", 64, "--covariance"),
        ("masked errors full.csv --blocks 2x2", 64, "--image"),
        ("masked errors full.csv --hide 0.5", 64, "--blocks"),
        ("masked errors full.csv --blocks 1x1 --image 2x2 --hide 1", 64, "--hide"),
        ("masked errors full.csv --groups site --blocks 1x1 --image 3x3", 65, "images of 3x3"),
        ("masked errors full.csv --groups site --blocks short.csv", 65, "columns"),
      ] {
        let run = try pretell(verb, in: folder)
        #expect(Int(run.status) == status && run.errors.contains(words), "\(verb): \(run.status) \(run.errors)")
      }
    }
  }

  /// Digits of 8 x 8 pixels in four patches: errors, path, fit and forecast, with pixels and with a file of names.
  @Test func patchesOfDigits() throws {
    try withTemporaryFolder { folder in
      let names = (0..<64).map { "\($0 / 32)\($0 % 8 / 4)\n" }.joined()
      try Self.write(names, "blocks.csv", in: folder)
      let file = folder.appending(path: "blocks.csv").path
      let model = folder.appending(path: "model.npz").path
      let digits = ["Examples/digits_x.npy"]
      let patches = ["--blocks", "4x4", "--image", "8x8"]
      let one = try pretell(["masked", "errors"] + digits + patches + ["--ridge", "0.3", "--json"])
      let two = try pretell(["masked", "errors"] + digits + ["--blocks", file, "--ridge", "0.3", "--json"])
      #expect(one.status == 0, "\(one.errors)")
      #expect(one.output == two.output)
      let plain = try pretell(["masked", "errors"] + digits + ["--ridge", "0.3", "--json"]).json()
      let json = try one.json()
      #expect(json["blocks"] as? Int == 4 && json["hide_rate"] as? Double == 0)
      // Pixels of one's own patch are the best predictors.
      #expect(try number(json, "leave_one_out_error") > 1.2 * number(plain, "leave_one_out_error"))
      let hidden = try pretell(
        ["masked", "fit"] + digits + patches + ["--hide", "0.5", "--ridge", "0.3", "--output", model, "--json"])
      #expect(hidden.status == 0, "\(hidden.errors)")
      #expect(try number(hidden.json(), "leave_one_out_error") != number(json, "leave_one_out_error"))
      let filled = try pretell(
        [
          "masked", "impute", "Examples/digits_x.npy", "--model", model, "--output",
          folder.appending(path: "f.npy").path,
        ])
      #expect(filled.status == 0, "\(filled.errors)")
      let forecast = try pretell(
        ["masked", "forecast"] + digits + patches + ["--rows", "2x", "--ridge", "0.3", "--json"])
      #expect(forecast.status == 0, "\(forecast.errors)")
      let ahead = try #require(try forecast.json()["forecasts"] as? [[String: Any]])
      #expect(try number(ahead[0], "error") < number(json, "leave_one_out_error"))
      let theory = try pretell(
        ["masked", "errors", "--covariance", "ar1:0.6", "--columns", "64", "--rows", "200", "--ridge", "0.1", "--json"]
          + patches)
      #expect(theory.status == 0, "\(theory.errors)")
      #expect(try number(theory.json(), "generalization_error") > 0)
    }
  }
}

private func number(_ json: [String: Any], _ key: String) throws -> Double { try #require(json[key] as? Double) }
