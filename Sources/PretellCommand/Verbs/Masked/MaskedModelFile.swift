import Pretell

/// A predictor as `masked fit` saves it: the arrays of `MaskedRidge`, and what it has to know about the rows it is used on.
///
/// Besides them: `columns` (positions in the file, from 0), `file_columns` (how many the file has), `names` (of all of the file's
/// columns, where it has them), `implicit`.
struct MaskedModelFile {
  let model: MaskedRidge
  let columns: CoveredColumns
  /// Fitted on pairs that count 1, whatever their value.
  let isImplicit: Bool

  init(_ model: MaskedRidge, _ columns: CoveredColumns, isImplicit: Bool) {
    (self.model, self.columns, self.isImplicit) = (model, columns, isImplicit)
  }

  /// Throws `DataFileError`, and `MaskedRegressionError.malformedModel` for arrays that do not make a model.
  init(_ path: String) throws {
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
  static func members(_ columns: CoveredColumns, isImplicit: Bool) -> [(name: String, content: NPZ.Content)] {
    var list: [(name: String, content: NPZ.Content)] = [
      ("columns", .integers(columns.positions)), ("file_columns", .integers([columns.total])),
      ("implicit", .integers([isImplicit ? 1 : 0])),
    ]
    if let names = columns.names { list.append(("names", .texts(names))) }
    return list
  }

  func write(to path: String) throws {
    let arrays: [(name: String, content: NPZ.Content)] = model.arrays.map { array in
      if array.name == "weights", case .single(let entries) = model.form {
        return (array.name, .floats(entries, columns: model.columns))
      }
      return (array.name, .matrix(array.matrix))
    }
    try NPZ.write(arrays + Self.members(columns, isImplicit: isImplicit), to: path)
  }
}
