import LinearAlgebra
import MaskedRegression

/// Features as numbers without gaps: how columns are read, and what fills the gaps among their numbers.
struct NumbersOfTable: Sendable {
  /// Says of each column how its gaps are filled in.
  let interpretation: TableInterpretation
  /// nil where means stand in.
  private let fill: GapFill?

  /// With means in gaps.
  init(_ interpretation: TableInterpretation) { (self.interpretation, fill) = (interpretation, nil) }

  /// Fitted on these rows where masked regression suits them.
  init(_ interpretation: TableInterpretation, on raw: RawTable) {
    let values = interpretation.valueColumns
    guard interpretation.hasGapsAmongNumbers, GapFill.suits(rows: raw.rows, columns: values.count) else {
      (self.interpretation, fill) = (interpretation, nil)
      return
    }
    let some = raw.rows(at: GapFill.rowsToFit(of: raw.rows, columns: values.count))
    // Numbers that no fit can be made of get their means.
    let fill = try? GapFill(interpretation.apply(to: some, gaps: .keptAmongNumbers).values, among: values)
    self.fill = fill
    self.interpretation = interpretation.sayingFilled { fill?.columns.contains($0) ?? false }
  }

  /// Rows of the same columns. Throws `MaskedRegressionError` for infinite numbers.
  func values(of raw: RawTable) throws -> (values: Matrix, unknown: [(column: String, words: [String])]) {
    var (means, unknown) = interpretation.apply(to: raw)
    guard let fill else { return (means, unknown) }
    let filled = try fill.filled(interpretation.apply(to: raw, gaps: .keptAmongNumbers).values)
    for index in means.storage.indices where !filled.storage[index].isNaN {
      means.storage[index] = filled.storage[index]
    }
    return (means, unknown)
  }

  /// Rows of a file of the same columns. Throws `DataFileError`.
  func read(_ path: String) throws -> DataTable {
    let raw = try RawTable(path)
    let columns = try raw.places(of: interpretation.rules.map(\.use.column), hasNames: interpretation.hasNames)
    let chosen = raw.choosing(columns)
    try chosen.checkFinite(Array(0..<chosen.columns))
    let (values, unknown) = try values(of: chosen)
    return DataTable(
      values: values, columnNames: interpretation.names, source: path,
      warnings: raw.warnings + unknown.map { .unknownWords(path, $0.column, $0.words) })
  }
}

extension TableInterpretation {
  /// Positions of the numbers' columns that are no indicators of gaps.
  var valueColumns: [Int] { places.flatMap { rule, first in rule.values.map { first + $0 } } }

  var hasGapsAmongNumbers: Bool { rules.contains { $0.holdsNumbers && $0.use.missing > 0 } }

  /// Says of columns at these positions that masked regression fills their gaps, not the mean.
  func sayingFilled(_ isFilled: (Int) -> Bool) -> TableInterpretation {
    let places = places
    return saying { column, use in
      guard places[column].rule.holdsNumbers, isFilled(places[column].first) else { return }
      use.note = use.note.replacing(ColumnUse.byMean, with: ColumnUse.byRegression)
    }
  }

  /// What would be said, without a fit.
  func sayingSuited(_ raw: RawTable) -> TableInterpretation {
    GapFill.suits(rows: raw.rows, columns: valueColumns.count) ? sayingFilled { _ in true } : self
  }

  /// Each column's rule, and where the columns that stand for it begin.
  private var places: [(rule: ColumnRule, first: Int)] {
    var first = 0
    return rules.map { rule in
      defer { first += rule.width }
      return (rule, first)
    }
  }
}

extension ColumnRule {
  /// One column of numbers, and perhaps an indicator of gaps.
  var holdsNumbers: Bool {
    switch meaning {
    case .number, .dressed, .clock, .date, .boolean: true
    case .levels, .leftOut: false
    }
  }
}

extension ColumnUse {
  static let byMean = "filled with the mean"
  static let byRegression = "filled by masked regression"

  var isFilledByRegression: Bool { note.contains(Self.byRegression) }
}
