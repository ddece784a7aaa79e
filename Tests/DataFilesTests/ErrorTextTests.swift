import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// What users read when a file is bad, word for word.
@Suite struct ErrorTextTests {
  private func read(_ contents: String) -> String { message { _ = try DataFile.read(text(contents)) } }

  private func readFixture(_ name: String) -> String { message { _ = try DataFile.read(fixture(name)) } }

  private func readBytes(_ bytes: [UInt8], name: String = "x") -> String {
    message { _ = try DataFile.read(FileBytes(name: name, contents: bytes)) }
  }

  private func target(_ name: String, in contents: String) -> String {
    message { _ = try DataFile.readLabeled(text(contents), target: name) }
  }

  // MARK: files

  @Test func files() {
    let missing = #expect(throws: DataFileError.self) { try DataFile.read("/nowhere/x.csv") }
    #expect(missing?.kind == .missingInput)
    #expect(
      missing?.description
        == "/nowhere/x.csv: there is no such file. Check the path and the folder you are in.")
    #expect(message { _ = try DataFile.read("/usr") } == "/usr: it is a folder. Name a file in it.")
    #expect(read("") == "data.csv: it is empty. Check that the right file was written.")
    #expect(read("\n \n\n") == "data.csv: it is empty. Check that the right file was written.")
    #expect(read("a,b\n") == "data.csv: it has no rows of numbers. Check that the right file was written.")
    #expect(
      readBytes([1, 0, 2, 3])
        == "x: it is neither text nor a format known here. Use .csv, .tsv, .npy, .npz or .safetensors; save text as UTF-8."
    )
    #expect(
      message { try NPY.write(counts(), to: "/nowhere/x.npy") }
        == "/nowhere/x.npy: it cannot be written (No such file or directory). Check the folder and the space left.")
  }

  @Test(arguments: [
    ("PAR1", "a Parquet file", "import pandas; pandas.read_parquet('my \\'data\\'').to_csv('data.csv', index=False)"),
    (
      "\u{89}HDF\r\n\u{1A}\n", "an HDF5 file",
      "import h5py, numpy; numpy.save('data.npy', h5py.File('my \\'data\\'')['NAME'][:])"
    ),
    (
      "(\u{B5}/\u{FD}", "compressed with zstandard",
      "import pandas; pandas.read_csv('my \\'data\\'', compression='zstd').to_csv('data.csv', index=False)"
    ),
    (
      "\u{80}\u{05}", "a Python pickle, which is never loaded because it can run programs",
      "import numpy, pickle; numpy.save('data.npy', numpy.asarray(pickle.load(open('my \\'data\\'', 'rb')), float))"
    ),
  ])
  func foreignFormats(start: String, kind: String, python: String) {
    let bytes = start.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: 100)
    #expect(
      readBytes(bytes, name: "my 'data'")
        == "my 'data': it is \(kind); this format is not read here. Convert it once in Python: \(python).")
  }

  // MARK: cells

  @Test func cells() {
    #expect(
      read("a,b\n1,2\n\n3,red\n")
        == "data.csv, row 4, column 'b', 'red': this is not a number. Encode categories as numbers, or remove the column."
    )
    #expect(
      read("1,2\n3,4\n5,\"red\"\n")
        == "data.csv, row 3, column 2, 'red': this is not a number. Encode categories as numbers, or remove the column."
    )
    #expect(
      read("a,b\n1,2\n3,\n5,NA\n")
        == "data.csv, row 3, column 'b': this feature is missing, the first of 2. "
        + "Fill it in, or remove the row or column.")
    #expect(
      read("a,b\n1,?\n")
        == "data.csv, row 2, column 'b': this feature is missing. Fill it in, or remove the row or column.")
    #expect(
      read("a,b\n1,-inf\n")
        == "data.csv, row 2, column 'b', '-inf': this is not a finite number. Replace it, or remove the row or column.")
    #expect(
      read("a,b\n1,1e999\n")
        == "data.csv, row 2, column 'b', '1e999': this is not a finite number. Replace it, or remove the row or column."
    )
  }

  @Test func firstProblemComesFirst() {
    #expect(read("a,b\n1,\n2,x\n").contains("row 2") && read("a,b\n1,x\n2,\n").contains("row 2"))
    #expect(read("a,b\ninf,1\n2,\n").contains("row 2") && read("a,b\n1,\n2,inf\n").contains("row 2"))
  }

  /// Row numbers in a file of several pieces, with quoted line ends before.
  @Test func rowsFarDown() {
    let rows = String(repeating: "1.25,-3.5\n", count: 300_000)
    let changed = rows + "7,x\n" + rows
    #expect(read(changed).hasPrefix("data.csv, row 300001, column 2, 'x'"))
    #expect(read("\"a\nb\",c\n" + changed).hasPrefix("data.csv, row 300003, column 'c', 'x'"))
  }

  @Test func shapes() {
    #expect(
      read("a,b\n1,2\n3\n")
        == "data.csv, row 3: 1 cell where the first row has 2. Correct the row, or quote cells that hold the delimiter."
    )
    #expect(
      read("a,b\n1,2\n3,4,5\n")
        == "data.csv, row 3: 3 cells where the first row has 2. "
        + "Name every column in the first row, correct the row, or quote cells that hold the delimiter.")
    #expect(
      read("a,b\n1,2\n3,4,\"5,6\",7\n").hasPrefix("data.csv, row 3: 4 cells where the first row has 2."))
  }

  @Test func quotes() {
    #expect(
      read("a,b\n1,2\n3,4\"5\n")
        == "data.csv, row 3, column 'b', '4\"5': this is not a number. Encode categories as numbers, or remove the column."
    )
    #expect(
      read("a,b\n1,2\n3,\"4\"5\n")
        == "data.csv, row 3, column 'b', '\"4\"': something stands behind the quote that ends this cell. "
        + "Write quotes inside quoted cells twice.")
    #expect(
      read("a,b\n1,2\n3,\"4\n5,6\n") == "data.csv, row 3, column 'b': a quote opens here and never closes. Close it.")
  }

  // MARK: columns

  @Test func columns() {
    let contents = "age,bmi,progression\n1,2,3\n"
    #expect(
      target("progresion", in: contents)
        == "data.csv, column 'progresion': there is no such column. Did you mean 'progression'?")
    #expect(
      target("y", in: contents)
        == "data.csv, column 'y': there is no such column. Its columns: age, bmi, progression.")
    #expect(target("4", in: "1,2,3\n") == "data.csv, column '4': there is no such column. Give a number from 1 to 3.")
    #expect(
      target("a", in: "a,b,a\n1,2,3\n")
        == "data.csv, column 'a': 2 columns have this name. Rename all but one, or give its number, counted from 1.")
    #expect(
      target("y", in: "y\n1\n2\n")
        == "data.csv: it has no column but the target. Give at least one feature column.")
    #expect(
      target("b", in: "a,b\n1,2\n3,inf\n")
        == "data.csv, row 3, column 'b', 'inf': this target is not a finite number. "
        + "Correct it, or leave it blank to make the row an unlabeled one.")
  }

  // MARK: arrays

  @Test func arrays() {
    let numpyLine = "Convert it once in Python: numpy.save(path, numpy.asarray(array, dtype=float))."
    #expect(
      readFixture("cube.npy")
        == "cube.npy, 'shape (2, 3, 4)': a table of rows and columns is wanted. "
        + "Reshape it: numpy.save(path, array.reshape(len(array), -1)).")
    #expect(
      readFixture("scalar.npy")
        == "scalar.npy, 'shape ()': a table of rows and columns is wanted. Save more than one number.")
    #expect(
      readFixture("empty.npy") == "empty.npy, '0 x 4': the array is empty. Check that the right file was written.")
    #expect(readFixture("complex.npy") == "complex.npy, '<c16': its elements are complex numbers. \(numpyLine)")
    #expect(readFixture("text.npy") == "text.npy, '<U2': its elements are text. \(numpyLine)")
    #expect(readFixture("times.npy") == "times.npy, '<M8[D]': its elements are times. \(numpyLine)")
    #expect(
      readFixture("pickled.npy")
        == "pickled.npy, '|O': it holds pickled Python objects, which are never loaded because they can run programs. "
        + numpyLine)
    #expect(
      readFixture("records.npy")
        == "records.npy: its rows are records with named fields. Save numbers: "
        + "numpy.save(path, numpy.lib.recfunctions.structured_to_unstructured(array, float)).")
    #expect(
      readFixture("missing.npy")
        == "missing.npy, row 2, column 2, 'nan': this is not a finite number. Fill it in, or remove the row or column.")
  }

  @Test func damagedArrays() throws {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: fixture("little_f8.npy"))))
    let again = "Save it again with numpy.save(path, array)."
    #expect(
      readBytes(Array(bytes.dropLast(1)))
        == "x, '3 x 4 <f8': the file holds only 95 bytes of it. It was cut short: copy or save it again.")
    #expect(readBytes(Array(bytes.prefix(100))) == "x: its header is cut short. \(again)")
    #expect(readBytes(Array(bytes.prefix(8))) == "x: it is not a .npy file, or cut short. \(again)")
    func changed(_ old: String, _ new: String) -> String {
      readBytes(
        Array(bytes.prefix(10)) + Array(String(decoding: bytes[10..<128], as: UTF8.self).replacing(old, with: new).utf8)
          + bytes[128...])
    }
    #expect(changed("(3, 4)", "(3, b)") == "x: the shape in its header cannot be read. \(again)")
    #expect(changed("False", "Maybe") == "x: its header does not say whether it is in Fortran order. \(again)")
    #expect(changed("descr", "DESCR") == "x: its header names no element type. \(again)")
    #expect(changed("(3, 4), }     ", "(3000000, 4)} ").contains("the file holds only 96 bytes of it"))
    #expect(
      readBytes(Array(bytes.prefix(6)) + [9] + Array(bytes[7...])) == "x: its format version is unknown. \(again)")
  }

  // MARK: archives

  @Test func archives() throws {
    #expect(
      readFixture("stored.npz") == "stored.npz: it holds 2 arrays (X, y). Choose one: stored.npz[X].")
    #expect(
      readFixture("stored.npz[Y2]") == "stored.npz, column 'Y2': there is no such array. It holds: X, y.")
    #expect(
      readFixture("single.npz[feature]")
        == "single.npz, column 'feature': there is no such array. Did you mean 'features'?")
    #expect(
      readFixture("sparse.npz")
        == "sparse.npz: it is a sparse matrix. "
        + "Convert it once in Python: numpy.save('data.npy', scipy.sparse.load_npz('sparse.npz').toarray()).")
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: fixture("single.npz"))))
    #expect(
      readBytes(Array(bytes.dropLast(30)))
        == "x: it is not a readable .npz archive. Save it again with numpy.savez(path, X=array).")
    var damaged = bytes
    damaged[100] ^= 0x10
    #expect(
      readBytes(damaged)
        == "x[features]: this array is damaged, encrypted, or packed in an unknown way. "
        + "Save it again with numpy.savez(path, X=array).")
    #expect(
      message { _ = try DataFile.readLabeled(fixture("deflated.npz[X]"), target: fixture("vector.npy")) }
        == "deflated.npz[X], '60 rows': the target array has 5 numbers. Give one for each row.")
  }

  @Test func tensors() throws {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: fixture("single.safetensors"))))
    #expect(
      readBytes(Array(bytes.dropLast(1)))
        == "x: its safetensors header cannot be read. Save it again with safetensors.")
    let changed =
      bytes.prefix(8) + Array(String(decoding: bytes[8...], as: UTF8.self).replacing("F32", with: "F8_").utf8)
    #expect(readBytes(Array(changed)).hasPrefix("x[only], 'F8_': this element type is not read here."))
  }

  @Test func longValuesAreCut() {
    #expect(
      read("a\n1\n" + String(repeating: "x", count: 500) + "\n").contains(String(repeating: "x", count: 60) + "…'"))
  }
}
