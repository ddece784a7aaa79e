import Asymptotics
import Foundation
import Pretraining

/// Laws and replicates of a sweep in one SQLite file, which any SQLite tool can read.
///
/// Tables: `facts(name, value)`, what all replicates share; `cells(cell, settings, unlabeled, labeled, law, problem, digest)`;
/// `replicates(cell, replicate, representation, leakage, variance)`, NULL where one gave no answer; `chunks(cell, first, count,
/// digest)`, what was written in one transaction, with a checksum. Replicate i of a cell is a pure function of (seed, cell's
/// name, i): which machine computed it, when, and in which order, leaves no trace.
///
/// Durability: write-ahead log. After kill -9 every finished chunk is there; after a power loss the last seconds may be missing,
/// never damaged. One writer, any number of readers. Cost: about 45 bytes and 2 µs a replicate, 30 µs a chunk.
public final class SweepStore: Sendable {
  public let path: String
  let database: Database
  private let lock: WriterLock?

  static let format = 1
  /// "PTLS", in the file's header.
  private static let application = 0x5054_4C53

  init(path: String, database: Database, lock: WriterLock?) {
    self.path = path
    self.database = database
    self.lock = lock
  }

  // MARK: opening

  /// A store that lives as long as the process.
  public static func inMemory(_ identity: SweepIdentity) throws -> SweepStore {
    let store = SweepStore(path: "memory", database: try Database(":memory:", .write), lock: nil)
    try store.create(identity.facts)
    return store
  }

  /// Opens for writing: makes the file when there is none, else checks that it is sound and of this very experiment.
  /// Throws `StoreError`.
  public static func write(_ path: String, identity: SweepIdentity) throws -> SweepStore {
    let size = try fileSize(path)
    let lock = try WriterLock(store: path)
    let store = SweepStore(path: path, database: try Database(path, .write), lock: lock)
    if size == nil || size == 0 {
      try store.useLog()
      try store.create(identity.facts)
    } else if try store.isBlank() {
      try store.useLog()
      try store.create(identity.facts)
    } else {
      try store.checkFormat()
      try store.useLog()
      let differences = SweepIdentity.differences(stored: try store.facts(), now: identity.facts)
      guard differences.isEmpty else { throw StoreError.different(path, differences) }
      try store.verify()
    }
    return store
  }

  /// Opens for reading, also while another process writes.
  public static func read(_ path: String) throws -> SweepStore {
    guard let size = try fileSize(path) else { throw StoreError.missing(path) }
    guard size > 0 else { throw StoreError.blank(path) }
    do {
      return try read(path, Database(path, .read))
    } catch let error as StoreError where error.kind == .unwritable && (try? fileSize(path + "-wal")) ?? 0 == 0 {
      return try read(path, Database(immutable: path))
    }
  }

  private static func read(_ path: String, _ database: Database) throws -> SweepStore {
    let store = SweepStore(path: path, database: database, lock: nil)
    if try store.isBlank() { throw StoreError.blank(path) }
    try store.checkFormat()
    return store
  }

  /// What may stand beside a store while it is in use: the write-ahead log, its index, a rollback journal, the writer's lock.
  public static func companions(of path: String) -> [String] {
    ["-wal", "-shm", "-journal", WriterLock.suffix].map { path + $0 }
  }

  /// Whether a file is a store, by its header.
  public static func isStore(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path), let header = try? file.read(upToCount: 72) else {
      return false
    }
    let number = header.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    return header.count == 72 && header.starts(with: Array("SQLite format 3\0".utf8)) && number == application
  }

  /// nil when there is no file.
  private static func fileSize(_ path: String) throws -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else { throw StoreError.alien(path) }
    return Int(status.st_size)
  }

  // MARK: layout

  func useLog() throws {
    let mode = try database.text("PRAGMA journal_mode = WAL")
    try database.execute("PRAGMA synchronous = \(mode == "wal" ? "NORMAL" : "FULL")")
  }

  func create(_ facts: [String: String]) throws {
    try database.transaction {
      try database.execute(
        """
        PRAGMA application_id = \(Self.application);
        PRAGMA user_version = \(Self.format);
        CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE cells(cell INTEGER PRIMARY KEY, settings TEXT NOT NULL UNIQUE, unlabeled INTEGER NOT NULL,
          labeled INTEGER NOT NULL, law TEXT, problem TEXT, digest INTEGER NOT NULL);
        CREATE TABLE replicates(cell INTEGER NOT NULL, replicate INTEGER NOT NULL, representation REAL, leakage REAL,
          variance REAL, PRIMARY KEY(cell, replicate)) WITHOUT ROWID;
        CREATE TABLE chunks(cell INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, digest INTEGER NOT NULL,
          PRIMARY KEY(cell, first)) WITHOUT ROWID;
        """)
      let insert = try database.prepare("INSERT INTO facts VALUES (?, ?)")
      for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
        insert.bind(1, name)
        insert.bind(2, value)
        try insert.run()
      }
    }
  }

  /// Made, but its layout was never committed.
  private func isBlank() throws -> Bool {
    try database.integer("PRAGMA application_id") == 0
      && database.integer("SELECT count(*) FROM sqlite_schema") == 0
  }

  private func checkFormat() throws {
    guard try database.integer("PRAGMA application_id") == Self.application else { throw StoreError.alien(path) }
    let format = try database.integer("PRAGMA user_version")
    guard format == Self.format else { throw StoreError.newer(path, format: format) }
  }

  /// What all replicates share, by name.
  public func facts() throws -> [String: String] {
    var facts: [String: String] = [:]
    let query = try database.prepare("SELECT name, value FROM facts")
    while try query.step() { facts[query.text(0) ?? ""] = query.text(1) ?? "" }
    return facts
  }
}
