import Foundation
import TestSupport
import Testing

/// What `plan` says of the classes it told, and the pages it writes.
@Suite struct ClassPictureCommandTests {
  /// Numbers that are classes go by their own names, whatever they are: 1 and 2 here.
  @Test func numbersAreTheirOwnNames() throws {
    let line = ["plan", "--data", "Examples/diabetes.csv", "--target", "sex", "--head", "softmax", "--size", "1"]
    let json = try pretell(line + ["--json"]).json()
    let confusion = try #require(json["confusion"] as? [String: Any])
    #expect(confusion["classes"] as? [String] == ["1", "2"])
    #expect((confusion["counts"] as? [[Int]])?.map { $0.reduce(0, +) } == [235, 207])
    let bins = try #require((json["calibration"] as? [String: Any])?["bins"] as? [[String: Any]])
    #expect(bins.compactMap { $0["rows"] as? Int }.reduce(0, +) == 442)
    let all = try pretell(line + ["--all"])
    #expect(all.output.contains("ridge, left out") && all.output.contains("1 as 2 ("), "\(all.output)")
    #expect(try !pretell(line).output.contains("left out  "))
  }

  @Test func aLawHasAPage() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "law.html")
      let line = ["law", "Examples/factor.toml", "--report", file.path]
      #expect(try pretell(line + ["--vary", "dimension=50:100:3"]).status == 0)
      let page = try String(contentsOf: file, encoding: .utf8)
      #expect(page.contains("\"value\":\"75\"") && page.contains(">dimension</label>"))
      #expect(page.utf8.count < 300_000 && !page.contains("src="))
      #expect(try pretell(["law", "Examples/factor.toml", "--vary", "dimension=50:100:3"]).status == 64)
      #expect(try pretell(line + ["--vary", "dimension=1:1000:999"]).status != 0)
    }
  }
}
