import DataFiles
import LinearAlgebra
import Planning
import Pretraining

/// A plan's model as an .npz that NumPy reads, every array of numbers two-dimensional.
///
///     f = ((x - center) / scale) @ components              f = (x - center) / scale without `components`
///     y = f @ coefficients + intercept                     of classes: softmax over columns, names in `classes`
///     half = residual_quantile * sqrt(1 + sum((concatenate(1, f) @ spread_root.T)**2))       90 % interval of a label: y ± half
///
/// Features that are not affine have, in the place of `components`, what `Representation.arrays` names, of the columns at
/// `positions`. Texts: `candidate` (one), `columns` (of the rows, where they have names), `classes`.
public enum PlannedModelFile {
  /// Throws `DataFileError` where the file cannot be written, `PlanError.nothingToTake` for a representation that says nothing of
  /// itself.
  public static func write(_ model: PlannedModel, to path: String) throws {
    try NPZ.write(try members(model), to: path)
  }

  static func members(_ model: PlannedModel) throws -> [(name: String, content: NPZ.Content)] {
    var result: [(name: String, content: NPZ.Content)] = []
    func add(_ name: String, row values: [Double]) {
      result.append((name, .matrix(Matrix(rows: 1, columns: values.count, storage: values))))
    }
    switch model.features {
    case .columns(let center, let scale):
      add("center", row: center)
      add("scale", row: scale)
    case .affine(let center, let components):
      add("center", row: center)
      add("scale", row: center.map { _ in 1 })
      result.append(("components", .matrix(components)))
    case .representation(let representation, let positions, _):
      let arrays = representation.arrays
      guard !arrays.isEmpty else { throw PlanError.nothingToTake(candidate: model.label, known: ["none", "ridge"]) }
      result.append(("positions", .integers(positions)))
      result += arrays.map { ($0.name, .matrix($0.matrix)) }
    }
    result.append(("coefficients", .matrix(model.coefficients)))
    add("intercept", row: model.intercepts)
    if let errors = model.errors, let quantile = errors.quantile {
      add("residual_quantile", row: [quantile])
      result.append(("spread_root", .matrix(errors.root)))
    }
    result.append(("candidate", .texts([model.label])))
    if let names = model.columnNames { result.append(("columns", .texts(names))) }
    if let names = model.classNames { result.append(("classes", .texts(names))) }
    return result
  }
}
