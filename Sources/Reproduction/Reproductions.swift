/// Every figure and table that can be reproduced, in the order of `pretell reproduce`.
public enum Reproductions {
  public static let all: [any PaperResult] = [
    Crossover(), Corollary63(), Corollary64(), MixtureFigure2(), MixtureFigure3(), MixtureFigure4(), PriorBounds(),
    MaskedErrorCurves(), MaskedSpectra(), MaskedSpikeTransition(), MaskedVersusComponentsSpiked(),
    MaskedVersusComponentsAutoregressive(), MaskedPhases(), FlowCascadeReproduction(), FlowRates(),
    FlowIncrementalLearning(), GraphHidingIsRidge(), GraphCora(), PseudoColour(),
  ]

  public static func named(_ name: String) -> (any PaperResult)? { all.first { $0.name == name } }
}
