import Asymptotics
import Distributions
import Figures
import Pretraining
import Replication

/// A printed limit of the representation error beside the theorem's and a simulation, along one parameter of a model.
struct PrintedCorollary {
  /// One instance: its place on the axis, its world, and the law that the paper prints for it.
  struct Case {
    let x: Double
    let label: String
    let world: any TwoStageWorld
    let printed: GeneralizedChiSquare
  }

  let title: String
  let xAxis: Axis
  let cases: [Case]
  let unlabeled: Int
  let replicates: Int

  func run(_ settings: ReproductionSettings, remarks: [String]) throws -> ReproductionResult {
    var means: [(mean: Double, error: Double)] = []
    var theorem: [Double] = []
    for (index, instance) in cases.enumerated() {
      try settings.step(index, of: cases.count)
      let simulation = try Simulation(
        instance.world, experiment: Experiment(unlabeled: unlabeled, labeled: 1000), replicates: replicates,
        seed: settings.seed, cell: UInt64(index))
      let sample = simulation.scaledRepresentation
      means.append((simulation.ratio * sample.mean, simulation.ratio * sample.standardError))
      theorem.append(simulation.law.interaction.mean)
    }
    try settings.step(cases.count, of: cases.count)
    let values = zip(cases, zip(means, theorem)).map { instance, found in
      PrintedValue(
        "mean of ||L(Z)||^2 simulated, \(instance.label)", printed: instance.printed.mean, computed: found.0.mean,
        standardError: found.0.error, remark: "theorem \((found.1 * 1000).rounded() / 1000)")
    }
    return ReproductionResult(
      figure: Figure(title: title, panels: [panel(means, theorem)]), comparisons: values, remarks: remarks)
  }

  private func panel(_ means: [(mean: Double, error: Double)], _ theorem: [Double]) -> Panel {
    let x = cases.map(\.x)
    return Panel(
      xAxis: xAxis, yAxis: Axis("m x representation error", scale: .log10),
      series: [
        .line("theorem", x: x, y: theorem, role: .theory),
        .line("as printed", x: x, y: cases.map(\.printed.mean), role: .rival),
        .points(
          "simulated", x: x, y: means.map(\.mean), low: means.map { $0.mean - 2 * $0.error },
          high: means.map { $0.mean + 2 * $0.error }, role: .observed),
      ])
  }
}
