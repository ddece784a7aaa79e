import LinearAlgebra

/// Rows of a file that need not fit into memory, a block at a time.
public struct RowStream: Sendable {
  public let columns: Int
  public let columnNames: [String]?
  public let source: String
  public let warnings: [DataFileWarning]
  let rows: Rows

  enum Rows: Sendable {
    /// These rows of an array.
    case array(StoredArray, Range<Int>)
    case text(DelimitedText, [Int])
  }

  /// Opens a file; nothing but its header is read yet.
  public init(_ path: String, options: ReadOptions = ReadOptions()) throws {
    try self.init(DataSource(path), options: options)
  }

  /// Whether its rows can be counted without reading them.
  public var isArray: Bool { if case .array = rows { true } else { false } }

  /// Bytes of text; 0 for arrays.
  public var textBytes: Int { if case .text(let text, _) = rows { text.body.count } else { 0 } }

  package init(_ file: FileBytes) throws { try self.init(DataSource(file), options: ReadOptions()) }

  init(_ source: DataSource, options: ReadOptions) throws {
    self.source = source.name
    guard let text = source.text else {
      let array = try source.array()
      (columns, columnNames, warnings, rows) = (array.columns, nil, [], .array(array, 0..<array.rows))
      return
    }
    let kept = text.columns(leavingOut: options.leavingOut)
    columns = kept.count
    columnNames = text.names.map { names in kept.map { names[$0] } }
    (warnings, rows) = (text.warnings, .text(text, kept))
  }

  /// The same text, some of its columns.
  init(_ stream: RowStream, names: [String]?, _ text: DelimitedText, _ columns: [Int]) {
    (self.columns, columnNames, source, warnings) = (columns.count, names, stream.source, stream.warnings)
    rows = .text(text, columns)
  }

  /// The same file, other rows of it.
  init(_ stream: RowStream, rows: Rows) {
    (columns, columnNames, source, warnings) = (stream.columns, stream.columnNames, stream.source, stream.warnings)
    self.rows = rows
  }

  /// Calls `body` with consecutive rows, about `blockBytes` of the file at once; missing and infinite cells are errors.
  /// Memory: at most 8 times `blockBytes`.
  public func forEachBlock(blockBytes: Int = 1 << 25, _ body: (Matrix) throws -> Void) throws {
    try forEachBlock(policy: .refuse, blockBytes: blockBytes, body)
  }

  func forEachBlock(
    policy: DelimitedText.Request.Policy, blockBytes: Int, _ body: (Matrix) throws -> Void
  ) throws {
    precondition(blockBytes > 0, "blocks of \(blockBytes) bytes")
    switch rows {
    case .text(let text, let columns):
      try forEachTextBlock(of: text, .init(columns: columns, policy: policy), blockBytes) { block, _ in try body(block)
      }
    case .array(let array, let range):
      let size = max(1, blockBytes / (array.columns * array.type.byteCount))
      try forEachBlock(of: array, range, rows: size) { first, block in
        if policy == .refuse { try check(block, from: first - range.lowerBound) }
        try body(block)
      }
    }
  }

  /// Memory: one block; pages of the file that were read are handed back.
  func forEachBlock(
    of array: StoredArray, _ range: Range<Int>, rows size: Int, _ body: (_ first: Int, _ block: Matrix) throws -> Void
  ) throws {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
      let part = start..<min(start + size, range.upperBound)
      try body(start, array.matrix(part))
      array.release(part)
    }
  }

  private func check(_ block: Matrix, from first: Int) throws {
    guard let index = block.storage.firstIndex(where: { !$0.isFinite }) else { return }
    throw named(row: first + index / columns, column: index % columns, value: block.storage[index])
  }

  /// What these rows say of one of their entries that is NaN or infinite.
  func named(row: Int, column: Int, value: Double) -> DataFileError {
    var start = 0
    if case .array(_, let range) = rows { start = range.lowerBound }
    return .notFinite(source, row: start + row + 1, column: column + 1, value: value)
  }

  /// The numbers of consecutive records, and where those stand.
  func forEachTextBlock(
    of text: DelimitedText, _ request: DelimitedText.Request, _ blockBytes: Int,
    _ body: (_ block: Matrix, _ range: Range<Int>) throws -> Void
  ) throws {
    var start = text.body.lowerBound
    while start < text.body.upperBound {
      let (columns, end) = try text.read(
        request, from: start, near: start + min(blockBytes, text.body.upperBound - start))
      if columns.values.rows > 0 { try body(columns.values, start..<end) }
      text.file.release(start..<end)
      start = end
    }
  }
}
