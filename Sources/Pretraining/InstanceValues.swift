import Asymptotics
import LinearAlgebra

/// What an instance file says, by dotted key such as `downstream.noise`; nil where it says nothing.
///
/// Getters throw when a value is there but of the wrong kind.
public protocol InstanceValues {
  func string(_ key: String) throws -> String?
  func double(_ key: String) throws -> Double?
  func integer(_ key: String) throws -> Int?
  func bool(_ key: String) throws -> Bool?
  /// One-dimensional, inline or from a file.
  func doubles(_ key: String) throws -> [Double]?
  /// Two-dimensional, inline or from a file.
  func matrix(_ key: String) throws -> Matrix?
}

extension InstanceValues {
  /// A value that must be there.
  public func required<T>(_ key: String, _ value: T?, _ meaning: String) throws -> T {
    guard let value else {
      throw InvalidPopulation(key: key, value: "(missing)", problem: "it is needed: \(meaning)", remedy: "Add it")
    }
    return value
  }

  /// Standard deviation of the label noise. Labels of a logistic, Poisson or softmax head have none beside their own: 0.
  public func labelNoise() throws -> Double {
    let noise = try double("downstream.noise")
    if try downstreamHead().drawsLabels { return 0 }
    return try required("downstream.noise", noise, "the standard deviation of the label noise")
  }

  /// Keys: `downstream.head` ("linear", "ridge", "logistic", "poisson" or "softmax"; linear when missing), `downstream.penalty`
  /// for ridge, `downstream.intercept` for logistic and Poisson labels (for softmax see `ClassTargets`).
  public func downstreamHead() throws -> DownstreamHead {
    let name = try string("downstream.head") ?? "linear"
    if name != "ridge", let penalty = try double("downstream.penalty") {
      throw InvalidPopulation(
        key: "downstream.penalty", value: "\(penalty)", problem: "of all heads only \"ridge\" has a penalty",
        remedy: "Set downstream.head = \"ridge\" as well, or leave the penalty out")
    }
    switch name {
    case "linear": return .leastSquares
    case "ridge":
      let scale = try required(
        "downstream.penalty", double("downstream.penalty"), "kappa of the penalty kappa sqrt(n) ||theta||^2")
      guard scale >= 0 else {
        throw InvalidPopulation(
          key: "downstream.penalty", value: "\(scale)", problem: "a penalty cannot be negative",
          remedy: "Give 0 or more")
      }
      try InvalidPopulation.check(magnitudes: [scale], key: "downstream.penalty")
      return .ridge(scale: scale)
    case "logistic": return .logistic(intercept: try downstreamIntercept())
    case "poisson": return .poisson(intercept: try downstreamIntercept())
    case "softmax": return .softmax
    default:
      throw InvalidPopulation(
        key: "downstream.head", value: "\"\(name)\"", problem: "there is no such head",
        remedy: "Use linear, ridge, logistic, poisson or softmax")
    }
  }

  private func downstreamIntercept() throws -> Double? {
    let intercept = try double("downstream.intercept")
    if let intercept {
      guard intercept.isFinite else {
        throw InvalidPopulation(
          key: "downstream.intercept", value: "\(intercept)", problem: "it must be finite",
          remedy: "Give a number, or leave it out for a head without an intercept")
      }
    }
    return intercept
  }
}
