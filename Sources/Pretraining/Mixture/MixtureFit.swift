import Failures
import LinearAlgebra

/// A mixture of K normal distributions of one variance, fitted by maximum likelihood.
public struct MixtureFit: Sendable {
  public enum Status: Sendable, Equatable {
    /// The log-likelihood per row grew by less than the tolerance.
    case converged
    /// It still grew more at the last iteration allowed.
    case iterationLimit
    /// A component lost its rows: there are fewer clusters than components.
    case emptyComponent(Int)
  }

  /// K x d.
  public let centers: Matrix
  public let weights: [Double]
  /// s², common to all components and directions.
  public let variance: Double
  /// Mean log-density of a row, at each iteration's start; never decreases but for rounding.
  public let logLikelihoods: [Double]
  public let status: Status

  public var iterations: Int { logLikelihoods.count }
  /// Mean log-density of a row.
  public var logLikelihood: Double { logLikelihoods.last ?? -.infinity }
}

/// Why rows cannot be fitted by a mixture.
public enum MixtureFitError: Failure, Equatable {
  case fewerRowsThanComponents(rows: Int, components: Int)
  case nonFinite(row: Int, column: Int, value: Double)
  case startOfWrongSize(rows: Int, columns: Int, wantedRows: Int, wantedColumns: Int)
  /// There are fewer different rows than components.
  case coincidentRows(different: Int, components: Int)
  /// Every start ended with a component without rows.
  case emptyComponent(component: Int, iterations: Int)

  public var kind: FailureKind {
    switch self {
    case .nonFinite: .badInput
    case .startOfWrongSize: .usage
    case .fewerRowsThanComponents, .coincidentRows, .emptyComponent: .noAnswer
    }
  }

  public var description: String {
    switch self {
    case .fewerRowsThanComponents(let rows, let components):
      "\(rows) rows cannot be fitted by \(components) components: use \(rows) components or fewer, or more rows"
    case .nonFinite(let row, let column, let value):
      "row \(row), column \(column) (counted from 0) is \(value): remove the row or fill the value in"
    case .startOfWrongSize(let rows, let columns, let wantedRows, let wantedColumns):
      "start centers are \(rows) x \(columns): give \(wantedRows) x \(wantedColumns)"
    case .coincidentRows(let different, let components):
      "only \(different) different rows for \(components) components: use \(different) components or fewer"
    case .emptyComponent(let component, let iterations):
      "component \(component) lost all its rows after \(iterations) iterations from every start: use fewer components"
    }
  }
}
