import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// Images that Pillow, tifffile and a few lines of Python wrote (Tests/Fixtures/make_images.py), sample by sample.
@Suite struct ImageTests {
  private static let (height, width) = (21, 34)

  private static func sample(_ i: Int, _ j: Int, _ c: Int, page p: Int, bits: Int) -> Int {
    bits == 8 ? (37 * i + 11 * j + 5 * c + 101 * p) % 256 : (3701 * i + 1103 * j + 517 * c + 9001 * p) % 65536
  }

  private func path(_ name: String) -> String { fixture("images/\(name)") }

  @Test(arguments: [
    ("grey8.png", 1, 8, 1), ("grey16.png", 1, 16, 1), ("rgb8.png", 3, 8, 1), ("rgba8.png", 3, 8, 1),
    ("rgb16.png", 3, 16, 1), ("grey8_interlaced.png", 1, 8, 1), ("grey8.tif", 1, 8, 1),
    ("grey16_deflate.tif", 1, 16, 1), ("grey16_big_endian.tif", 1, 16, 1), ("rgb8_tiles.tif", 3, 8, 1),
    ("rgb16_planes.tif", 3, 16, 1), ("white_is_zero.tif", 1, 8, 1), ("grey8_pages_lzw.tif", 1, 8, 3),
  ])
  func everySampleIsAsWritten(name: String, channels: Int, bits: Int, pages: Int) throws {
    let file = try ImageFile(path(name))
    let shapes = try file.pages()
    #expect(shapes.count == pages)
    for shape in shapes {
      #expect(shape.height == Self.height && shape.width == Self.width)
      #expect(shape.channels == channels && shape.bits == bits)
    }
    var (page, wrong) = (0, 0)
    try file.forEachPage { found, samples in
      let count = Self.height * Self.width * channels
      #expect(found == shapes[0] && samples.count == count)
      for i in 0..<Self.height {
        for j in 0..<Self.width {
          for c in 0..<channels
          where Int(samples[(i * Self.width + j) * channels + c]) != Self.sample(i, j, c, page: page, bits: bits) {
            wrong += 1
          }
        }
      }
      page += 1
    }
    #expect(page == pages && wrong == 0)
  }

  /// The palette's colour k is (7 k, 7 k + 1, 7 k + 2), the pixel's k its sample modulo 16.
  @Test func palettesAreLookedUp() throws {
    try ImageFile(path("palette.png")).forEachPage { page, samples in
      #expect(page.channels == 3)
      #expect(Array(samples[3..<6]) == [77, 78, 79])
    }
  }

  /// Windows of 8 x 10, 5 apart, of a file of three pages and one of one: by file and by page.
  @Test func windowsAreCutWhereTheySay() throws {
    let files = [path("grey8_pages_lzw.tif"), path("grey8.png")]
    let (down, across) = ((Self.height - 8) / 5 + 1, (Self.width - 10) / 5 + 1)
    for byPage in [false, true] {
      let windows = try ImageWindows(files, height: 8, width: 10, stride: 5, groupsArePages: byPage)
      let groupCount = byPage ? 4 : 2
      #expect(windows.rows == 4 * down * across && windows.columns == 80 && windows.groups == groupCount)
      try withTemporaryPath("rows.npy") { target in
        let labels = target.replacing("rows.npy", with: "groups.npy")
        try windows.write(rows: target, groups: labels)
        let rows = try DataFile.read(target).values
        #expect(rows.rows == windows.rows && rows.columns == 80)
        for row in 0..<rows.rows {
          let (image, place) = row.quotientAndRemainder(dividingBy: down * across)
          let (top, left) = (5 * (place / across), 5 * (place % across))
          for k in 0..<80 {
            let expected = Self.sample(top + k / 10, left + k % 10, 0, page: image % 3, bits: 8)
            #expect(rows[row, k] == Double(expected) / 255)
          }
        }
        let groups = try DataFile.read(labels).values.storage
        let expected = (0..<rows.rows).map { Double(byPage ? $0 / (down * across) : $0 / (3 * down * across)) }
        #expect(groups == expected)
      }
    }
  }

