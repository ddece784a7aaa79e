import ArgumentParser
import Pretell

/// Training rows from a file, dense or sparse.
enum MaskedData {
  /// What was made of the file's columns and gaps.
  struct Made {
    var uses: [ColumnUse]?
    var notes: [MaskedWarning] = []
  }

  case dense(ChosenColumns<RowStream>, Made)
  case sparse(SparseRows, SparseTable)

  /// The rows, and their groups where they have some.
  static func grouped(
    _ path: String, _ options: MaskedPreparationOptions, _ columns: MaskedColumnOptions, _ groups: String?
  ) throws -> (data: MaskedData, groups: Partition?) {
    if options.sparse || SparseFile.isSciPy(path) {
      if groups != nil { throw ValidationError("--groups is for dense rows.") }
      try columns.refuse("sparse rows")
      return (try MaskedData(sparse: path, options), nil)
    }
    var asked = columns.options
    asked.groups = groups
    let file = try InterpretedFile(path, options: asked)
    let rows = ChosenColumns(file.rows, file.features)
    let kept = options.dropConstant ? try varying(rows, of: path).map { file.features[$0] } : file.features
    return (.dense(ChosenColumns(file.rows, kept), Made(uses: file.uses, notes: file.notes)), file.groups)
  }

  init(_ path: String, _ options: MaskedPreparationOptions, _ columns: MaskedColumnOptions) throws {
    self = try Self.grouped(path, options, columns, nil).data
  }

  init(sparse path: String, _ options: MaskedPreparationOptions) throws {
    if options.dropConstant { throw ValidationError("--drop-constant is for dense rows.") }
    let table = try SparseFile.read(path)
    let columns = Array(0..<table.columns)
    self = .sparse(try table.rows(columns: columns, of: table.columns, isImplicit: options.implicit), table)
  }

  /// Columns that are neither constant nor nearly so.
  static func varying(_ rows: some RowSource, of file: String) throws -> [Int] {
    let dropped = Set(try NearConstantColumns(rows).all)
    let kept = (0..<rows.columns).filter { !dropped.contains($0) }
    if kept.isEmpty {
      throw DataFileError(
        file: file, problem: "every column is constant or nearly so",
        remedy: "Leave --drop-constant out, or give more rows")
    }
    return kept
  }

