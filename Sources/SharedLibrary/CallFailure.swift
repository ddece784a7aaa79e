import CPretell
import Failures

/// What a call of the C interface returns besides numbers when it fails.
struct CallFailure: Failure {
  let status: pretell_status
  let description: String

  static func usage(_ message: String) -> CallFailure { CallFailure(status: PRETELL_USAGE, description: message) }
  static func badData(_ message: String) -> CallFailure { CallFailure(status: PRETELL_BAD_DATA, description: message) }

  init(status: pretell_status, description: String) {
    (self.status, self.description) = (status, description)
  }

  /// The code that the command would exit with; an error that does not say what kind it is is a fault of ours.
  init(_ error: any Error) {
    switch error {
    case let known as CallFailure: self = known
    case let failure as any Failure: self.init(status: Self.status(of: failure.kind), description: failure.description)
    default: self.init(status: PRETELL_FAULT, description: "\(error)")
    }
  }

  var kind: FailureKind { FailureKind.allCases.first { Self.status(of: $0) == status } ?? .fault }

  /// A call reads no files, writes none, and cannot be interrupted.
  private static func status(of kind: FailureKind) -> pretell_status {
    switch kind {
    case .noAnswer: PRETELL_NO_ANSWER
    case .usage: PRETELL_USAGE
    case .badInput: PRETELL_BAD_DATA
    case .interrupted, .missingInput, .unwritable, .fault: PRETELL_FAULT
    }
  }
}
