import CSQLite
import Foundation

/// One connection to an SQLite file; its errors as `StoreError`. SQLite serializes calls from several threads.
final class Database: @unchecked Sendable {
  enum Access { case read, write }

  let path: String
  private let handle: OpaquePointer

  /// Opens a file (`:memory:` for none), creating it for writing.
  init(_ path: String, _ access: Access) throws {
    self.path = path
    // A reader may write too as far as SQLite is concerned, or it would leave the log's side files behind.
    handle = try Self.open(path, flags: SQLITE_OPEN_READWRITE | (access == .write ? SQLITE_OPEN_CREATE : 0))
    sqlite3_busy_timeout(handle, 5000)
    if access == .read { try execute("PRAGMA query_only = 1") }
  }

  /// For a store in a folder that cannot be written and that nobody writes to: no lock, no side files.
  init(immutable path: String) throws {
    self.path = path
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
    let escaped = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    handle = try Self.open(
      "file:\(escaped)?immutable=1", flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, named: path)
  }

  deinit { sqlite3_close_v2(handle) }

  private static func open(_ name: String, flags: Int32, named path: String? = nil) throws -> OpaquePointer {
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_FULLMUTEX, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close_v2(handle)
      throw error(code, path ?? name, String(cString: sqlite3_errstr(code)))
    }
    sqlite3_extended_result_codes(handle, 1)
    return handle
  }

  /// Runs statements without parameters or results.
  func execute(_ sql: String) throws {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Everything in `body` or nothing.
  func transaction<T>(_ body: () throws -> T) throws -> T {
    try execute("BEGIN IMMEDIATE")
    return try closing(body)
  }

  /// `body` sees one state of the file, whatever is written meanwhile.
  func snapshot<T>(_ body: () throws -> T) throws -> T {
    try execute("BEGIN")
    return try closing(body)
  }

  private func closing<T>(_ body: () throws -> T) throws -> T {
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  func prepare(_ sql: String) throws -> Statement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw failure(code) }
    return Statement(statement, of: self)
  }

  /// First column of the first row.
  func text(_ sql: String) throws -> String? {
    let query = try prepare(sql)
    return try query.step() ? query.text(0) : nil
  }

  func integer(_ sql: String) throws -> Int {
    let query = try prepare(sql)
    return try query.step() ? query.integer(0) : 0
  }

  func failure(_ code: Int32) -> StoreError {
    Self.error(code, path, String(cString: sqlite3_errmsg(handle)))
  }

  private static func error(_ code: Int32, _ path: String, _ message: String) -> StoreError {
    let broken = [pretell_sqlite_short_read, pretell_sqlite_corrupt_file_system].map(Int32.init)
    return switch code & 255 {
    case SQLITE_FULL: .full(path)
    case SQLITE_CORRUPT: .damaged(path, message)
    case SQLITE_NOTADB: .alien(path)
    case SQLITE_BUSY, SQLITE_LOCKED: .secondWriter(path)
    case SQLITE_IOERR where broken.contains(code): .damaged(path, message)
    default: .cannotWrite(path, message)
    }
  }
}

/// A prepared statement: bind by position from 1, step, read columns from 0.
final class Statement {
  private let handle: OpaquePointer
  private let database: Database

  init(_ handle: OpaquePointer, of database: Database) {
    self.handle = handle
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }

  /// nil is NULL.
  func bind(_ index: Int32, _ value: Double?) {
    if let value { sqlite3_bind_double(handle, index, value) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ index: Int32, _ value: String?) {
    guard let value else {
      sqlite3_bind_null(handle, index)
      return
    }
    sqlite3_bind_text(handle, index, value, Int32(value.utf8.count), pretell_sqlite_transient())
  }

  /// True when there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      sqlite3_reset(handle)
      throw database.failure(code)
    }
  }

  /// Runs a statement that gives no rows, ready for the next values.
  func run() throws {
    defer { sqlite3_reset(handle) }
    _ = try step()
  }

  func reset() { sqlite3_reset(handle) }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

  func double(_ column: Int32) -> Double? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_double(handle, column)
  }

  func text(_ column: Int32) -> String? { sqlite3_column_text(handle, column).map { String(cString: $0) } }
}
