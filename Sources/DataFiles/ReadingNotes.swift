import Failures
import Foundation

/// What was decided while files were read, whichever way a file took: whoever prints results can say it.
///
///     let notes = ReadingNotes()
///     let table = try ReadingNotes.$current.withValue(notes) { try DataFile.read("rows.csv") }
///     for note in notes.all { print(note.message) }
public final class ReadingNotes: Sendable {
  /// Where notes of the work in hand go; nil, as from the start: nowhere.
  @TaskLocal public static var current: ReadingNotes?

  private let lock = NSLock()
  nonisolated(unsafe) private var notes: [Warning] = []
  private static let most = 1000

  public init() {}

  /// Each once, in the order of reading; at most 1000.
  public var all: [Warning] { lock.withLock { notes } }

  static func add(_ new: [Warning]) { current?.add(new) }

  private func add(_ new: [Warning]) {
    lock.withLock {
      for note in new where notes.count < Self.most && !notes.contains(note) { notes.append(note) }
    }
  }
}
