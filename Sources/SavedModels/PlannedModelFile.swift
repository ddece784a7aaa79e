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

  /// Features alone, without `coefficients` and what belongs to them. Throws as above.
  /// - Parameters:
  ///   - label: of method and size, such as `pca-3`.
  ///   - columns: names of the rows' columns, where they have any.
  public static func write(_ features: FeatureMap, label: String, columns: [String]?, to path: String) throws {
    let names = columns.map { [(name: "columns", content: NPZ.Content.texts($0))] } ?? []
    try NPZ.write(try members(features, label) + [("candidate", .texts([label]))] + names, to: path)
  }

  static func members(_ model: PlannedModel) throws -> [(name: String, content: NPZ.Content)] {
    var result = try members(model.features, model.label)
    result.append(("coefficients", .matrix(model.coefficients)))
    result.append(("intercept", row(model.intercepts)))
    if let errors = model.errors, let quantile = errors.quantile {
      result.append(("residual_quantile", row([quantile])))
      result.append(("spread_root", .matrix(errors.root)))
    }
    result.append(("candidate", .texts([model.label])))
    if let names = model.columnNames { result.append(("columns", .texts(names))) }
    if let names = model.classNames { result.append(("classes", .texts(names))) }
    return result
  }

  private static func members(
    _ features: FeatureMap, _ label: String
  ) throws -> [(name: String, content: NPZ.Content)] {
    switch features {
    case .columns(let center, let scale):
      return [("center", row(center)), ("scale", row(scale))]
    case .affine(let center, let components):
      return [("center", row(center)), ("scale", row(center.map { _ in 1 })), ("components", .matrix(components))]
    case .representation(let representation, let positions, _):
      let arrays = representation.arrays
      guard !arrays.isEmpty else { throw PlanError.nothingToTake(candidate: label, known: ["none", "ridge"]) }
      return [("positions", .integers(positions))] + arrays.map { ($0.name, .matrix($0.matrix)) }
    }
  }

  private static func row(_ values: [Double]) -> NPZ.Content {
    .matrix(Matrix(rows: 1, columns: values.count, storage: values))
  }
}
