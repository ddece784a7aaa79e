import LinearAlgebra

/// A fitted map from rows to features: what pre-training leaves behind.
public protocol Representation: Sendable {
  /// Number of features, p (without an intercept).
  var featureCount: Int { get }
  /// Features of each row: `rows.rows` x `featureCount`.
  func features(of rows: Matrix) -> Matrix
  /// The same features as affine functions of the row, where they are: what spans, closed forms and near ties are read from. nil
  /// where they are not.
  var affine: LinearRepresentation? { get }
  /// What features are computed from where they are not affine, by name; [] where they are, and of a representation that is not
  /// written to files.
  var arrays: [(name: String, matrix: Matrix)] { get }
  /// How many of these rows belong to each component, counted by posterior, where rows belong to components; nil where they do not.
  func rowsPerComponent(_ rows: Matrix) -> [Double]?
}

extension Representation {
  public var affine: LinearRepresentation? { nil }
  public var arrays: [(name: String, matrix: Matrix)] { [] }
  public func rowsPerComponent(_ rows: Matrix) -> [Double]? { nil }
}

/// Features that are an affine function of the row: (x - center) · loadings.
public struct LinearRepresentation: Representation, Equatable {
  /// Subtracted from each row, length d.
  public let center: [Double]
  /// d x p.
  public let loadings: Matrix

  public init(center: [Double], loadings: Matrix) {
    precondition(center.count == loadings.rows, "center of \(center.count) entries, loadings of \(loadings.rows) rows")
    self.center = center
    self.loadings = loadings
  }

  public var featureCount: Int { loadings.columns }
  public var affine: LinearRepresentation? { self }

  /// Cost: 2 rows d p flops, BLAS-3.
  public func features(of rows: Matrix) -> Matrix {
    let shift = loadings.transposedTimes(center)
    return multiply(rows, loadings).subtractingFromRows(shift)
  }
}
