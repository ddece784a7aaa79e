import Asymptotics

/// The warnings of a plan, one function per code.
extension Warning {
  static func constantColumns(_ count: Int) -> Warning {
    Warning(
      code: "constant-columns", message: "\(count) columns never vary and were left out.",
      remedy: "Remove them from the file to silence this.")
  }

  static func unequalScales(_ ratio: Double) -> Warning {
    Warning(
      code: "unequal-scales",
      message: "Column standard deviations differ by a factor of \(rounded(ratio)): principal components and factors "
        + "will follow the columns of large units.",
      remedy:
        "Bring the columns to comparable units first, such as by dividing each by its standard deviation, or use pca-correlation."
    )
  }

  static func tooFewLabels(count: Int, parameters: Int) -> Warning {
    Warning(
      code: "too-few-labels",
      message: "\(count) labels for \(parameters) parameters, fewer than 3 each: nothing is predicted for other sizes.",
      remedy: "Use a smaller size, or label at least \(3 * parameters) rows.")
  }

  static func nearTie(size: Int, ratio: Double) -> Warning {
    Warning(
      code: "near-tie",
      message:
        "Eigenvalues \(size) and \(size + 1) are too close for this many rows (ratio \(rounded(ratio)), limit 0.05): "
        + "the 1/m law fails here, and the pre-training part is not known.",
      remedy: "Choose a size beside the tie, or get more unlabeled rows.")
  }

  static func misspecified() -> Warning {
    Warning(
      code: "misspecified",
      message: "What the components miss of the target changes the pre-training part by more than half.",
      remedy: "Trust the leave-one-out comparison and the interval more than the parts; try more components.")
  }

  static func heteroscedastic(_ ratio: Double) -> Warning {
    Warning(
      code: "heteroscedastic",
      message: "Label noise is \(ratio > 1 ? "larger" : "smaller") where rows are far out: the labels part is "
        + "\(rounded(ratio)) times the equal-noise rule.",
      remedy: "Accounted for; a transformed target (logarithm, square root) may be easier to predict.")
  }

  static func pretrainingUncertain(upperBound: Double) -> Warning {
    Warning(
      code: "pretraining-uncertain",
      message: "The pre-training part is smaller than its standard error: read it as below \(rounded(upperBound)).",
      remedy: "Do not buy unlabeled rows on this evidence.")
  }

  static func collinear(rank: Int, count: Int) -> Warning {
    Warning(
      code: "collinear-columns",
      message: "Of \(count) features only \(rank) are linearly independent on the labeled rows.",
      remedy: "Nothing to do: redundant directions get no weight. Removing duplicate columns silences this.")
  }

  static func samePredictor(as other: String) -> Warning {
    Warning(
      code: "same-predictor",
      message:
        "Gives the same predictions as \(other): without a penalty only the span of the features counts.",
      remedy: "Nothing to do.")
  }

  static func separated() -> Warning {
    Warning(
      code: "separated",
      message:
        "The features tell classes apart without error on the labeled rows, or would without one of them: a head "
        + "without penalty has no finite fit, and no finite risk.",
      remedy: "Use ridge, fewer features, or more labels.")
  }

  static func unstableDesign(size: Int) -> Warning {
    Warning(
      code: "unstable-design",
      message:
        "With \(size) labels a rare value in one column decides whether least squares is nearly singular: its error has no useful "
        + "mean.",
      remedy: "Use ridge, fewer features, or drop columns that hardly vary.")
  }

  static func poorCoverage(_ coverage: Double, repeats: Int) -> Warning {
    Warning(
      code: "poor-coverage",
      message:
        "On your own labeled rows, half of them hidden \(repeats) times, the 90 % intervals held what came true in only "
        + "\(Recommender.percent(coverage)).",
      remedy: "Do not stake money on these intervals: look for heavy rows, groups or drift, and see pretell backtest.")
  }

  static func methodFailed(_ name: String, _ error: any Error) -> Warning {
    Warning(
      code: "method-failed", message: "\(name) was left out: \(error)",
      remedy: """
        Try other sizes (\(.option("size", swift: "sizes"))), more rows, or leave it out of \
        \(.option("methods", swift: "methods")).
        """)
  }

