import DataFiles
import Foundation
import Testing

@Suite struct SpacedNumbersTests {
  @Test func stepsAndFactors() throws {
    #expect(try #require(SpacedNumbers("0:10:5")).values == [0, 2.5, 5, 7.5, 10])
    let factors = try #require(SpacedNumbers("0.1:100:4log")).values
    #expect(zip(factors, [0.1, 1, 10, 100]).allSatisfy { abs($0 - $1) < 1e-14 * $1 })
    #expect(try #require(SpacedNumbers("3:-3:3")).values == [3, 0, -3])
  }

  /// The ends are the numbers given, whatever steps and factors round to.
  @Test func endsAreExact() throws {
    for (first, last, count) in [(0.1, 0.7, 7), (1e-3, 0.3, 11), (0.7, 90.1, 13)] {
      for isLogarithmic in [false, true] {
        let range = try #require(
          SpacedNumbers(first: first, last: last, count: count, isLogarithmic: isLogarithmic))
        #expect(range.values.first == first && range.values.last == last && range.values.count == count)
        #expect(zip(range.values, range.values.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
  }

  @Test(arguments: [
    "", "1", "1:2", "1:2:3:4", "a:2:3", "1:2:1", "1:2:1000001", "1:inf:3", "0:2:3log", "-1:2:3log", "1:2:x",
  ])
  func othersAreNoRange(_ text: String) { #expect(SpacedNumbers(text) == nil) }
}
