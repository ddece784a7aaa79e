import CMath
import LinearAlgebra
import RandomMatrices

/// The limiting spectrum of the masked regression matrix A = I - P diag(P)^-1 of n rows of a population.
///
/// The eigenvalues of A are real: a = 1 - 1/mu with mu an eigenvalue of M = D^(1/2)(S + lambda)D^(1/2); their sum is 0.
/// Where D has a constant limit (stationary, isotropic or delocalised populations) mu = D (l + lambda) with l a sample eigenvalue.
/// Accuracy: Kolmogorov distance to simulated spectra of d = 200 below 0.006, except for the atom of d > n, which fluctuations of D
/// smear at finite n over a width of order n^(-1/2).
public struct MaskedSpectrumLaw: Sendable {
  public let population: MaskedPopulation
  public let rows: Int
  public let ridge: Double
  /// Limit of diag (S + lambda)^-1.
  public let precisionDiagonal: [Double]

  /// Throws `invalidRidge`, and `noAnswer` for a penalty of 0 with as many columns as rows or more, or with a singular covariance, where
  /// A does not exist.
  public init(_ population: MaskedPopulation, rows: Int, ridge: Double) throws {
    try Ridge.shared(ridge).check(columns: population.columns)
    if ridge == 0 && (population.columns >= rows || !((population.eigenvalues.last ?? 0) > 0)) {
      throw MaskedRegressionError.noAnswer(
        "at ridge 0 the weights of \(population.columns) columns do not exist: \(rows) rows or the covariance leave directions "
          + "without variance. Give a ridge above 0")
    }
    self.population = population
    self.rows = rows
    self.ridge = ridge
    precisionDiagonal = try MaskedRisk(population, rows: rows).precisionDiagonal(ridge: ridge)
  }

  /// One point of the density.
  public struct Point: Sendable, Equatable {
    /// An eigenvalue of A.
    public let eigenvalue: Double
    public let density: Double
  }

  /// A bar rather than a density: the eigenvalues of directions that the rows never saw.
  public struct Atom: Sendable, Equatable {
    public let eigenvalue: Double
    public let mass: Double
  }

  /// The density, its ends and its atom.
  public struct Shape: Sendable {
    public let points: [Point]
    public let lowerEdge: Double
    public let upperEdge: Double
    public let atom: Atom?
    /// With as many rows as columns the density grows without bound towards the lower edge, like one over the root of the distance.
    public let divergesAtLowerEdge: Bool
  }

  /// D where one value stands for it in the limit: everywhere, or off the few columns that spikes stand on.
  private var scalarDiagonal: Double? {
    population.spikes.isEmpty ? constantDiagonal : bulkDiagonal
  }

  /// D_0: D's value off the few columns that spikes stand on.
  var bulkDiagonal: Double { precisionDiagonal.sorted()[precisionDiagonal.count / 2] }

  /// D's mean where it is the same for all columns.
  var constantDiagonal: Double? {
    let mean = precisionDiagonal.reduce(0, +) / Double(precisionDiagonal.count)
    let spread = precisionDiagonal.reduce(0) { max($0, abs($1 - mean)) }
    return spread < 1e-9 * mean ? mean : nil
  }

  /// The density on at least `points` points, dense where the spectrum is, 0 on both sides of every gap. Its mass, mean and mean
  /// square are checked; throws `noAnswer` where they are not what they must be.
  ///
  /// Cost: with a constant D the sample covariance's law; otherwise one symmetric eigendecomposition of order d per point.
  public func shape(points: Int = 160) throws -> Shape {
    if let diagonal = scalarDiagonal { return try scalarShape(diagonal, points) }
    let pencil = pencil()
    let upper = try pencil.upperEdge()
    let isWide = population.columns >= rows
    let missing = max(0, 1 - Double(rows) / Double(population.columns))
    if missing > 0 { try checkCommonScale() }
    let lower = isWide ? ridge * precisionDiagonal.max()! * (1 + 1e-6) : try pencil.lowerEdge()
    let grid = (0...points).map { index in
      let fraction = pow(sin(0.5 * .pi * Double(index) / Double(points)), 2)
      return lower * pow(upper / lower, fraction)
    }
    let values = try Parallel.map(count: grid.count) { index in
      index == 0 || index == grid.count - 1 ? 0 : try pencil.value(grid[index]).density
    }
    let bulk = try withEdges(zip(grid, values).map { ($0, $1) }, pencil)
    let atom = missing > 0 ? Atom(eigenvalue: 1 - 1 / (ridge * meanDiagonal), mass: missing) : nil
    try check(bulk, atom)
    let curve = bulk.map { Point(eigenvalue: 1 - 1 / $0.z, density: $0.density * $0.z * $0.z) }
    if missing == 0 { try checkMean(curve, points) }
    return Shape(
      points: curve, lowerEdge: 1 - 1 / lower, upperEdge: 1 - 1 / upper, atom: atom,
      divergesAtLowerEdge: population.columns == rows)
  }

  /// With the ends of the spectrum's pieces, where neighbouring points are inside and outside.
  private func withEdges(
    _ grid: [(z: Double, density: Double)], _ pencil: MaskedPencil
  ) throws -> [(z: Double, density: Double)] {
    var result = [grid[0]]
    for (number, (a, b)) in zip(grid, grid.dropFirst()).enumerated() {
      let isInner = number > 0 && number < grid.count - 2
      if isInner, (a.density == 0) != (b.density == 0) {
        var (low, high) = (a, b)
        for _ in 0..<14 {
          let middle = (low.z * high.z).squareRoot()
          let density = try pencil.value(middle).density
          if (density == 0) == (low.density == 0) { low = (middle, density) } else { high = (middle, density) }
        }
        result += [low, high]
      }
      result.append(b)
    }
    return result
  }

