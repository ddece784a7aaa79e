/// Every model an instance file can name.
public enum Populations {
  public static let all: [any TwoStagePopulation.Type] = [
    FactorPopulation.self, FactorAnalysisPopulation.self, PrincipalComponentsPopulation.self, SpectralPopulation.self,
    MixturePopulation.self,
  ]

  /// The population that `instance` describes, by its key `model`.
  public static func make(_ instance: some InstanceValues) throws -> any TwoStagePopulation {
    let names = all.map { $0.modelName }.joined(separator: ", ")
    let name = try instance.required("model", instance.string("model"), "one of \(names)")
    guard let type = all.first(where: { $0.modelName == name }) else {
      throw InvalidPopulation(
        key: "model", value: "\"\(name)\"", problem: "there is no such model", remedy: "Use one of \(names)")
    }
    return try type.init(instance: instance)
  }
}
