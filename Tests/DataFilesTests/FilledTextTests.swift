import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// Text that is written again with gaps filled in keeps every other letter.
@Suite struct FilledTextTests {
  private func filled(_ contents: String, _ name: String = "in.csv", to output: String = "out.csv") throws -> String {
    try withTemporaryPath(name) { path in
      try Data(contents.utf8).write(to: URL(filePath: path))
      let target = URL(filePath: path).deletingLastPathComponent().appending(path: output).path
      let format = try #require(RowFile.Format(path: output))
      try RowStream(path).write(target, as: format) { $0.replacingMissing(by: 2.5) }
      return try String(contentsOfFile: target, encoding: .utf8)
    }
  }

  @Test(arguments: [
    ("a,b\n1.50,NA\n+2,3e0\n,7\n", "a,b\n1.50,2.5\n+2,3e0\n2.5,7\n"),
    (",a,b\r\nr 1,1.0,\r\nr 2,,2.00\r\n", ",a,b\r\nr 1,1.0,2.5\r\nr 2,2.5,2.00\r\n"),
    ("\"\",\"a, b\",\"c\"\n\"x\"\"y\",01,NA\n\"z\",NA,5\n", "\"\",\"a, b\",\"c\"\n\"x\"\"y\",01,2.5\n\"z\",2.5,5\n"),
    ("a;b\n1,50;\n;2,25\n\n# \n", nil),
    ("a;b\n1,50;\n;2,25\n\n", "a;b\n1,50;2,5\n2,5;2,25\n\n"),
    ("\"a\",\"b\"\n\"1\",\"\"\n\"\",\"2\"\n", "\"a\",\"b\"\n\"1\",\"2.5\"\n\"2.5\",\"2\"\n"),
    ("sep=;\na;b\n1;\n", "sep=;\na;b\n1;2.5\n"), ("# a b\n1 NA\n# end\nnan 2\n", "# a b\n1 2.5\n# end\n2.5 2\n"),
    ("\"\",\n3,,\n", "2.5,\n3,,\n"), ("\"\",\"2\"\n\"3\",\"\"\n", "2.5,\"2\"\n\"3\",\"2.5\"\n"),
    ("a,b\n1,2,\n3,,\n", "a,b\n1,2,\n3,2.5,\n"), ("1,2\n3,\n4,NA", "1,2\n3,2.5\n4,2.5"),
  ])
  func observedCellsAreKept(contents: String, expected: String?) throws {
    guard let expected else {
      #expect(throws: DataFileError.self) { try filled(contents) }
      return
    }
    #expect(try filled(contents) == expected)
  }

  /// Another ending asks for another delimiter: cells that hold it are quoted.
  @Test func delimitersFollowTheEnding() throws {
    #expect(try filled("a\tb, c\n1\tNA\n", "in.tsv", to: "out.tsv") == "a\tb, c\n1\t2.5\n")
    #expect(try filled("\ta\tb, c\nx, y\t1\tNA\n", "in.tsv", to: "out.csv") == ",a,\"b, c\"\n\"x, y\",1,2.5\n")
    #expect(try filled("a\tb\n1,5\tNA\n2,25\t7\n", "in.tsv", to: "out.csv") == "a,b\n\"1,5\",\"2,5\"\n\"2,25\",7\n")
  }

  @Test func namesAreQuotedWhereNeeded() throws {
    try withTemporaryPath("out.csv") { path in
      try RowFile.write(path, as: .csv, columns: 2, names: ["a, b", "say \"hi\""]) { try $0(Matrix([[1, 2.5]])) }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "\"a, b\",\"say \"\"hi\"\"\"\n1.0,2.5\n")
      #expect(try DataFile.read(path).columnNames == ["a, b", "say \"hi\""])
    }
  }
}
