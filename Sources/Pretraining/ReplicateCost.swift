import Asymptotics

/// Rough costs of replicates in seconds of one core, within a factor of three: enough to decide how many can be afforded, and the
/// same on every machine, so that what is decided is.
enum ReplicateCost {
  /// Linear features: a fit of a d x d second moment and a head with p features.
  static func linear(dimension: Int, features: Int, _ experiment: Experiment) -> Double {
    let (d, m) = (Double(dimension), Double(experiment.unlabeled))
    let drawsRows = experiment.rows != .gaussian || experiment.unlabeled <= dimension
    return 1e-4 + 1e-9 * d * d * d + (drawsRows ? m * d * (1e-8 + 1e-10 * d) : 0)
      + head(features: features, experiment)
  }

  /// A head with p features.
  static func head(features: Int, _ experiment: Experiment) -> Double {
    let (p, n) = (Double(features + 1), Double(experiment.labeled))
    if experiment.head.generalizedLinear != nil { return 1.3e-3 + 2.5e-7 * n * p }
    return experiment.rows == .gaussian ? 0 : n * p * (1e-8 + 1e-10 * p)
  }
}

extension FactorPopulation {
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    ReplicateCost.linear(dimension: dimension, features: coefficients.count, experiment)
  }
}

extension FactorAnalysisPopulation {
  /// The fit is iterative: some hundred times that of an eigenproblem.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let d = Double(dimension)
    return ReplicateCost.linear(dimension: dimension, features: coefficients.count, experiment) + 1e-3 + 2e-8 * d * d
      * d
  }
}

extension PrincipalComponentsPopulation {
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    ReplicateCost.linear(dimension: dimension, features: rank, experiment)
  }
}

extension SpectralPopulation {
  /// Rows are drawn one by one, and the loss with one stranger a row is iterated over them.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let (d, m) = (Double(dimension), Double(experiment.unlabeled))
    return ReplicateCost.linear(dimension: dimension, features: rank, experiment)
      + m * d * (strangers == .one ? 1e-7 * Double(rank) : 2e-8)
  }
}

extension MixturePopulation {
  /// Twenty iterations over the rows, and 8192 K points for the population's moment.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let (d, k, features) = (Double(dimension), Double(components), Double(components * (rank + 1)))
    return 8192 * k * (1e-7 + 1.5e-9 * features * features)
      + Double(experiment.unlabeled) * d * (1e-8 + 1e-8 * k) + Double(experiment.labeled) * features * features * 1e-9
  }
}

extension ModelWorld {
  /// Some ten Newton steps over the rows in as many directions as there are parameters, and the moments of the evaluation rows.
  public func replicateSeconds(_ experiment: Experiment) -> Double? {
    let (q, p) = (Double(optimum.count), Double(head.count))
    let rows = Double(experiment.unlabeled + experiment.labeled)
    return 1e-3 + 1e-7 * rows * q + 1e-8 * q * q * q + 1e-7 * Double(evaluation.rows) * p
  }
}
