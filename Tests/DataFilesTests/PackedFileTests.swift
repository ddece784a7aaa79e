import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// Packed files and pipes, which are read once.
@Suite struct PackedFileTests {
  private let contents = Array("a,b\n1,2\n3,4\n".utf8)

  @Test func gzip() throws {
    let file = FileBytes(name: "t.csv.gz", contents: Fuzz.gzipped(contents))
    #expect(try DataFile.read(file).values == Matrix([[1, 2], [3, 4]]))
    // Parts one after the other, and zeros behind them, as tapes have.
    let parts = Fuzz.gzipped(contents) + Fuzz.gzipped(Array("5,6\n".utf8)) + [0, 0, 0]
    #expect(try DataFile.read(FileBytes(name: "t", contents: parts)).values == Matrix([[1, 2], [3, 4], [5, 6]]))
    let pairs = FileBytes(name: "p.csv.gz", contents: Fuzz.gzipped(Array("user,item\na,x\n".utf8)))
    #expect(try SparseFile.read(pairs).columnNames == ["x"])
    try withTemporaryPath("t.csv.gz") { path in
      try Data(Fuzz.gzipped(contents)).write(to: URL(filePath: path))
      #expect(try DataFile.read(path).values == Matrix([[1, 2], [3, 4]]))
      #expect(try DataDescription(path).rows == 2)
      try Data(Fuzz.gzipped(Array("a\n7\n".utf8))).write(to: URL(filePath: path))
      #expect(try DataFile.read(path).values == Matrix([[7]]))
    }
  }

  @Test func damagedGzip() {
    let whole = Fuzz.gzipped(contents)
    var changed = whole
    changed[20] ^= 1
    for bytes in [Array(whole.dropLast(1)), Array(whole.prefix(12)), changed, [0x1F, 0x8B]] {
      #expect(
        message { _ = try DataFile.read(FileBytes(name: "t.gz", contents: bytes)) }
          == "t.gz: it is packed with gzip and damaged or cut short. Copy it again, or pack it again.")
    }
  }

  /// More than stays in memory, through a pipe that is opened twice.
  @Test func longPipes() throws {
    try withTemporaryPath("pipe") { path in
      #expect(mkfifo(path, 0o600) == 0)
      let row = "1.25,2.5,-3.75\n"
      let count = 1_500_000
      let writer = Thread {
        try? Data(("a,b,c\n" + String(repeating: row, count: count)).utf8).write(to: URL(filePath: path))
      }
      writer.start()
      var rows = 0
      let stream = try RowStream(path)
      try stream.forEachBlock { rows += $0.rows }
      #expect(rows == count)
      #expect(try RowStream(path).countRows() == count)
      let left = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path)
      #expect(!left.contains { $0.hasPrefix("pretell-spool-") })
    }
  }
}
