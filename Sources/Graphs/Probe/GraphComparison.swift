import LinearAlgebra

/// What the nodes' rows, their propagation, principal components of both, and the masked form are worth to a linear probe.
public struct GraphComparison: Sendable {
  public let candidates: [Candidate]

  /// One representation of the nodes.
  public struct Candidate: Sendable {
    public let name: String
    public let size: Int
    public let accuracy: Score
    /// Judged in communities that no label came from; nil where no communities were given.
    public let acrossCommunities: Score?
  }

  /// Mean over the splits, and its standard error.
  public struct Score: Sendable, Equatable {
    public let mean: Double
    public let standardError: Double

    init(_ values: [Double]) {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
    }
  }

  /// - Parameters:
  ///   - size: dimensions of principal components and of the codes.
  ///   - ridge: of the masked form, relative as in `GraphErrors`.
  public init(
    _ masked: MaskedGraph, size: Int, ridge: Double, splits: LabelSplits, across: LabelSplits? = nil
  ) throws {
    guard splits.classes.count == masked.moments.nodes else {
      throw GraphError.labels("\(splits.classes.count) labels for \(masked.moments.nodes) nodes")
    }
    let rows = masked.moments.rows.values
    let propagated = masked.moments.propagation.apply(rows)
    let codes = try masked.codes(size: size, ridge: ridge).codes
    let filter = masked.settings.filter
    let all: [(String, Matrix)] = [
      ("raw", rows), ("raw, pca", try Self.components(rows, size)), ("\(filter)", propagated),
      ("\(filter), pca", try Self.components(propagated, size)), ("\(filter), masked", codes),
    ]
    candidates = try all.map { name, representation in
      let isWhole = name == "raw" || name == "\(filter)"
      return Candidate(
        name: name, size: isWhole ? masked.moments.rows.columns : representation.columns,
        accuracy: Score(try splits.accuracies(representation)),
        acrossCommunities: try across.map { Score(try $0.accuracies(representation)) })
    }
  }

  private static func components(_ rows: Matrix, _ size: Int) throws -> Matrix {
    let centred = rows.subtractingFromRows(rows.columnMeans())
    let eigen = try SymmetricEigen(centred.gramByThreads(), largest: min(size, rows.columns))
    return centred.timesByThreads(eigen.vectors)
  }

  /// Share of the masked form's gain over raw rows that propagation alone brings; nil where it gains nothing.
  public var shareOfPropagation: Double? {
    let (raw, propagated, masked) = (candidates[0].accuracy, candidates[2].accuracy, candidates[4].accuracy)
    guard masked.mean > raw.mean else { return nil }
    return (propagated.mean - raw.mean) / (masked.mean - raw.mean)
  }

  /// What to say of it.
  public var verdict: String {
    guard let share = shareOfPropagation else {
      return "The masked form gains nothing over the raw rows here: keep the rows as they are."
    }
    if share >= 1 { return "All of the gain over raw rows is propagation: the filter alone does as well." }
    let percent = "\(Int((100 * max(share, 0)).rounded())) %"
    if share >= 0.5 {
      return "Most of the gain over raw rows is propagation: \(percent) of it comes from the filter alone."
    }
    return "\(percent) of the gain over raw rows comes from the filter alone; the rest is what masking learns."
  }
}
