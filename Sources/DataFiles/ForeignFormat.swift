/// Formats that are recognized and answered with the one line of Python that converts them.
struct ForeignFormat {
  /// What the file is, as a predicate.
  let description: String
  /// A line of Python in which PATH stands for the quoted path.
  let python: String

  /// Recognized by the bytes at the start.
  private static let known: [(magic: [UInt8], format: ForeignFormat)] = [
    (Array("PAR1".utf8), frame("a Parquet file", "read_parquet(PATH)")),
    (Array("ARROW1".utf8), frame("a Feather (Arrow) file", "read_feather(PATH)")),
    (Array("ORC".utf8), frame("an ORC file", "read_orc(PATH)")),
    (
      [0x89] + Array("HDF\r\n".utf8) + [0x1A],
      ForeignFormat(
        description: "an HDF5 file",
        python: "import h5py, numpy; numpy.save('data.npy', h5py.File(PATH)['NAME'][:])")
    ),
    (Array("BZh".utf8), unpacked("compressed with bzip2", "bz2")),
    ([0xFD] + Array("7zXZ".utf8), unpacked("compressed with xz", "lzma")),
    ([0x28, 0xB5, 0x2F, 0xFD], frame("compressed with zstandard", "read_csv(PATH, compression='zstd')")),
    ([0x80, 0x02], pickle), ([0x80, 0x03], pickle), ([0x80, 0x04], pickle), ([0x80, 0x05], pickle),
    (
      Array("MATLAB 5.0".utf8),
      ForeignFormat(
        description: "a MATLAB file",
        python: "import scipy.io, numpy; numpy.save('data.npy', scipy.io.loadmat(PATH)['NAME'])")
    ),
    (
      Array("MATLAB 7.3".utf8),
      ForeignFormat(
        description: "a MATLAB file",
        python: "import h5py, numpy; numpy.save('data.npy', h5py.File(PATH)['NAME'][:].T)")
    ),
    ([0xD0, 0xCF, 0x11, 0xE0], frame("an old Excel file", "read_excel(PATH)")),
    (Array("$FL2".utf8), frame("an SPSS file", "read_spss(PATH)")),
    (Array("<stata_dta>".utf8), frame("a Stata file", "read_stata(PATH)")),
    (
      Array("SQLite format 3".utf8),
      ForeignFormat(
        description: "an SQLite database",
        python: "import pandas, sqlite3; "
          + "pandas.read_sql('select * from NAME', sqlite3.connect(PATH)).to_csv('data.csv', index=False)")
    ),
  ]

  /// Recognized by the first letters behind blanks, in lower case.
  private static func written(_ start: String) -> ForeignFormat? {
    let tight = start.filter { !$0.isWhitespace }
    if tight.hasPrefix("{\"") && start.contains("}\n{") {
      return frame("JSON, an object a line", "read_json(PATH, lines=True)")
    }
    if tight.hasPrefix("{\"") || tight.hasPrefix("[{") { return frame("JSON", "read_json(PATH)") }
    if ["<!doctypehtml", "<html", "<table"].contains(where: tight.hasPrefix) {
      return frame("a web page", "read_html(PATH)[0]")
    }
    if tight.hasPrefix("<?xml") { return frame("XML", "read_xml(PATH)") }
    if tight.hasPrefix("@relation") {
      return ForeignFormat(
        description: "an ARFF file",
        python:
          "import pandas, scipy.io.arff; pandas.DataFrame(scipy.io.arff.loadarff(PATH)[0]).to_csv('data.csv', index=False)"
      )
    }
    return nil
  }

  private static let pickle = ForeignFormat(
    description: "a Python pickle, which is never loaded because it can run programs",
    python: "import numpy, pickle; numpy.save('data.npy', numpy.asarray(pickle.load(open(PATH, 'rb')), float))")

  private static func frame(_ description: String, _ call: String) -> ForeignFormat {
    ForeignFormat(
      description: description, python: "import pandas; pandas.\(call).to_csv('data.csv', index=False)")
  }

  private static func unpacked(_ description: String, _ module: String) -> ForeignFormat {
    ForeignFormat(
      description: description,
      python: "import \(module), shutil; shutil.copyfileobj(\(module).open(PATH), open('data.csv', 'wb'))")
  }

  /// Throws for a file that is in one of these formats.
  static func refuse(_ file: FileBytes) throws {
    if let found = known.first(where: { file.starts(with: $0.magic) }) {
      throw DataFileError.foreign(file.name, found.format)
    }
    let first = file.bytes.prefix(2).first { $0 != 32 && $0 != 10 && $0 != 13 }
    guard let first, [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<"), UInt8(ascii: "@")].contains(first),
      let format = written(String(decoding: file.bytes.prefix(4096), as: UTF8.self).lowercased())
    else { return }
    throw DataFileError.foreign(file.name, format)
  }

  /// Throws for a zip archive whose members show that it is not NumPy's.
  static func refuse(archive names: [String], of file: String) throws {
    if names.contains("[Content_Types].xml") {
      throw DataFileError.foreign(file, frame("an Excel file", "read_excel(PATH)"))
    }
    if names.contains(where: { $0.hasSuffix("data.pkl") }) {
      throw DataFileError.foreign(
        file,
        ForeignFormat(
          description: "a PyTorch file",
          python: "import numpy, torch; numpy.save('data.npy', torch.load(PATH)['NAME'].float().numpy())"))
    }
    if !names.isEmpty, !names.contains(where: { $0.hasSuffix(".npy") }) {
      throw DataFileError(
        file: file,
        problem: "it is a zip archive of \(names.prefix(3).map { "'\($0)'" }.joined(separator: ", "))"
          + (names.count > 3 ? " and \(names.count - 3) more" : ""),
        remedy: "Unpack it first: unzip, or python3 -m zipfile -e \(file) FOLDER")
    }
  }

  /// The line of Python for this file.
  func line(for path: String) -> String {
    let escaped = path.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return python.replacing("PATH", with: "'\(escaped)'")
  }
}
