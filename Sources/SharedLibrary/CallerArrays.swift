import LinearAlgebra

/// The caller's numbers, looked at before they are used.
enum CallerArrays {
  /// `count` finite numbers. `name` is the argument's.
  static func finite(_ start: UnsafePointer<Double>?, _ count: Int, _ name: String) throws(CallFailure) -> [Double] {
    guard let start else { throw .usage("\(name) is NULL") }
    let values = Array(UnsafeBufferPointer(start: start, count: count))
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .badData("\(name)[\(index)] is \(values[index]); give finite numbers")
    }
    return values
  }

  static func matrix(
    _ start: UnsafePointer<Double>?, _ rows: Int, _ columns: Int, _ name: String
  ) throws(CallFailure) -> Matrix {
    Matrix(rows: rows, columns: columns, storage: try finite(start, try entries(rows, columns), name))
  }

  /// rows x columns where that many numbers can be addressed.
  static func entries(_ rows: Int, _ columns: Int) throws(CallFailure) -> Int {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow || count > Int.max / 16 { throw .usage("\(rows) x \(columns) entries are more than can be addressed") }
    return count
  }

  static func positive(_ value: Int64, _ name: String) throws(CallFailure) -> Int {
    guard value > 0, let count = Int(exactly: value) else { throw .usage("\(name) is \(value); it must be 1 or more") }
    return count
  }
}
