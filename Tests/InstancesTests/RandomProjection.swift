import Pretell

/// A way to pre-train that the library does not have, all of it in this file: features x'G, G drawn once and never fitted.
struct RandomProjection: PretrainingMethod {
  let name = "random-projection"

  func largestSize(rows: Int, columns: Int) -> Int { columns - 1 }

  func fit(_ rows: some RowSource, sizes: [Int]) throws -> [any Representation] {
    sizes.map {
      LinearRepresentation(
        center: [Double](repeating: 0, count: rows.columns), loadings: Self.directions(rows.columns, $0))
    }
  }

  static func directions(_ columns: Int, _ size: Int) -> Matrix {
    var stream = RandomStream(seed: 17)
    return stream.normalMatrix(rows: columns, columns: size)
  }
}

/// Rows x ~ N(0, I_d), target β'G'x: the head pays σ² k, pre-training nothing.
struct RandomProjectionPopulation: TwoStagePopulation {
  static let modelName = "random-projection"
  let dimension: Int
  let coefficients: [Double]
  let labelNoise: Double

  init(instance: some InstanceValues) throws {
    dimension = try instance.required("dimension", instance.integer("dimension"), "the number of columns")
    coefficients = try instance.required(
      "downstream.coefficients", instance.doubles("downstream.coefficients"), "one for each feature")
    labelNoise = try instance.labelNoise()
  }

  func law() throws -> LimitLaw {
    LimitLaw(
      noiseVariance: labelNoise * labelNoise, effectiveDimension: coefficients.count, baseDimension: dimension,
      interaction: try GeneralizedChiSquare(weights: []))
  }

  func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    let features = RandomProjection.directions(dimension, coefficients.count)
    let maps = features.joined(leftOf: .column(features * coefficients))
    let rows = stream.normalMatrix(rows: experiment.labeled, columns: dimension) * maps
    return try RiskDecomposition(
      population: maps.gram(), sample: (1 / Double(experiment.labeled)) * rows.gram(),
      labeledRows: experiment.labeled, noiseVariance: labelNoise * labelNoise)
  }
}
