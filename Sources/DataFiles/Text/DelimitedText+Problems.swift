import CDataFiles

// What is said about bad cells: file, line, column, value.

extension DelimitedText {
  /// Throws for what comes first in the file.
  func check(_ results: [pdata_records], _ pieces: [Range<Int>], _ request: Request) throws {
    let isStrict = request.policy == .refuse
    for (index, result) in results.enumerated() {
      var first = result.status == pdata_ok ? Int64.max : result.offset
      var problem = result.status == pdata_ok ? nil : structuralError
      if isStrict && result.missing > 0 && result.missing_offset < first {
        (first, problem) = (result.missing_offset, { self.missingError($0, $1, results) })
      }
      if isStrict && result.infinite > 0 && result.infinite_offset < first {
        let isLabel = request.label == Int(result.infinite_column)
        (first, problem) = (result.infinite_offset, isLabel ? infiniteLabel : infiniteError)
      }
      if let problem { throw problem(result, pieces[index].lowerBound) }
    }
  }

  /// Number from 1 of the line at byte `offset`.
  private func line(_ offset: Int) -> Int {
    Int(pdata_count(pointer(0), Int64(offset), dialect.newline)) + 1
  }

  private func cell(_ offset: Int, _ length: Int64) -> String {
    layout.encoding.decode(file.bytes[offset..<min(offset + Int(length), file.bytes.count)])
  }

  private func structuralError(_ result: pdata_records, _ start: Int) -> DataFileError {
    let offset = start + Int(result.offset)
    let (row, value) = (line(offset), cell(offset, result.length))
    func column() -> String { label(Int(result.column)) }
    return switch Int(result.status) {
    case pdata_text: .text(file.name, row: row, column: column(), value: value)
    case pdata_wrong_fields: .wrongWidth(file.name, row: row, cells: Int(result.fields), expected: width)
    case pdata_stray_quote: .strayQuote(file.name, row: row, column: column(), value: value)
    default: .openQuote(file.name, row: row, column: column())
    }
  }

  private func missingError(_ result: pdata_records, _ start: Int, _ all: [pdata_records]) -> DataFileError {
    .missingCell(
      file.name, row: line(start + Int(result.missing_offset)), column: label(Int(result.missing_column)),
      total: all.reduce(0) { $0 + Int($1.missing) })
  }

  private func infiniteLabel(_ result: pdata_records, _ start: Int) -> DataFileError {
    let offset = start + Int(result.infinite_offset)
    return .infiniteLabel(
      file.name, target: label(Int(result.infinite_column)), row: line(offset),
      value: cell(offset, result.infinite_length))
  }

  private func infiniteError(_ result: pdata_records, _ start: Int) -> DataFileError {
    let offset = start + Int(result.infinite_offset)
    return .infiniteCell(
      file.name, row: line(offset), column: label(Int(result.infinite_column)),
      value: cell(offset, result.infinite_length))
  }
}
