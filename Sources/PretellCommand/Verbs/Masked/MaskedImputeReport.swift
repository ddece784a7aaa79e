import Pretell

extension MaskedImputeVerb {
  /// How many entries of each column are missing.
  struct MissingCounts {
    private(set) var rows = 0
    private(set) var columns: [Int]

    init(columns: Int) { self.columns = [Int](repeating: 0, count: columns) }

    mutating func add(_ block: Matrix) {
      rows += block.rows
      for (index, value) in block.storage.enumerated() where value.isNaN { columns[index % block.columns] += 1 }
    }
  }

  struct Body: Codable {
    let rows: Int
    /// Entries filled in.
    let missing: Int
    let file: String
    let columns: [Column]
    /// Columns with missing entries that the model does not cover.
    let leftMissing: [String]?
    private var hasTarget = false

    private enum CodingKeys: String, CodingKey { case rows, missing, file, columns, leftMissing }

    struct Column: Codable {
      let column: String
      let missing: Int
      /// Leave-one-out R2 of this column in the rows fitted on; absent with a saved model.
      let r2: Double?
    }

    /// `places`: where the model's columns stand.
    init(
      _ missing: MissingCounts, places: [Int], r2: [Double?]?, names: [String]?, file: String, target: String?,
      left: [String]
    ) {
      let counts = missing.columns
      func name(_ column: Int) -> String { names?[column] ?? "\(column + 1)" }
      let position = Dictionary(uniqueKeysWithValues: zip(places, places.indices))
      let known = counts.indices.filter { counts[$0] > 0 && position[$0] != nil }
      let unknown = counts.indices.filter { counts[$0] > 0 && position[$0] == nil }
      self.init(
        rows: missing.rows, file: file,
        columns: known.map { Column(column: name($0), missing: counts[$0], r2: r2?[position[$0]!]) },
        left: unknown.map(name) + left, hasTarget: target != nil)
    }

    init(rows: Int, file: String, columns: [Column], left: [String], hasTarget: Bool) {
      (self.rows, self.file, self.columns, self.hasTarget) = (rows, file, columns, hasTarget)
      missing = columns.reduce(0) { $0 + $1.missing }
      leftMissing = left.isEmpty ? nil : left
    }

    var warnings: [JSONWarning] {
      guard let leftMissing else { return [] }
      return [
        JSONWarning(
          code: "left-missing",
          message:
            "Cells stay as they are in \(leftMissing.joined(separator: ", ")): words where numbers stand, dates, or columns that the "
            + "fit leaves out or tells nothing of.",
          remedy: hasTarget
            ? "Leave --target out to fill it, too."
            : "Clear a word to have its cell filled in; constant columns are filled without --drop-constant, dates and names are left to you."
        )
      ]
    }

    var text: String {
      var table = TextTable(header: ["column", "filled", "R2, leave-one-out"])
      table.rows = columns.map { [$0.column, NumberText.count($0.missing), NumberText.optional($0.r2, 3)] }
      return """
        \(NumberText.count(missing)) missing entries of \(NumberText.count(rows)) rows filled in: \(file)

        \(table.rendered(.output))
        """
    }
  }
}
