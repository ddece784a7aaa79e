import LinearAlgebra

/// One penalty, at least as many rows as columns (or sparse rows): S + lambda inverted in its own place.
///
/// Cost: rows columns^2 (dense rows) + columns^3 flops, errors another 2 rows columns^2 (dense) or 2 entries columns (sparse).
/// Memory: columns^2 numbers of the precision and a block of rows.
struct DirectFit<Scalar: BLASScalar>: Sendable {
  let rows: Int
  let ridge: Double
  let transform: ColumnTransform
  let divisor: Double
  let meanSquares: [Double]
  /// P = (S + lambda)^-1, both triangles.
  private(set) var precision: [Scalar]
  let diagonal: [Double]

  init(_ gram: consuming TrainingGram<Scalar>, ridge: Double) throws {
    let d = gram.columns
    (rows, transform, divisor, self.ridge) = (gram.rows, gram.transform, gram.divisor, ridge)
    var entries: [Scalar] = []
    swap(&entries, &gram.covariance)
    meanSquares = (0..<d).map { Double(entries[$0 * d + $0]) }
    for j in 0..<d { entries[j * d + j] += Scalar(ridge) }
    do {
      try entries.withUnsafeMutableBufferPointer { try invertPositiveDefinite($0, order: d) }
    } catch LinearAlgebraError.notPositiveDefinite(let minor) {
      throw MaskedRegressionError.singular(ridge: ridge, column: minor - 1)
    }
    diagonal = (0..<d).map { Double(entries[$0 * d + $0]) }
    precision = entries
  }

  private var columns: Int { transform.columns }

  /// [P^2]_jj.
  private func squareDiagonal() -> [Double] {
    let order = columns
    return Parallel.map(count: order) { j in
      precision.withUnsafeBufferPointer { p in
        var sum = 0.0
        for k in j * order..<(j + 1) * order { sum += Double(p[k]) * Double(p[k]) }
        return sum
      }
    }
  }

  /// All errors, with one more pass over the rows for leave-one-out.
  func errors(_ source: TrainingRows) throws -> MaskedErrors { try Self.errors([self], source)[0] }

  /// The same for several penalties on the same rows, in one pass for all of them.
  static func errors(_ fits: [DirectFit], _ source: TrainingRows) throws -> [MaskedErrors] {
    zip(fits, try passSums(fits, source)).map { $0.errors($1) }
  }

  private func errors(_ sums: PassSums) -> MaskedErrors {
    let squareDiagonal = squareDiagonal()
    let statistics = RidgeStatistics(
      ridge: ridge, columns: columns, trace: diagonal.reduce(0, +), squareTrace: squareDiagonal.reduce(0, +),
      divisor: divisor)
    let terms = ColumnTerms(
      statistics: statistics, diagonal: diagonal, curvature: sums.products.map { $0 / divisor }, divisor: divisor)
    return MaskedErrors(
      rows: rows, transform: transform, ridge: .shared(ridge), statistics: [statistics], terms: terms,
      leaveOneOut: sums.leaveOneOut.map { $0 / Double(rows) }, meanSquares: meanSquares,
      lostDigits: zip(diagonal, meanSquares).map { LostDigits($0 * ($1 + ridge), of: Scalar.self) })
  }

  /// Sums over rows, column by column.
  private struct PassSums {
    /// Squares of the leave-one-out residuals.
    var leaveOneOut: [Double]
    /// Squares of X P: m [PSP]_jj, without the cancellation of P - lambda P^2.
    var products: [Double]

    init(columns: Int) {
      leaveOneOut = [Double](repeating: 0, count: columns)
      products = leaveOneOut
    }

    mutating func add(_ other: PassSums) {
      for j in leaveOneOut.indices {
        leaveOneOut[j] += other.leaveOneOut[j]
        products[j] += other.products[j]
      }
    }
  }

  /// One pass over the rows for all fits.
  private static func passSums(_ fits: [DirectFit], _ source: TrainingRows) throws -> [PassSums] {
    guard let first = fits.first else { return [] }
    let (d, transform) = (first.columns, first.transform)
    let isSparse = if case .sparse = source { true } else { false }
    var totals = [PassSums](repeating: PassSums(columns: d), count: fits.count)
    try withFactors(fits[...], centringSparse: isSparse ? transform : nil) { factors in
      try source.forEachBlock(transform) { _, block in
        let tasks = block.tasks
        let sums = Parallel.map(count: tasks.count) { index in
          fits.indices.map { fits[$0].squares(block, tasks[index], factors[$0]) }
        }
        for part in sums { for fit in fits.indices { totals[fit].add(part[fit]) } }
      }
    }
    return totals
  }

