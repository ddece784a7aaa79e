import LinearAlgebra

/// One penalty, at least as many rows as columns (or sparse rows): S + lambda inverted in its own place.
///
/// Cost: rows columns^2 (dense rows) + columns^3 flops, errors another 2 rows columns^2 (dense) or 2 entries columns (sparse).
/// Memory: columns^2 numbers of the precision and a block of rows.
struct DirectFit<Scalar: BLASScalar> {
  let rows: Int
  let ridge: Double
  let transform: ColumnTransform
  let divisor: Double
  let meanSquares: [Double]
  /// P = (S + lambda)^-1, both triangles.
  private(set) var precision: [Scalar]
  let diagonal: [Double]
  let squareDiagonal: [Double]

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
    squareDiagonal = Self.squaredRowLengths(entries, order: d)
    precision = entries
  }

  private var columns: Int { transform.columns }

  /// [P^2]_jj.
  private static func squaredRowLengths(_ entries: [Scalar], order: Int) -> [Double] {
    Parallel.map(count: order) { j in
      entries.withUnsafeBufferPointer { p in
        var sum = 0.0
        for k in j * order..<(j + 1) * order { sum += Double(p[k]) * Double(p[k]) }
        return sum
      }
    }
  }

  /// All errors, with one more pass over the rows for leave-one-out.
  func errors(_ source: TrainingRows) throws -> MaskedErrors {
    let statistics = RidgeStatistics(
      ridge: ridge, columns: columns, trace: diagonal.reduce(0, +), squareTrace: squareDiagonal.reduce(0, +),
      divisor: divisor)
    let terms = ColumnTerms(
      statistics: statistics, diagonal: diagonal, squareDiagonal: squareDiagonal, divisor: divisor)
    return MaskedErrors(
      rows: rows, transform: transform, ridge: .shared(ridge), statistics: [statistics], terms: terms,
      leaveOneOut: try leaveOneOut(source), meanSquares: meanSquares)
  }

  /// Mean squared leave-one-out error of every column.
  func leaveOneOut(_ source: TrainingRows) throws -> [Double] {
    let d = columns
    let isSparse = if case .sparse = source { true } else { false }
    let available = transform.preparation.centers ? 1 - 1 / Double(rows) : 1
    var totals = [Double](repeating: 0, count: d)
    try precision.withUnsafeBufferPointer { entries in
      let right = RightFactor(
        entries.baseAddress!, inner: d, columns: d, centringSparse: isSparse ? transform : nil)
      try source.forEachBlock(transform) { _, block in
        let tasks = block.tasks
        let sums = Parallel.map(count: tasks.count) { index in
          let z = block.product(tasks[index], right)
          let complement = block.dots(tasks[index], z).map { available - $0 / divisor }
          var sums = [Double](repeating: 0, count: d)
          sums.withUnsafeMutableBufferPointer {
            LeaveOneOutKernel.addSquares(
              z, rows: tasks[index].count, width: d, diagonal: diagonal, complement: complement, divisor: divisor,
              sums: $0.baseAddress!)
          }
          return sums
        }
        for part in sums { for j in 0..<d { totals[j] += part[j] } }
      }
    }
    return totals.map { $0 / Double(rows) }
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
    entries.withUnsafeMutableBufferPointer { a in
      for i in 0..<d {
        for j in 0..<d { a[i * d + j] *= factors[j] }
        a[i * d + i] = 0
      }
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
  init(_ source: TrainingRows, _ ridge: Double, _ preparation: ColumnPreparation, _ memory: MemoryLimit) throws {
    try memory.check(.direct(columns: source.columns, scalarBytes: 4))
    try self.init(TrainingGram<Float>.twoPasses(source, preparation), ridge: ridge)
  }

  consuming func model() -> MaskedRidge { model { weights, _ in .single(weights) } }
}

extension TrainingRows {
  /// Whether S + lambda is inverted as it is. Sparse rows do so up to twice as many columns as rows, where it is cheaper.
  func isInverted(ridge: Double) throws -> Bool {
    if !(ridge > 0) { return false }
    let rows = try countRows()
    if case .sparse = self { return columns <= 2 * rows }
    return columns <= rows
  }
}
