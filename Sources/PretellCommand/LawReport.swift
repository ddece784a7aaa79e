import Pretell

/// A limiting law at given sample sizes, as `law` and `simulate` report it.
struct LawReport: Codable {
  let model: String
  /// `linear`, `ridge`, `logistic`, `poisson` or `softmax`.
  let head: String
  let unlabeled: Int
  let labeled: Int
  let ratio: Double
  let noiseVariance: Double
  let effectiveDimension: Int
  let activeDimension: Int
  let baseDimension: Int
  let interaction: Interaction
  /// What fitting the head adds to n (R - R*): sigma^2 d_act for least squares.
  let labelTerm: Double
  let penaltyTerm: Double?
  /// What the same penalty adds where all columns are fitted.
  let basePenaltyTerm: Double?
  /// nil in closed forms.
  let rankGap: Double?
  /// Of the interaction's mean, estimated; nil in closed forms.
  let relativeError: Double?
  /// Against least squares on all columns (the loss of the head, without a penalty); nil where there is none.
  let crossoverRatio: Double?
  /// Against the same ridge on all columns; nil for other heads and where there is none.
  let sameRidgeCrossoverRatio: Double?
  /// Whether m/n is beyond the crossover.
  let beatsAllColumns: Bool
  let beatsSameRidge: Bool?
  let printed: Printed?
  let scaledExcessRisk: Summary
  let excessRisk: Summary
  let risk: Mean
  /// Infinite where no number of unlabeled rows is enough.
  private var crossovers: (plain: Double?, ridge: Double?) = (nil, nil)

  private enum CodingKeys: String, CodingKey {
    case model, head, unlabeled, labeled, ratio, noiseVariance, effectiveDimension, activeDimension, baseDimension
    case interaction, labelTerm, penaltyTerm, basePenaltyTerm, rankGap, relativeError, crossoverRatio
    case sameRidgeCrossoverRatio, beatsAllColumns, beatsSameRidge, printed, scaledExcessRisk, excessRisk, risk
  }

  struct Interaction: Codable {
    let mean: Double
    let standardDeviation: Double
    let weights: [Weight]

    init(_ law: GeneralizedChiSquare) {
      mean = law.mean
      standardDeviation = law.standardDeviation
      weights = law.terms.map { Weight(weight: $0.weight, multiplicity: Int($0.degreesOfFreedom.rounded())) }
    }
  }
  /// What the paper prints in the place of `interaction`.
  struct Printed: Codable {
    let statement: String
    let interaction: Interaction
    let crossoverRatio: Double?
    let scaledExcessRisk: Mean
    let priorBound: Bound
  }
  /// An earlier bound on `scaledExcessRisk`, its unnamed constants and logarithms taken for 1.
  struct Bound: Codable {
    let source: String
    let scaledExcessRisk: Double
    let timesTheLaw: Double
  }
  struct Weight: Codable {
    let weight: Double
    let multiplicity: Int
  }
  struct Mean: Codable { let mean: Double }

  /// Mean, standard deviation and quantiles of one law.
  struct Summary: Codable {
    let mean: Double
    let standardDeviation: Double
    /// By probability as the user wrote it.
    let quantiles: [String: Double]

    init(_ law: GeneralizedChiSquare, probabilities: [Double]) {
      mean = law.mean
      standardDeviation = law.standardDeviation
      quantiles = Dictionary(
        probabilities.map { (Self.key($0), law.quantile($0)) }, uniquingKeysWith: { first, _ in first })
    }

    static func key(_ probability: Double) -> String { "\(probability)" }
  }

  init(_ instance: Instance, law: LimitLaw, probabilities: [Double], printed: PrintedLaw? = nil) {
    model = instance.model
    head = instance.head.name
    unlabeled = instance.unlabeled
    labeled = instance.labeled
    ratio = instance.ratio
    noiseVariance = law.noiseVariance
    effectiveDimension = law.effectiveDimension
    activeDimension = law.activeDimension
    baseDimension = law.baseDimension
    interaction = Interaction(law.interaction)
    labelTerm = law.labelTerm
    penaltyTerm = law.penaltyTerm > 0 ? law.penaltyTerm : nil
    rankGap = law.rankGap
    relativeError = law.relativeError
    basePenaltyTerm = law.penaltyTerm > 0 ? law.basePenaltyTerm : nil
    crossovers = (law.crossoverRatio, law.penaltyTerm > 0 ? law.crossoverRatio(against: .samePenalty) : nil)
    crossoverRatio = crossovers.plain.flatMap { $0.isFinite ? $0 : nil }
    sameRidgeCrossoverRatio = crossovers.ridge.flatMap { $0.isFinite ? $0 : nil }
    let ratio = instance.ratio
    beatsAllColumns = crossovers.plain.map { ratio > $0 } ?? false
    beatsSameRidge = crossovers.ridge.map { ratio > $0 }
    let scaled = law.scaledExcessRisk(ratio: instance.ratio)
    scaledExcessRisk = Summary(scaled, probabilities: probabilities)
    excessRisk = Summary(scaled.scaled(by: 1 / Double(instance.labeled)), probabilities: probabilities)
    risk = Mean(mean: law.noiseVariance + excessRisk.mean)
    self.printed = printed.map { printed in
      Printed(
        statement: printed.statement, interaction: Interaction(printed.interaction),
        crossoverRatio: printed.crossoverRatio(law),
        scaledExcessRisk: Mean(mean: printed.meanScaledExcessRisk(law, ratio: instance.ratio)),
        priorBound: Bound(printed.priorBound, ratio: instance.ratio, law: scaled.mean))
    }
  }

