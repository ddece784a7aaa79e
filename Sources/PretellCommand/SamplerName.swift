import ArgumentParser
import Pretell

/// Where rows come from, by the name that `--sampler` takes.
func rowDistribution(_ sampler: String) throws -> RowDistribution {
  switch sampler {
  case "gaussian": return .gaussian
  case "rows": return .gaussianRows
  case "rademacher": return .rademacher
  case "mixed-scales": return .mixedScales
  default:
    if sampler.first == "t", let df = Int(sampler.dropFirst()), df >= 5 { return .studentT(degreesOfFreedom: df) }
    throw ValidationError(
      "--sampler \(sampler) is not one of gaussian, rows, t5 (or t6, ...), rademacher, mixed-scales.")
  }
}

extension ArgumentHelp {
  static let sampler = ArgumentHelp(
    """
    Where rows come from: gaussian (second moments from their exact law), rows (every row drawn), t5 (Student's t; any \
    degrees of freedom from 5), rademacher, mixed-scales.
    """, valueName: "name")
}
