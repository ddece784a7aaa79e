import Failures

/// Why a file cannot be used: what, where, with which value, and what to do about it.
public struct DataFileError: Failure, Equatable {
  public let file: String
  /// Counted from 1, as editors do; for arrays, the row of the array.
  public let row: Int?
  /// Name in quotes or number (from 1) of the column, or a key.
  public let column: String?
  /// What stands there; long values are cut.
  public let value: String?
  public let problem: String
  public let remedy: String
  /// A bad file, none at all, one that cannot be written, or one that takes more memory than there is.
  public let kind: FailureKind

  private static let longestValue = 60

  public init(
    file: String, row: Int? = nil, column: String? = nil, value: String? = nil, problem: String, remedy: String,
    kind: FailureKind = .badInput
  ) {
    self.file = file
    self.row = row
    self.column = column
    self.value = value.map { $0.count > Self.longestValue ? String($0.prefix(Self.longestValue)) + "…" : $0 }
    self.problem = problem
    self.remedy = remedy
    self.kind = kind
  }

  public var description: String {
    let place = [row.map { "row \($0)" }, column.map { "column \($0)" }, value.map { "'\($0)'" }].compactMap { $0 }
    let head = place.isEmpty ? file : "\(file), \(place.joined(separator: ", "))"
    return "\(head): \(problem). \(remedy)" + (remedy.hasSuffix("?") ? "" : ".")
  }
}