  /// The law in words and numbers.
  var text: String {
    let scaled = scaledExcessRisk
    var lines = [
      "\(model): \(NumberText.count(unlabeled)) unlabeled, \(NumberText.count(labeled)) labeled rows "
        + "(ratio \(NumberText.significant(ratio)))",
      "",
      formula,
      "  \(head == "linear" || head == "ridge" ? "sigma^2" : "R*     ")        \(NumberText.significant(noiseVariance))   "
        + (head == "linear" || head == "ridge" ? "variance of the label given x" : "mean loss of the best predictor"),
      "  d_act          \(activeDimension)   (d_eff \(effectiveDimension), d_base \(baseDimension))",
      "  ||L(Z)||^2     mean \(NumberText.significant(interaction.mean)), "
        + "standard deviation \(NumberText.significant(interaction.standardDeviation))",
      "                 = \(weightsText)",
      "",
      "  scaled excess  mean \(NumberText.significant(scaled.mean)), "
        + "standard deviation \(NumberText.significant(scaled.standardDeviation))",
      "  excess risk    mean \(NumberText.significant(excessRisk.mean)), quantiles \(quantilesText)",
      "  risk           mean \(NumberText.significant(risk.mean))",
    ]
    if let relativeError, relativeError > 0 {
      let error = NumberText.significant(relativeError, 1)
      lines.insert("                 integrated to a relative error of \(error)", at: 7)
    }
    if let penaltyTerm { lines.insert("  penalty        adds \(NumberText.significant(penaltyTerm))", at: 5) }
    lines.append("")
    lines.append(crossoverText)
    if let printed { lines += ["", printedText(printed)] }
    return lines.joined(separator: "\n")
  }

  private var formula: String {
    switch head {
    case "linear": "n (R - sigma^2)  ->  sigma^2 d_act + (n/m) ||L(Z)||^2"
    case "ridge": "n (R - sigma^2)  ->  sigma^2 d_act + penalty + (n/m) ||L(Z)||^2"
    default: "n (R - R*)  ->  d_act / 2 + (n/m) ||L(Z)||^2     (\(head) loss)"
    }
  }

  private func printedText(_ printed: Printed) -> String {
    "\(printed.statement) as printed has mean \(NumberText.significant(printed.interaction.mean)) in the place of "
      + "\(NumberText.significant(interaction.mean)) = \(Self.text(printed.interaction.weights)).\n"
      + "'pretell reproduce \(printed.statement.lowercased().replacing(" ", with: "-"))' lets a simulation decide.\n"
      + "\(printed.priorBound.source) bounds the scaled excess by \(NumberText.significant(printed.priorBound.scaledExcessRisk)) "
      + "up to constants and logarithms: \(NumberText.significant(printed.priorBound.timesTheLaw, 3)) times the law."
  }

  private var weightsText: String { Self.text(interaction.weights) }

  private static func text(_ weights: [Weight]) -> String {
    let shown = weights.prefix(6).map { weight in
      "\(NumberText.significant(weight.weight)) chi2_\(weight.multiplicity)"
    }
    if shown.isEmpty { return "0" }
    let rest = weights.count - shown.count
    return shown.joined(separator: " + ") + (rest > 0 ? " + \(rest) more" : "")
  }

  private var quantilesText: String {
    excessRisk.quantiles.sorted { Double($0.key)! < Double($1.key)! }
      .map { "\($0.key): \(NumberText.significant($0.value))" }.joined(separator: ", ")
  }

  private var crossoverText: String {
    guard let plain = crossovers.plain else { return "Pre-training cannot help here: there is nothing to save." }
    guard let ridge = crossovers.ridge else {
      return sentence(plain, "fitting all \(baseDimension) directions on the labeled rows")
    }
    return sentence(plain, "least squares on all \(baseDimension) columns of the labeled rows") + "\n"
      + sentence(ridge, "the same ridge on all \(baseDimension) columns")
  }

  private func sentence(_ crossover: Double, _ rival: String) -> String {
    guard crossover.isFinite else {
      return "Pre-training never beats \(rival): the penalty adds more than fewer coefficients save."
    }
    return "Pre-training beats \(rival) once m/n exceeds \(NumberText.significant(crossover)); "
      + "here it is \(NumberText.significant(ratio)): " + (ratio > crossover ? "it does." : "it does not.")
  }
}

extension LawReport.Bound {
  fileprivate init(_ bound: PriorBound, ratio: Double, law: Double) {
    source = bound.source
    scaledExcessRisk = bound.scaledExcessRisk(ratio: ratio)
    timesTheLaw = scaledExcessRisk / law
  }
}
