import LinearAlgebra

extension MaskedRidge {
  /// The model as named arrays, for an .npz file. Always: `mean`, `scale`, `ridge` (one, or one per column), `centered`, `scaled`,
  /// `precision_diagonal`; of a fit in blocks `blocks`, a number for each column. Dense: `weights`, so that in NumPy
  ///
  ///     prediction = mean + ((x - mean) / scale) @ weights * scale
  ///
  /// Factored: `vectors` (V', rank x columns), `eigenvalues`, `gain`, `offset`, with B = V' * (gain * l + offset) / (l + ridge) (l a
  /// column) in place of weights: prediction of prepared rows z = (z @ V) @ B - z * sum(V' * B, axis=0).
  public var arrays: [(name: String, matrix: Matrix)] {
    var list: [(name: String, matrix: Matrix)] = [
      ("mean", row(transform.means)), ("scale", row(transform.scales)),
      ("centered", row([transform.preparation.centers ? 1 : 0])),
      ("scaled", row([transform.preparation.scales ? 1 : 0])),
      ("precision_diagonal", row(precisionDiagonal)),
    ]
    if let blocks { list.append(("blocks", row(blocks.label.map(Double.init)))) }
    switch ridge {
    case .shared(let value): list.append(("ridge", row([value])))
    case .perColumn(let values): list.append(("ridge", row(values)))
    }
    switch form {
    case .dense(let weights): list.append(("weights", weights))
    case .single(let entries):
      list.append(("weights", Matrix(rows: columns, columns: columns, storage: entries.map { Double($0) })))
    case .factored(let factors):
      list.append(("vectors", factors.vectorRows))
      list.append(("eigenvalues", row(factors.eigenvalues)))
      list.append(("gain", row(factors.gains)))
      list.append(("offset", row(factors.offsets)))
    }
    return list
  }

  /// From arrays read back. Throws `malformedModel` naming the array at fault.
  public init(arrays: [String: Matrix]) throws(MaskedRegressionError) {
    func vector(_ name: String, _ counts: Int...) throws(MaskedRegressionError) -> [Double] {
      guard let matrix = arrays[name] else { throw .malformedModel("there is no array '\(name)'") }
      let entries = matrix.storage
      if !counts.isEmpty, !counts.contains(entries.count) {
        throw .malformedModel("array '\(name)' has \(entries.count) entries, not \(counts[0])")
      }
      guard entries.allSatisfy(\.isFinite) else {
        throw .malformedModel("array '\(name)' has entries that are not finite")
      }
      return entries
    }
    let means = try vector("mean")
    let d = means.count
    let transform = ColumnTransform(
      means: means, scales: try vector("scale", d),
      preparation: ColumnPreparation(
        centers: try vector("centered", 1)[0] != 0, scales: try vector("scaled", 1)[0] != 0))
    let values = try vector("ridge", d, 1)
    let ridge: Ridge = values.count == 1 ? .shared(values[0]) : .perColumn(values)
    let diagonal = try vector("precision_diagonal", d)
    if arrays["weights"] != nil {
      let weights = Matrix(rows: d, columns: d, storage: try vector("weights", d * d))
      let blocks = arrays["blocks"] == nil ? nil : Partition(try vector("blocks", d))
      self.init(transform: transform, ridge: ridge, precisionDiagonal: diagonal, form: .dense(weights), blocks: blocks)
      return
    }
    let eigenvalues = try vector("eigenvalues")
    let vectors = Matrix(
      rows: eigenvalues.count, columns: d, storage: try vector("vectors", eigenvalues.count * d))
    let factors = FactoredWeights(
      vectorRows: vectors, eigenvalues: eigenvalues, ridges: (0..<d).map { ridge.value($0) },
      gains: try vector("gain", d), offsets: try vector("offset", d))
    self.init(transform: transform, ridge: ridge, precisionDiagonal: diagonal, form: .factored(factors))
  }

  private func row(_ values: [Double]) -> Matrix { Matrix(rows: 1, columns: values.count, storage: values) }
}
