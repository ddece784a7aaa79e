import Foundation
import PretellCommand
import Testing

/// Whatever number comes, a short text goes out.
@Suite struct NumberTextTests {
  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.5, 9.99951, 9.99949, 1e-4, 1e6, 1e15, 1e17, 1e200, .greatestFiniteMagnitude,
    .leastNonzeroMagnitude,
    .leastNormalMagnitude, .infinity, .nan, .signalingNaN, 0x1p63, 0x1p64, 123_456.7, 1 / 3,
  ]

  @Test func everyDoubleHasAText() {
    for number in Self.numbers + Self.numbers.map({ -$0 }) {
      for digits in 1...6 { #expect(NumberText.significant(number, digits).count <= 7 + digits + 3, "\(number)") }
      #expect(NumberText.percent(number).count <= 6 && NumberText.signedPercent(number).count <= 7, "\(number)")
      #expect(!NumberText.count(number).isEmpty && !NumberText.plain(number).isEmpty, "\(number)")
    }
    // Bits at random.
    var random = SystemRandomNumberGenerator()
    for _ in 0..<100_000 {
      let number = Double(bitPattern: random.next())
      let texts = [
        NumberText.significant(number), NumberText.percent(number), NumberText.signedPercent(number),
        NumberText.count(number), NumberText.plain(number),
      ]
      #expect(texts.allSatisfy { !$0.isEmpty && $0.count < 25 }, "\(number)")
    }
  }

  @Test func percentagesStayInTheirColumn() {
    #expect(NumberText.signedPercent(1e15) == ">+999%" && NumberText.signedPercent(-1e15) == "<-999%")
    #expect(NumberText.signedPercent(9.994) == "+999.4%" && NumberText.signedPercent(-0.061) == "-6.1%")
    #expect(NumberText.percent(1e15) == ">999%" && NumberText.percent(0.413) == "41%")
    #expect(NumberText.percent(0.997) == "99.7%" && NumberText.percent(1) == "100%")
    #expect(NumberText.percent(.nan) == "-" && NumberText.signedPercent(.nan) == "-")
    #expect(NumberText.count(Int.min) == "-9 223 372 036 854 775 808")
  }

  /// A number that does not exist is null, wherever it stands.
  @Test func jsonNeverMeetsNaN() throws {
    struct Body: Codable {
      var alone = Double.nan
      var list = [1.5, .infinity, -.infinity]
      var named = ["a": Double.nan, "b": 2]
      var text = "\"nan\" and null"
    }
    let text = try InProcess.json(Body())
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["alone"] is NSNull)
    #expect((object["list"] as? [Any])?.map { $0 is NSNull } == [false, true, true])
    #expect((object["named"] as? [String: Any])?["a"] is NSNull)
    #expect(object["text"] as? String == "\"nan\" and null")
  }
}
