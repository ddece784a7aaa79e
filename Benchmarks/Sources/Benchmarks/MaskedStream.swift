import Foundation
import Pretell

/// Masked regression, errors left out, of a file larger than most memories: 20 GB, sparse, 5 000 000 rows of 500 columns.
/// The floor is DSYRK alone, on as many rows that never leave memory.
enum MaskedStream: Benchmark {
  static let name = "masked-stream"
  private static let (rows, columns, panel) = (5_000_000, 500, 1024)
  private static let measure = "masked regression of a 20 GB .npy (5 000 000 x 500, sparse file), no errors"

  static func run(data: URL) throws {
    let file = data.appending(path: "masked-stream.npy").path
    let (ours, model) = try best(of: 1) {
      try MaskedRidge(moments: RowMoments(reading: RowStream(file)), ridge: 1)
    }
    try report("Pretell", ours, [Double(model.columns)], peak: peakBytes())
    try report("the floor: DSYRK in memory, same rows, all cores", best(of: 1, multiply).seconds)
  }

  /// Each thread multiplies one panel of 1024 rows again and again.
  private static func multiply() {
    let panels = rows / panel
    let threads = Parallel.threads
    Parallel.forEach(count: threads) { thread in
      let panel = Matrix(rows: panel, columns: columns, storage: (0..<panel * columns).map { Double($0 % 7) })
      for _ in 0..<panels * (thread + 1) / threads - panels * thread / threads { _ = panel.gram() }
    }
  }

  private static func report(_ contestant: String, _ seconds: Double, _ answers: [Double] = [], peak: Int? = nil) throws
  {
    try Measurement(
      measure: measure, contestant: contestant, seconds: seconds, amount: 8 * Double(rows) * Double(columns),
      unit: "bytes", answers: answers, peakBytes: peak
    ).print()
  }
}
