import Pretell

/// Exit codes of the command; part of its contract.
enum ExitStatus: Int32 {
  case done = 0
  /// The calculation could not give an answer.
  case noAnswer = 1
  /// Interrupted; the same command line starts again with the same seed.
  case interrupted = 2
  case usage = 64
  case badData = 65
  case noInput = 66
  case fault = 70
  /// An output could not be written.
  case unwritable = 74

  init(_ kind: FailureKind) {
    self =
      switch kind {
      case .noAnswer: .noAnswer
      case .interrupted: .interrupted
      case .usage: .usage
      case .badInput: .badData
      case .missingInput: .noInput
      case .fault: .fault
      case .unwritable: .unwritable
      }
  }
}

/// A failure that the command itself meets, or one of the library's with more words.
struct CommandFailure: Failure {
  let kind: FailureKind
  let message: String

  var description: String { message }
  var status: ExitStatus { ExitStatus(kind) }

  init(_ kind: FailureKind, _ message: String) { (self.kind, self.message) = (kind, message) }

  /// `status` is that of an ending without a result.
  init(status: ExitStatus, message: String) {
    self.init(FailureKind.allCases.first { ExitStatus($0) == status } ?? .fault, message)
  }
}

extension FigureError: Failure {
  /// A file name may ask for a format that there is not; a file or program that is not there leaves the figure unwritten.
  public var kind: FailureKind {
    switch self {
    case .unknownFormat: .usage
    case .programMissing, .drawingFailed, .cannotWrite: .unwritable
    case .noPanels, .nothingToDraw, .nonPositiveOnLogAxis, .badRange: .noAnswer
    }
  }
}
