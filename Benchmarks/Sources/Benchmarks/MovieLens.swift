import Foundation
import Pretell

/// MovieLens-100K, 943 people by 1 682 films, every rating counting 1: fit, leave-one-out error, twenty films for everybody.
enum MovieLens: Benchmark {
  static let name = "movielens"

  static func run(data: URL) throws {
    let table = try SparseFile.read(data.appending(path: "ml-100k.inter").path)
    let rows = try SparseRows(
      rows: table.rows, columns: table.columns, offsets: table.offsets, indices: table.indices,
      values: table.values.map { _ in 1 })
    let ridge = 500 / Double(rows.rows)
    let (seconds, fit) = try best(of: 5) { try MaskedFit(sparse: rows, ridge: .given(.shared(ridge))) }
    try Measurement(
      measure: "MovieLens-100K: fit and exact leave-one-out of 1 682 columns", seconds: seconds, amount: 1,
      unit: "fits", answers: [fit.errors.leaveOneOutError ?? .nan]
    ).print()
    let users = Array(0..<rows.rows)
    let (ranking, lists) = try best(of: 5) { try Recommender(fit.model).top(20, for: rows, users: users) }
    try Measurement(
      measure: "MovieLens-100K: the top 20 of 943 people", seconds: ranking, amount: 943, unit: "people",
      answers: lists.flatMap { $0.map(\.score) } + lists.flatMap { $0.map { Double($0.item) } }
    ).print()
  }
}
