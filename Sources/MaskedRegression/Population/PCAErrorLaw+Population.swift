import RandomMatrices

extension PCAErrorLaw {
  /// Of a population that masked regression is compared on.
  public init(_ population: MaskedPopulation, rows: Int) {
    self.init(eigenvalues: population.eigenvalues, rows: rows)
  }
}
