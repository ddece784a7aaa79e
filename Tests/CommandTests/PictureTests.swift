import Foundation
import TestSupport
import Testing

/// The pictures in the documents are what the commands beside them draw. To redraw one: run its command, put the picture into
/// `Pretell.docc/Resources` (1400 pixels wide, few colors) and its numbers here.
@Suite struct PictureTests {
  /// Panel by panel: points that have a y, and their mean.
  private static let drawn: [String: [(points: Int, mean: Double)]] = [
    "plan": [(123, 3310.1), (12, 850.51)],
    "law": [(122, 0.030989), (201, 0.71632)],
    "masked": [(120, 6.1556), (130, 3.6895)],
    "flow": [(319, 0.74348), (960, 1.06083)],
    "graph": [(10, 0.85039)],
  ]

  @Test func everyPictureIsShown() throws {
    let folder = repositoryRoot.appending(path: "Sources/Pretell/Pretell.docc/Resources")
    let pictures = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(pictures) == Set(Self.drawn.keys.map { "\($0).png" }))
    let readme = try String(contentsOf: repositoryRoot.appending(path: "README.md"), encoding: .utf8)
    for name in pictures { #expect(readme.contains("(Sources/Pretell/Pretell.docc/Resources/\(name))"), "\(name)") }
  }

  @Test(arguments: drawn.keys.sorted()) func commandsDrawThem(_ name: String) throws {
    let transcript = try #require(
      DocumentedCommands.transcripts().first { $0.arguments.suffix(2) == ["--figure", "\(name).png"] })
    try withTemporaryFolder { folder in
      try DocumentedCommands.furnish(folder)
      let run = try pretell(transcript.arguments, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let numbers = try String(contentsOf: folder.appending(path: "\(name).figure.csv"), encoding: .utf8)
      let panels = Self.panels(numbers)
      let expected = Self.drawn[name]!
      #expect(panels.map(\.points) == expected.map(\.points))
      for (found, wanted) in zip(panels, expected) { #expect(relativeDifference(found.mean, wanted.mean) < 0.01) }
      #expect(zip(panels, expected).allSatisfy { relativeDifference(1.2 * $0.mean, $1.mean) > 0.1 })
    }
  }

  /// Lines are `panel,series,x,y,low,high,value`; a series' name may have commas of its own.
  private static func panels(_ numbers: String) -> [(points: Int, mean: Double)] {
    var values: [String: [Double]] = [:]
    for line in numbers.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      if let y = Double(fields[fields.count - 4]) { values[String(fields[0]), default: []].append(y) }
    }
    return values.keys.sorted().map { (values[$0]!.count, values[$0]!.reduce(0, +) / Double(values[$0]!.count)) }
  }
}
