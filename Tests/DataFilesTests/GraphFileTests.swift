import DataFiles
import Foundation
import LinearAlgebra
import Randomness
import Testing

/// Edges, labels and names of nodes.
@Suite struct GraphFileTests {
  @discardableResult
  private func withFile<T>(_ text: String, _ name: String = "edges.csv", _ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: name).path(percentEncoded: false)
    try Data(text.utf8).write(to: URL(filePath: path))
    return try body(path)
  }

  private func pairs(_ list: NumberedEdges) -> Set<[Int]> { Set(list.pairs.map { [$0.0, $0.1] }) }

  @Test(arguments: [
    "source,target\n0,1\n1,2\n", "0,1\n1,2\n", "0\t1\n1\t2\n", "0 1\n1 2\n", "from;to\n0;1\n1;2\n", "0,1,1\n1,2,1\n",
    "\u{FEFF}0,1\r\n1,2\r\n",
  ])
  func numbers(_ text: String) throws {
    try withFile(text) { path in
      let list = try EdgeFile.read(path).numbered(rows: 3, rowNames: nil)
      #expect(pairs(list) == [[0, 1], [1, 2]] && !list.isFromOne)
    }
  }

  @Test func namesAndHeadings() throws {
    try withFile("source,target\nanna,ben\nben,cleo\n") { path in
      let list = try EdgeFile.read(path)
      #expect(pairs(try list.numbered(rows: 3, rowNames: ["cleo", "ben", "anna"])) == [[2, 1], [1, 0]])
      #expect(throws: DataFileError.self) { try list.numbered(rows: 3, rowNames: nil) }
      #expect(throws: DataFileError.self) { try list.numbered(rows: 2, rowNames: ["cleo", "ben"]) }
    }
    try withFile("10,30\n30,20\n") { path in
      let list = try EdgeFile.read(path)
      #expect(pairs(try list.numbered(rows: 3, rowNames: ["10", "20", "30"])) == [[0, 2], [2, 1]])
      let error = #expect(throws: DataFileError.self) { try list.numbered(rows: 3, rowNames: nil) }
      #expect(error?.description.contains("nodes are numbered from 0 to 2") == true)
    }
    try withFile("1,2\n2,3\n") { path in
      let list = try EdgeFile.read(path).numbered(rows: 3, rowNames: nil)
      #expect(list.isFromOne && pairs(list) == [[0, 1], [1, 2]])
    }
    try withFile("0,1,2.5\n1,2,1\n") { path in
      let list = try EdgeFile.read(path)
      #expect(list.isWeighted)
    }
  }

  @Test func matrixMarket() throws {
    let text = "%%MatrixMarket matrix coordinate pattern symmetric\n% a comment\n3 3 2\n2 1\n3 2\n"
    try withFile(text, "a.mtx") { path in
      let list = try EdgeFile.read(path)
      let edges = try list.numbered(rows: 3, rowNames: nil)
      #expect(list.nodes == 3)
      #expect(pairs(edges) == [[0, 1], [1, 0], [1, 2], [2, 1]])
    }
    for bad in [
      "%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n",
      "%%MatrixMarket matrix coordinate pattern general\n",
      "%%MatrixMarket matrix coordinate pattern general\n3 3 1\n4 1\n",
      "%%MatrixMarket matrix coordinate real general\n3 3 1\n2 1 nan\n",
      "%%MatrixMarket matrix coordinate real general\n3 3 2\n2 1 1\n",
      "%%MatrixMarket matrix coordinate real general\n-3 3 2\n",
      "%%MatrixMarket matrix coordinate real general\n3 2 1\n2 1 1\n",
    ] {
      try withFile(bad, "a.mtx") { path in #expect(throws: DataFileError.self, "\(bad)") { try EdgeFile.read(path) } }
    }
  }

  @Test func edgeIndex() throws {
    let folder = FileManager.default.temporaryDirectory
    let path = folder.appending(path: "pretell-\(UUID().uuidString).npz").path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NPZ.write([("edge_index", Matrix([[0, 1, 2], [1, 2, 0]]))], to: path)
    #expect(pairs(try EdgeFile.read(path).numbered(rows: 3, rowNames: nil)) == [[0, 1], [1, 2], [2, 0]])
    try NPZ.write([("edge_index", Matrix([[0, 1.5, 2], [1, 2, 0]]))], to: path)
    #expect(throws: DataFileError.self) { try EdgeFile.read(path) }
    try NPZ.write([("edge_index", Matrix([[0, 1, 2, 4], [1, 2, 0, 5], [1, 2, 3, 4]]))], to: path)
    #expect(throws: DataFileError.self) { try EdgeFile.read(path) }
  }

  @Test func labels() throws {
    try withFile("node,class,split\n1,b,train\n0,a,test\n3,,test\n") { path in
      let found = try NodeFile.labels(path, count: 4, names: nil)
      #expect(found == ["a", "b", nil, nil])
      #expect(throws: DataFileError.self) { try NodeFile.labels(path, count: 3, names: nil) }
    }
    try withFile("class\na\n\nb\n") { path in
      let found = try NodeFile.labels(path, count: 3, names: nil)
      #expect(found == ["a", nil, "b"])
    }
    try withFile("anna,x\nben,y\n") { path in
      let found = try NodeFile.labels(path, count: 3, names: ["ben", "cleo", "anna"])
      #expect(found == ["y", nil, "x"])
    }
    try withFile("0,x\n0,y\n") { path in
      #expect(throws: DataFileError.self) { try NodeFile.labels(path, count: 2, names: nil) }
    }
    try withFile("anna\nben\nanna\n") { path in #expect(throws: DataFileError.self) { try NodeFile.names(path) } }
    try withFile("\"van Dam, A\",3\nben,4\n") { path in
      let found = try NodeFile.names(path)
      #expect(found == ["van Dam, A", "ben"])
    }
  }

  /// Any bytes are edges or a refusal, never a crash.
  @Test func fuzzedBytes() throws {
    let alphabet = Array("0123456789,,\t\n\n -.\"ab%;x\r".utf8)
    for seed in 0..<300 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 5)
      let head = seed % 3 == 0 ? "%%MatrixMarket matrix coordinate real general\n" : ""
      let body = (0..<stream.index(below: 60)).map { _ in alphabet[stream.index(below: alphabet.count)] }
      let text = head + String(decoding: body, as: UTF8.self)
      try withFile(text) { path in
        if let list = try? EdgeFile.read(path) { _ = try? list.numbered(rows: 5, rowNames: nil) }
        _ = try? NodeFile.labels(path, count: 5, names: nil)
        _ = try? NodeFile.names(path)
      }
    }
  }
}
