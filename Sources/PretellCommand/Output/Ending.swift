import ArgumentParser
import Pretell

/// What is said at the end of a command that did not go well, and its exit code.
enum Ending {
  /// A failure says of itself what kind it is; the argument parser knows its own messages; anything else is a fault of ours.
  static func report(_ error: any Error) -> ExitStatus {
    if let failure = error as? any Failure {
      printErr(Terminal.errors.red("error: ") + failure.description.printable)
      return ExitStatus(failure.kind)
    }
    let text = PretellCommand.fullMessage(for: error)
    switch PretellCommand.exitCode(for: error) {
    case .success:
      if !text.isEmpty { printOut(text) }
      return Streams.ending()
    case .validationFailure:
      printErr(text)
      return .usage
    default:
      printErr(
        Terminal.errors.red("error: ") + "\(text.isEmpty ? "\(error)" : text)\nThis is a fault of pretell: please "
          + "report it with the command and its input.")
      return .fault
    }
  }
}
