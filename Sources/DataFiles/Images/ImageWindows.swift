import Foundation
import LinearAlgebra

/// Windows cut out of images, one a row: pixels row by row, the channels of a pixel together, divided by the sample that stands for white.
/// Windows lie `stride` apart from the upper left corner; what is left at the right and lower edge is in none.
///
/// Windows of one file resemble each other, and overlap where the stride is smaller than they are: a file, or a page of one, is a group.
public struct ImageWindows: Sendable {
  public let files: [ImageFile]
  public let height: Int
  public let width: Int
  public let stride: Int
  /// Of every page.
  public let channels: Int
  /// The sample that becomes 1: what was given, else the largest that so many bits can hold.
  public let white: Double?
  public let groupsArePages: Bool
  /// Pages of each file.
  public let pages: [[ImagePage]]

  /// Reads the files' headers. Throws `DataFileError` for a file that is no image, pages smaller than a window, and colours beside grey.
  public init(
    _ paths: [String], height: Int, width: Int, stride: Int, white: Double? = nil, groupsArePages: Bool = false
  ) throws {
    precondition(height > 0 && width > 0 && stride > 0, "windows of \(height) x \(width), \(stride) apart")
    (self.height, self.width, self.stride) = (height, width, stride)
    (self.white, self.groupsArePages) = (white, groupsArePages)
    files = try paths.map { try ImageFile($0) }
    pages = try files.map { try $0.pages() }
    let first = pages.lazy.flatMap { $0 }.first
    for (file, own) in zip(files, pages) {
      if own.isEmpty { throw DataFileError.brokenImage(file.path, "it has no page") }
      for (index, page) in own.enumerated() { try Self.check(file.path, index, page, height, width, first!) }
    }
    channels = first?.channels ?? 1
  }

  private static func check(
    _ path: String, _ index: Int, _ page: ImagePage, _ height: Int, _ width: Int, _ first: ImagePage
  ) throws {
    let place = index == 0 ? "it" : "page \(index + 1)"
    if page.height < height || page.width < width {
      throw DataFileError(
        file: path, value: "\(page.height) x \(page.width)",
        problem: "\(place) is smaller than a window of \(height) x \(width)",
        remedy: "Take smaller windows, or leave the image out")
    }
    if page.channels != first.channels {
      throw DataFileError(
        file: path, value: "\(page.channels) channel\(page.channels == 1 ? "" : "s")",
        problem: "\(place) is \(page.channels == 1 ? "grey" : "of colours"), and the first image is not",
        remedy: "Give grey images, or images of colours")
    }
  }

  /// Numbers in a row.
  public var columns: Int { height * width * channels }

  /// How many windows there are.
  public var rows: Int { pages.joined().reduce(0) { $0 + down($1) * across($1) } }

  public var groups: Int { groupsArePages ? pages.reduce(0) { $0 + $1.count } : files.count }

  private func down(_ page: ImagePage) -> Int { (page.height - height) / stride + 1 }
  private func across(_ page: ImagePage) -> Int { (page.width - width) / stride + 1 }

  /// Writes the rows as a .npy file of doubles, and the group of each as one of integers. Memory: one page and the windows at one height.
  /// Throws `DataFileError`.
  public func write(rows rowFile: String, groups groupFile: String?) throws {
    try AtomicFile.write(rowFile) { temporary in
      try NPY.write(columns: columns, streamingTo: temporary) { append in
        for (file, known) in zip(files, pages) {
          var index = 0
          try file.forEachPage { page, samples in
            guard index < known.count, page == known[index] else {
              throw DataFileError.brokenImage(file.path, "it changed while it was read")
            }
            index += 1
            try forEachLine(page, samples, append)
          }
        }
      }
    }
    if let groupFile { try NPY.write(integers: labels, to: groupFile) }
  }

  /// The group of each row, from 0.
  private var labels: [Int] {
    var (result, group) = ([Int](), 0)
    for own in pages {
      for page in own {
        result += [Int](repeating: group, count: down(page) * across(page))
        if groupsArePages { group += 1 }
      }
      if !groupsArePages { group += 1 }
    }
    return result
  }

  /// The windows at each height, left to right.
  private func forEachLine(
    _ page: ImagePage, _ samples: UnsafeBufferPointer<UInt16>,
    _ body: (UnsafeMutableBufferPointer<Double>) throws -> Void
  ) throws {
    let (wide, white) = (width * channels, white ?? page.white)
    var line = [Double](repeating: 0, count: across(page) * columns)
    for top in 0..<down(page) {
      for left in 0..<across(page) {
        for i in 0..<height {
          let from = ((top * stride + i) * page.width + left * stride) * channels
          let target = left * columns + i * wide
          for k in 0..<wide { line[target + k] = Double(samples[from + k]) / white }
        }
      }
      try line.withUnsafeMutableBufferPointer { try body($0) }
    }
  }
}

extension NPY {
  /// One number a row, as little-endian integers of 64 bits.
  static func write(integers: [Int], to path: String) throws {
    try header("<i8", shape: "(\(integers.count),)").withUnsafeBytes { header in
      try integers.map { Int64($0).littleEndian }.withUnsafeBytes { try AtomicFile.write([header, $0], to: path) }
    }
  }
}
