import ArgumentParser
import Pretell

/// The cells of a sweep, each checked to be a world, before any work is done.
struct SweepPlan {
  let design: SweepDesign
  let identity: SweepIdentity
  let axes: [(key: String, values: [String])]

  /// More cells are refused: a slip of the pen, not a sweep.
  private static let mostCells = 1_000_000

  init(
    instance: InstanceOptions, vary: [String], replicates: Int, seed: UInt64, sampler: String, samplesLabels: Bool
  ) throws {
    let rows = try rowDistribution(sampler)
    let file = try FileBytes(path: instance.path).copied()
    let varied = try vary.map(VaryOption.init)
    if let twice = varied.first(where: { one in varied.count { $0.key == one.key } > 1 }) {
      throw ValidationError("--vary \(twice.key) is there twice; give all its values at once.")
    }
    // Which keys are whole numbers, and what does not vary, is known once a world has been made.
    let first = try varied.map { "\($0.key)=\(try $0.literals(isInteger: false)[0])" }
    let probe = try InstanceFile(file, overrides: instance.set + first)
    _ = try? Instance(probe)
    axes = try varied.map { ($0.key, try $0.literals(isInteger: probe.integerKeys.contains($0.key))) }
    guard axes.reduce(1.0, { $0 * Double($1.values.count) }) <= Double(Self.mostCells) else {
      throw ValidationError("These --vary make more than \(NumberText.count(Self.mostCells)) cells; give fewer values.")
    }
    let overrides = instance.set
    design = SweepDesign(cells: SweepCell.grid(axes), replicates: replicates, seed: seed) { cell in
      let values = cell.settings.map { "\($0.key)=\($0.value)" }
      let world = try Instance(InstanceFile(file, overrides: overrides + values))
      return .init(
        world.population, world.experiment(rows: rows, samplesLabels: samplesLabels))
    }
    let keys = Set(axes.map(\.key))
    try Self.check(design)
    identity = SweepIdentity(
      version: PretellVersion.current, seed: seed, sampler: sampler + (samplesLabels ? ", labels drawn" : ""),
      fixed: probe.descriptions.filter { !keys.contains($0.key) }, varied: Array(keys))
  }

  /// Every cell must be a world: better refused now than after hours.
  private static func check(_ design: SweepDesign) throws {
    for cell in design.cells {
      do {
        _ = try design.world(cell)
      } catch let failure as InvalidInstance {
        let place =
          cell.settings.isEmpty
          ? "" : " (in the cell \(cell.settings.map { "\($0.key)=\($0.value)" }.joined(separator: " ")))"
        throw CommandFailure(status: .badData, message: failure.description + place)
      }
    }
  }
}
