import Foundation
import Pretell

/// One penalty, 8 000 rows of 4 000 columns in memory, against the machine's rate of multiplying matrices.
enum MaskedDirectFit: Benchmark {
  static let name = "masked-fit"

  static func run(data: URL) throws {
    let rows = try DataFile.read(data.appending(path: "masked-fit.npy").path).values
    let square = rows.rows(0..<4000)
    let (multiplying, _) = best(of: 3) { product(square) }
    try Measurement(
      measure: "DGEMM, order 4 000, all cores", seconds: multiplying, amount: 2 * pow(4000, 3), unit: "flops"
    ).print()
    let (seconds, model) = try best(of: 3) { try MaskedRidge(rows: rows, ridge: .shared(0.5)) }
    let weights = try model.weights()
    try Measurement(
      measure: "masked regression, 8 000 rows of 4 000 columns, one penalty (n d^2 + d^3 flops)", seconds: seconds,
      amount: 8000 * pow(4000, 2) + pow(4000, 3), unit: "flops",
      answers: [weights[0, 1], weights[17, 3000], weights[3999, 2]]
    ).print()
  }

  /// A A by panels of rows, a thread each.
  private static func product(_ matrix: Matrix) -> [Matrix] {
    let panel = 250
    return Parallel.map(count: matrix.rows / panel) { index in
      multiply(matrix.rows(index * panel..<(index + 1) * panel), matrix)
    }
  }
}
