import CZip
import Foundation
import LinearAlgebra

/// NumPy's zipped collections of arrays, stored or deflated, through libzip.
public enum NPZ {
  /// Deflate cannot pack better than 1032 to 1: a member that claims more is refused before any memory is taken.
  static let largestRatio = 1032

  /// Names of the arrays, without `.npy`, in the file's order.
  public static func names(_ path: String) throws -> [String] { try names(FileBytes(path: path)) }

  /// One array, unpacked into memory. `name` may be left out when there is only one.
  public static func read(_ path: String, name: String? = nil) throws -> StoredArray {
    try array(FileBytes(path: path), name: name)
  }

  static func names(_ file: FileBytes) throws -> [String] {
    let all = try withArchive(file) { archive in
      (0..<zip_get_num_entries(archive, 0)).compactMap { index in
        zip_get_name(archive, zip_uint64_t(index), 0).map { String(cString: $0) }
      }
    }
    try ForeignFormat.refuse(archive: all, of: file.name)
    return all.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
  }

  static func array(_ file: FileBytes, name: String?) throws -> StoredArray {
    let all = try names(file)
    if Set(all).isSuperset(of: ["data", "indices", "indptr", "shape"]) { throw DataFileError.sparse(file.name) }
    let member = try Members.chosen(name, of: all, file: file.name)
    return try NPY.array(try withArchive(file) { try unpack($0, member: member, file) })
  }

  /// One array of a sparse matrix, which `array` refuses.
  static func part(_ file: FileBytes, _ name: String) throws -> StoredArray {
    let all = try names(file)
    guard all.contains(name) else { throw DataFileError.noSuchArray(file.name, name, all: all) }
    return try NPY.array(try withArchive(file) { try unpack($0, member: name, file) })
  }

  /// A single short string, as SciPy stores a format's name: its letters, whatever their encoding.
  static func text(_ file: FileBytes, _ name: String) throws -> String {
    let all = try names(file)
    guard all.contains(name) else { throw DataFileError.noSuchArray(file.name, name, all: all) }
    let unpacked = try withArchive(file) { try unpack($0, member: name, file) }
    // The header ends at the first newline; what follows is ASCII padded with zeros.
    let body = unpacked.bytes.firstIndex(of: 10).map { unpacked.bytes[($0 + 1)...] } ?? unpacked.bytes[...]
    return String(decoding: body.prefix(64).filter { $0 >= 97 && $0 <= 122 }, as: UTF8.self)
  }

