import Foundation
import TestSupport
import Testing

@Suite struct MixtureCommandTests {
  @Test func lawOfTheExample() throws {
    let json = try pretell("law Examples/mixture.toml --tolerance 1e-9 --json").json()
    let interaction = json["interaction"] as? [String: Any]
    #expect(relativeDifference(interaction?["mean"] as? Double ?? 0, 2.932616474354132) < 1e-9)
    #expect(json["effective_dimension"] as? Int == 16 && json["base_dimension"] as? Int == 79)
    #expect((json["relative_error"] as? Double ?? 1) < 1e-9)
    let weights = interaction?["weights"] as? [[String: Any]]
    #expect(weights?.compactMap { $0["multiplicity"] as? Int }.filter { $0 == 17 }.count == 3)
    #expect(json["crossover_ratio"] as? Double != nil)
  }

  @Test func separationAndDimensionAreFree() throws {
    let json = try pretell(
      "law Examples/mixture.toml --set separation=3.5 --json --quiet"
    ).json()
    let mean = (json["interaction"] as? [String: Any])?["mean"] as? Double ?? 0
    #expect(relativeDifference(mean, 0.2743188683956723) < 1e-6)
    let wide = try pretell("law Examples/mixture.toml --set dimension=1000000 --json --quiet").json()
    #expect(wide["base_dimension"] as? Int == 28 + 3 * 999_997)
  }

  /// Inline centres with coefficients of their own, in both bases.
  @Test func anyCenters() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "plane.toml").path
      func text(_ downstream: String) -> String {
        """
        model = "mixture"
        centers = [[0.0, 0.0, 1.0], [3.0, 0.0, 1.0], [0.0, 3.0, 1.0]]
        weights = [0.5, 0.25, 0.25]
        estimate_weights = true
        estimate_variance = true
        [downstream]
        \(downstream)
        noise = 1.0
        [samples]
        unlabeled = 5000
        labeled = 5000
        """
      }
      // Gram-Schmidt on the centers about their mean (1, 1, 1): (-1, -1, 0) / sqrt 2 first, (1, -1, 0) / sqrt 2 next.
      let root = 0.5.squareRoot()
      var means: [Double] = []
      for downstream in [
        "coefficients = [[1.0, 0.0, 5.0, 0.2], [0.0, 1.0, -5.0, 1.0], [0.0, 0.0, 1.0, -0.5]]",
        "basis = \"centers\"\ncoefficients = [[\(-root), \(root), 0.2], [\(-root), \(-root), 1.0], [0.0, 0.0, -0.5]]",
      ] {
        try text(downstream).write(toFile: path, atomically: true, encoding: .utf8)
        let run = try pretell(["law", path, "--json"])
        #expect(run.status == 0, "\(run.errors)")
        means.append((try run.json()["interaction"] as? [String: Any])?["mean"] as? Double ?? 0)
      }
      #expect(means[0] > 0 && relativeDifference(means[0], means[1]) < 1e-12)
    }
  }

  @Test func simulationSharesTheContract() throws {
    let line =
      "simulate Examples/mixture.toml --set samples.unlabeled=3000 --set samples.labeled=1500 --replicates 64 --json --quiet "
      + "--threads "
    let (one, two) = (try pretell(line + "1"), try pretell(line + "2"))
    #expect(one.status == 0 && one.output == two.output)
    let parts = (try one.json()["simulated"] as? [String: Any])?["parts"] as? [String: Double]
    #expect(abs((parts?["variance"] ?? 0) / 4 - 1) < 0.1 && (parts?["representation"] ?? 0) > 1)
  }

  @Test func wrongMixturesAreNamed() throws {
    let many = try pretell("law Examples/mixture.toml --set components=30")
    #expect(many.status == 65 && many.errors.contains("components = 30") && many.errors.contains("rank"))
    let other = try pretell("simulate Examples/mixture.toml --replicates 2 --sampler t5")
    #expect(other.status == 65 && other.errors.contains("Gaussian"))
    #expect(try pretell("law Examples/mixture.toml --tolerance 2").status == 64)
    let none = try pretell("law Examples/mixture.toml --set separation=0")
    #expect(none.status == 65 && none.errors.contains("coincide"))
  }
}
