import LinearAlgebra

/// What an encoder makes of rows, after it was trained elsewhere on a named part of the unlabeled rows.
public struct EncoderRun: Sendable {
  /// Unlabeled rows that it was trained on.
  public let rows: Int
  /// Which: "full", "half-0", ... Parts of one size share no row.
  public let part: String
  /// Of the initial weights and the order of the data.
  public let seed: Int
  /// Embeddings of the labeled rows, n x p, in their order.
  public let labeled: Matrix
  /// Embeddings of rows that no encoder was trained on, the same in every run; nil where there are none. A matrix, or a source that is
  /// read in passes.
  public let pool: (any RowSource)?
  /// Rows of the pool.
  public let poolCount: Int
  /// What to call it in messages, such as its file.
  public let name: String

  /// - Parameter poolCount: to be given unless the pool is a matrix.
  public init(
    rows: Int, part: String, seed: Int = 0, labeled: Matrix, pool: (any RowSource)? = nil, poolCount: Int? = nil,
    name: String? = nil
  ) {
    precondition(pool == nil || poolCount != nil || pool!.inMemory != nil, "rows of a source must be counted before")
    (self.rows, self.part, self.seed, self.labeled, self.pool) = (rows, part, seed, labeled, pool)
    self.poolCount = poolCount ?? pool?.inMemory?.rows ?? 0
    self.name = name ?? "\(part) (\(rows) rows, seed \(seed))"
  }

  func keeping(labeled rows: [Int]) -> EncoderRun {
    EncoderRun(
      rows: self.rows, part: part, seed: seed, labeled: labeled.rows(at: rows), pool: pool, poolCount: poolCount,
      name: name)
  }

  var place: EncoderCurve.Place { EncoderCurve.Place(rows: rows, seed: seed) }
}

/// An encoder trained elsewhere, as a black box `train(rows, seed) -> encode` that was run on all unlabeled rows and on parts of them.
public struct TrainedEncoder: Sendable {
  /// What is kept equal between parts: forecasts are for a training with the same.
  public enum Budget: String, Sendable, Codable, CaseIterable {
    /// Passes over the rows: a half costs half.
    case epochs
    /// Steps, however many rows there are.
    case steps
  }

  public let name: String
  public let budget: Budget
  /// Most rows first.
  public let runs: [EncoderRun]

  public init(name: String = "encoder", budget: Budget = .epochs, runs: [EncoderRun]) {
    (self.name, self.budget) = (name, budget)
    self.runs = runs.sorted { ($1.rows, $0.seed, $0.part) < ($0.rows, $1.seed, $1.part) }
  }

  /// Unlabeled rows of the full run.
  public var rowCount: Int { runs.first?.rows ?? 0 }

  /// Cost of all runs in trainings on all rows: at equal epochs Σ m_e/m, at equal steps their number.
  public var units: Double {
    budget == .steps ? Double(runs.count) : runs.reduce(0) { $0 + Double($1.rows) / Double(max(rowCount, 1)) }
  }

  /// Throws `EncoderError.beyondReach` for more rows than anything is said about.
  public func checkReach(_ rows: Int) throws {
    guard Double(rows) <= EncoderCurve.most * Double(rowCount) else {
      throw EncoderError.beyondReach(name: name, rows: rows, all: rowCount)
    }
  }

  /// Trained on all rows, one for each seed.
  var full: [EncoderRun] { runs.filter { EncoderCurve.isSameSize($0.rows, rowCount) } }

  /// Rows of the runs, each size once, the largest first.
  var sizes: [Int] {
    runs.reduce(into: []) { found, run in
      if !found.contains(where: { EncoderCurve.isSameSize($0, run.rows) }) { found.append(run.rows) }
    }
  }

  /// Columns of the embedding.
  var width: Int { runs.first?.labeled.columns ?? 0 }

  func keeping(labeled rows: [Int]) -> TrainedEncoder {
    TrainedEncoder(name: name, budget: budget, runs: runs.map { $0.keeping(labeled: rows) })
  }
}
