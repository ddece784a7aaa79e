import Asymptotics
import LinearAlgebra

/// What an instance file says of classes: keys `downstream.head = "softmax"`, one row a class in `downstream.weights` or
/// `downstream.coefficients`, and `downstream.intercept`, a number a class (0 when missing).
public struct ClassTargets {
  let key: String
  /// One row for each class.
  let weights: Matrix
  let intercepts: [Double]?

  /// nil where the head is another. Throws `InvalidPopulation`.
  public init?(_ instance: some InstanceValues) throws {
    guard try instance.string("downstream.head") == "softmax" else { return nil }
    if let given = try instance.matrix("downstream.weights") {
      (key, weights) = ("downstream.weights", given)
    } else {
      key = "downstream.coefficients"
      weights = try instance.required(
        "downstream.weights", instance.matrix(key), "one row for each class, or downstream.coefficients instead")
    }
    guard weights.rows >= 2, weights.rows <= Self.mostClasses else {
      throw InvalidPopulation(
        key: key, value: "\(weights.rows) rows", problem: "a softmax head has 2 to \(Self.mostClasses) classes",
        remedy: "Give one row for each class")
    }
    intercepts = try instance.doubles("downstream.intercept")
  }

  static let mostClasses = 100

  /// The world of these classes. Throws `InvalidPopulation`, `HeadError`.
  public func world(
    _ instance: some InstanceValues, among worlds: [any TwoStagePopulation.Type] = Populations.all
  ) throws -> any TwoStageWorld {
    let first = try Populations.make(OneTarget(instance, key: key, target: weights.row(0)), among: worlds)
    guard let first = first as? any (LinearTargetPopulation & MomentsWorld) else {
      throw InvalidPopulation(
        key: "downstream.head", value: "\"softmax\"",
        problem: "this model's law is known for a least-squares head only",
        remedy: "Leave downstream.head out")
    }
    return try softmax(like: first, instance)
  }

  private func softmax<Base: LinearTargetPopulation & MomentsWorld>(
    like first: Base, _ instance: some InstanceValues
  ) throws -> any TwoStageWorld {
    try SoftmaxWorld(weights: (0..<weights.rows).map(weights.row), intercepts: intercepts) { target in
      try Base(instance: OneTarget(instance, key: key, target: target))
    }
  }
}

/// An instance whose target is the one given.
private struct OneTarget<Values: InstanceValues>: InstanceValues {
  let values: Values
  let key: String
  let target: [Double]

  init(_ values: Values, key: String, target: [Double]) { (self.values, self.key, self.target) = (values, key, target) }

  func string(_ key: String) throws -> String? { try values.string(key) }
  func double(_ key: String) throws -> Double? { try values.double(key) }
  func integer(_ key: String) throws -> Int? { try values.integer(key) }
  func bool(_ key: String) throws -> Bool? { try values.bool(key) }
  func doubles(_ key: String) throws -> [Double]? { key == self.key ? target : try values.doubles(key) }
  func matrix(_ key: String) throws -> Matrix? { try values.matrix(key) }
}
