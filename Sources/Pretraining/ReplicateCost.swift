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
    if experiment.head.drawsLabels { return 1.3e-3 + 2.5e-7 * n * p }
    return experiment.rows == .gaussian ? 0 : n * p * (1e-8 + 1e-10 * p)
  }
}
