import DataFiles
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct EncoderCommandTests {
  private static let parts = [
    ("full", 80), ("half-0", 40), ("half-1", 40), ("quarter-0", 20), ("quarter-1", 20), ("quarter-2", 20),
    ("quarter-3", 20),
  ]

  /// Embeddings of 40 labeled rows and a pool in a folder, in every form that the command reads.
  private static func furnish(_ folder: URL) throws {
    let runs = folder.appending(path: "runs")
    try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
    func wave(_ i: Int, _ k: Int) -> Double {
      let bend: Int = i * i * (k + 3)
      let place: Int = (i * 37 + k * 101 + bend) % 97
      return Double(place) / 97 - 0.5
    }
    let target: [Double] = (0..<40).map { 2 * wave($0, 0) }
    try NPZ.write([("y", .matrix(.column(target)))], to: folder.path + "/y.npz")
    var toml = "candidate = \"mine\"\n"
    for (position, (part, rows)) in parts.enumerated() {
      let labeled = Matrix(
        (0..<40).map { row -> [Double] in [target[row] + wave(row, position + 1) / 3, wave(row, position + 20)] })
      let pool = Matrix((0..<60).map { row -> [Double] in [wave(row + 50, 0), wave(row + 50, position + 20)] })
      let arrays: [(name: String, content: NPZ.Content)] = [("labeled", .matrix(labeled)), ("pool", .matrix(pool))]
      let tags: [(name: String, content: NPZ.Content)] = [
        ("rows", .integers([rows])), ("part", .texts([part])), ("seed", .integers([0])),
        ("candidate", .texts(["mine"])),
      ]
      try NPZ.write(arrays + tags, to: runs.path + "/\(part).npz")
      try NPZ.write(arrays, to: folder.path + "/\(part).npz")
      toml += "[\(part)]\nrows = \(rows)\nlabeled = \"\(part).npz[labeled]\"\npool = \"\(part).npz[pool]\"\n"
    }
    try Data(toml.utf8).write(to: folder.appending(path: "runs.toml"))
  }

  private static let words = parts.map {
    "--encoder rows=\($0.1),part=\($0.0),labeled=\($0.0).npz[labeled],pool=\($0.0).npz[pool],candidate=mine"
  }.joined(separator: " ")

  @Test func everyWayToNameRunsSaysTheSame() throws {
    try withTemporaryFolder { folder in
      try Self.furnish(folder)
      let rest = " --target y.npz --json --quiet"
      let answers = try ["--runs runs", "--encoder runs.toml", Self.words].map { words -> Data in
        let run = try pretell("plan \(words)\(rest)", in: folder)
        #expect(run.status == 0, "\(words): \(run.errors)")
        let json = try run.json()
        let candidate = try #require((json["candidates"] as? [[String: Any]])?.first)
        #expect(candidate["method"] as? String == "mine" && candidate["units"] as? Double == 3)
        #expect((candidate["gains_at"] as? [[String: Any]])?.count == 7)
        #expect((candidate["runs"] as? [[String: Any]])?.first?["part"] as? String == "full")
        let said = (candidate["warnings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
        #expect(said == ["small-pool"])
        return try JSONSerialization.data(withJSONObject: candidate, options: [.sortedKeys])
      }
      #expect(Set(answers).count == 1)
      let text = try pretell("plan --runs runs --target y.npz --report page.html", in: folder)
      #expect(text.status == 0 && text.output.contains("half-0 0.") && text.output.contains("P(gain>0)"))
      let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
      #expect(page.contains("More for mine-2") && page.contains("risk-against-rows"))
    }
  }

  @Test func backtestsHideTheLargestRun() throws {
    try withTemporaryFolder { folder in
      try Self.furnish(folder)
      let runs = try ["--runs runs", "--encoder runs.toml"].map { words -> [String: Any] in
        let run = try pretell("backtest \(words) --target y.npz --json --quiet", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        return try run.json()
      }
      let cells = try #require(runs[0]["cells"] as? [[String: Any]])
      #expect(cells.count == 1 && cells[0]["part"] as? String == "full" && cells[0]["seen"] as? Int == 40)
      for key in ["predicted", "low", "high", "power_law", "actual", "error", "power_law_error"] {
        #expect(cells[0][key] is Double, "\(key)")
      }
      #expect((runs[1]["cells"] as? [[String: Any]])?[0]["predicted"] as? Double == cells[0]["predicted"] as? Double)
      let text = try pretell("backtest --runs runs --target y.npz", in: folder)
      #expect(text.status == 0 && text.output.contains("full") && text.output.contains("power law"))
      func check(_ words: String, _ status: Int32, _ said: String) throws {
        let run = try pretell("backtest --target y.npz \(words)", in: folder)
        #expect(run.status == status && run.errors.contains(said), "\(words): \(run.status) \(run.errors)")
      }
      try check("", 64, "Give --data FILE, or runs of an encoder")
      try check("--runs runs --hide 0.5", 64, "--hide and --encoder or --runs do not go together")
      try check("--runs runs --size 3", 64, "--size and --encoder")
      try check("--runs runs --columns a", 64, "Columns need --data FILE")
      let two = "--encoder rows=80,labeled=full.npz[labeled] --encoder rows=40,labeled=half-0.npz[labeled]"
      try check(two, 65, "train it with the same seed on disjoint quarters of the rows as well (20 rows each)")
      try check("--encoder rows=80,labeled=full.npz[labeled]", 65, "two disjoint halves of these (40 rows each)")
    }
  }

  @Test func wrongRunsEndWithTheirCode() throws {
    try withTemporaryFolder { folder in
      try Self.furnish(folder)
      func check(_ words: String, _ status: Int32, _ text: String) throws {
        let run = try pretell("plan --target y.npz \(words)", in: folder)
        #expect(
          run.status == status && run.errors.contains(text) && run.output.isEmpty,
          "\(words): \(run.status) \(run.errors)")
      }
      let full = "--encoder rows=80,labeled=full.npz[labeled]"
      try check(full, 65, "two disjoint halves of these (40 rows each)")
      try check("\(full) --encoder rows=40,seed=3,labeled=half-0.npz[labeled]", 65, "was trained with seed 3")
      try check("\(full) --encoder rows=40,labeled=half-0.npz[pool]", 65, "embeddings of 60 labeled rows for 40 labels")
      try check("\(full) --encoder rows=none,labeled=half-0.npz[labeled]", 64, "how many rows")
      try check("--encoder rows=40,label=half-0.npz", 64, "'label=half-0.npz' is none of")
      try check("--encoder rows=40", 64, "labeled=… is missing")
      try check("--runs runs --at 6000,40", 64, "64 times the 80")
      try check("--runs nowhere", 66, "no such folder")
      try check("--runs .", 65, "the tags rows and part are missing")
      try check("--runs runs --target nothing.npy", 64, "given twice")
      let none = try pretell("plan --target nothing.npy --runs runs", in: folder)
      #expect(none.status == 66 && none.errors.contains("a file of one label for each row"))
    }
  }

  @Test func splitsAreDisjointAndTheSameAgain() throws {
    try withTemporaryFolder { folder in
      let run = try pretell("encoders split --rows 101 --seed 4 --output a.npz --json --quiet", in: folder)
      #expect(run.status == 0)
      #expect(try run.json()["units"] as? Double == 3)
      func rows(_ file: String, _ part: String) throws -> [Double] {
        try NPZ.read(folder.path + "/" + file, name: part).matrix().storage
      }
      let all = try rows("a.npz", "full")
      #expect(all == (0..<101).map(Double.init))
      for parts in [["half-0", "half-1"], (0..<4).map { "quarter-\($0)" }] {
        #expect(try parts.flatMap { try rows("a.npz", $0) }.sorted() == all)
      }
      _ = try pretell("encoders split --rows 101 --seed 4 --output b.npz --quiet", in: folder)
      _ = try pretell("encoders split --rows 101 --seed 5 --output c.npz --quiet", in: folder)
      #expect(try rows("b.npz", "half-0") == rows("a.npz", "half-0"))
      #expect(try rows("c.npz", "half-0") != rows("a.npz", "half-0"))
      #expect(try pretell("encoders split --rows 7 --output d.npz", in: folder).status == 64)
      #expect(try pretell("encoders split --rows 80 --output d.csv", in: folder).status == 64)
    }
  }
}