  /// Against (1/d) tr D(Sigma + lambda) and (1/d) [tr (D(Sigma + lambda))^2 + (tr D Sigma)^2/n].
  private func check(_ bulk: [(z: Double, density: Double)], _ atom: Atom?) throws {
    let d = Double(population.columns)
    let roots = precisionDiagonal.map { $0.squareRoot() }
    var m = population.covariance.scalingBothSides(by: roots)
    let trace = m.trace
    for j in precisionDiagonal.indices { m[j, j] += ridge * precisionDiagonal[j] }
    var own = SpectrumMoments(points: bulk.map { ($0.z, $0.density) })
    if let atom {
      let place = 1 / (1 - atom.eigenvalue)
      own = SpectrumMoments(
        mass: own.mass + atom.mass, mean: own.mean + atom.mass * place, square: own.square + atom.mass * place * place)
    }
    try own.check(
      against: SpectrumMoments(
        mass: 1, mean: m.trace / d,
        square: (m.squaredFrobeniusNorm + trace * trace / Double(rows)) / d),
      points: bulk.count, of: population.name)
  }

  /// The density at one eigenvalue a < 1 of A; 0 outside the spectrum.
  public func density(at eigenvalue: Double) throws -> Double {
    precondition(eigenvalue < 1, "A has no eigenvalue \(eigenvalue)")
    let mu = 1 / (1 - eigenvalue)
    guard let diagonal = scalarDiagonal else { return try pencil().value(mu).density * mu * mu }
    let law = SampleCovarianceLaw(eigenvalues: bulkEigenvalues, rows: rows)
    return (law.point(value: mu / diagonal - ridge)?.density ?? 0) * mu * mu / diagonal
  }

  private func scalarShape(_ diagonal: Double, _ points: Int) throws -> Shape {
    let law = SampleCovarianceLaw(eigenvalues: bulkEigenvalues, rows: rows)
    let ridge = ridge
    func eigenvalue(_ l: Double) -> Double { 1 - 1 / (diagonal * (l + ridge)) }
    var outline = law.outline(points: points)
    let missing = 1 - Double(law.positiveCount) / Double(population.columns)
    let diverges = law.rank == law.rows
    if diverges, missing == 0, let start = outline.firstIndex(where: { $0.value >= 100 * ridge }) {
      // The smallest sample eigenvalues, next to the ridge, have the largest weights: fine steps there.
      outline = law.points(below: outline[start], downTo: 1e-6 * ridge) + outline[start...]
    }
    try SpectrumMoments(points: outline.map { ($0.value, $0.density) })
      .check(against: law.moments, points: points, of: population.name)
    let curve = outline.map { point in
      let mu = diagonal * (point.value + ridge)
      return Point(eigenvalue: 1 - 1 / mu, density: point.density * mu * mu / diagonal)
    }
    if missing == 0 { try checkMean(curve, points) }
    let edges = law.edges
    return Shape(
      points: curve, lowerEdge: eigenvalue(edges.lower), upperEdge: eigenvalue(edges.upper),
      atom: missing > 0 ? Atom(eigenvalue: eigenvalue(0), mass: missing) : nil,
      divergesAtLowerEdge: diverges)
  }

  /// A has a diagonal of zeros, so its eigenvalues have the mean 0.
  private func checkMean(_ curve: [Point], _ points: Int) throws(MaskedRegressionError) {
    let own = SpectrumMoments(points: curve.map { ($0.eigenvalue, $0.density) })
    let allowed = 0.05 * max(1, 10_000 / Double(points * points)) * max(1, own.square.squareRoot())
    guard abs(own.mean) <= allowed else {
      throw .noAnswer(
        "the density of the weights of \(population.name) has the mean \(own.mean) where it must have 0: the ridge \(ridge) is too "
          + "small for these points. Give a larger ridge, or more points")
    }
  }

  private var meanDiagonal: Double { precisionDiagonal.reduce(0, +) / Double(precisionDiagonal.count) }

  /// Directions that the rows do not see have the eigenvalue 1 - 1/(lambda D) where D is the same for all columns, else many.
  private func checkCommonScale() throws(MaskedRegressionError) {
    let mean = meanDiagonal
    let spread = precisionDiagonal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(precisionDiagonal.count)
    guard spread.squareRoot() <= Self.largestSpread * mean else {
      throw .noAnswer(
        "\(population.name): with fewer rows than columns, directions that the rows do not see have no common eigenvalue where "
          + "columns differ in what the others leave of them. Give more rows, or a covariance of columns that are alike"
      )
    }
  }

  /// Of D, relative to its mean.
  private static let largestSpread = 0.2

  /// The population less its spikes, which are outliers and not part of the density.
  private var bulkEigenvalues: [Double] {
    population.spikes.isEmpty ? population.eigenvalues : [Double](repeating: 1, count: population.columns)
  }

  /// The equivalent for populations whose D varies all over.
  private func pencil() -> MaskedPencil {
    guard let vectors = population.vectors, population.spikes.isEmpty else {
      preconditionFailure("\(population.name) has a scalar law")
    }
    return MaskedPencil(
      vectors: vectors, eigenvalues: population.eigenvalues, rows: Double(rows), ridge: ridge,
      precisionDiagonal: precisionDiagonal)
  }

  /// Density of mu at z and w there; for checks against tables.
  package func equivalent(mu z: Double) throws -> (density: Double, w: (re: Double, im: Double)) {
    let value = try pencil().value(z)
    return (value.density, (value.w.re, value.w.im))
  }
}