  /// A member that is one number or one text, as a text; nil for others.
  static func single(_ file: FileBytes, _ name: String) throws -> String? {
    let member = try withArchive(file) { try unpack($0, member: name, file) }
    let header = try NPYHeader(member)
    guard header.shape.isEmpty || header.shape == [1] else { return nil }
    if header.element.hasPrefix("<U") { return try NPYTexts.read(member).first }
    let array = try StoredArray(
      file: member, start: header.dataOffset, shape: [1], type: header.type(member), isColumnMajor: false)
    let value = array.matrix()[0, 0]
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  /// A list of texts, as NumPy stores them (`<U`).
  public static func texts(_ path: String, name: String) throws -> [String] {
    let file = try FileBytes(path: path)
    let member = try Members.chosen(name, of: names(file), file: path)
    return try NPYTexts.read(try withArchive(file) { try unpack($0, member: member, file) })
  }

  /// What a member holds.
  public enum Content: Sendable {
    /// Doubles, rows by columns.
    case matrix(Matrix)
    /// Single precision, row-major.
    case floats([Float], columns: Int)
    /// One-dimensional.
    case integers([Int])
    case texts([String])

    /// As in a .npy file.
    fileprivate func withPieces<T>(_ body: (_ header: [UInt8], _ entries: UnsafeRawBufferPointer) throws -> T) rethrows
      -> T
    {
      switch self {
      case .matrix(let matrix):
        let header = NPY.header(rows: matrix.rows, columns: matrix.columns)
        return try matrix.storage.withUnsafeBytes { try body(header, $0) }
      case .floats(let entries, let columns):
        let header = NPY.header("<f4", shape: "(\(columns == 0 ? 0 : entries.count / columns), \(columns))")
        return try entries.withUnsafeBytes { try body(header, $0) }
      case .integers(let values):
        let header = NPY.header("<i8", shape: "(\(values.count),)")
        return try values.map { Int64($0).littleEndian }.withUnsafeBytes { try body(header, $0) }
      case .texts(let values):
        let (element, entries) = NPYTexts.encoded(values)
        let header = NPY.header(element, shape: "(\(values.count),)")
        return try entries.withUnsafeBytes { try body(header, $0) }
      }
    }
  }

  /// Writes arrays for `numpy.load`, under a temporary name first; the same arrays give the same bytes.
  /// Memory: a copy of the arrays.
  public static func write(_ arrays: [(name: String, matrix: Matrix)], to path: String) throws {
    try write(arrays.map { ($0.name, .matrix($0.matrix)) }, to: path)
  }

  /// The same for members of any kind.
  public static func write(_ arrays: [(name: String, content: Content)], to path: String) throws {
    try AtomicFile.write(path) { temporary in
      guard let archive = zip_open(temporary, ZIP_CREATE | ZIP_TRUNCATE, nil) else {
        throw DataFileError.cannotWrite(path, errno)
      }
      do {
        for array in arrays { try add(array.content, array.name + ".npy", to: archive, path) }
        guard zip_close(archive) == 0 else { throw DataFileError.cannotWrite(path, errno) }
      } catch {
        zip_discard(archive)
        throw error
      }
    }
  }

  /// The same with one more array, `name`, larger than memory: `produce` is called once and hands over all its rows in order.
  /// Needs its room on the disk twice for a while.
  public static func write(
    _ arrays: [(name: String, content: Content)], streaming name: String, columns: Int, to path: String,
    _ produce: (_ append: (UnsafeMutableBufferPointer<Double>) throws -> Void) throws -> Void
  ) throws {
    let part = "\(path).\(getpid()).\(name).partial"
    defer { unlink(part) }
    try NPY.write(columns: columns, streamingTo: part, produce)
    try AtomicFile.write(path) { temporary in
      guard let archive = zip_open(temporary, ZIP_CREATE | ZIP_TRUNCATE, nil) else {
        throw DataFileError.cannotWrite(path, errno)
      }
      do {
        for array in arrays { try add(array.content, array.name + ".npy", to: archive, path) }
        guard let source = zip_source_file(archive, part, 0, -1) else { throw DataFileError.cannotWrite(path, ENOMEM) }
        try add(source, name + ".npy", to: archive, failure: DataFileError.cannotWrite(path, ENOMEM))
        guard zip_close(archive) == 0 else { throw DataFileError.cannotWrite(path, errno) }
      } catch {
        zip_discard(archive)
        throw error
      }
    }
  }

  /// 1980-01-01, the earliest time that a zip archive can name.
  private static let fixedTime: time_t = 315_532_800

  private static func add(_ content: Content, _ name: String, to archive: OpaquePointer, _ path: String) throws {
    let failure = DataFileError.cannotWrite(path, ENOMEM)
    let source = try content.withPieces { header, entries in
      let count = header.count + entries.count
      // libzip frees it, after the archive is closed.
      guard let copy = malloc(count) else { throw failure }
      header.withUnsafeBytes { _ = memcpy(copy, $0.baseAddress!, $0.count) }
      if entries.count > 0 { memcpy(copy + header.count, entries.baseAddress!, entries.count) }
      guard let source = zip_source_buffer(archive, copy, zip_uint64_t(count), 1) else {
        free(copy)
        throw failure
      }
      return source
    }
    try add(source, name, to: archive, failure: failure)
  }

  /// Stored as it is, at a fixed time, with the usual permissions: those of the file that it comes from do not matter.
  private static func add(_ source: OpaquePointer, _ name: String, to archive: OpaquePointer, failure: DataFileError)
    throws
  {
    let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      throw failure
    }
    zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_STORE, 0)
    zip_file_set_mtime(archive, zip_uint64_t(index), fixedTime, 0)
    zip_file_set_external_attributes(archive, zip_uint64_t(index), 0, zip_uint8_t(ZIP_OPSYS_UNIX), 0o100644 << 16)
  }

  private static func withArchive<T>(_ file: FileBytes, _ body: (OpaquePointer) throws -> T) throws -> T {
    let source = zip_source_buffer_create(file.bytes.baseAddress, zip_uint64_t(file.bytes.count), 0, nil)
    guard let archive = zip_open_from_source(source, ZIP_RDONLY, nil) else {
      zip_source_free(source)
      throw DataFileError.brokenArchive(file.name)
    }
    defer { zip_discard(archive) }
    return try withExtendedLifetime(file) { try body(archive) }
  }

  private static func unpack(_ archive: OpaquePointer, member: String, _ file: FileBytes) throws -> FileBytes {
    let broken = DataFileError.brokenMember(file.name, member)
    var status = zip_stat_t()
    guard zip_stat(archive, member + ".npy", 0, &status) == 0, let size = Int(exactly: status.size),
      let packed = Int(exactly: status.comp_size), packed <= file.bytes.count,
      size <= (packed + 16) * largestRatio, let handle = zip_fopen_index(archive, status.index, 0)
    else { throw broken }
    defer { zip_fclose(handle) }
    return try FileBytes(name: "\(file.name)[\(member)]", count: size) { target in
      var done = 0
      while done < size {
        let read = zip_fread(handle, target.baseAddress! + done, zip_uint64_t(size - done))
        guard read > 0 else { throw broken }
        done += Int(read)
      }
      // The checksum is looked at when the end is read.
      var beyond: UInt8 = 0
      guard zip_fread(handle, &beyond, 1) == 0 else { throw broken }
    }
  }
}
