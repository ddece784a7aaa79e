import LinearAlgebra

/// Items ranked for users by masked regression on a sparse user-by-item matrix: scores x A, items already seen left out.
///
/// Source: Steck (2019), "Embarrassingly shallow autoencoders for sparse data"; EASE's penalty is rows times `ridge`.
public struct Recommender: Sendable {
  public let model: MaskedRidge

  public init(_ model: MaskedRidge) { self.model = model }

  public struct Item: Sendable, Equatable {
    /// Column.
    public let item: Int
    public let score: Double
  }

  /// The `count` items of highest score for each of these rows; equal scores by rising column. Cost: 2 entries columns flops.
  public func top(_ count: Int, for rows: SparseRows, users: [Int]) throws -> [[Item]] {
    if rows.columns != model.columns {
      throw MaskedRegressionError.columnCount(given: rows.columns, model: model.columns)
    }
    precondition(count >= 0, "the top \(count)")
    precondition(users.allSatisfy { $0 >= 0 && $0 < rows.rows }, "users of \(rows.rows)")
    return Parallel.map(count: users.count) { index in
      let user = users[index]
      var scores = scores(rows, user)
      for (item, _) in rows.entries(ofRow: user) { scores[item] = -.infinity }
      return Self.largest(count, scores)
    }
  }

  /// x A for one user, in the columns' own units.
  func scores(_ rows: SparseRows, _ user: Int) -> [Double] {
    let block = PreparedBlock.sparse(rows, user..<user + 1, model.transform)
    let transform = model.transform
    let prepared: [Double]
    switch model.form {
    case .dense(let weights): prepared = product(block, weights.storage)
    case .single(let entries): prepared = product(block, entries)
    case .factored(let factors):
      var row = [Double](repeating: 0, count: model.columns)
      for (item, value) in rows.entries(ofRow: user) { row[item] = value }
      let matrix = transform.applied(to: Matrix(rows: 1, columns: row.count, storage: row))
      prepared = factors.predictions(for: matrix).storage
    }
    return prepared.indices.map { transform.means[$0] + transform.scales[$0] * prepared[$0] }
  }

  private func product<Scalar: BLASScalar>(_ block: PreparedBlock, _ weights: [Scalar]) -> [Double] {
    weights.withUnsafeBufferPointer { entries in
      let right = RightFactor(
        entries.baseAddress!, inner: model.columns, columns: model.columns, centringSparse: model.transform)
      return block.product(0..<1, right).map { Double($0) }
    }
  }

  /// The `count` largest by falling score: a short sorted list that few candidates enter.
  private static func largest(_ count: Int, _ scores: [Double]) -> [Item] {
    var best: [Item] = []
    best.reserveCapacity(min(count, scores.count) + 1)
    for (item, score) in scores.enumerated() where score > -.infinity {
      if best.count == count, score <= best.last?.score ?? .infinity { continue }
      // Behind its equals, which come before it.
      let place = best.lastIndex { $0.score >= score }.map { $0 + 1 } ?? 0
      best.insert(Item(item: item, score: score), at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
