import Asymptotics

/// The warnings of encoders trained elsewhere, one function per code.
extension Warning {
  static func twoSizes(_ rows: Int) -> Warning {
    Warning(
      code: "two-sizes",
      message: "The runs have two sizes only: how the gain of a doubling changes is prior knowledge, not measured.",
      remedy: "Train on quarters of the rows as well (\(rows / 4) each).")
  }

  static func runsTooSmall(_ count: Int, full: Int) -> Warning {
    Warning(
      code: "runs-too-small",
      message:
        "\(count) run(s) on less than a sixteenth of the \(full) rows were left out: too far from what is asked.",
      remedy: "Spend the time on halves and quarters.")
  }

  static func spreadUncertain(_ degrees: Int) -> Warning {
    Warning(
      code: "spread-uncertain",
      message:
        "How much encoders of one size differ rests on \(degrees == 0 ? "no" : "one") comparison: prior knowledge "
        + "(0.7 % of the risk) stands in.",
      remedy: "Train the other half or more quarters of the rows with the same seed.")
  }

  static func rowsHurt(_ share: Double) -> Warning {
    Warning(
      code: "rows-hurt",
      message: "Twice the rows made the encoder worse by \(rounded(100 * share)) % of the risk, and that is no chance.",
      remedy: "Train longer: the recipe does not suit this many rows. Forecasts are for the recipe as it is.")
  }

  static func noPool() -> Warning {
    Warning(
      code: "no-pool",
      message:
        "There are no embeddings of a pool of rows: what more labels buy rests on the labeled rows, and averaging seeds is not priced.",
      remedy: "Encode rows that no encoder was trained on, 1000 or more, with every encoder.")
  }

  static func smallPool(_ count: Int, needed: Int) -> Warning {
    Warning(
      code: "small-pool",
      message: "A pool of \(count) rows says little of the embedding's directions: \(needed) are needed.",
      remedy: "Encode more rows that no encoder was trained on.")
  }

  static func poolDrift(_ level: Double) -> Warning {
    Warning(
      code: "pool-drift",
      message:
        "A classifier can tell the labeled rows from the pool by their embeddings (two-sample test, p = \(rounded(level))): "
        + "they do not come from one population, or the encoder has seen one of them.",
      remedy: "Take labeled rows and pool from one population, in no training part or in all.")
  }

  static func fewLabelsForEncoder(count: Int, parameters: Double) -> Warning {
    Warning(
      code: "few-labels-per-parameter",
      message:
        "\(count) labels for \(rounded(parameters)) effective parameters of the head, fewer than 3 each: forecasts at other numbers of "
        + "labels are rough.",
      remedy: "Label more rows.")
  }

  static func unknownPretraining() -> Warning {
    Warning(
      code: "pretraining-unknown",
      message:
        "One encoder says nothing of what more unlabeled rows would buy: its pre-training part is unknown, not 0.",
      remedy:
        """
        Train it on two halves and four quarters of its rows with the same seed and give all runs \
        (\(.option("encoder", swift: "TrainedEncoder"))); one half and two quarters are the least.
        """)
  }
}
