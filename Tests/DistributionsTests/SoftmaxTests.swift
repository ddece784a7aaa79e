import Foundation
import Randomness
import SpecialFunctions
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  /// Against the C library's exponential and logarithm, over the whole range of differences.
  @Test func agreesWithTheDefinition() {
    var stream = RandomStream(seed: 2)
    let (components, stride, count) = (5, 64, 61)
    for scale in [1e-3, 1.0, 30, 1000] {
      let start = stream.normals(components * stride).map { scale * $0 }
      var (values, logSums) = (start, [Double](repeating: 0, count: stride))
      values.withUnsafeMutableBufferPointer { values in
        logSums.withUnsafeMutableBufferPointer {
          softmaxColumns(
            values.baseAddress!, components: components, stride: stride, count: count, logSums: $0.baseAddress!)
        }
      }
      for t in 0..<count {
        let column = (0..<components).map { start[$0 * stride + t] }
        let top = column.max()!
        let sum = column.reduce(0) { $0 + exp($1 - top) }
        #expect(abs(logSums[t] - top - log(sum)) < 4e-16 * max(1, abs(top)))
        for i in 0..<components where column[i] - top > -700 {
          #expect(relativeDifference(values[i * stride + t], exp(column[i] - top) / sum) < 1e-15)
        }
      }
    }
  }
}
