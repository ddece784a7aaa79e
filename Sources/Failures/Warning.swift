/// Something the reader of a result must know: a stable code, a sentence, and what to do about it. The one type for it in all rooms.
public struct Warning: Sendable, Equatable, Codable {
  /// Lower-case words joined by hyphens; part of the command's contract.
  public let code: String
  /// A whole sentence: what is so, with its numbers.
  public let message: String
  /// What to do about it, in whichever terms the reader calls by.
  public let remedy: Remedy

  public init(code: String, message: String, remedy: Remedy) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }
}
