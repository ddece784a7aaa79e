import Foundation
import Pretell
import Synchronization

/// Standard output and standard error, written so that a full disk or a closed pipe never ends the process by a signal.
enum Streams {
  /// `errno` of the first write to standard output that failed; 0 while all went well.
  private static let outputError = Atomic<Int32>(0)

  /// All of the text, or as much as can be written: what is computed after it is still worth having. `ending` tells.
  static func writeOutput(_ text: String) {
    let code = write(text, to: STDOUT_FILENO)
    if code != 0 { _ = outputError.compareExchange(expected: 0, desired: code, ordering: .relaxed) }
  }

  /// Nobody can be told where standard error itself fails.
  static func writeError(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Whether everything reached standard output; says so where it did not. A reader that has left is told nothing.
  static func ending() -> ExitStatus {
    let code = outputError.exchange(0, ordering: .relaxed)
    if code == 0 { return .done }
    if code != EPIPE {
      printErr(
        Terminal.errors.red("error: ") + "standard output could not be written (\(String(cString: strerror(code)))). "
          + "Free some space, or write elsewhere with --output.")
    }
    return .unwritable
  }

  /// 0, or what went wrong.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let done = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if done < 0 && errno == EINTR { continue }
        guard done > 0 else { return errno == 0 ? EIO : errno }
        rest = rest.dropFirst(done)
      }
      return 0
    }
  }
}

/// Text to standard output.
func printOut(_ text: String) { Streams.writeOutput(text + "\n") }

/// Text to standard error.
func printErr(_ text: String) { Streams.writeError(text + "\n") }

/// Text to a file, whole or not at all; `-` is standard output.
func writeText(_ text: String, to path: String) throws {
  if FileIdentity.isStandardOutput(path) { return printOut(text) }
  try AtomicFile.write(Array((text + "\n").utf8), to: path)
}
