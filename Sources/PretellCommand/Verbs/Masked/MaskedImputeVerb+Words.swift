import ArgumentParser
import Pretell

// Files with words, dates and the like: in memory.

extension MaskedImputeVerb {
  func run(_ table: FillableTable) throws {
    if model != nil {
      throw ValidationError(
        "--model holds numbers: for a file with words, dates or --categories give --train, or neither; or leave such "
          + "columns out (--exclude).")
    }
    let rows = table.rowsToFit
    try preparation.limit.check(.rowsWithGaps(rows: rows.rows, columns: rows.columns))
    let complete = rows.rows(at: (0..<rows.rows).filter { i in !rows.row(i).contains { $0.isNaN } })
    let names = table.names
    let (fitted, errors, warnings) = try DataFileError.naming(train ?? data, columns: names) {
      try fit(complete, or: rows, names)
    }
    guard let format = RowFile.Format(path: common.output) else { return }
    let filled = try table.write(common.output, as: format, filling: fitted.imputed(table.values))
    try finish(
      Body(filled, rows: table.values.rows, errors: errors, file: common.output, target: target), uses: table.uses,
      table.warnings.map(JSONWarning.init) + warnings + (errors?.warnings ?? []).map(JSONWarning.init))
  }

  /// On complete rows where there are three, else on all of them. Columns that do not vary among those are left as they are where
  /// that was asked for.
  private func fit(
    _ complete: Matrix, or rows: Matrix, _ names: [String]
  ) throws -> (MaskedRidge, MaskedErrors?, [JSONWarning]) {
    if preparation.dropConstant {
      throw ValidationError("--drop-constant is for numbers: leave columns of words out with --exclude.")
    }
    let prepared = preparation.preparation(isSparse: false)
    guard complete.rows >= 3 else {
      let covered = CoveredColumns(positions: Array(names.indices), total: names.count, names: names)
      let (model, warnings) = try fittedWithGaps(rows, covered)
      return (model, nil, warnings)
    }
    let fit = try MaskedFit(
      rows: complete, ridge: ridge.choice(divisor: Double(complete.rows - (prepared.centers ? 1 : 0))),
      preparation: prepared, memory: preparation.limit)
    return (fit.model, fit.errors, [])
  }
}

extension MaskedImputeVerb.Body {
  /// R2 of words is that of all their indicators together.
  init(_ filled: [FillableTable.Filled], rows: Int, errors: MaskedErrors?, file: String, target: String?) {
    let known = filled.filter { $0.filled > 0 }
    self.init(
      rows: rows, file: file,
      columns: known.map { column in
        Column(column: column.column, missing: column.filled, r2: errors.flatMap { $0.r2(of: column.stands) })
      },
      left: filled.filter { $0.left > 0 }.map(\.column), hasTarget: target != nil)
  }
}

extension MaskedErrors {
  /// 1 - leave-one-out error / baseline of some columns together.
  fileprivate func r2(of columns: Range<Int>) -> Double? {
    let errors = columnLeaveOneOutErrors[columns].compactMap(\.self)
    let baseline = columnBaselines[columns].reduce(0, +)
    return errors.count == columns.count && baseline > 0 ? 1 - errors.reduce(0, +) / baseline : nil
  }
}
