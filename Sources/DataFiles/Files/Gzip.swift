import CZlib
import Foundation

/// Files that gzip packed, through zlib.
enum Gzip {
  static func isPacked(_ file: FileBytes) -> Bool { file.starts(with: [0x1F, 0x8B]) }

  /// What is in it, its parts one after the other. Memory: 16 MB; what is longer goes to a temporary file. Throws `DataFileError` for a
  /// damaged file.
  static func unpacked(_ file: FileBytes) throws -> FileBytes {
    var stream = z_stream()
    // 15 bits of window; 16 stands for gzip's header.
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw DataFileError.brokenGzip(file.name)
    }
    defer { inflateEnd(&stream) }
    let spool = Spool(file.name)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var offset = 0
    let total = file.bytes.count
    var isWhole = false
    while !isWhole {
      let count = min(1 << 20, total - offset)
      let (status, used, made) = step(&stream, file.bytes, offset, count, &block)
      offset += used
      try block.withUnsafeBytes { try spool.append(UnsafeRawBufferPointer(rebasing: $0[..<made])) }
      if status == Z_STREAM_END {
        // Zeros behind the last part are padding.
        isWhole = file.bytes[offset...].allSatisfy { $0 == 0 }
        if !isWhole && inflateReset(&stream) != Z_OK { throw DataFileError.brokenGzip(file.name) }
      } else if status != Z_OK || (used == 0 && made == 0) {
        throw DataFileError.brokenGzip(file.name)
      }
    }
    return try withExtendedLifetime(file) { try spool.file() }
  }

  private static func step(
    _ stream: inout z_stream, _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ count: Int, _ block: inout [UInt8]
  ) -> (status: Int32, used: Int, made: Int) {
    guard count > 0, let base = bytes.baseAddress else { return (Z_DATA_ERROR, 0, 0) }
    return block.withUnsafeMutableBufferPointer { block in
      stream.next_in = UnsafeMutablePointer(
        mutating: (base + offset).assumingMemoryBound(to: Bytef.self))
      stream.avail_in = uInt(count)
      stream.next_out = block.baseAddress
      stream.avail_out = uInt(block.count)
      let status = inflate(&stream, Z_NO_FLUSH)
      return (status, count - Int(stream.avail_in), block.count - Int(stream.avail_out))
    }
  }
}
