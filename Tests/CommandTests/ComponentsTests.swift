import Foundation
import TestSupport
import Testing

/// `pretell components`.
@Suite struct ComponentsTests {
  /// numpy.linalg.svd of the centered digits, NumPy 2.4.6.
  private static let variances = [179.006930097972, 163.71774688167778, 141.78843909228382, 101.10037520284816]

  @Test func digitsAgreeWithNumPy() throws {
    try withTemporaryFolder { folder in
      let saved = folder.appending(path: "c.npz").path
      let run = try pretell("components Examples/digits_x.npy -k 4 --json --output \(saved)")
      let json = try run.json()
      let found = try #require(json["components"] as? [[String: Any]])
      #expect(run.status == 0 && found.count == 4)
      for (component, expected) in zip(found, Self.variances) {
        #expect(try relativeDifference(number(component, "variance"), expected) < 1e-12)
        #expect(try relativeDifference(number(component, "share"), expected / 1202.147712160703) < 1e-12)
      }
      #expect(try relativeDifference(number(json, "total_variance"), 1202.147712160703) < 1e-12)
      // Digits' first two variances are closer than 1797 rows can tell apart.
      let warnings = try #require(json["warnings"] as? [[String: Any]])
      #expect(warnings.map { $0["code"] as? String } == ["near-closed-eigengap"])
      let described = try pretell("data describe \(saved)[directions]")
      #expect(described.status == 0 && described.output.contains("64"))
    }
  }

  @Test func textThreadsAndBlocks() throws {
    let one = try pretell("components Examples/digits_x.npy -k 3 --threads 1 --json")
    #expect(one.output == (try pretell("components Examples/digits_x.npy -k 3 --threads 2 --json")).output)
    let text = try pretell("components Examples/digits_x.npy -k 3 --quiet")
    #expect(text.output.hasPrefix("1 797 rows, 64 columns") && text.errors.isEmpty)
    #expect(text.output.contains("179.0    15%"))
  }

  /// Squares that are no numbers: the file and the column are named, tall and wide.
  @Test(arguments: [1e300, 1e-300], [20, 2])
  func squaresBeyondNumbers(_ size: Double, _ rows: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "sizes.csv").path
      let lines = (0..<rows).map { "\($0 * 7 % 5),\(size * (1 + Double($0 * 3 % 7))),\($0 * 5 % 3)" }
      let text = (["a,weight,c"] + lines).joined(separator: "\n") + "\n"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let run = try pretell("components \(path) -k 1")
      let way = size > 1 ? "Divide" : "Multiply"
      #expect(
        run.status == 65 && run.errors.contains("sizes.csv, column 'weight'") && run.errors.contains(way),
        "\(run.errors)")
    }
  }

  @Test func badInput() throws {
    let cases: [(String, Int32, String)] = [
      ("components Examples/digits_x.npy -k 0", 64, "-k must be at least 1"),
      ("components Examples/digits_x.npy -k 65", 64, "1 to 64 components, not 65"),
      ("components nowhere.npy -k 2", 66, "nowhere.npy"),
      ("components Examples/digits_x.npy -k 2 --output c.csv", 64, "written as .npz"),
      ("components Examples/digits_x.npy -k 2 --memory 1KB", 1, "bytes"),
      ("components Examples/digits_x.npy -k 2 --distributed", 64, "mpirun"),
      ("plan --data Examples/diabetes_partly_labeled.csv --target progression --memory 1KB", 1, "larger --memory"),
      ("backtest --data Examples/diabetes.csv --target progression --memory 1KB", 1, "larger --memory"),
      ("masked compare Examples/digits_x.npy --memory 100KB", 1, "bytes"),
      ("masked impute Examples/digits_x.npy --ridge 1 --output filled.npy --memory 100KB", 1, "bytes"),
      ("masked fit Examples/digits_x.npy --ridge 1 --distributed", 64, "mpirun"),
    ]
    for (line, status, words) in cases {
      let run = try pretell(line)
      #expect(run.status == status && run.errors.contains(words), "\(line): \(run.status), \(run.errors)")
      #expect(run.output.isEmpty)
    }
  }
}

private func number(_ json: [String: Any], _ key: String) throws -> Double {
  try #require(json[key] as? Double)
}
