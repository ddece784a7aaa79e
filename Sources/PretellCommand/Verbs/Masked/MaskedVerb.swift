import ArgumentParser
import Pretell

struct MaskedVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masked",
    abstract: "Predict every column from all the others: fit, error without a hold-out, forecast, against PCA.",
    discussion: """
      Examples:  pretell masked errors Examples/digits_x.npy
                 pretell masked forecast Examples/digits_x.npy --rows 2x,5x
                 pretell masked spectrum --covariance spiked:3 --columns 200 --rows 400 --ridge 0.2 --figure spectrum.svg
      """,
    subcommands: [
      MaskedFitVerb.self, MaskedErrorsVerb.self, MaskedPathVerb.self, MaskedForecastVerb.self, MaskedSpectrumVerb.self,
      MaskedCompareVerb.self, MaskedImputeVerb.self, MaskedRecommendVerb.self,
    ])
}