  /// The sums over some rows.
  private func squares(_ block: PreparedBlock, _ task: Range<Int>, _ right: RightFactor<Scalar>) -> PassSums {
    let available = transform.preparation.centers ? 1 - 1 / Double(rows) : 1
    let z = block.product(task, right)
    let complement = block.dots(task, z).map { available - $0 / divisor }
    var sums = PassSums(columns: columns)
    sums.products.withUnsafeMutableBufferPointer { products in
      for i in 0..<task.count {
        for j in 0..<columns { products[j] += Double(z[i * columns + j]) * Double(z[i * columns + j]) }
      }
    }
    sums.leaveOneOut.withUnsafeMutableBufferPointer {
      LeaveOneOutKernel.addSquares(
        z, rows: task.count, width: columns, diagonal: diagonal, complement: complement, divisor: divisor,
        sums: $0.baseAddress!)
    }
    return sums
  }

  private static func withFactors(
    _ fits: ArraySlice<DirectFit>, centringSparse transform: ColumnTransform?, _ known: [RightFactor<Scalar>] = [],
    _ body: ([RightFactor<Scalar>]) throws -> Void
  ) throws {
    guard let fit = fits.first else { return try body(known) }
    try fit.precision.withUnsafeBufferPointer { entries in
      let factor = RightFactor(
        entries.baseAddress!, inner: fit.columns, columns: fit.columns, centringSparse: transform)
      try withFactors(fits.dropFirst(), centringSparse: transform, known + [factor], body)
    }
  }

  /// The predictor, `form` made of its weights.
  fileprivate consuming func model(form: ([Scalar], Int) -> MaskedRidge.Form) -> MaskedRidge {
    let (transform, ridge, diagonal) = (transform, ridge, diagonal)
    return MaskedRidge(
      transform: transform, ridge: .shared(ridge), precisionDiagonal: diagonal,
      form: form(takeWeights(), transform.columns))
  }

  /// A = I - P diag(P)^-1 in the place of P.
  private consuming func takeWeights() -> [Scalar] {
    let d = transform.columns
    let factors = diagonal.map { Scalar(-1 / $0) }
    var entries: [Scalar] = []
    swap(&entries, &precision)
    forEachRow(&entries, order: d) { i, row in
      for j in 0..<d { row[j] *= factors[j] }
      row[i] = 0
    }
    return entries
  }
}

extension DirectFit where Scalar == Double {
  /// Throws `needsMemory`, `singular`, and what reading the rows throws.
  init(_ source: TrainingRows, _ ridge: Double, _ preparation: ColumnPreparation, _ memory: MemoryLimit) throws {
    try memory.check(.direct(columns: source.columns, scalarBytes: 8))
    try self.init(TrainingGram<Double>(source, preparation), ridge: ridge)
  }

  consuming func model() -> MaskedRidge { model { .dense(Matrix(rows: $1, columns: $1, storage: $0)) } }
}

extension DirectFit where Scalar == Float {
  /// Nil where columns are so unequal, large or small that single precision would lose them.
  init?(_ source: TrainingRows, _ ridge: Double, _ preparation: ColumnPreparation, _ memory: MemoryLimit) throws {
    try memory.check(.direct(columns: source.columns, scalarBytes: 4))
    let gram = try TrainingGram<Float>.twoPasses(source, preparation)
    if !gram.suitsSinglePrecision() || !(1e-30...1e30).contains(ridge) { return nil }
    try self.init(gram, ridge: ridge)
  }

  consuming func model() -> MaskedRidge { model { weights, _ in .single(weights) } }
}

extension TrainingRows {
  /// Whether S + lambda is inverted as it is: not with as many columns as rows, where centred rows leave a direction to lambda alone.
  /// Sparse rows do so up to twice as many columns as rows, where it is cheaper.
  func isInverted(ridge: Double) throws -> Bool {
    if !(ridge > 0) { return false }
    let rows = try countRows()
    if case .sparse = self { return columns <= 2 * rows }
    return columns < rows
  }
}
