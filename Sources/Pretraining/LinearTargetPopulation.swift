import Asymptotics
import Distributions
import LinearAlgebra

/// A world of Gaussian rows whose features and target are linear: any head has its law from the squared-error one.
public protocol LinearTargetPopulation: TwoStagePopulation {
  /// E f(x)² over labeled rows.
  var signalVariance: Double { get }
  /// θ'(E ψψ')⁻¹θ over labeled rows: what a ridge penalty of size √n adds.
  var headEnergy: Double { get throws }
  /// β'(E xx')⁺β over labeled rows for the target f(x) = β'x: what the same penalty adds where all columns are fitted.
  var columnEnergy: Double { get throws }
}

extension TwoStageWorld {
  /// The law with another head. Throws `InvalidPopulation` where the world knows least squares only, and
  /// `LimitLawError.outOfRange` where numbers of the law overflow.
  public func law(head: DownstreamHead) throws -> LimitLaw {
    do {
      let law = try head == .leastSquares ? law() : law(otherHead: head)
      try law.checkRange()
      return law
    } catch let DistributionError.nonFinite(quantity, _, value) {
      throw LimitLawError.outOfRange(quantity: "a \(quantity) of ||L(Z)||^2", value: value)
    }
  }
}

extension LinearTargetPopulation {
  public func law(otherHead head: DownstreamHead) throws -> LimitLaw {
    let law = try law()
    if case .ridge(let scale) = head {
      return law.penalized(scale: scale, headEnergy: try headEnergy, baseHeadEnergy: try columnEnergy)
    }
    guard let (loss, intercept) = head.generalizedLinear else { return law }
    return law.withHead(try GaussianHead(loss, signalVariance: signalVariance, intercept: intercept))
  }
}

extension LinearTargetPopulation {
  public var targetSize: Double { signalVariance }
}
