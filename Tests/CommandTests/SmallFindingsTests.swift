import Foundation
import TestSupport
import Testing

/// What testers stumbled over, each held by a test.
@Suite struct SmallFindingsTests {
  private static let diabetes = "plan --data Examples/diabetes_partly_labeled.csv --target progression --size 1:2"

  private func table(_ rows: [String], _ name: String, in folder: URL) throws -> String {
    let file = folder.appending(path: name)
    try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: file)
    return file.path
  }

  private static func numbers(_ row: Int) -> String {
    [0.37, 0.73].map { "\((Double(row) * $0).truncatingRemainder(dividingBy: 1))" }.joined(separator: ",")
  }

  /// Names from a file move no terminal and give no commands to it.
  @Test func escapesInNamesAreShownNotObeyed() throws {
    try withTemporaryFolder { folder in
      let rows =
        ["a,b,kind"] + (0..<60).map { "\(Self.numbers($0)),\($0 % 2 == 0 ? "blue" : "\u{1B}[2Jred\u{1B}]0;x\u{7}")" }
      let file = try table(rows, "escapes.csv", in: folder)
      let run = try pretell(["plan", "--data", file, "--target", "kind", "--size", "1"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("\\u{1b}[2Jred"))
      #expect(!(run.output + run.errors).unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 127 })
      // As data the name stays what it is.
      let json = try pretell(["plan", "--data", file, "--target", "kind", "--size", "1", "--json"]).json()
      #expect((json["classes"] as? [String])?.contains("\u{1B}[2Jred\u{1B}]0;x\u{7}") == true)
      let wrong = try pretell(["plan", "--data", file, "--target", "\u{1B}[2Jkind"])
      #expect(wrong.status == 65 && !wrong.errors.contains("\u{1B}") && wrong.errors.contains("\\u{1b}[2Jkind"))
    }
  }

  @Test func copiesAndOneClassAreCalledWhatTheyAre() throws {
    try withTemporaryFolder { folder in
      let copies = try table(["a,b,y"] + (0..<30).map { "\(Self.numbers($0 % 7)),\($0 % 7)" }, "copies.csv", in: folder)
      let few = try pretell(["plan", "--data", copies, "--target", "y"])
      #expect(few.status == 65 && few.errors.contains("30 labeled rows of which 7 differ"), "\(few.errors)")
      let one = try table(["a,b,y"] + (0..<30).map { "\(Self.numbers($0)),yes" }, "one.csv", in: folder)
      let single = try pretell(["plan", "--data", one, "--target", "y"])
      #expect(single.status == 65 && single.errors.contains("every label is 'yes'"), "\(single.errors)")
      let tested = try pretell(["backtest", "--data", one, "--target", "y"])
      #expect(tested.status == 65 && !tested.errors.contains("--head linear"), "\(tested.errors)")
      let same = try table(["a,b,y"] + (0..<30).map { "\(Self.numbers($0)),3" }, "same.csv", in: folder)
      #expect(try pretell(["plan", "--data", same, "--target", "y"]).errors.contains("every label is 3:"))
    }
  }

  @Test func negativeValuesAreToldHowToBeWritten() throws {
    let costs = try pretell(Self.diabetes + " --cost-label -2 --cost-row 1 --budget 5")
    #expect(costs.status == 64 && costs.errors.contains("--cost-label=-2"), "\(costs.errors)")
    let at = try pretell(Self.diabetes + " --at -1,5")
    #expect(at.status == 64 && at.errors.contains("--at=-1,5"))
    // Another option after it is no value.
    let forgotten = try pretell(Self.diabetes + " --cost-label --json")
    #expect(forgotten.status == 64 && !forgotten.errors.contains("equals sign"))
  }

  @Test func instancesSpeakTheirOwnWords() throws {
    let mixture = try pretell([
      "law", "Examples/mixture.toml", "--set", "downstream.head=ridge", "--set", "downstream.penalty=0.5",
    ])
    #expect(mixture.status == 65 && mixture.errors.contains("\"ridge\"") && !mixture.errors.contains("scale:"))
    let penalty = try pretell(["law", "Examples/pca.toml", "--set", "downstream.penalty=0.5"])
    #expect(
      penalty.status == 65 && penalty.errors.contains("Set downstream.head = \"ridge\" as well"), "\(penalty.errors)")
    let both = ["law", "Examples/pca.toml", "--set", "downstream.penalty=0.5", "--set", "downstream.head=ridge"]
    #expect(try pretell(both).status == 0)
  }

  @Test func listsAreJSONToo() throws {
    let json = try pretell("reproduce --json").json()
    let results = try #require(json["results"] as? [[String: String]])
    #expect(
      results.count > 10 && results.contains { $0["name"] == "corollary-6.4" }
        && json["command"] as? String == "reproduce")
  }

  @Test func storesAreNotReplaced() throws {
    try withTemporaryFolder { folder in
      for (name, value) in [("a", "10"), ("b", "12")] {
        let run = try pretell([
          "sweep", "Examples/factor.toml", "--vary", "dimension=\(value)", "--store", folder.appending(path: name).path,
          "--simulate", "20", "--quiet",
        ])
        #expect(run.status == 0, "\(run.errors)")
      }
      let (one, other) = (folder.appending(path: "a"), folder.appending(path: "b"))
      let before = try Data(contentsOf: other)
      for line in [["store", "export", one.path], ["law", "Examples/factor.toml"]] {
        let run = try pretell(line + ["--output", other.path])
        #expect(run.status == 64 && run.errors.contains("is a store"), "\(run.errors)")
        #expect(try Data(contentsOf: other) == before)
      }
    }
  }

  @Test func backtestsHaveAnEnd() throws {
    let line = "backtest --data Examples/diabetes.csv --target progression --size 1"
    for repeats in ["1", "0", "1001", "1000000000"] {
      let run = try pretell(line + " --repeats \(repeats)")
      #expect(run.status == 64 && run.errors.contains("from 2 to 1000"))
    }
    try withTemporaryFolder { folder in
      let file = try table(["a,b,y"] + (0..<40).map { "\(Self.numbers($0)),\($0 * $0 % 11)" }, "few.csv", in: folder)
      let run = try pretell(["backtest", "--data", file, "--target", "y", "--hide", "0.01", "--repeats", "2"])
      #expect(
        run.status == 64 && run.errors.contains("the hidden share is 0.01")
          && run.errors.contains("30 training labels"),
        "\(run.errors)")
    }
  }

  /// Columns of zeros have no degree of freedom, not -4e-16.
  @Test func degreesOfFreedomAreNotNegative() throws {
    try withTemporaryFolder { folder in
      for (index, columns) in [3, 7, 30].enumerated() {
        let file = try table(
          (0..<40).map { row in (0..<columns).map { $0 == 0 ? "\(row)" : "0" }.joined(separator: ",") },
          "zero\(index).csv",
          in: folder)
        for more in [["--ridge", "0.1"], ["--ridge", "0.3", "--no-center"], []] {
          let run = try pretell(["masked", "errors", file, "--json"] + more)
          guard run.status == 0 else { continue }
          let json = try run.json()
          for entry in [json] + (json["column_errors"] as? [[String: Any]] ?? []) {
            if let freedom = entry["degrees_of_freedom"] as? Double { #expect(freedom >= 0, "\(columns) \(more)") }
          }
        }
      }
    }
  }

  /// Every option of every verb that takes one value.
  @Test func optionsGivenTwiceAreWrongUsage() throws {
    for line in [
      "\(Self.diabetes) --size 1", "\(Self.diabetes) --seed=1 --seed 2",
      "law Examples/factor.toml --figure a.svg --figure=b.svg",
      "components Examples/digits_x.npy -k 2 -k 3", "masked errors Examples/digits_x.npy --ridge 1 --ridge 2",
      "backtest --data a.csv --data b.csv --target y", "store export a --output x --output y", "demo --seed 1 --seed 1",
    ] {
      let run = try pretell(line)
      #expect(run.status == 64 && run.errors.contains("given twice"), "\(line): \(run.errors)")
    }
  }

  @Test func headsHaveTheNamesOfTheContract() throws {
    let outputs = try ["linear", "least-squares", "ridge"].map {
      try pretell(Self.diabetes + " --head \($0) --json --quiet").output
    }
    #expect(Set(outputs).count == 1 && !outputs[0].isEmpty)
    let classes = try ["softmax", "logistic"].map {
      try pretell("plan --data Examples/diabetes.csv --target sex --size 1 --head \($0) --json --quiet")
    }
    #expect(classes[0].output == classes[1].output && classes[0].status == 0)
    #expect((try classes[0].json()["classes"] as? [String])?.count == 2)
    let backtest = try pretell(
      "backtest --data Examples/diabetes.csv --target sex --size 1 --head softmax --repeats 2 --json --quiet")
    #expect((try backtest.json()["classes"] as? [String])?.count == 2)
  }

  private static func estimate(_ gain: [String: Any]) -> Double? {
    (gain["gain"] as? [String: Any])?["estimate"] as? Double
  }

  @Test func gainsAtOtherNumbersOfRowsAreTheRankings() throws {
    let json = try pretell(Self.diabetes + " --at 2000,400 --at 362,80 --json --quiet").json()
    let rankings = try #require(json["rankings"] as? [[String: Any]])
    for candidate in try #require(json["candidates"] as? [[String: Any]]) where candidate["size"] != nil {
      let gains = try #require(candidate["gains_at"] as? [[String: Any]])
      #expect(gains.map { $0["labeled"] as? Int } == [400, 80])
      let now = try #require((candidate["gain_over_raw"] as? [String: Any])?["estimate"] as? Double)
      #expect(relativeDifference(Self.estimate(gains[1]) ?? 0, now) < 1e-9)
      let entries = try #require(rankings[0]["candidates"] as? [[String: Any]])
      let own = entries.first {
        $0["method"] as? String == candidate["method"] as? String && $0["size"] as? Int == candidate["size"] as? Int
      }
      let there = (own?["gain_over_raw"] as? [String: Any])?["estimate"] as? Double
      #expect(there == Self.estimate(gains[0]) && there != nil)
    }
    let plain = try pretell(Self.diabetes + " --json --quiet").json()
    #expect((plain["candidates"] as? [[String: Any]])?.allSatisfy { $0["gains_at"] == nil } == true)
  }

  @Test func groupsAreCounted() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<90).map { row in "\(Self.numbers(row)),s\(row / 3),\(row < 60 ? "\(row * 7 % 13)" : "")" }
      let file = try table(["a,b,site,y"] + rows, "sites.csv", in: folder)
      let line = ["plan", "--data", file, "--target", "y", "--groups", "site", "--size", "1"]
      let text = try pretell(line)
      #expect(text.status == 0 && text.output.contains("labeled rows in 30 groups (20 with labels)"), "\(text.errors)")
      let groups = try pretell(line + ["--json"]).json()["groups"] as? [String: Int]
      #expect(groups == ["count": 30, "labeled": 20])
    }
  }
}
