import Asymptotics
import CPretell
import Distributions
import LinearAlgebra
import Pretraining

/// `pretell_law` of pretell.h.
@_cdecl("pretell_law")
public func lawCall(
  _ world: UnsafePointer<pretell_world>?, _ probabilities: UnsafePointer<Double>?,
  _ quantiles: UnsafeMutablePointer<Double>?, _ quantileCount: Int64, _ weights: UnsafeMutablePointer<Double>?,
  _ multiplicities: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ numbers: UnsafeMutablePointer<pretell_law_numbers>?, _ message: UnsafeMutablePointer<CChar>?, _ messageSize: Int
) -> Int32 {
  Message(start: message, size: messageSize).reporting {
    guard let world else { throw CallFailure.usage("world is NULL") }
    guard let numbers else { throw CallFailure.usage("numbers is NULL") }
    let question = try LawQuestion(world.pointee)
    let law = try question.population.law(head: .leastSquares)
    let scaled = law.scaledExcessRisk(ratio: Double(question.unlabeled) / Double(question.labeled))
    let found = try quantileValues(scaled, probabilities, quantiles, quantileCount)
    let room = try termRoom(weights, multiplicities, capacity)
    for (index, value) in found.enumerated() { quantiles![index] = value }
    for (index, term) in law.interaction.terms.prefix(room).enumerated() {
      weights![index] = term.weight
      multiplicities![index] = term.degreesOfFreedom
    }
    numbers.pointee = pretell_law_numbers(law, scaled: scaled, labeled: question.labeled)
    return question.warnings(law)
  }
}

private func quantileValues(
  _ law: GeneralizedChiSquare, _ probabilities: UnsafePointer<Double>?, _ target: UnsafeMutablePointer<Double>?,
  _ count: Int64
) throws(CallFailure) -> [Double] {
  if count == 0 { return [] }
  let wanted = try CallerArrays.finite(
    probabilities, try CallerArrays.positive(count, "quantile_count"), "probabilities")
  if target == nil { throw .usage("quantiles is NULL") }
  if let value = wanted.first(where: { !($0 > 0 && $0 < 1) }) {
    throw .usage("a probability is \(value); it must lie strictly between 0 and 1")
  }
  return wanted.map { law.quantile($0) }
}

private func termRoom(
  _ weights: UnsafeMutablePointer<Double>?, _ multiplicities: UnsafeMutablePointer<Double>?, _ capacity: Int64
) throws(CallFailure) -> Int {
  if capacity == 0 { return 0 }
  let room = try CallerArrays.positive(capacity, "capacity")
  if weights == nil || multiplicities == nil { throw .usage("weights or multiplicities is NULL") }
  return room
}

/// A world and sizes, as the caller gives them.
private struct LawQuestion {
  let population: any TwoStagePopulation
  let unlabeled: Int
  let labeled: Int

  init(_ world: pretell_world) throws {
    if world.reserved != 0 { throw CallFailure.usage("reserved is \(world.reserved); it must be 0") }
    unlabeled = try CallerArrays.positive(world.unlabeled, "unlabeled")
    labeled = try CallerArrays.positive(world.labeled, "labeled")
    let kept = try CallerArrays.positive(world.kept, "kept")
    let columns = try CallerArrays.positive(world.columns, "columns")
    if kept >= columns { throw CallFailure.usage("kept is \(kept); it must be less than columns, \(columns)") }
    let coefficients = try CallerArrays.finite(world.coefficients, kept, "coefficients")
    population = try Self.population(world, columns, kept, coefficients)
  }

  private static func population(
    _ world: pretell_world, _ columns: Int, _ kept: Int, _ coefficients: [Double]
  ) throws -> any TwoStagePopulation {
    let model = pretell_model(UInt32(bitPattern: world.model))
    let values = try world.values.map {
      try CallerArrays.finite($0, model == PRETELL_FACTOR ? kept : columns, "values")
    }
    func matrix(_ width: Int) throws -> Matrix { try CallerArrays.matrix(world.matrix, columns, width, "matrix") }
    switch (model, values) {
    case (PRETELL_PCA, let values?):
      return try PrincipalComponentsPopulation(eigenvalues: values, weights: coefficients, labelNoise: world.noise)
    case (PRETELL_PCA, nil):
      return try PrincipalComponentsPopulation(
        covariance: matrix(columns), weights: coefficients, labelNoise: world.noise)
    case (PRETELL_FACTOR, let values?):
      return try FactorPopulation(
        dimension: columns, strengths: values, coefficients: coefficients, labelNoise: world.noise)
    case (PRETELL_FACTOR, nil):
      return try FactorPopulation(loadings: matrix(kept), coefficients: coefficients, labelNoise: world.noise)
    case (PRETELL_SPECTRAL, let values?):
      return try SpectralPopulation(correlations: values, weights: coefficients, labelNoise: world.noise)
    case (PRETELL_SPECTRAL, nil):
      return try SpectralPopulation(
        covariance: matrix(columns),
        pairCovariance: CallerArrays.matrix(world.pair_matrix, columns, columns, "pair_matrix"),
        weights: coefficients, labelNoise: world.noise)
    default: throw CallFailure.usage("model is \(world.model); it must be one of enum pretell_model")
    }
  }

  func warnings(_ law: LimitLaw) -> [String] {
    let sizes = SizeCheck(law, unlabeled: unlabeled, labeled: labeled)
    let all = law.warnings + population.warnings(unlabeled: unlabeled) + (sizes.areEnough ? [] : [sizes.warning])
    return all.map(Message.line)
  }
}

extension pretell_law_numbers {
  fileprivate init(_ law: LimitLaw, scaled: GeneralizedChiSquare, labeled: Int) {
    self.init()
    noise_variance = law.noiseVariance
    effective_dimension = Int64(law.effectiveDimension)
    active_dimension = Int64(law.activeDimension)
    base_dimension = Int64(law.baseDimension)
    interaction_mean = law.interaction.mean
    interaction_variance = law.interaction.variance
    scaled_mean = scaled.mean
    scaled_variance = scaled.variance
    risk = law.noiseVariance + scaled.scaled(by: 1 / Double(labeled)).mean
    let crossover = law.crossoverRatio.flatMap { $0.isFinite ? $0 : nil }
    crossover_ratio = crossover ?? 0
    has_crossover = crossover == nil ? 0 : 1
    weight_count = Int64(law.interaction.terms.count)
  }
}
