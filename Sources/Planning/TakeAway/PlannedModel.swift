import Asymptotics
import CMath
import LinearAlgebra
import Pretraining

/// What predicts new rows as a candidate of a plan does: features of a row, and a head on them.
///
///     y(x) = f(x) coefficients + intercepts        f(x) by `features`; of classes their logits, up to a common shift
///
/// Fitted on all rows of the plan, the head on all labeled ones.
public struct PlannedModel: MethodAndSize, Sendable {
  public let method: String
  public let size: Int?
  /// Of the columns of rows; nil where they have none, or are features computed elsewhere.
  public let columnNames: [String]?
  public let features: FeatureMap
  /// p x 1, or p x K for K classes.
  public let coefficients: Matrix
  /// One for each column of `coefficients`.
  public let intercepts: [Double]
  /// In the order of the columns of `coefficients`; nil where labels are numbers.
  public let classNames: [String]?
  /// nil where labels are classes.
  public let errors: PredictionErrors?

  /// A number for each row, with the interval that holds its label 9 times in 10; nil ends of fewer than 9 labels.
  /// Cost: 2 rows d p flops beside the features' own. Precondition: labels are numbers.
  /// - Parameter features: as `self.features` gives them.
  public func predictions(_ features: Matrix) -> (values: [Double], low: [Double]?, high: [Double]?) {
    precondition(classNames == nil, "classes have probabilities")
    let values = outputs(features).storage
    guard let half = errors?.halfWidths(features) else { return (values, nil, nil) }
    return (values, zip(values, half).map { $0 - $1 }, zip(values, half).map { $0 + $1 })
  }

  /// Of each row and class, rows x K; every row adds up to 1. Precondition: labels are classes.
  public func probabilities(_ features: Matrix) -> Matrix {
    precondition(classNames != nil, "numbers have predictions")
    var result = outputs(features)
    for row in 0..<result.rows {
      var most = -Double.infinity
      for k in 0..<result.columns { most = max(most, result[row, k]) }
      var sum = 0.0
      for k in 0..<result.columns {
        result[row, k] = exp(result[row, k] - most)
        sum += result[row, k]
      }
      for k in 0..<result.columns { result[row, k] /= sum }
    }
    return result
  }

  private func outputs(_ features: Matrix) -> Matrix {
    (features * coefficients).subtractingFromRows(intercepts.map { -$0 })
  }
}

/// From rows as they are in the file to features.
public enum FeatureMap: Sendable {
  /// (x - center) / scale, column by column.
  case columns(center: [Double], scale: [Double])
  /// (x - center) components, components d x p.
  case affine(center: [Double], components: Matrix)
  /// A representation of the columns at these positions, of `columns`.
  case representation(any Representation, positions: [Int], columns: Int)

  /// d.
  public var columns: Int {
    switch self {
    case .columns(let center, _), .affine(let center, _): center.count
    case .representation(_, _, let columns): columns
    }
  }

  /// p.
  public var featureCount: Int {
    switch self {
    case .columns(let center, _): center.count
    case .affine(_, let components): components.columns
    case .representation(let representation, _, _): representation.featureCount
    }
  }

  /// rows x p of rows x d. Cost: 2 rows d p flops where affine.
  public func callAsFunction(_ rows: Matrix) -> Matrix {
    precondition(rows.columns == columns, "rows of \(rows.columns) columns for a model of \(columns)")
    return switch self {
    case .columns(let center, let scale):
      rows.subtractingFromRows(center).scalingColumns(by: scale.map { 1 / $0 })
    case .affine(let center, let components): multiply(rows.subtractingFromRows(center), components)
    case .representation(let representation, let positions, let columns):
      representation.features(of: positions.count == columns ? rows : rows.columns(at: positions))
    }
  }
}
