import Foundation
import TestSupport
import Testing

/// What the verbs make of files as people have them.
@Suite struct FileReadingTests {
  private func codes(_ run: CommandRun) throws -> [String] {
    (try run.json()["warnings"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
  }

  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// Partners are matched by name: other orders of columns give the same answer, other names none.
  @Test func pairsOfAFlowAreMatchedByName() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<40).map { i in (0..<3).map { j in sin(Double(7 * i + 3 * j * j)) } }
      let partners = rows.map { row in row.map { $0 + 0.1 * cos(40 * $0) } }
      func table(_ names: [String], _ rows: [[Double]], _ order: [Int]) -> String {
        ([names] + rows.map { row in row.map { "\($0)" } }).map { line in order.map { line[$0] }.joined(separator: ",")
        }
        .joined(separator: "\n")
      }
      try write(table(["a", "b", "c"], rows, [0, 1, 2]), "x.csv", in: folder)
      try write(table(["a", "b", "c"], partners, [0, 1, 2]), "same.csv", in: folder)
      try write(table(["a", "b", "c"], partners, [2, 0, 1]), "other.csv", in: folder)
      try write(table(["a", "z", "c"], partners, [0, 1, 2]), "renamed.csv", in: folder)
      let same = try pretell("flow --pairs x.csv same.csv --rank 1 --json", in: folder)
      let other = try pretell("flow --pairs x.csv other.csv --rank 1 --json", in: folder)
      #expect(same.status == 0 && same.output == other.output, "\(same.errors)")
      let renamed = try pretell("flow --pairs x.csv renamed.csv --rank 1", in: folder)
      #expect(renamed.status == 65 && renamed.errors.contains("it lacks the column 'b' of x.csv"))
    }
  }

  /// Notes about a file reach verbs that know nothing of them, once.
  @Test func notesAreSaidByEveryVerb() throws {
    try withTemporaryFolder { folder in
      try write("user1,A\nuser1,B\nuser2,A\nuser2,C\nuser3,B\nuser3,C\nuser1,A\n", "pairs.csv", in: folder)
      let run = try pretell("masked recommend pairs.csv --ridge 0.1 --json", in: folder)
      #expect(try run.json()["interactions"] as? Int == 6)
      let said = try codes(run)
      #expect(said.filter { $0 == "first-line-data" }.count == 1 && said.filter { $0 == "repeated-pairs" }.count == 1)
      try write("a;b\n1,5;2\n2,5;1\n3;4,5\n", "t.csv", in: folder)
      #expect(try codes(pretell("masked errors t.csv --ridge 0.1 --json", in: folder)).contains("decimal-comma"))
    }
  }

  /// What was observed is written back letter by letter.
  @Test func imputationKeepsTheText() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<12).map { i in "\"row \(i)\",\(i).50,\(i == 5 ? "NA" : "\(2 * i).0"),+\(i * i)" }
      try write((["\"\",\"a\",\"b, c\",\"d\""] + rows).joined(separator: "\n") + "\n", "t.csv", in: folder)
      let run = try pretell("masked impute t.csv --output out.csv --ridge 0.001", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let before = try String(contentsOf: folder.appending(path: "t.csv"), encoding: .utf8).split(separator: "\n")
      let after = try String(contentsOf: folder.appending(path: "out.csv"), encoding: .utf8).split(separator: "\n")
      #expect(before.count == after.count)
      for (old, new) in zip(before, after) where !old.contains("NA") { #expect(old == new) }
      let filled = after[6].split(separator: ",")
      #expect(filled[0] == "\"row 5\"" && filled[1] == "5.50" && filled[3] == "+25")
      #expect(relativeDifference(Double(filled[2]) ?? 0, 10) < 0.05)
    }
  }

  /// Packed files and pipes, also where a verb opens them twice; a foreign format is answered with its line.
  @Test func packedFilesAndPipes() throws {
    try withTemporaryFolder { folder in
      try write("a,b\n1,2\n2,5\n3,5\n4,9\n", "t.csv", in: folder)
      let command = builtCommand.path
      func shell(_ line: String) throws -> CommandRun {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = folder
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.everything(), as: UTF8.self)
        let said = String(decoding: errors.fileHandleForReading.everything(), as: UTF8.self)
        process.waitUntilExit()
        return CommandRun(status: process.terminationStatus, output: text, errors: said)
      }
      let plain = try shell("'\(command)' masked errors t.csv --ridge 0.1 --json").json()
      let want = plain["leave_one_out_error"] as? Double
      #expect(want != nil)
      for line in ["cat t.csv | '\(command)' masked errors /dev/stdin", "'\(command)' masked errors <(cat t.csv)"] {
        let found = try shell(line + " --ridge 0.1 --json").json()
        #expect(found["leave_one_out_error"] as? Double == want, "\(line)")
      }
      if try shell("gzip -k t.csv").status == 0 {
        let found = try pretell("masked errors t.csv.gz --ridge 0.1 --json", in: folder).json()
        #expect(found["leave_one_out_error"] as? Double == want)
      }
    }
  }
}
