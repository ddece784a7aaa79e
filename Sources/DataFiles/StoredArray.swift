import CDataFiles
import LinearAlgebra

/// A two-dimensional array in a file, read as Double or Float in blocks of rows.
///
/// One-dimensional arrays count as one column. Cost of reading: memory bandwidth; memory: the block.
public struct StoredArray: Sendable {
  public let rows: Int
  public let columns: Int
  public let type: ElementType
  /// Stored column by column.
  public let isColumnMajor: Bool
  /// One-dimensional in the file.
  public let isVector: Bool
  private let file: FileBytes
  private let start: Int

  /// Throws unless the shape is that of a table with at least one entry, all of which `file` holds from byte `start` on.
  init(file: FileBytes, start: Int, shape: [Int], type: ElementType, isColumnMajor: Bool) throws {
    guard shape.count == 1 || shape.count == 2 else { throw DataFileError.notATable(file.name, shape: shape) }
    let (rows, columns) = (shape[0], shape.count == 2 ? shape[1] : 1)
    guard rows > 0, columns > 0 else { throw DataFileError.emptyArray(file.name, rows: rows, columns: columns) }
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (needed, overflowBytes) = count.multipliedReportingOverflow(by: type.byteCount)
    let available = max(file.bytes.count - start, 0)
    guard !overflow, !overflowBytes, needed <= available else {
      throw DataFileError.cutShort(file.name, rows: rows, columns: columns, type: type.name, available: available)
    }
    self.rows = rows
    self.columns = columns
    self.type = type
    self.isColumnMajor = isColumnMajor && columns > 1
    isVector = shape.count == 1
    self.file = file
    self.start = start
  }

  /// Rows `range` into `target`, row by row.
  public func read(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Double>) {
    let (source, target) = (pointer(range, places: target.count), target.baseAddress!)
    let (kind, swap) = (type.kind.rawValue, type.isSwapped)
    if isColumnMajor {
      pdata_columns_to_double(source, kind, swap, rows, columns, range.lowerBound, range.count, target)
    } else {
      pdata_to_double(source, kind, swap, range.count * columns, target)
    }
  }

  /// The same in single precision.
  public func read(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) {
    let (source, target) = (pointer(range, places: target.count), target.baseAddress!)
    let (kind, swap) = (type.kind.rawValue, type.isSwapped)
    if isColumnMajor {
      pdata_columns_to_float(source, kind, swap, rows, columns, range.lowerBound, range.count, target)
    } else {
      pdata_to_float(source, kind, swap, range.count * columns, target)
    }
  }

  /// Rows `range`, in memory.
  public func matrix(_ range: Range<Int>) -> Matrix {
    let columns = columns
    let storage = [Double](unsafeUninitializedCapacity: range.count * columns) { buffer, count in
      adviseLargePages(buffer)
      nonisolated(unsafe) let target = buffer
      let block = max(1, (1 << 18) / columns)
      Parallel.forEach(count: (range.count + block - 1) / block) { index in
        let part = index * block..<min((index + 1) * block, range.count)
        read(
          range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound,
          into: UnsafeMutableBufferPointer(rebasing: target[part.lowerBound * columns..<part.upperBound * columns]))
      }
      count = range.count * columns
    }
    return Matrix(rows: range.count, columns: columns, storage: storage)
  }

  /// Pages that `read(_:pages:scratch:)` needs for `count` rows.
  func pages(forRows count: Int) -> Int { FileBytes.pages(for: isColumnMajor ? 0 : count * columns * type.byteCount) }

  /// Whether the file's bytes are the numbers as this processor has them, row by row.
  var isNative: Bool {
    #if _endian(little)
      type.kind == pdata_f8 && !type.isSwapped && !isColumnMajor && start % 8 == 0
    #else
      false
    #endif
  }

  /// Rows `range` in `pages`, or in `scratch` where they had to be converted.
  func read(
    _ range: Range<Int>, pages: UnsafeMutableRawPointer, scratch: UnsafeMutableBufferPointer<Double>
  ) throws -> UnsafeMutableBufferPointer<Double> {
    let count = range.count * columns
    if isColumnMajor {
      read(range, into: scratch)
      return UnsafeMutableBufferPointer(rebasing: scratch[..<count])
    }
    let width = columns * type.byteCount
    let bytes = try file.read(start + range.lowerBound * width..<start + range.upperBound * width, into: pages)
    if isNative { return bytes.bindMemory(to: Double.self) }
    pdata_to_double(bytes.baseAddress!, type.kind.rawValue, type.isSwapped, count, scratch.baseAddress!)
    return UnsafeMutableBufferPointer(rebasing: scratch[..<count])
  }

  /// These rows of a row-major array, read one by one or, where the next ones lie close behind, together: pages of the file do not
  /// stay in this process's memory. Memory: the rows and 1 MB.
  func rows(at indices: [Int]) throws -> Matrix {
    precondition(!isColumnMajor, "rows of an array that is stored column by column")
    let most = max(1, (1 << 20) / (columns * type.byteCount))
    let pages = UnsafeMutableRawPointer.allocate(byteCount: pages(forRows: most), alignment: 4096)
    let scratch = UnsafeMutableBufferPointer<Double>.allocate(capacity: isNative ? 0 : most * columns)
    defer {
      pages.deallocate()
      scratch.deallocate()
    }
    var storage: [Double] = []
    storage.reserveCapacity(indices.count * columns)
    var position = 0
    while position < indices.count {
      let end = stretch(of: indices, from: position, rows: most)
      let (first, last) = (indices[position], indices[end - 1])
      precondition(first >= 0 && last < rows, "rows \(first) to \(last) of \(rows)")
      let found = try read(first..<last + 1, pages: pages, scratch: scratch)
      for index in indices[position..<end] {
        storage += UnsafeMutableBufferPointer(
          rebasing: found[(index - first) * columns..<(index - first + 1) * columns])
      }
      position = end
    }
    return Matrix(rows: indices.count, columns: columns, storage: storage)
  }

  /// Where the indices from `start` on that are best read together end: ascending, gaps of at most a page, `most` rows in all.
  private func stretch(of indices: [Int], from start: Int, rows most: Int) -> Int {
    let gap = max(1, 4096 / (columns * type.byteCount))
    var end = start + 1
    while end < indices.count, (0...gap).contains(indices[end] - indices[end - 1]),
      indices[end] - indices[start] < most
    {
      end += 1
    }
    return end
  }

  /// Hands memory that was needed to read these rows back to the system; they can be read again.
  func release(_ range: Range<Int>) {
    guard !isColumnMajor else { return }
    let bytes = columns * type.byteCount
    file.release(start + range.lowerBound * bytes..<start + range.upperBound * bytes)
  }

  /// Everything, in memory: 8 bytes an entry.
  public func matrix() -> Matrix { matrix(0..<rows) }

  /// Where rows `range` start; for column-major arrays, where the array does.
  private func pointer(_ range: Range<Int>, places: Int) -> UnsafeRawPointer {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    precondition(places >= range.count * columns, "\(places) places for \(range.count) x \(columns)")
    return file.bytes.baseAddress! + start + (isColumnMajor ? 0 : range.lowerBound * columns * type.byteCount)
  }
}
