import Foundation

/// What was decided while files were read, of all files of this process: whoever prints results can say it, whichever way a file took.
public enum ReadingNotes {
  private static let lock = NSLock()
  nonisolated(unsafe) private static var notes: [DataFileWarning] = []
  private static let most = 1000

  /// Each once, in the order of reading; at most 1000.
  public static var all: [DataFileWarning] { lock.withLock { notes } }

  static func add(_ new: [DataFileWarning]) {
    lock.withLock {
      for note in new where notes.count < most && !notes.contains(note) { notes.append(note) }
    }
  }
}
