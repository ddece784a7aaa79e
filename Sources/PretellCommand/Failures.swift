import ArgumentParser
import Foundation
import Pretell

/// The exit code and text of an error; nil for what the argument parser prints itself (usage, help, version).
func failure(for error: Error) -> CommandFailure? {
  switch error {
  case let known as CommandFailure: known
  case let data as DataFileError:
    CommandFailure(status: data.isMissingFile ? .noInput : .badData, message: data.description)
  case let plan as PlanError: CommandFailure(status: plan.isUsage ? .usage : .badData, message: plan.description)
  case let law as LimitLawError: CommandFailure(status: .noAnswer, message: law.description)
  case let invalid as InvalidPopulation: CommandFailure(status: .badData, message: invalid.description)
  case let head as HeadError: CommandFailure(status: .noAnswer, message: head.description)
  case let head as HeadNotFitted: CommandFailure(status: .noAnswer, message: head.description)
  case let fit as FactorAnalysisNotConverged: CommandFailure(status: .noAnswer, message: fit.description)
  case let fit as SpectralFitError: CommandFailure(status: .noAnswer, message: "\(fit)")
  case let ranks as RankError: CommandFailure(status: ranks.exitStatus, message: ranks.description)
  case let store as StoreError:
    CommandFailure(status: store.exitStatus, message: store.description)
  case let figure as FigureError:
    CommandFailure(status: figure.isUsage ? .usage : .noAnswer, message: figure.description)
  case let masked as MaskedRegressionError:
    CommandFailure(status: masked.exitStatus, message: masked.description)
  case let graph as GraphError: CommandFailure(status: graph.exitStatus, message: graph.description)
  case let components as InvalidComponents: CommandFailure(status: .usage, message: components.description)
  case let flow as MatrixFlowError: CommandFailure(status: .badData, message: flow.description)
  case let algebra as LinearAlgebraError: CommandFailure(status: .noAnswer, message: algebra.description)
  default: nil
  }
}

extension RankError {
  fileprivate var exitStatus: ExitStatus {
    if case .builtWithout = self { .usage } else { .fault }
  }
}

extension StoreError {
  fileprivate var exitStatus: ExitStatus {
    switch kind {
    case .missing: .noInput
    case .unfit: .badData
    case .unavailable: .noAnswer
    }
  }
}

extension FigureError {
  /// The file name asks for a format there is not.
  fileprivate var isUsage: Bool {
    if case .unknownFormat = self { true } else { false }
  }
}

extension PlanError {
  /// The options are at fault, not the data.
  fileprivate var isUsage: Bool {
    switch self {
    case .invalidCost, .invalidGoal, .invalidBacktest: true
    default: false
    }
  }
}

extension GraphError {
  /// What kind of fault it is.
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .edgeOutOfRange, .noEdges, .featureRows, .communityCount, .oneCommunity, .nonFinite, .overflow, .noVariance,
      .labels:
      .badData
    case .invalidFilter, .invalidHideRate, .invalidHiddenCount, .invalidRidge, .invalidSize: .usage
    case .singular, .tooCostly, .noLeftOutError: .noAnswer
    }
  }
}

extension MaskedRegressionError {
  /// What kind of fault it is.
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .tooFewRows, .nonFinite, .columnCount, .malformedSparse, .malformedModel, .invalidPopulation: .badData
    case .invalidRidge, .ridgeCount: .usage
    case .singular, .needsMemory: .noAnswer
    case .noConvergence: .fault
    }
  }
}