  static func halfFailed(known: Int, of count: Int, reason: String?) -> Warning {
    let rest =
      known < HalfFits.fewest
      ? "the pre-training part is not known" : "the pre-training part rests on the other \(known)"
    return Warning(
      code: "half-failed",
      message: "\(count - known) of \(count) fits to random halves of the rows failed"
        + (reason.map { " (of the first: \($0))" } ?? "") + ": \(rest).",
      remedy: "Use more rows or a smaller size, or drop columns that hardly vary.")
  }

  static func poolLeverage(_ ratio: Double) -> Warning {
    let times = ratio < 1000 ? "\(rounded(ratio)) times" : "more than 1000 times"
    return Warning(
      code: "pool-leverage",
      message:
        "Some rows of the pool lie \(times) farther out than such labels would have it: what the head makes of them no "
        + "labeled row can tell, and the risk may be higher than said.",
      remedy: "Label some of the rows farthest out, cut off the largest values, or prefer ridge.")
  }

  static func repeatedRows(_ repeated: Int, of count: Int) -> Warning {
    Warning(
      code: "repeated-rows",
      message:
        "\(repeated) of \(count) labeled rows repeat others, target included: each is counted once, for a row whose copy "
        + "stays in tells nothing of new rows.",
      remedy: "Remove the copies from the file to silence this; label rows that differ.")
  }

  static func leakingCombination() -> Warning {
    Warning(
      code: "leaking-combination",
      message: "The target is an exact linear combination of the columns on the labeled rows (R2 = 1 to rounding).",
      remedy: """
        Leave out the columns that it is made of if they are not known where you will predict; else there is nothing \
        to estimate.
        """)
  }

  static func fewLabelsInComponent(_ count: Double) -> Warning {
    Warning(
      code: "few-labels-in-component", message: "One component of the mixture has only \(rounded(count)) labeled rows.",
      remedy: "Use fewer components, or label more rows.")
  }

  static func uncertainParts(_ relative: Double) -> Warning {
    let error = relative < 1 ? "to about \(Int((100 * relative).rounded())) % only" : "no better than to its own size"
    return Warning(
      code: "uncertain-parts",
      message:
        "What labels and rows would buy is known \(error): the parts and forecasts for other sizes may be wrong by "
        + "half and more. The present risk does not suffer.",
      remedy: "Compare by the present risk and its interval, or label more rows.")
  }

  static func breakEvenUncertain(low: BreakEven, high: BreakEven) -> Warning {
    func words(_ value: BreakEven, always: String) -> String {
      switch value {
      case .labels(let count): rounded(count)
      case .always: always
      case .never: "0"
      }
    }
    return Warning(
      code: "break-even-uncertain",
      message:
        "The number of labels at which the raw columns catch up lies anywhere from \(words(low, always: "infinity")) to "
        + "\(words(high, always: "infinity")).",
      remedy: "Label more rows before relying on it.")
  }

  static func ridgeNotExtrapolated() -> Warning {
    Warning(
      code: "ridge-not-extrapolated",
      message: "Too few labels to tell what ridge does at other sizes: only its present risk is given.",
      remedy: "Label more rows for a forecast.")
  }

  static func edgeOfRange(method: String, size: Int) -> Warning {
    Warning(
      code: "edge-of-range", message: "The lowest predicted risk of \(method) is at the largest size tried, \(size).",
      remedy: "Widen the range of sizes.")
  }

  /// Two significant figures, plain.
  static func rounded(_ value: Double) -> String {
    if value == 0 || !value.isFinite { return value == 0 ? "0" : "\(value)" }
    var scale = 1.0
    while abs(value) * scale < 10 && scale < 1e12 { scale *= 10 }
    while abs(value) * scale >= 100 && scale > 1e-12 { scale /= 10 }
    let number = (value * scale).rounded() / scale
    return abs(number) >= 10 && number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }
}
