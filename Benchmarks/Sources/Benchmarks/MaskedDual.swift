import Foundation
import Pretell

/// Far more columns than rows, from a file: the path's errors at 10 penalties, and the memory that takes.
enum MaskedDual: Benchmark {
  static let name = "masked-dual"

  static func run(data: URL) throws {
    let file = data.appending(path: "masked-dual.npy").path
    let ridges = (0..<10).map { pow(10, -1 + 3 * Double($0) / 9) }
    let (seconds, errors) = try best(of: 1) {
      try MaskedPath(SampleSpectrum(rows: RowStream(file))).errors(ridges: ridges)
    }
    try Measurement(
      measure: "exact leave-one-out of 200 000 columns at 10 penalties, 500 rows from a file (0.8 GB)",
      seconds: seconds, amount: 10 * 200_000, unit: "regressions", answers: errors.map { $0.leaveOneOutError ?? .nan },
      peakBytes: peakBytes()
    ).print()
  }
}
