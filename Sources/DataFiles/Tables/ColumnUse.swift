/// What was made of one column of a file.
public struct ColumnUse: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case number, category, boolean, date, identifier, constant, empty, excluded, target, text
  }

  public let column: String
  public let kind: Kind
  /// Columns that stand for it; none where it is left out.
  public let becomes: [String]
  /// Cells that are missing.
  public internal(set) var missing: Int
  /// In words.
  public internal(set) var note: String

  /// Numbers that the reader should hear of: written with units or marks, with words among them that count as gaps, or looking
  /// like an identifier. Not written with the rest.
  package var isUnusual = false
  /// What is said of words that count as gaps; nil where none does. Not written either, but for being in the note.
  var wordsForGaps: String?

  private enum CodingKeys: String, CodingKey { case column, kind, becomes, missing, note }

  public var isUsed: Bool { !becomes.isEmpty }

  public init(column: String, kind: Kind, becomes: [String], missing: Int, note: String) {
    (self.column, self.kind, self.becomes, self.missing, self.note) = (column, kind, becomes, missing, note)
  }
}

/// How columns of a table are to be read.
public struct TableOptions: Sendable {
  /// What becomes of gaps in features.
  public enum Missing: String, Sendable, CaseIterable {
    /// Numbers are predicted from the row's other features by masked regression on all rows (`GapFill`), never from the target; where that
    /// does not suit (one feature, more than 300, fewer than 10 rows), the column's mean stands in. An indicator of the gaps stands beside
    /// them where there are enough.
    case impute
    /// Rows with a gap are left out.
    case drop
    /// A gap is an error.
    case refuse
  }

  /// Names or numbers (from 1) of the features; all where nil.
  public var columns: [String]?
  /// Names or numbers of columns to leave out.
  public var exclude: [String]
  public var missing: Missing
  /// Names or numbers of columns whose cells are names, also where they look like numbers.
  public var categories: [String]
  /// Which rows belong together: name or number of a column, which is no feature then, or a file of one column, a row for each row of the
  /// unlabeled file, then of the labeled one.
  public var groups: String?
  /// Names of the nodes that the rows are, in the same way.
  public var nodes: String?

  public init(
    columns: [String]? = nil, exclude: [String] = [], missing: Missing = .impute, categories: [String] = [],
    groups: String? = nil, nodes: String? = nil
  ) {
    (self.columns, self.exclude, self.missing, self.categories) = (columns, exclude, missing, categories)
    (self.groups, self.nodes) = (groups, nodes)
  }
}