  @Test func channelsAndWhite() throws {
    try withTemporaryPath("rows.npy") { target in
      try ImageWindows([path("rgb16.png")], height: 4, width: 3, stride: 4, white: 4095).write(
        rows: target, groups: nil)
      let rows = try DataFile.read(target).values
      #expect(rows.columns == 36)
      #expect(rows[1, 7] == Double(Self.sample(0, 4 + 2, 1, page: 0, bits: 16)) / 4095)
      // A 16-bit image takes its own white where none is given.
      try ImageWindows([path("rgb16.png")], height: 4, width: 3, stride: 4).write(rows: target, groups: nil)
      #expect(try DataFile.read(target).values[1, 7] == Double(Self.sample(0, 6, 1, page: 0, bits: 16)) / 65535)
    }
  }

  @Test func refusalsNameTheFile() throws {
    #expect(
      message { _ = try ImageFile(path("text.png")).pages() }
        == "images/text.png: it is neither a PNG nor a TIFF image. Copy it again, or save it as grey or red-green-blue "
        + "PNG or TIFF of 8 or 16 bits.")
    #expect(message { _ = try ImageFile(path("floats.tif")).pages() }.contains("floating-point numbers of 32 bits"))
    #expect(message { _ = try ImageFile(path("none.tif")) }.contains("there is no such file"))
    #expect(message { _ = try ImageFile(fixture("images")) }.contains("it is a folder"))
    #expect(
      message { _ = try ImageWindows([path("grey8.png")], height: 22, width: 4, stride: 1) }
        == "images/grey8.png, '21 x 34': it is smaller than a window of 22 x 4. Take smaller windows, or leave the image out."
    )
    #expect(
      message { _ = try ImageWindows([path("grey8.png"), path("rgb8.png")], height: 4, width: 4, stride: 1) }
        == "images/rgb8.png, '3 channels': it is of colours, and the first image is not. Give grey images, or images of colours."
    )
  }

  /// Every file cut short at every tenth byte: refused, or read whole where nothing but an end was lost.
  @Test func truncatedFilesAreRefused() throws {
    for name in ["grey8.png", "rgb16.png", "grey8_interlaced.png", "grey16_deflate.tif", "rgb8_tiles.tif"] {
      let bytes = try Data(contentsOf: URL(filePath: path(name)))
      var refused = 0
      for length in stride(from: 0, to: bytes.count, by: 10) {
        try withTemporaryPath("cut") { target in
          try bytes.prefix(length).write(to: URL(filePath: target))
          do { try ImageFile(target).forEachPage { _, _ in } } catch let error as DataFileError {
            #expect(error.description.contains(target))
            refused += 1
          }
        }
      }
      #expect(Double(refused) > 0.9 * Double(bytes.count / 10), "\(name): \(refused)")
    }
  }
}

extension FuzzTests {
  /// Bits flipped, bytes lost and put in: refused with a sentence, or read. Through files: a fifth as many.
  @Test func images() async {
    await #expect(processExitsWith: .success) {
      let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let names = try FileManager.default.contentsOfDirectory(atPath: fixture("images")).sorted()
      let files = try names.map { try [UInt8](Data(contentsOf: URL(filePath: fixture("images/\($0)")))) }
      let path = folder.appending(path: "image").path
      try Fuzz.run(seed: 9, files: files, count: FuzzTests.count / 5) { file in
        try Data(file.bytes).write(to: URL(filePath: path))
        try ImageFile(path).forEachPage { page, samples in
          precondition(samples.count == page.height * page.width * page.channels)
          precondition(page.bits == 16 || samples.allSatisfy { $0 < 256 })
        }
      }
    }
  }
}
