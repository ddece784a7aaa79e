import LinearAlgebra

/// How much memory a fit may take; checked before anything is allocated.
public struct MemoryLimit: Sendable, Equatable {
  public let bytes: Int

  public init(bytes: Int) {
    precondition(bytes > 0, "a memory limit of \(bytes) bytes")
    self.bytes = bytes
  }

  /// What the machine has and the system lets this process take.
  public static var physical: MemoryLimit { MemoryLimit(bytes: AllowedMemory.bytes) }

  /// Throws `needsMemory` with the number of bytes and what to do instead.
  public func check(_ need: MemoryNeed) throws(MaskedRegressionError) {
    if need.bytes <= bytes { return }
    throw .needsMemory(bytes: need.bytes, limit: bytes, what: need.what, alternative: need.alternative)
  }
}

/// What a fit will allocate, in bytes, before it does.
public struct MemoryNeed: Sendable, Equatable {
  public let bytes: Int
  let what: String
  let alternative: String

  /// - Parameters:
  ///   - what: needs it, as a message says.
  ///   - alternative: what fits; a sentence.
  public init(bytes: Int, what: String, alternative: String) {
    (self.bytes, self.what, self.alternative) = (bytes, what, alternative)
  }

  /// One penalty: the columns' Gram matrix, inverted in its place, a block of rows and its products; before that, in double
  /// precision, what the rows are gathered in.
  public static func direct(columns: Int, scalarBytes: Int) -> MemoryNeed {
    let block = saturating(TrainingRows.blockRows(columns: columns), columns, 2, 8)
    let reading =
      scalarBytes == 8 ? GramAccumulator.bytes(columns: columns) + 2 * GramAccumulator.blockBytes(columns: columns) : 0
    return MemoryNeed(
      bytes: max(saturating(columns, columns, scalarBytes, 1) + block, reading),
      what: "a fit of \(columns) columns (a matrix of columns x columns)",
      alternative: scalarBytes == 8
        ? "Single precision needs half of it; otherwise drop rare or constant columns."
        : "Drop rare or constant columns.")
  }

  /// The same where several processes sum their moments: each may hold the sum beside the matrix that is fitted (measured at 6000
  /// columns: 506 MB a process of two, 653 MB of the first).
  public static func summed(columns: Int) -> MemoryNeed {
    let alone = direct(columns: columns, scalarBytes: 8)
    let (bytes, overflows) = alone.bytes.addingReportingOverflow(saturating(columns, columns, 8, 1))
    return MemoryNeed(
      bytes: overflows ? .max : bytes, what: alone.what,
      alternative: "--distributed divides the matrix among the ranks; otherwise drop rare or constant columns.")
  }

  /// Principal components from one pass: what rows are gathered in, then the covariance, a copy and LAPACK's workspace.
  public static func components(columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: max(
        saturating(columns, columns, 8, 3),
        GramAccumulator.bytes(columns: columns) + 2 * GramAccumulator.blockBytes(columns: columns)),
      what: "principal components of \(columns) columns (matrices of columns x columns)",
      alternative: "mpirun -n P with --distributed deals them out over P processes; otherwise leave out columns.")
  }

  /// Principal components of fewer rows than columns: the rows, centred, and Q beside them.
  public static func components(rows: Int, columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(rows, columns, 8, 3) + saturating(rows, rows, 8, 8),
      what: "principal components of \(rows) rows of \(columns) columns", alternative: "Leave out columns.")
  }

  /// A path by the columns' covariance: eigenvectors, LAPACK's workspace of two such matrices, two copies in transit.
  public static func spectrumByColumns(columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(columns, columns, 8, 5), what: "a path of penalties for \(columns) columns",
      alternative: "Single precision needs half of it; one fixed ridge penalty a fifth, in single precision a tenth.")
  }

  /// A path in single precision: the covariance, four inverses, a block of rows and its products.
  public static func singlePrecisionPath(columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(columns, columns, 4, 1 + SinglePrecisionPath.together)
        + saturating(TrainingRows.blockRows(columns: columns), columns, 2, 8),
      what: "a path of penalties for \(columns) columns in single precision",
      alternative: "One fixed ridge penalty needs a fifth of it.")
  }

  /// A path by the rows' products: the rows themselves, n x n eigenvectors and their workspace.
  public static func spectrumByRows(rows: Int, columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(rows, columns, 8, 1) + saturating(rows, rows, 8, 6),
      what: "\(rows) rows of \(columns) columns with their products",
      alternative: "Take fewer rows, or fewer columns.")
  }

  /// Rows with gaps, a completed copy, and as much again while moments are summed.
  public static func rowsWithGaps(rows: Int, columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(rows, columns, 8, 4), what: "\(rows) rows with gaps of \(columns) columns",
      alternative: "Give complete rows with --train, or a model with --model.")
  }

  /// Dense weights of columns x columns.
  public static func weights(columns: Int) -> MemoryNeed {
    MemoryNeed(
      bytes: saturating(columns, columns, 8, 1), what: "the matrix of \(columns) x \(columns) weights",
      alternative: "The factored form gives the same predictions from \(columns) x rank numbers.")
  }

  package static func saturating(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (value, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max / 4 : min(value, .max / 4)
    }
  }
}
