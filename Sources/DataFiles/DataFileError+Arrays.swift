// What this room says about arrays and the archives that hold them.

extension DataFileError {
  enum NPYPart: String {
    case magic = "it is not a .npy file, or cut short"
    case cut = "its header is cut short"
    case element = "its header names no element type"
    case shape = "the shape in its header cannot be read"
    case order = "its header does not say whether it is in Fortran order"
    case version = "its format version is unknown"
  }

  static func brokenNPY(_ file: String, _ part: NPYPart) -> DataFileError {
    DataFileError(file: file, problem: part.rawValue, remedy: "Save it again with numpy.save(path, array)")
  }

  static func records(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "its rows are records with named fields",
      remedy: "Save numbers: numpy.save(path, numpy.lib.recfunctions.structured_to_unstructured(array, float))")
  }

  static func elementType(_ file: String, numpy descr: String) -> DataFileError {
    let kind = descr.drop { "<>|=".contains($0) }.first
    let problem =
      switch kind {
      case "O": "it holds pickled Python objects, which are never loaded because they can run programs"
      case "c": "its elements are complex numbers"
      case "U", "S", "a": "its elements are text"
      case "M", "m": "its elements are times"
      default: "this element type is not read here"
      }
    return DataFileError(
      file: file, value: descr, problem: problem,
      remedy: "Convert it once in Python: numpy.save(path, numpy.asarray(array, dtype=float))")
  }

  static func elementType(_ file: String, _ tensor: String, safetensors dtype: String) -> DataFileError {
    DataFileError(
      file: "\(file)[\(tensor)]", value: dtype, problem: "this element type is not read here",
      remedy: "Convert it once in Python: tensor.float()")
  }

  static func notATable(_ file: String, shape: [Int]) -> DataFileError {
    DataFileError(
      file: file, value: "shape (\(shape.map(String.init).joined(separator: ", ")))",
      problem: "a table of rows and columns is wanted",
      remedy: shape.isEmpty
        ? "Save more than one number" : "Reshape it: numpy.save(path, array.reshape(len(array), -1))")
  }

  static func emptyArray(_ file: String, rows: Int, columns: Int) -> DataFileError {
    DataFileError(
      file: file, value: "\(rows) x \(columns)", problem: "the array is empty",
      remedy: "Check that the right file was written")
  }

  static func cutShort(_ file: String, rows: Int, columns: Int, type: String, available: Int) -> DataFileError {
    DataFileError(
      file: file, value: "\(rows) x \(columns) \(type)", problem: "the file holds only \(available) bytes of it",
      remedy: "It was cut short: copy or save it again")
  }

  static func notFinite(_ file: String, row: Int, column: Int, value: Double) -> DataFileError {
    DataFileError(
      file: file, row: row, column: "\(column)", value: "\(value)", problem: "this is not a finite number",
      remedy: "Fill it in, or remove the row or column")
  }
}

extension DataFileError {
  static func brokenArchive(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "it is not a readable .npz archive",
      remedy: "Save it again with numpy.savez(path, X=array)")
  }

  static func brokenMember(_ file: String, _ member: String) -> DataFileError {
    DataFileError(
      file: "\(file)[\(member)]", problem: "this array is damaged, encrypted, or packed in an unknown way",
      remedy: "Save it again with numpy.savez(path, X=array)")
  }

  static func brokenSafetensors(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "its safetensors header cannot be read", remedy: "Save it again with safetensors")
  }

  static func sparse(_ file: String) -> DataFileError {
    DataFileError(
      file: file, problem: "it is a sparse matrix",
      remedy: "Convert it once in Python: numpy.save('data.npy', scipy.sparse.load_npz('\(file)').toarray())")
  }

  static func noSuchArray(_ file: String, _ name: String, all: [String]) -> DataFileError {
    DataFileError(
      file: file, column: "'\(name)'", problem: "there is no such array",
      remedy: hint(name, among: all, title: "It holds"))
  }

  static func noArrays(_ file: String) -> DataFileError {
    DataFileError(file: file, problem: "it holds no arrays", remedy: "Save one with numpy.savez(path, X=array)")
  }

  static func severalArrays(_ file: String, all: [String]) -> DataFileError {
    DataFileError(
      file: file, problem: "it holds \(all.count) arrays (\(list(all)))", remedy: "Choose one: \(file)[\(all[0])]")
  }
}
