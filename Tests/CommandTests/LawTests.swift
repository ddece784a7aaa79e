import Foundation
import TestSupport
import Testing

@Suite struct LawTests {
  /// Every key of the contract, and the reference value of the bundled instance.
  @Test func jsonKeepsTheContract() throws {
    let run = try pretell("law Examples/factor.toml --json --probability 0.05 --probability 0.5")
    #expect(run.status == 0 && run.errors.isEmpty)
    let json = try run.json()
    for key in [
      "model", "ratio", "noise_variance", "effective_dimension", "active_dimension", "base_dimension",
      "crossover_ratio",
      "schema_version", "warnings",
    ] { #expect(json[key] != nil, "\(key)") }
    let interaction = json["interaction"] as? [String: Any]
    #expect(relativeDifference(interaction?["mean"] as? Double ?? 0, 11.06666666666667) < 1e-13)
    let weights = interaction?["weights"] as? [[String: Any]]
    #expect(weights?.count == 1 && weights?[0]["multiplicity"] as? Int == 8)
    let scaled = json["scaled_excess_risk"] as? [String: Any]
    let quantiles = scaled?["quantiles"] as? [String: Double]
    #expect(quantiles?.keys.sorted() == ["0.05", "0.5"])
    let excess = json["excess_risk"] as? [String: Any]
    #expect(relativeDifference(excess?["mean"] as? Double ?? 0, (scaled?["mean"] as? Double ?? 1) / 1000) < 1e-13)
    #expect((json["risk"] as? [String: Any])?["mean"] != nil)
  }

  @Test func setOverridesAnyValue() throws {
    let json = try pretell("law Examples/factor.toml --json --set dimension=80 --set downstream.noise=2").json()
    #expect(json["base_dimension"] as? Int == 80)
    #expect((json["noise_variance"] as? Double ?? 0) > 4)
  }

  @Test func printedLimitStandsBesideTheTheorems() throws {
    let json = try pretell("law Examples/spectral.toml --set correlations=harmonic --set dimension=8 --printed --json")
      .json()
    let printed = json["printed"] as? [String: Any]
    #expect(printed?["statement"] as? String == "Corollary 6.3")
    let interaction = printed?["interaction"] as? [String: Any]
    #expect((interaction?["mean"] as? Double ?? 0) > 0)
    #expect(
      try pretell("law Examples/factor.toml --printed").output.contains("Corollary 6.4 as printed has mean 9.067"))
    let none = try pretell("law Examples/pca.toml --printed")
    #expect(none.status == 64 && none.errors.contains("prints no limit"))
    #expect(try pretell("law Examples/factor.toml --json").json()["printed"] == nil)
  }

  @Test func otherHeads() throws {
    let logistic = try pretell(
      "law Examples/pca.toml --set downstream.head=logistic --set downstream.intercept=0.3 --json"
    )
    .json()
    #expect(logistic["head"] as? String == "logistic" && logistic["label_term"] as? Double == 1.5)
    let ridge = try pretell("law Examples/pca.toml --set downstream.head=ridge --set downstream.penalty=1 --json")
      .json()
    #expect(relativeDifference(ridge["penalty_term"] as? Double ?? 0, 1.0 / 5 + 0.25 / 3) < 1e-12)
    let unknown = try pretell("law Examples/pca.toml --set downstream.head=probit")
    #expect(unknown.status == 65 && unknown.errors.contains("linear, ridge, logistic, poisson or softmax"))
  }

  @Test func centeringIsTheInstances() throws {
    let centered = try pretell("law Examples/pca.toml --set center=true --json").json()
    #expect(centered["effective_dimension"] as? Int == 3 && centered["base_dimension"] as? Int == 9)
    let unclear = try pretell("law Examples/pca.toml --set mean=1,1,1,1,1,1,1,1")
    #expect(unclear.status == 65 && unclear.errors.contains("center = "))
    let raw = try pretell("law Examples/pca.toml --set mean=1,1,1,1,1,1,1,1 --set center=false --json").json()
    #expect(raw["effective_dimension"] as? Int == 2)
  }

