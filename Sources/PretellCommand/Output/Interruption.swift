import Foundation
import Synchronization

/// Ctrl-C: long work asks `requested` between its steps and stops cleanly; a second one ends the process at once.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var requested: Bool { flag.load(ordering: .relaxed) }

  static func install() {
    watch(SIGINT)
    // Whoever writes to a pipe that nobody reads is told by its error: files that come after are still written.
    signal(SIGPIPE, SIG_IGN)
    speakOfMemory()
  }

  /// The language's runtime says so and aborts where memory cannot be had. What is large is checked before; this is for all the
  /// rest.
  private static func speakOfMemory() {
    signal(SIGABRT) { _ in
      let words: StaticString = """
        error: pretell had to stop. Where it failed to allocate, there is not enough memory for this: take fewer rows or \
        columns, or allow more (ulimit -v, --memory).

        """
      _ = Foundation.write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
      _exit(ExitStatus.noAnswer.rawValue)
    }
  }

  /// For work worth keeping: batch systems send this before they kill.
  static func watchTermination() { watch(SIGTERM) }

  private static func watch(_ number: Int32) {
    signal(number) { _ in
      if Interruption.flag.exchange(true, ordering: .relaxed) { _exit(ExitStatus.interrupted.rawValue) }
    }
    // Who started this process may have blocked it.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// What a stopped command says.
  static let failure = CommandFailure(
    status: .interrupted,
    message: "interrupted; nothing was written. The same command line with the same seed starts again.")

  /// For work that cannot be stopped between steps: ends the process with what `failure` says.
  static func exitIfRequested() {
    guard requested else { return }
    printErr("\n" + failure.message)
    exit(failure.status.rawValue)
  }
}
