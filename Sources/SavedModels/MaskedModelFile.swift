import DataFiles
import LinearAlgebra
import MaskedRegression

/// A predictor as `masked fit` saves it, an .npz that NumPy reads: the arrays of `MaskedRidge` (`weights`, or `vectors`,
/// `eigenvalues`, `gain`, `offset` of the factored form; `mean`, `scale`, `ridge`), and what it has to know about the rows it is
/// used on.
///
///     try MaskedModelFile(model, CoveredColumns(positions: [0, 1], total: 2)).write(to: "model.npz")
///     let again = try MaskedModelFile("model.npz").model
///
/// Besides them: `columns` (positions in the file, from 0), `file_columns` (how many the file has), `names` (of all of the file's
/// columns, where it has them), `implicit`.
public struct MaskedModelFile: Sendable {
  public let model: MaskedRidge
  /// Where the model's columns stand in the rows that it was fitted on.
  public let columns: CoveredColumns
  /// Fitted on pairs that count 1, whatever their value.
  public let isImplicit: Bool

  /// `columns` has as many positions as `model` has columns.
  public init(_ model: MaskedRidge, _ columns: CoveredColumns, isImplicit: Bool = false) {
    precondition(
      columns.positions.count == model.columns, "\(columns.positions.count) positions of \(model.columns) columns")
    (self.model, self.columns, self.isImplicit) = (model, columns, isImplicit)
  }

  /// A model that was saved, weights in the precision that they have there. Throws `DataFileError`, and `MaskedRegressionError.malformedModel` for arrays that do not make a model.
  public init(_ path: String) throws {
    let members = try NPZ.names(path)
    let numbers = try members.filter { $0 != "names" }.map { ($0, try NPZ.read(path, name: $0)) }
    let arrays = Dictionary(numbers) { first, _ in first }
    let fitted = try MaskedRidge(arrays: arrays.mapValues { $0.matrix() })
    model = arrays["weights"]?.type.name.hasSuffix("f4") == true ? fitted.inSinglePrecision() : fitted
    func whole(_ name: String) throws -> [Int]? {
      try arrays[name]?.matrix().storage.map { value in
        guard let number = Int(exactly: value), number >= 0 else {
          throw MaskedRegressionError.malformedModel("array '\(name)' holds \(value)")
        }
        return number
      }
    }
    let positions = try whole("columns") ?? Array(0..<fitted.columns)
    let total = try whole("file_columns")?.first ?? positions.count
    let names = members.contains("names") ? try NPZ.texts(path, name: "names") : nil
    guard positions.count == fitted.columns, positions.allSatisfy({ $0 < total }),
      names.map({ $0.count == total }) ?? true
    else {
      throw MaskedRegressionError.malformedModel(
        "\(positions.count) columns of \(total), \(names?.count ?? total) names and \(fitted.columns) weights do not match"
      )
    }
    columns = CoveredColumns(positions: positions, total: total, names: names)
    isImplicit = try whole("implicit")?.first == 1
  }

  /// Everything but the weights.
  package static func members(_ columns: CoveredColumns, isImplicit: Bool) -> [(name: String, content: NPZ.Content)] {
    var list: [(name: String, content: NPZ.Content)] = [
      ("columns", .integers(columns.positions)), ("file_columns", .integers([columns.total])),
      ("implicit", .integers([isImplicit ? 1 : 0])),
    ]
    if let names = columns.names { list.append(("names", .texts(names))) }
    return list
  }

  /// Weights of a fit in single precision are written so. Throws `DataFileError` where the file cannot be written.
  public func write(to path: String) throws {
    let arrays: [(name: String, content: NPZ.Content)] = model.arrays.map { array in
      if array.name == "weights", case .single(let entries) = model.form {
        return (array.name, .floats(entries, columns: model.columns))
      }
      return (array.name, .matrix(array.matrix))
    }
    try NPZ.write(arrays + Self.members(columns, isImplicit: isImplicit), to: path)
  }
}
