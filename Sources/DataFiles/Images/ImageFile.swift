import CImages
import Foundation

/// One page of an image file, as its header says.
public struct ImagePage: Sendable, Equatable {
  public let height: Int
  public let width: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// Of each sample: 8 or 16.
  public let bits: Int

  /// The largest sample.
  public var white: Double { bits == 16 ? 65535 : 255 }
  var samples: Int { height * width * channels }
}

/// A PNG or TIFF file, grey or red-green-blue, of 8 or 16 bits: one page, or several. Transparency is left out, colour palettes of PNG are
/// looked up, and a TIFF whose white is 0 is turned round.
public struct ImageFile: Sendable {
  public let path: String

  /// Throws `DataFileError` where there is no regular file.
  public init(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw DataFileError.cannotOpen(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw DataFileError.isFolder(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw DataFileError(
        file: path, problem: "images are read from files only, and this is none", remedy: "Copy it to a file first")
    }
    guard access(path, R_OK) == 0 else { throw DataFileError.cannotOpen(path, errno) }
    self.path = path
  }

  /// Every page's shape; no pixel is read. Throws `DataFileError`.
  public func pages() throws -> [ImagePage] {
    var result: [ImagePage] = []
    try forEachHeader { page, _ in result.append(page) }
    return result
  }

  /// Calls `body` with each page in turn and its samples, row by row, the channels of a pixel together. Memory: one page.
  /// Throws `DataFileError`; what `body` throws.
  public func forEachPage(_ body: (ImagePage, UnsafeBufferPointer<UInt16>) throws -> Void) throws {
    try forEachHeader { page, read in
      try DataFileError.checkMemory(
        path, "a page of \(page.height) x \(page.width) pixels", 12 * Double(page.samples) + 8 * Double(page.height))
      let samples = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: page.samples)
      defer { samples.deallocate() }
      try read(samples.baseAddress!)
      try body(page, UnsafeBufferPointer(samples))
    }
  }

  /// No file has more: a loop in a damaged one.
  private static let mostPages = 1_000_000

  private func forEachHeader(
    _ body: (ImagePage, _ read: (UnsafeMutablePointer<UInt16>) throws -> Void) throws -> Void
  ) throws {
    var message = [CChar](repeating: 0, count: 200)
    func failure() -> DataFileError {
      .brokenImage(path, String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    guard let reader = pim_open(path, &message) else { throw failure() }
    defer { pim_close(reader) }
    for _ in 0..<Self.mostPages {
      var found = pim_page()
      let state = pim_next(reader, &found, &message)
      if state == 0 { return }
      guard state > 0 else { throw failure() }
      let (pixels, overflows) = Int(found.height).multipliedReportingOverflow(by: Int(found.width))
      guard !overflows, pixels < 1 << 48 else { throw DataFileError.brokenImage(path, "its size makes no sense") }
      let page = ImagePage(
        height: Int(found.height), width: Int(found.width), channels: Int(found.channels), bits: Int(found.bits))
      try body(page) { samples in if pim_read(reader, samples, &message) < 0 { throw failure() } }
    }
    throw DataFileError.brokenImage(path, "it has no last page")
  }
}

extension DataFileError {
  static func brokenImage(_ file: String, _ problem: String) -> DataFileError {
    DataFileError(
      file: file, problem: problem,
      remedy: "Copy it again, or save it as grey or red-green-blue PNG or TIFF of 8 or 16 bits")
  }
}
