/// An error that a person meets: `description` is a whole sentence that says what is wrong, where, and what to do about it.
///
/// Every error type of the library is one, and says of each of its cases what kind of ending it is; a front end turns the
/// kind into an exit code, a status or an exception, and knows no error type by name.
public protocol Failure: Error, CustomStringConvertible {
  var kind: FailureKind { get }
}

/// How a piece of work ended that has no result.
public enum FailureKind: Sendable, Hashable, CaseIterable {
  /// The input is sound, and the calculation cannot give an answer: nothing to converge to, a singular matrix, too little memory.
  case noAnswer
  /// The caller asked to stop.
  case interrupted
  /// What was asked for cannot be: an option, an argument, a setting.
  case usage
  /// The data are at fault: a file, a row, a value of an instance.
  case badInput
  /// There is no such file.
  case missingInput
  /// The library is at fault.
  case fault
  /// A result could not be written.
  case unwritable
}
