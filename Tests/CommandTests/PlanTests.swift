import Foundation
import TestSupport
import Testing

@Suite struct PlanTests {
  private let line = "plan --data Examples/diabetes_partly_labeled.csv --target progression --size 1:3"

  @Test func jsonKeepsTheContract() throws {
    let run = try pretell(line + " --json --quiet")
    #expect(run.status == 0 && run.errors.isEmpty)
    let json = try run.json()
    let rows = json["rows"] as? [String: Int]
    #expect(rows == ["unlabeled": 362, "labeled": 80])
    #expect(json["columns"] as? Int == 10)
    let candidates = try #require(json["candidates"] as? [[String: Any]])
    #expect(candidates.prefix(2).map { $0["method"] as? String } == ["none", "ridge"])
    let pca = try #require(candidates.first { $0["method"] as? String == "pca" && $0["size"] as? Int == 2 })
    for key in ["reliable", "predicted_risk", "parts", "gain_over_raw", "next", "warnings"] {
      #expect(pca[key] != nil, "\(key)")
    }
    let risk = try #require(pca["predicted_risk"] as? [String: Double])
    #expect(risk["low"]! < risk["estimate"]! && risk["estimate"]! < risk["high"]!)
    let gain = try #require(pca["gain_over_raw"] as? [String: Any])
    for key in ["against", "estimate", "low", "high", "probability_positive"] { #expect(gain[key] != nil, "\(key)") }
    #expect(
      Set((pca["parts"] as? [String: Any] ?? [:]).keys).isSuperset(of: ["noise", "bias", "labels", "pretraining"]))
    let recommendation = try #require(json["recommendation"] as? [String: Any])
    for key in ["method", "next", "why"] { #expect(recommendation[key] != nil, "\(key)") }
    for warning in try #require(json["warnings"] as? [[String: Any]]) {
      #expect(warning["code"] is String && warning["message"] is String && warning["remedy"] is String)
    }
  }

  @Test func ranksAtOtherNumbersOfRows() throws {
    let run = try pretell(line + " --at 2000,400 --at 362,80 --json --quiet")
    let rankings = try #require(try run.json()["rankings"] as? [[String: Any]])
    #expect(rankings.map { $0["labeled"] as? Int } == [400, 80] && rankings[0]["unlabeled"] as? Int == 2000)
    #expect((rankings[0]["best"] as? [String: Any])?["method"] is String)
    #expect((rankings[0]["candidates"] as? [[String: Any]])!.count > 3)
    #expect(try pretell(line + " --at 2000,400").output.contains("With 2 000 unlabeled and 400 labeled rows, use "))
    for wrong in ["5", "a,b", "-1,5", "5,0", "1,2,3"] { #expect(try pretell(line + " --at=\(wrong)").status == 64) }
  }

  @Test func bytesDoNotDependOnThreadsOrFileFormat() throws {
    let one = try pretell(line + " --json --quiet --threads 1")
    #expect(try pretell(line + " --json --quiet --threads 2").output == one.output)
    // The same rows as two files.
    let two = try pretell(
      "plan --unlabeled Examples/diabetes_unlabeled.csv --labeled Examples/diabetes_labeled.csv --target progression --size 1:3 --json --quiet"
    )
    let counts = try two.json()["rows"] as? [String: Int]
    #expect(counts == ["unlabeled": 362, "labeled": 80])
  }

  @Test func costsGiveAPurchaseWithinTheBudget() throws {
    let run = try pretell(line + " --cost-label 2 --cost-row 0.01 --budget 500 --json --quiet")
    let recommendation = try #require(run.json()["recommendation"] as? [String: Any])
    #expect((recommendation["cost"] as? Double ?? 1e9) <= 500)
    #expect(try pretell(line + " --cost-label 2 --budget 500").status == 64)
    #expect(try pretell(line + " --cost-label -2 --cost-row 1 --budget 500").status == 64)
  }

  @Test func usageIsChecked() throws {
    #expect(try pretell("plan --data Examples/diabetes.csv").status == 64)
    #expect(try pretell("plan --data a.csv --labeled b.csv --target y").status == 64)
    #expect(try pretell(line + " --methods tsne").status == 64)
    #expect(try pretell("plan --data Examples/diabetes.csv --target progression --size 3:1").status == 64)
  }

  @Test func fileOfTargetsBesideAnArray() throws {
    let run = try pretell(
      "plan --data Examples/diabetes_x.npy --target Examples/diabetes_y.npy --size 2 --json --quiet")
    #expect(run.status == 0)
    #expect((try run.json()["rows"] as? [String: Int])?["labeled"] == 442)
  }

  @Test func savesAndDraws() throws {
    try withTemporaryFolder { folder in
      let saved = folder.appending(path: "plan.json").path
      let figure = folder.appending(path: "plan.svg").path
      let run = try pretell(line.split(separator: " ").map(String.init) + ["--save", saved, "--figure", figure])
      #expect(run.status == 0 && run.output.contains("ridge"))
      let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: saved))) as? [String: Any]
      #expect(json?["candidates"] != nil && json?["schema_version"] as? Int == 1)
      #expect(FileManager.default.fileExists(atPath: figure))
    }
  }
}

