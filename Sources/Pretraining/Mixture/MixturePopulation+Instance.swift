import LinearAlgebra

extension MixturePopulation {
  /// Keys: `components`, `dimension` and `separation` (centres separation · e_i), or `centers` (K x d, and `dimension` where the
  /// rest is 0); `weights`, `standard_deviation`, `estimate_weights`, `estimate_variance`, `tolerance`;
  /// `downstream.coefficients`: "reciprocal" (block i proportional to 1/i, unit norm times `downstream.scale`) or K x (d + 1), the
  /// intercepts last; `downstream.basis`: "ambient" or "centers" (K x (r + 1), see `MixtureSubspace`); `downstream.noise`.
  public init(instance: some InstanceValues) throws {
    let (centers, dimension) = try Self.centers(instance)
    let estimates = MixtureUnknowns(
      weights: try instance.bool("estimate_weights") ?? false, variance: try instance.bool("estimate_variance") ?? false
    )
    let (slopes, intercepts) = try Self.coefficients(instance, centers: centers, dimension: dimension)
    try self.init(
      centers: centers, dimension: dimension, weights: try instance.doubles("weights"),
      standardDeviation: try instance.double("standard_deviation") ?? 1, slopes: slopes, intercepts: intercepts,
      labelNoise: try instance.labelNoise(), estimates: estimates, tolerance: try instance.double("tolerance"))
  }

  private static func centers(_ instance: some InstanceValues) throws -> (Matrix, Int) {
    let (count, dimension) = (try instance.integer("components"), try instance.integer("dimension"))
    let separation = try instance.double("separation")
    if let centers = try instance.matrix("centers") {
      if let separation {
        throw InvalidPopulation(
          key: "separation", value: "\(separation)", problem: "the centers are given", remedy: "Give one of the two")
      }
      if let count, count != centers.rows {
        throw InvalidPopulation(
          key: "components", value: "\(count)", problem: "there are \(centers.rows) centers",
          remedy: "Leave components out")
      }
      return (centers, dimension ?? centers.columns)
    }
    let k = try instance.required("components", count, "how many components, unless centers are given")
    let d = try instance.required("dimension", dimension, "how many columns")
    let beta = try instance.required("separation", separation, "centers are separation * e_i, unless centers are given")
    guard k >= 2, k <= d else {
      throw InvalidPopulation(
        key: "components", value: "\(k)",
        problem: "centers separation * e_i need 2 components or more and a column each, of \(d)",
        remedy: "Give 2 to \(d), or other centers: their rank is at most \(d)")
    }
    guard beta > 0 else {
      throw InvalidPopulation(
        key: "separation", value: "\(beta)", problem: "the centers coincide or are mirrored",
        remedy: "Give a positive number")
    }
    try InvalidPopulation.check(magnitudes: [beta], key: "separation")
    try InvalidPopulation.check(dimension: k, columns: k, purpose: "a list of centers")
    return (beta * Matrix.identity(k), d)
  }

  private static func coefficients(
    _ instance: some InstanceValues, centers: Matrix, dimension: Int
  ) throws -> (Slopes, [Double]) {
    let basis = try instance.string("downstream.basis") ?? "ambient"
    guard basis == "ambient" || basis == "centers" else {
      throw InvalidPopulation(
        key: "downstream.basis", value: "\"\(basis)\"", problem: "there is no such basis",
        remedy: "Use ambient (the rows' own coordinates) or centers (Gram-Schmidt on the centers about their mean)")
    }
    let scale = try instance.double("downstream.scale") ?? 1
    // A string may also be the path of an array.
    if (try? instance.string("downstream.coefficients")) == "reciprocal" {
      let width = basis == "ambient" ? dimension : try MixtureSubspace(centers: centers).rank
      let values = reciprocal(blocks: centers.rows, width: width + 1).map { scale * $0 }
      if basis == "ambient" { return (.constant(values), values) }
      return (.reduced(Matrix(values.map { [Double](repeating: $0, count: width) })), values)
    }
    let table =
      scale
      * (try instance.required(
        "downstream.coefficients", instance.matrix("downstream.coefficients"),
        "\"reciprocal\", or a row of slopes and an intercept for each component"))
    guard table.columns > 0 else {
      throw InvalidPopulation(
        key: "downstream.coefficients", value: "\(table.rows) x 0", problem: "the intercepts are missing",
        remedy: "Give a row of slopes and an intercept for each component")
    }
    let slopes = table.columns(0..<table.columns - 1)
    return (basis == "ambient" ? .ambient(slopes) : .reduced(slopes), table.column(table.columns - 1))
  }

  /// 1/i over the norm of blocks (1/i) (1, ..., 1), each of this width: the paper's coefficients.
  public static func reciprocal(blocks: Int, width: Int) -> [Double] {
    let squares = (1...blocks).reduce(0.0) { $0 + 1 / Double($1 * $1) }
    let norm = (Double(width) * squares).squareRoot()
    return (1...blocks).map { 1 / (Double($0) * norm) }
  }
}
