import ArgumentParser
import Pretell

extension PlanHead: ExpressibleByArgument {
  /// By any of its names.
  public init?(argument: String) {
    switch argument {
    case "linear", "least-squares", "ridge": self = .linear
    case "logistic", "softmax": self = .logistic
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["linear", "least-squares", "ridge", "softmax", "logistic"] }
}
