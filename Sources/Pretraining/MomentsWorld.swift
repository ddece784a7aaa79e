import Asymptotics

/// A world that gives the moment matrices behind its closed form as well: the general route to its law, by which the closed form is
/// checked.
public protocol MomentsWorld: TwoStageWorld {
  /// σ²: variance of a label given its row.
  var noiseVariance: Double { get }
  /// H, S and T at the population's optimum; `LimitLaw(moments:noiseVariance:)` of them is `law()`.
  func moments() throws -> MomentMatrices
}

extension FactorPopulation: MomentsWorld {}
extension FactorAnalysisPopulation: MomentsWorld {}
extension PrincipalComponentsPopulation: MomentsWorld {}
extension SpectralPopulation: MomentsWorld {}
extension MixturePopulation: MomentsWorld {}
