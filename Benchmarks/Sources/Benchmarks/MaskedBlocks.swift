import Foundation
import Pretell

/// Exact leave-one-out errors of 9 patches of 8 x 8 pixels from the rest of 24 x 24, 20 penalties, 2 000 rows in memory.
enum MaskedBlocks: Benchmark {
  static let name = "masked-blocks"

  static func run(data: URL) throws {
    let rows = try DataFile.read(data.appending(path: "masked-blocks.npy").path).values
    let blocks = try Partition.patches(imageHeight: 24, imageWidth: 24, patchHeight: 8, patchWidth: 8)
    let ridges = (0..<20).map { pow(10, -3 + 5 * Double($0) / 19) }
    let (seconds, errors) = try best(of: 5) {
      try BlockPath(BlockRows(rows: rows, blocks: blocks)).errors(ridges: ridges)
    }
    let answers = errors.map { $0.leaveOneOutError ?? .nan }
    try Measurement(
      measure: "exact leave-one-out of 9 patches of 64 of 576 pixels at 20 penalties, 2 000 rows", seconds: seconds,
      amount: 20 * 9, unit: "regressions", answers: answers
    ).print()
  }
}
