import CDataFiles
import LinearAlgebra

/// A file's columns before anyone has said what they mean: numbers where cells are numbers, words where they are not.
package struct RawTable: Sendable {
  /// Cells that are words.
  struct Words: Sendable {
    /// Different ones, in order of appearance.
    var all: [String] = []
    /// For each row the position in `all`; -1 where the cell is a number or missing.
    var codes: [Int32]
  }

  let source: String
  /// nil where the file has none.
  let names: [String]?
  /// NaN where a cell is missing or a word.
  let numbers: Matrix
  /// By column, for columns with at least one word.
  let words: [Int: Words]
  /// Rows above the first one in the file, for messages.
  let firstRow: Int
  /// Arrays: positions mean nothing but themselves.
  let isArray: Bool
  /// Its numbers are written with one, as far as the first rows show.
  let hasDecimalComma: Bool
  let warnings: [DataFileWarning]

  var rows: Int { numbers.rows }
  var columns: Int { numbers.columns }

  func name(_ column: Int) -> String { names?[column] ?? "x\(column + 1)" }

  /// In quotes, or its number from 1, as other messages have it.
  func label(_ column: Int) -> String { names.map { "'\($0[column])'" } ?? "\(column + 1)" }

  func isMissing(_ row: Int, _ column: Int) -> Bool {
    numbers[row, column].isNaN && (words[column].map { $0.codes[row] < 0 } ?? true)
  }

  /// What stands there; nil where it is missing.
  func cell(_ row: Int, _ column: Int) -> String? {
    if let words = words[column], words.codes[row] >= 0 { return words.all[Int(words.codes[row])] }
    return numbers[row, column].isNaN ? nil : Self.text(numbers[row, column])
  }

  /// Whole numbers without a point.
  static func text(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  /// Memory: 8 bytes a cell, and the words. Cost: one pass over the file, a second one where there are words.
  package init(_ path: String) throws { try self.init(DataSource(path)) }

  package init(_ source: DataSource) throws {
    self.source = source.name
    guard let text = source.text else {
      (names, words, firstRow, isArray, warnings) = (nil, [:], 1, true, [])
      hasDecimalComma = false
      numbers = try source.array().matrix()
      return
    }
    let kept = text.columns()
    (isArray, hasDecimalComma) = (false, text.dialect.decimal == 44)
    try DataFileError.checkMemory(words: text, source.name)
    names = text.names.map { names in kept.map { names[$0] } }
    warnings = text.warnings
    firstRow = text.names == nil ? 1 : 2
    let found = try text.read(.init(columns: kept, policy: .keepAll)).values
    let worded = found.columnsWithWords
    numbers = found
    words = worded.isEmpty ? [:] : try Self.words(text, kept, worded, rows: found.rows)
    guard found.rows > 0 else { throw DataFileError.noRows(source.name) }
  }

  private static func words(_ text: DelimitedText, _ kept: [Int], _ worded: [Int], rows: Int) throws -> [Int: Words] {
    var result = [Words](repeating: Words(codes: [Int32](repeating: -1, count: rows)), count: worded.count)
    var known = [[[UInt8]: Int32]](repeating: [:], count: worded.count)
    let (dialect, encoding) = (text.layout.dialect, text.layout.encoding)
    let bytes = UnsafeRawBufferPointer(rebasing: text.file.bytes[text.body])
    var (reader, row) = (RecordReader(bytes, dialect, capacity: text.width), 0)
    while reader.next() {
      if reader.count == 0 { continue }
      defer { row += 1 }
      guard row < rows else { continue }
      for (position, own) in worded.enumerated() where kept[own] < min(reader.count, text.width) {
        let cell = kept[own]
        let content = reader.bytes(cell)
        guard isWord(content, dialect) else { continue }
        let letters = reader.cells[cell].doubled ? RecordReader.undoubled(content) : Array(content)
        if let code = known[position][letters] {
          result[position].codes[row] = code
        } else {
          let code = Int32(result[position].all.count)
          (known[position][letters], result[position].codes[row]) = (code, code)
          result[position].all.append(reader.string(cell, encoding))
        }
      }
    }
    guard row == rows else {
      throw DataFileError(
        file: text.file.name, problem: "\(row) records of words beside \(rows) of numbers",
        remedy: "Quote cells that hold quotes, delimiters or line ends")
    }
    return Dictionary(uniqueKeysWithValues: zip(worded, result))
  }

  private static func isWord(_ cell: UnsafeRawBufferPointer, _ dialect: pdata_dialect) -> Bool {
    guard let start = cell.baseAddress?.assumingMemoryBound(to: CChar.self), cell.count > 0 else { return false }
    var value = 0.0
    return Int(pdata_classify_in(start, Int64(cell.count), dialect, false, &value)) == pdata_cell_text
  }
}

extension RowStream {
  /// The bits of the NaN that stands for a word.
  static var wordBits: UInt64 { pdata_text_bits }
}

extension Matrix {
  /// Columns with a cell that is a word.
  var columnsWithWords: [Int] {
    var found = Set<Int>()
    storage.withUnsafeBufferPointer { entries in
      for (index, value) in entries.enumerated() where value.isNaN && value.bitPattern == pdata_text_bits {
        found.insert(index % columns)
      }
    }
    return found.sorted()
  }
}

extension RawTable {
  private init(
    _ other: RawTable, names: [String]?, numbers: Matrix, words: [Int: Words], warnings: [DataFileWarning]
  ) {
    (source, firstRow, isArray) = (other.source, other.firstRow, other.isArray)
    hasDecimalComma = other.hasDecimalComma
    (self.names, self.numbers, self.words, self.warnings) = (names, numbers, words, warnings)
  }

  /// Some columns, in this order.
  func choosing(_ columns: [Int]) -> RawTable {
    RawTable(
      self, names: names.map { names in columns.map { names[$0] } }, numbers: numbers.columns(at: columns),
      words: Dictionary(
        uniqueKeysWithValues: columns.enumerated().compactMap { position, column in
          words[column].map { (position, $0) }
        }), warnings: warnings)
  }

  /// Some rows, in this order.
  func rows(at indices: [Int]) -> RawTable {
    RawTable(
      self, names: names, numbers: numbers.rows(at: indices),
      words: words.mapValues { words in Words(all: words.all, codes: indices.map { words.codes[$0] }) },
      warnings: warnings)
  }

  /// With the rows of a table of the same columns below.
  func stacked(above other: RawTable) -> RawTable {
    var joined = words
    for column in Set(words.keys).union(other.words.keys) {
      var own = words[column] ?? Words(codes: [Int32](repeating: -1, count: rows))
      var known = Dictionary(own.all.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
      if let below = other.words[column] {
        let places = below.all.map { word -> Int32 in
          if let code = known[word] { return code }
          own.all.append(word)
          known[word] = Int32(own.all.count - 1)
          return Int32(own.all.count - 1)
        }
        own.codes += below.codes.map { $0 < 0 ? -1 : places[Int($0)] }
      } else {
        own.codes += [Int32](repeating: -1, count: other.rows)
      }
      joined[column] = own
    }
    return RawTable(
      self, names: names, numbers: numbers.stacked(above: other.numbers), words: joined,
      warnings: warnings + other.warnings.filter { !warnings.contains($0) })
  }
}