  /// Runs a part of a verb; columns that cannot be squared are named with their file.
  func naming<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
    try DataFileError.naming(file, columns: columnNames, body)
  }

  var isSparse: Bool { if case .sparse = self { true } else { false } }

  func rowCount() throws -> Int {
    switch self {
    case .dense(let rows, _): try rows.countRows()
    case .sparse(let rows, _): rows.rows
    }
  }

  func spectrum(_ options: MaskedPreparationOptions) throws -> SampleSpectrum {
    let preparation = options.preparation(isSparse: isSparse)
    switch self {
    case .dense(let rows, _): return try SampleSpectrum(rows: rows, preparation: preparation, memory: options.limit)
    case .sparse(let rows, _): return try SampleSpectrum(sparse: rows, preparation: preparation, memory: options.limit)
    }
  }

  /// At least as many rows as columns, and penalties above 0.
  func suitsSinglePrecision(_ ridges: [Double]) throws -> Bool {
    guard ridges.allSatisfy({ $0 > 0 }) else { return false }
    return switch self {
    case .dense(let rows, _): try SinglePrecisionPath.suits(rows)
    case .sparse(let rows, _): try SinglePrecisionPath.suits(sparse: rows)
    }
  }

  func singlePath(_ options: MaskedPreparationOptions) throws -> SinglePrecisionPath {
    let preparation = options.preparation(isSparse: isSparse)
    return switch self {
    case .dense(let rows, _): try SinglePrecisionPath(rows: rows, preparation: preparation, memory: options.limit)
    case .sparse(let rows, _): try SinglePrecisionPath(sparse: rows, preparation: preparation, memory: options.limit)
    }
  }

  /// Errors with whole groups left out.
  func groupedPath(_ groups: Partition, _ options: MaskedPreparationOptions) throws -> GroupedPath {
    try GroupedPath(MaskedPath(spectrum(options)), groups: groups, memory: options.limit)
  }

  /// The same with whole groups left out, or in blocks, where there are such: in double precision then.
  func fit(
    _ ridge: RidgeOption, _ options: MaskedPreparationOptions, _ precision: FitPrecision, _ groups: Partition?,
    _ blocks: BlockPath?
  ) throws -> (fit: MaskedFit, warnings: [MaskedWarning]) {
    let unused: [MaskedWarning] = precision == .single ? [.singlePrecisionUnused] : []
    if let blocks {
      let divisor = Double(try rowCount() - (options.preparation(isSparse: false).centers ? 1 : 0))
      let fit = try MaskedFit(blocks, ridge.choice(divisor: divisor))
      return (fit, unused + fit.warnings)
    }
    guard let groups else {
      let fit = try fit(ridge, options, precision)
      return (fit, fit.warnings)
    }
    let path = try groupedPath(groups, options)
    let choice = try ridge.choice(divisor: path.path.spectrum.divisor)
    if case .automaticPerColumn = choice { throw ValidationError("--groups takes one penalty for all columns.") }
    if case .given(.perColumn) = choice { throw ValidationError("--groups takes one penalty for all columns.") }
    let fit = try MaskedFit(path, choice)
    return (fit, unused + fit.warnings)
  }

  func fit(_ ridge: RidgeOption, _ options: MaskedPreparationOptions, _ precision: FitPrecision) throws -> MaskedFit {
    let preparation = options.preparation(isSparse: isSparse)
    let choice = try ridge.choice(divisor: Double(try rowCount() - (preparation.centers ? 1 : 0)))
    switch self {
    case .dense(let rows, _):
      return try MaskedFit(
        rows: rows, ridge: choice, preparation: preparation, precision: precision, memory: options.limit)
    case .sparse(let rows, _):
      return try MaskedFit(
        sparse: rows, ridge: choice, preparation: preparation, precision: precision, memory: options.limit)
    }
  }

  /// The columns that a fit covers.
  var columns: CoveredColumns {
    switch self {
    case .dense(let rows, _):
      CoveredColumns(positions: rows.chosen, total: rows.base.columns, names: rows.base.columnNames)
    case .sparse(_, let table):
      CoveredColumns(positions: Array(0..<table.columns), total: table.columns, names: table.columnNames)
    }
  }

  /// Names of the covered columns, or their numbers: from 1, of sparse rows from 0.
  var columnNames: [String] {
    if case .sparse(_, let table) = self, table.columnNames == nil { return (0..<table.columns).map { "\($0)" } }
    return columns.coveredNames
  }

  /// Columns left out; nil where none were asked to be.
  func dropped(_ options: MaskedPreparationOptions) -> [String]? {
    guard options.dropConstant, case .dense(let rows, _) = self else { return nil }
    let kept = Set(rows.chosen)
    return (0..<rows.base.columns).filter { !kept.contains($0) }.map { rows.base.columnNames?[$0] ?? "\($0 + 1)" }
  }

  /// What was made of words, dates and gaps.
  var notes: [MaskedWarning] { if case .dense(_, let made) = self { made.notes } else { [] } }

  /// What was made of each column; nil where the file is read as it stands.
  var uses: [ColumnUse]? { if case .dense(_, let made) = self { made.uses } else { nil } }

  /// Columns that a few rows carry; empty for sparse data, where most are so.
  func warnings() throws -> [MaskedWarning] {
    guard case .dense(let rows, _) = self else { return [] }
    let columns = try NearConstantColumns(rows).nearConstant
    return notes + (columns.isEmpty ? [] : [.nearConstantColumns(columns)])
  }
}

extension DataFileError {
  /// The same with the names of a table's columns.
  static func naming<Result>(_ file: String, columns: [String], _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch MaskedRegressionError.unrepresentable(let column, let magnitude) {
      throw notSquared(file, columns, column, isLarge: magnitude > 1, magnitude.isFinite ? ", about \(magnitude)," : "")
    } catch LinearAlgebraError.overflow(let column) {
      throw notSquared(file, columns, column, isLarge: true)
    } catch LinearAlgebraError.underflow(let column) {
      throw notSquared(file, columns, column, isLarge: false)
    }
  }

  private static func notSquared(
    _ file: String, _ columns: [String], _ column: Int, isLarge: Bool, _ size: String = ""
  ) -> DataFileError {
    DataFileError(
      file: file, column: columns.indices.contains(column) ? "'\(columns[column])'" : "\(column + 1)",
      problem: "its entries\(size) are too \(isLarge ? "large" : "small") to be squared",
      remedy: "\(isLarge ? "Divide" : "Multiply") the column by a constant")
  }
}

extension SparseTable {
  /// The matrix with this table's columns at `columns` of `count`.
  func rows(columns: [Int], of count: Int, isImplicit: Bool) throws -> SparseRows {
    try SparseRows(
      rows: rows, columns: count, offsets: offsets, indices: indices.map { columns[$0] },
      values: isImplicit ? values.map { _ in 1 } : values)
  }
}
