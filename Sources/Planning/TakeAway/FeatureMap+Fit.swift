import Asymptotics
import LinearAlgebra
import Pretraining

extension FeatureMap {
  /// What a method makes of rows, none of which has a label: the features that a candidate of a plan on these rows has.
  ///
  /// Columns that never vary are left out, and have a row of zeros in `components`. Where there are no more rows than columns, a method
  /// that rests on inner products is fitted in coordinates of the rows' own span (`SpanLift`).
  /// Cost: one fit of the method; rows² columns flops where it is fitted in the span.
  /// Throws `LinearAlgebraError` for columns too small to be squared, `PlanError` for rows that nothing varies in, entries that are no numbers
  /// or above 1e50, and a size that these rows do not support; what the method throws.
  /// - Parameter rows: m x d.
  public static func fitted(
    _ method: any PretrainingMethod, size: Int, to rows: Matrix
  ) throws -> (map: FeatureMap, warnings: [Warning]) {
    let varying = try PreparedData.checkedVarying(rows)
    let kept = varying.count == rows.columns ? rows : rows.columns(at: varying)
    let means = kept.columnMeans()
    try LinearAlgebraError.checkSquares(kept.columnSquares(about: means), means: means)
    let largest = method.largestSize(rows: kept.rows, columns: kept.columns)
    guard (method.smallestSize...max(largest, method.smallestSize)).contains(size), largest >= method.smallestSize
    else {
      throw PlanError.invalidSize(
        method: method.name, size: size, smallest: method.smallestSize, largest: largest, rows: kept.rows,
        columns: kept.columns)
    }
    let warnings = PreparedData.warnings(
      constant: rows.columns - varying.count, deviations: method.followsUnits ? kept.columnDeviations() : [])
    let map: FeatureMap
    if kept.rows <= kept.columns, let inner = method.innerProducts {
      let coordinates = try SpanCoordinates(kept)
      let (triangle, fitter, isStandardized): (Matrix, any PretrainingMethod, Bool)
      switch inner {
      case .ofRows: (triangle, fitter, isStandardized) = (coordinates.plain, method, false)
      case .ofStandardizedRows(let plain): (triangle, fitter, isStandardized) = (coordinates.standardized, plain, true)
      }
      let found = try fitter.fit(triangle, sizes: [size])[0]
      try PreparedData.checkFinite([found], method)
      let lift = SpanLift(kept)
      map = try FeatureMap(found, varying: varying, columns: rows.columns) { weights in
        (lift.means, try lift.weights(weights, triangle: triangle, isStandardized: isStandardized))
      }
    } else {
      let found = try method.fit(kept, sizes: [size])
      try PreparedData.checkFinite(found, method)
      map = try FeatureMap(found[0], varying: varying, columns: rows.columns)
    }
    return (map, warnings)
  }

  /// - Parameters:
  ///   - varying: positions of the columns that the representation is of, among `columns`.
  ///   - lift: of a representation of coordinates of the rows' span: means of the columns, and loadings on them from those on coordinates.
  init(
    _ representation: any Representation, varying: [Int], columns: Int,
    lift: ((Matrix) throws -> (means: [Double], weights: Matrix))? = nil
  ) throws {
    guard let affine = representation.affine else {
      self = .representation(representation, positions: varying, columns: columns)
      return
    }
    let (means, weights) = try lift?(affine.loadings) ?? (affine.center, affine.loadings)
    var center = [Double](repeating: 0, count: columns)
    var components = Matrix(rows: columns, columns: weights.columns)
    for (row, position) in varying.enumerated() {
      center[position] = means[row]
      for k in 0..<weights.columns { components[position, k] = weights[row, k] }
    }
    self = .affine(center: center, components: components)
  }
}

extension PretrainingMethod {
  /// Columns of large units decide.
  fileprivate var followsUnits: Bool { if case .ofRows = innerProducts { true } else { false } }
}
