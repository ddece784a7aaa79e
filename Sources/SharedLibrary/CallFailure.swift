import Asymptotics
import CPretell
import Distributions
import LinearAlgebra
import MaskedRegression
import Pretraining

/// What a call of the C interface returns besides numbers when it fails.
struct CallFailure: Error {
  let status: pretell_status
  let message: String

  static func usage(_ message: String) -> CallFailure { CallFailure(status: PRETELL_USAGE, message: message) }
  static func badData(_ message: String) -> CallFailure { CallFailure(status: PRETELL_BAD_DATA, message: message) }

  init(status: pretell_status, message: String) {
    (self.status, self.message) = (status, message)
  }

  /// The code that the command would exit with.
  init(_ error: any Error) {
    switch error {
    case let known as CallFailure: self = known
    case let invalid as InvalidPopulation: self = .badData(invalid.description)
    case let masked as MaskedRegressionError: self.init(status: masked.status, message: masked.description)
    case let law as LimitLawError: self.init(status: PRETELL_NO_ANSWER, message: law.description)
    case let head as HeadError: self.init(status: PRETELL_NO_ANSWER, message: head.description)
    case let spectral as SpectralFitError: self.init(status: PRETELL_NO_ANSWER, message: spectral.description)
    case let distribution as DistributionError:
      self.init(status: PRETELL_NO_ANSWER, message: distribution.description)
    case let algebra as LinearAlgebraError: self.init(status: PRETELL_NO_ANSWER, message: algebra.description)
    default: self.init(status: PRETELL_FAULT, message: "\(error)")
    }
  }
}

extension MaskedRegressionError {
  fileprivate var status: pretell_status {
    switch self {
    case .tooFewRows, .nonFinite, .unrepresentable, .columnCount, .malformedSparse, .malformedModel, .invalidPopulation:
      PRETELL_BAD_DATA
    case .invalidRidge, .ridgeCount: PRETELL_USAGE
    case .singular, .needsMemory, .noAnswer: PRETELL_NO_ANSWER
    case .noConvergence: PRETELL_FAULT
    }
  }
}
