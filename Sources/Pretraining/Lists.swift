/// Every way to pre-train that a plan may be asked for by name.
///
/// A new one is one file or folder of this room and one line here.
public enum Methods {
  public static let all: [any PretrainingMethod] = [
    PrincipalComponents(), PrincipalComponents(standardizes: true), FactorModel(), FactorModel(noise: .unit),
    FactorModel(noise: .diagonal), GaussianMixture.forPlans, MaskedRidgeFeatures(),
    LinearSpectral(pairing: .noisyViews(noise: 0.5)),
  ]

  /// The one of this name; nil where there is none.
  public static func named(_ name: String) -> (any PretrainingMethod)? { all.first { $0.name == name } }
}

/// Every model an instance file can name.
public enum Populations {
  public static let all: [any TwoStagePopulation.Type] = [
    FactorPopulation.self, FactorAnalysisPopulation.self, PrincipalComponentsPopulation.self, SpectralPopulation.self,
    MixturePopulation.self,
  ]

  /// The population that `instance` describes, by its key `model`.
  public static func make(
    _ instance: some InstanceValues, among worlds: [any TwoStagePopulation.Type] = all
  ) throws -> any TwoStagePopulation {
    let names = worlds.map { $0.modelName }.joined(separator: ", ")
    let name = try instance.required("model", instance.string("model"), "one of \(names)")
    guard let type = worlds.first(where: { $0.modelName == name }) else {
      throw InvalidPopulation(
        key: "model", value: "\"\(name)\"", problem: "there is no such model", remedy: "Use one of \(names)")
    }
    return try type.init(instance: instance)
  }
}
