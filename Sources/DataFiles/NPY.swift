import Foundation
import LinearAlgebra

/// NumPy's array files.
public enum NPY {
  /// Maps a .npy file; numbers are read when asked for.
  public static func open(_ path: String) throws -> StoredArray { try array(FileBytes(path: path)) }

  /// The array that these bytes are.
  static func array(_ file: FileBytes) throws -> StoredArray {
    let header = try NPYHeader(file)
    return try StoredArray(
      file: file, start: header.dataOffset, shape: header.shape, type: header.type(file),
      isColumnMajor: header.isColumnMajor)
  }

  /// Writes `matrix` as little-endian doubles, under a temporary name first.
  public static func write(_ matrix: Matrix, to path: String) throws {
    try header(rows: matrix.rows, columns: matrix.columns).withUnsafeBytes { header in
      try matrix.storage.withUnsafeBytes { try AtomicFile.write([header, $0], to: path) }
    }
  }

  /// A matrix whose rows `produce` hands over in order; they are counted as they come. Throws what `produce` throws; the file is then
  /// of no use.
  static func write(
    columns: Int, streamingTo path: String, mode: mode_t = 0o666,
    _ produce: (_ append: (UnsafeMutableBufferPointer<Double>) throws -> Void) throws -> Void
  ) throws {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard descriptor >= 0 else { throw DataFileError.cannotWrite(path, errno) }
    defer { close(descriptor) }
    // As long as the one that says how many rows there are: 128 bytes.
    let place = header(rows: 1, columns: columns)
    try place.withUnsafeBytes { try AtomicFile.append($0, to: descriptor, path) }
    var count = 0
    try produce { rows in
      try AtomicFile.append(UnsafeRawBufferPointer(rows), to: descriptor, path)
      count += rows.count
    }
    precondition(count % columns == 0, "\(count) entries are not rows of \(columns)")
    let header = header(rows: count / columns, columns: columns)
    precondition(header.count == place.count, "headers of \(place.count) and \(header.count) bytes")
    guard pwrite(descriptor, header, header.count, 0) == header.count else {
      throw DataFileError.cannotWrite(path, errno)
    }
  }

  /// Version 1 header of row-major <f8.
  static func header(rows: Int, columns: Int) -> [UInt8] { header("<f8", shape: "(\(rows), \(columns))") }

  /// Version 1 header of row-major entries, padded so that they start at a multiple of 64.
  static func header(_ element: String, shape: String) -> [UInt8] {
    var text = "{'descr': '\(element)', 'fortran_order': False, 'shape': \(shape), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    return NPYHeader.magic + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)] + Array(text.utf8)
  }
}
