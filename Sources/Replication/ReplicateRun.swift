import Asymptotics
import LinearAlgebra
import Pretraining
import Randomness

/// What a comparison of replicates with a law depends on.
package struct ReplicateKind: Sendable, Equatable {
  package let unlabeled: Int
  package let labeled: Int
  /// Risks depend on the labels as drawn instead of being averages over label noise.
  package let drawsLabels: Bool
  package let isLeastSquares: Bool
  package let isGaussian: Bool

  /// m/n.
  package var ratio: Double { Double(unlabeled) / Double(labeled) }

  package init(_ experiment: Experiment) {
    (unlabeled, labeled) = (experiment.unlabeled, experiment.labeled)
    drawsLabels = experiment.samplesLabels || experiment.head.drawsLabels
    isLeastSquares = experiment.head == .leastSquares
    isGaussian = experiment.rows == .gaussian || experiment.rows == .gaussianRows
  }

  /// - Parameter facts: of the store, where `SweepIdentity` has put them.
  package init(_ stored: StoredCell, facts: [String: String]) {
    (unlabeled, labeled) = (stored.unlabeled, stored.labeled)
    let sampler = facts["sampler"] ?? ""
    let head =
      stored.cell.settings.first { $0.key == "downstream.head" }?.value ?? facts["instance downstream.head"] ?? ""
    let isGeneralized = ["logistic", "poisson", "softmax"].contains { head.contains($0) }
    drawsLabels = isGeneralized || sampler.contains("labels drawn")
    isLeastSquares = !isGeneralized && !head.contains("ridge")
    isGaussian = sampler.hasPrefix("gaussian") || sampler.hasPrefix("rows")
  }
}

/// Replicates of which some may have no answer, and what they say of a law.
struct ReplicateRun: Sendable {
  let kind: ReplicateKind
  let risks: [RiskDecomposition]
  let failed: Int
  /// The first that was thrown.
  let problem: String?

  var isEmpty: Bool { risks.isEmpty && failed == 0 }

  /// Throws `InvalidPopulation` for a question that this kind of world cannot answer.
  init(_ world: any TwoStageWorld, _ experiment: Experiment, replicates: Int, seed: UInt64) throws {
    let found = try Parallel.map(count: replicates) { index -> Result<RiskDecomposition, any Error> in
      var stream = RandomStream(seed: seed, replicate: UInt64(index))
      do { return .success(try world.replicate(experiment, using: &stream)) } catch let invalid as InvalidPopulation {
        throw invalid
      } catch { return .failure(error) }
    }
    let n = Double(experiment.labeled)
    let answers = found.compactMap { try? $0.get() }.filter { (n * $0.excessRisk).isFinite }
    self.init(
      ReplicateKind(experiment), risks: answers, failed: replicates - answers.count, problem: Self.firstProblem(found))
  }

  init(_ kind: ReplicateKind, risks: [RiskDecomposition], failed: Int, problem: String? = nil) {
    (self.kind, self.risks, self.failed, self.problem) = (kind, risks, failed, problem)
  }

  private static func firstProblem(_ found: [Result<RiskDecomposition, any Error>]) -> String? {
    for case .failure(let error) in found { return "\(error)" }
    return nil
  }
}
