import Figures
import LinearAlgebra
import MaskedRegression
import RandomMatrices

/// The largest eigenvalue of the weights and the overlap of its eigenvector with a spike, against the spike's strength.
struct MaskedSpikeTransition: PaperResult {
  let name = "masked-bbp"
  let source = "arXiv 2601.23208, BBP-type transition"
  let summary = "outlier of the weights and its overlap with a spike, against the spike's strength"

  private static let (aspect, ridges) = (0.5, [0.1, 1.0])

  func run(_ settings: ReproductionSettings) throws -> ReproductionResult {
    let columns = settings.quick ? 100 : 300
    let rows = Int(Double(columns) / Self.aspect)
    let strengths = settings.quick ? [0.3, 1, 2, 3.5] : [0.2, 0.4, 0.6, 0.7, 0.8, 1, 1.3, 1.7, 2.2, 2.8, 3.5]
    var replicates: [[[Double]]] = []
    for (index, strength) in strengths.enumerated() {
      try settings.step(index, of: strengths.count)
      let population = try MaskedPopulation.spiked([strength], columns: columns)
      let direction = population.spikes[0].direction
      let samples = MaskedSamples(population, rows: rows, seed: settings.seed, cell: index)
      let found = try samples.map(settings.quick ? 12 : 40) { spectrum in
        try Self.ridges.flatMap { try top(spectrum, ridge: $0, direction) }
      }
      replicates.append(found)
    }
    try settings.step(strengths.count, of: strengths.count)
    let means = try replicates.map { try ReplicateMeans(replicates: $0) }
    return ReproductionResult(
      figure: Figure(
        title: "One delocalised spike, d = \(columns), n = \(rows)",
        panels: [try panel(0, strengths, means, columns), try panel(1, strengths, means, columns)]),
      comparisons: try comparisons(strengths, means, columns),
      remarks: [
        "The threshold sqrt(d/n) = 0.707 is that of Baik, Ben Arous and Peche for the sample covariance, and the overlap is the same "
          + "for every penalty. Near the threshold a finite sample's overlap lies above its limit."
      ])
  }

  /// The largest eigenvalue of A and the squared cosine of its right eigenvector u = D^(1/2) y.
  private func top(_ spectrum: SampleSpectrum, ridge: Double, _ direction: [Double]) throws -> [Double] {
    let vectors = spectrum.vectorRows
    let inverse = multiply(
      vectors.scalingRows(by: spectrum.values.map { 1 / ($0 + ridge) }), vectors, transposing: .left)
    let roots = inverse.diagonalEntries.map { $0.squareRoot() }
    let shifted = multiply(vectors.scalingRows(by: spectrum.values.map { $0 + ridge }), vectors, transposing: .left)
    let eigen = try SymmetricEigen(shifted.scalingBothSides(by: roots), largest: 1)
    let vector = zip(roots, eigen.vectors.column(0)).map { $0 * $1 }
    let product = dot(vector, direction)
    return [1 - 1 / eigen.values[0], product * product / dot(vector, vector)]
  }

  /// Theory at one strength: the outlier or, below the threshold, the bulk's edge; and the overlap.
  private func theory(_ strength: Double, ridge: Double, columns: Int) -> [Double] {
    let spike = DelocalizedSpike(strength: strength, aspect: Self.aspect)
    let diagonal = DelocalizedSpike.precisionDiagonal(ridge: ridge, aspect: Self.aspect)
    let edge = 1 + Self.aspect.squareRoot()
    let position = spike.outlier(ridge: ridge, precisionDiagonal: diagonal)?.position
    return [position ?? 1 - 1 / (diagonal * (edge * edge + ridge)), spike.overlap]
  }

  /// Part 0: positions; part 1: overlaps.
  private func panel(_ part: Int, _ strengths: [Double], _ means: [ReplicateMeans], _ columns: Int) throws -> Panel {
    let fine = (0...120).map { 0.1 + 3.6 * Double($0) / 120 }
    let roles: [(SeriesRole, SeriesRole)] = [(.theory, .observed), (.bound, .candidate)]
    var series: [Series] = []
    for (index, ridge) in Self.ridges.enumerated() {
      if part == 0 || index == 0 {
        let label = part == 0 ? "theory, ridge \(ridge)" : "theory, any ridge"
        series.append(
          .line(label, x: fine, y: fine.map { theory($0, ridge: ridge, columns: columns)[part] }, role: roles[index].0))
      }
      let column = 2 * index + part
      series.append(
        .points(
          "simulated, ridge \(ridge)", x: strengths, y: means.map { $0.means[column] },
          low: means.map { $0.low[column] },
          high: means.map { $0.high[column] }, role: roles[index].1))
    }
    return Panel(
      title: part == 0 ? "largest eigenvalue of A" : "overlap with the spike", xAxis: Axis("spike strength s"),
      yAxis: Axis(part == 0 ? "eigenvalue" : "squared cosine"), series: series,
      marks: [.vertical(at: Self.aspect.squareRoot(), label: "sqrt(d/n)")], legend: .below)
  }

  private func comparisons(_ strengths: [Double], _ means: [ReplicateMeans], _ columns: Int) throws -> [PrintedValue] {
    strengths.indices.filter { strengths[$0] >= 1 }.flatMap { index -> [PrintedValue] in
      let expected = theory(strengths[index], ridge: Self.ridges[0], columns: columns)
      return ["outlier", "overlap"].enumerated().map { part, label in
        PrintedValue(
          "\(label) simulated, s = \(strengths[index])", computed: means[index].means[part],
          standardError: means[index].errors[part], remark: remark("theory", expected[part]))
      }
    }
  }
}
