import Asymptotics
import LinearAlgebra
import Randomness
import SpecialFunctions

extension MixturePopulation {
  /// Twenty iterations over the rows, and 8192 K points for the population's moment.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let (d, k, features) = (Double(dimension), Double(components), Double(components * (rank + 1)))
    return 8192 * k * (1e-7 + 1.5e-9 * features * features)
      + Double(experiment.unlabeled) * d * (1e-8 + 1e-8 * k) + Double(experiment.labeled) * features * features * 1e-9
  }

  /// Fresh rows of this world: count x d. Cost: count d normals.
  public func rows(_ count: Int, using stream: inout RandomStream) -> Matrix {
    var result = stream.normalMatrix(rows: count, columns: dimension)
    let width = centers.columns
    let labels = labels(count, using: &stream)
    result.storage.withUnsafeMutableBufferPointer { target in
      for index in target.indices { target[index] *= standardDeviation }
      for (row, label) in labels.enumerated() {
        for j in 0..<width { target[row * dimension + j] += centers[label, j] }
      }
    }
    return result
  }

  /// The components that `count` rows come from.
  private func labels(_ count: Int, using stream: inout RandomStream) -> [Int] {
    var thresholds: [Double] = []
    for weight in weights { thresholds.append((thresholds.last ?? 0) + weight) }
    return (0..<count).map { _ in
      let draw = stream.uniform()
      return min(thresholds.firstIndex { draw < $0 } ?? components - 1, components - 1)
    }
  }

  /// Fits fresh rows by maximum likelihood, starting from the true centres: the estimate that the law is about, at the cost of
  /// one start. Population means of Proposition B.1 are averages over evenly spread fresh points of the subspaces' joint span.
  /// Cost: m d normals, about 20 iterations of 4 m d K flops, and (n + 8192 K) (K r)^2 flops.
  public func replicate(_ experiment: Experiment, using stream: inout RandomStream) throws -> RiskDecomposition {
    guard experiment.rows == .gaussian || experiment.rows == .gaussianRows else {
      throw InvalidPopulation(
        key: "model", value: "\"mixture\"", problem: "its rows are Gaussian within each component",
        remedy: "Use the gaussian or rows sampler")
    }
    let sample = rows(experiment.unlabeled, using: &stream)
    var method = GaussianMixture(
      estimates: estimates, weights: weights, variance: standardDeviation * standardDeviation)
    method.tolerance = 1e-3 / Double(experiment.unlabeled)
    let fit = try method.fit(sample, from: paddedCenters)
    return try risk(of: MixtureRepresentation(fit, rank: rank), experiment, using: &stream)
  }

  /// The exact decomposition for a fitted representation.
  public func risk(
    of fitted: MixtureRepresentation, _ experiment: Experiment, using stream: inout RandomStream
  ) throws -> RiskDecomposition {
    let span = try JointSpan(self, fitted)
    let population = try span.populationMoment(using: &stream)
    let z = span.draw(
      stream.normalMatrix(rows: experiment.labeled, columns: span.dimension), labels(experiment.labeled, using: &stream)
    )
    var table = span.table(z)
    if experiment.samplesLabels {
      table = table.joined(
        leftOf: labelNoise * stream.normalMatrix(rows: experiment.labeled, columns: 1))
    }
    return try RiskDecomposition(
      population: population, sample: (1 / Double(experiment.labeled)) * table.gram(),
      labeledRows: experiment.labeled, noiseVariance: noiseVariance)
  }

  /// U, K x d.
  public var paddedCenters: Matrix {
    let missing = dimension - centers.columns
    return missing == 0 ? centers : centers.joined(leftOf: Matrix(rows: components, columns: missing))
  }
}

/// The span of the true and the fitted subspace: features and target depend on a row through it alone.
private struct JointSpan {
  private let world: MixturePopulation
  private let fitted: MixtureRepresentation
  /// (u_i - ū) in the span, K x dimension.
  private let centers: Matrix
  /// Coordinates in the span -> coordinates of each subspace.
  private let toTrue: Matrix
  private let toFitted: Matrix
  /// B̂'(ū - mean of the fitted centres).
  private let shift: [Double]

  var dimension: Int { centers.columns }
  /// Points for each component, scramblings.
  private static let (points, scramblings) = (1024, 8)

  init(_ world: MixturePopulation, _ fitted: MixtureRepresentation) throws {
    self.world = world
    self.fitted = fitted
    let missing = world.dimension - world.subspace.basis.rows
    let own =
      missing == 0
      ? world.subspace.basis
      : world.subspace.basis.stacked(above: Matrix(rows: missing, columns: world.rank))
    let mean = world.subspace.mean + [Double](repeating: 0, count: missing)
    let both = own.joined(leftOf: fitted.subspace.basis)
    let axes = both.columns < both.rows ? try QR(both).q : .identity(world.dimension)
    toTrue = multiply(axes, own, transposing: .left)
    toFitted = multiply(axes, fitted.subspace.basis, transposing: .left)
    centers = multiply(world.subspace.coordinates, toTrue, transposing: .right)
    shift = fitted.subspace.basis.transposedTimes(zip(mean, fitted.subspace.mean).map { $0 - $1 })
  }

  /// Standard normals around these components.
  func draw(_ normals: Matrix, _ labels: [Int]) -> Matrix {
    var result = world.standardDeviation * normals
    for (row, label) in labels.enumerated() {
      for j in 0..<dimension { result[row, j] += centers[label, j] }
    }
    return result
  }

  /// Fitted features and the target, last, of rows in the span.
  func table(_ z: Matrix) -> Matrix {
    let seen = multiply(z, toFitted).subtractingFromRows(shift.map { -$0 })
    let features = MixtureRepresentation.features(
      seen, centers: fitted.subspace.coordinates, weights: fitted.weights, variance: fitted.variance)
    let truth = MixtureRepresentation.features(
      multiply(z, toTrue), centers: world.subspace.coordinates, weights: world.weights,
      variance: world.standardDeviation * world.standardDeviation)
    return features.joined(leftOf: .column(truth * (world.slopes.storage + world.intercepts)))
  }

  /// E (ψ, f)(ψ, f)' by scrambled points around each component.
  func populationMoment(using stream: inout RandomStream) throws -> Matrix {
    var total = Matrix(rows: fitted.featureCount + 1, columns: fitted.featureCount + 1)
    for component in 0..<world.components {
      for _ in 0..<Self.scramblings {
        let normals = points(using: &stream)
        let labels = [Int](repeating: component, count: Self.points)
        let share = world.weights[component] / Double(Self.points * Self.scramblings)
        total = total + share * table(draw(normals, labels)).gram()
      }
    }
    return total
  }

  private func points(using stream: inout RandomStream) -> Matrix {
    guard dimension <= ScrambledSobol.largestDimension else {
      return stream.normalMatrix(rows: Self.points, columns: dimension)
    }
    var sequence = ScrambledSobol(dimension: dimension, using: &stream)
    var result = Matrix(rows: Self.points, columns: dimension)
    result.storage.withUnsafeMutableBufferPointer { target in
      for point in 0..<Self.points {
        sequence.fillNext(UnsafeMutableBufferPointer(rebasing: target[point * dimension..<(point + 1) * dimension]))
      }
      for index in target.indices { target[index] = normalQuantile(target[index]) }
    }
    return result
  }
}