  @Test func smallSizesAreSaidToBeSmall() throws {
    let run = try pretell("law Examples/pca.toml --set samples.unlabeled=40 --set samples.labeled=20 --json")
    let warnings = try run.json()["warnings"] as? [[String: Any]]
    #expect(warnings?.compactMap { $0["code"] as? String } == ["near-closed-eigengap", "far-from-limit"])
  }

  @Test func misspelledKeysAreRefusedWithAHint() throws {
    let run = try pretell("law Examples/factor.toml --set dimention=80")
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.errors.contains("dimention") && run.errors.contains("Did you mean 'dimension'?"))
  }

  @Test func missingFileAndWrongUsage() throws {
    #expect(try pretell("law nowhere.toml").status == 66)
    #expect(try pretell("law").status == 64)
    #expect(try pretell("law Examples/factor.toml --probability 1").status == 64)
  }

  @Test func figureIsWrittenWithItsNumbers() throws {
    try withTemporaryFolder { folder in
      let run = try pretell(["law", "Examples/pca.toml", "--figure", folder.appending(path: "law.svg").path])
      #expect(run.status == 0)
      let svg = try String(contentsOf: folder.appending(path: "law.svg"), encoding: .utf8)
      #expect(svg.contains("<svg"))
      let csv = try String(contentsOf: folder.appending(path: "law.figure.csv"), encoding: .utf8)
      #expect(csv.split(separator: "\n").count > 100)
    }
  }
}

@Suite struct SimulateTests {
  @Test func bytesDoNotDependOnThreads() throws {
    let line = "simulate Examples/factor.toml --replicates 100 --set samples.unlabeled=500 --json --seed 3 --threads "
    let (one, two) = (try pretell(line + "1"), try pretell(line + "2"))
    #expect(one.status == 0)
    #expect(one.output == two.output)
    #expect(
      try pretell("simulate Examples/factor.toml --replicates 100 --set samples.unlabeled=500 --json --seed 4").output
        != one.output)
  }

  @Test func agreesWithTheLaw() throws {
    let json = try pretell("simulate Examples/factor.toml --replicates 2000 --json").json()
    let z = (json["agreement"] as? [String: Any])?["z"] as? Double ?? 99
    #expect(abs(z) < 5)
    let distance = (json["kolmogorov_distance"] as? [String: Any])?["representation"] as? Double ?? 1
    // Massart's bound at level 1e-6 for 2000 replicates is 0.0602.
    #expect(distance < 0.0602)
    let parts = (json["simulated"] as? [String: Any])?["parts"] as? [String: Double]
    #expect(parts?.keys.sorted() == ["leakage", "representation", "variance"])
  }

  @Test func sourcesCanBeHeavyTailed() throws {
    let run = try pretell("simulate Examples/pca.toml --replicates 50 --sampler t5 --set samples.unlabeled=300 --json")
    #expect(run.status == 0)
    #expect(try pretell("simulate Examples/pca.toml --replicates 50 --sampler cauchy").status == 64)
    #expect(try pretell("simulate Examples/pca.toml --replicates 1").status == 64)
  }

  @Test func labelsCanBeDrawn() throws {
    let line = "simulate Examples/factor.toml --replicates 2000 --json --sampled-labels"
    let json = try pretell(line).json()
    #expect(json["sampled_labels"] as? Bool == true)
    #expect(abs((json["agreement"] as? [String: Any])?["z"] as? Double ?? 99) < 5)
    #expect(try pretell(line + " --threads 1").output == pretell(line + " --threads 2").output)
  }

  @Test func headsThatCannotBeFittedAreSaid() throws {
    let run = try pretell(
      "simulate Examples/pca.toml --replicates 20 --set downstream.head=logistic --set samples.labeled=3 --quiet")
    #expect(run.status == 1 && run.errors.contains("raise samples.labeled") && run.output.isEmpty)
  }
}