@Suite struct BacktestTests {
  @Test func jsonKeepsTheContract() throws {
    let run = try pretell(
      "backtest --data Examples/diabetes.csv --target progression --size 2 --methods pca --repeats 3 --json --quiet")
    #expect(run.status == 0)
    let json = try run.json()
    let cell = try #require((json["cells"] as? [[String: Any]])?.last)
    for key in ["unlabeled", "labeled", "method", "size", "predicted", "low", "high", "power_law", "actual"] {
      #expect(cell[key] != nil, "\(key)")
    }
    let scores = try #require(json["scores"] as? [String: Any])
    for key in ["median_ratio", "within_1_5", "coverage", "sign_right"] {
      #expect((scores["pretell"] as? [String: Any])?[key] != nil, "\(key)")
    }
    for key in ["median_ratio", "within_1_5", "sign_right"] {
      #expect((scores["power_law"] as? [String: Any])?[key] != nil, "\(key)")
    }
    #expect(json["verdict"] is String)
    #expect(try pretell("backtest --data Examples/diabetes.csv --target progression --hide 1.5").status == 64)
  }
}

@Suite struct OtherVerbTests {
  @Test func demoSetsThePlanBesideTheTruth() throws {
    let run = try pretell("demo --json --quiet")
    #expect(run.status == 0)
    #expect((try run.json()["truth"] as? Double ?? 0) > 0)
    #expect(try pretell("demo").output.contains("What is true"))
  }

  @Test func describeCountsWhatIsThere() throws {
    let json = try pretell("data describe Examples/digits_x.npy --json").json()
    #expect(json["rows"] as? Int == 1797 && json["columns"] as? Int == 64)
    let columns = try #require(json["details"] as? [[String: Any]])
    #expect(columns.count == 64 && columns[0]["is_constant"] as? Bool == true && columns[2]["maximum"] as? Double == 16)
  }

  @Test func reproduceListsAndWrites() throws {
    let list = try pretell("reproduce")
    #expect(list.status == 0 && list.output.contains("corollary-6.4"))
    try withTemporaryFolder { folder in
      let run = try pretell(["reproduce", "corollary-6.4", "--quick", "--quiet", "--output", folder.path])
      #expect(run.status == 0 && run.output.contains("printed"))
      for suffix in ["svg", "figure.csv", "json"] {
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "corollary-6.4.\(suffix)").path))
      }
    }
    #expect(try pretell("reproduce nothing").status == 64)
  }
}

@Suite struct ReportAndVerifyTests {
  @Test func pageAndSavedPlan() throws {
    try withTemporaryFolder { folder in
      let (page, saved) = (folder.appending(path: "r.html").path, folder.appending(path: "plan.json").path)
      let run = try pretell([
        "plan", "--unlabeled", "Examples/diabetes_unlabeled.csv", "--labeled", "Examples/diabetes_labeled.csv",
        "--target", "progression", "--size", "1:3", "--report", page, "--save", saved,
      ])
      #expect(run.status == 0)
      let html = try String(contentsOf: URL(filePath: page), encoding: .utf8)
      #expect(html.contains("pretell plan --unlabeled Examples/diabetes_unlabeled.csv"))
      let verified = try pretell(["verify", saved, "--replicates", "400", "--json"])
      #expect(verified.status == 0)
      let json = try verified.json()
      let parts = json["excess_risk"] as? [String: Any]
      #expect(relativeDifference(parts?["law"] as? Double ?? 0, parts?["simulated"] as? Double ?? 1) < 0.3)
      #expect(json["holds"] as? Bool != nil)
    }
  }

  @Test func classesAreVerified() throws {
    try withTemporaryFolder { folder in
      let saved = folder.appending(path: "plan.json").path
      let run = try pretell([
        "plan", "--unlabeled", "Examples/diabetes_unlabeled.csv", "--labeled", "Examples/diabetes_labeled.csv",
        "--target", "sex", "--exclude", "progression", "--head", "logistic", "--size", "2", "--save", saved,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let verified = try pretell(["verify", saved, "--replicates", "200", "--json"])
      #expect(verified.status == 0, "\(verified.errors)")
      let parts = try verified.json()["labels"] as? [String: Double]
      #expect(relativeDifference(parts?["law"] ?? 0, parts?["simulated"] ?? 1) < 1)
    }
  }

  @Test func whatIsNoPlanIsRefused() throws {
    #expect(try pretell("verify nowhere.json").status == 66)
    let wrong = try pretell("verify Examples/factor.toml")
    #expect(wrong.status == 65 && wrong.errors.contains("not a plan"))
  }

  @Test func embeddingsNeedARowForEachRow() throws {
    let run = try pretell(
      "plan --unlabeled Examples/diabetes_unlabeled.csv --labeled Examples/diabetes_labeled.csv --target progression "
        + "--size 1 --embedding Examples/diabetes_unlabeled.csv")
    #expect(run.status == 65 && run.errors.contains("362 rows of features for 442 rows of data"))
  }
}
