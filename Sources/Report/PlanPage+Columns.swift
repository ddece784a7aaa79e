extension PlanPage {
  /// What was made of each column of the file; nothing where every one is a feature as it stands.
  var columnTable: String {
    guard columns.contains(where: { !$0.note.isEmpty && $0.note != "the target" }) else { return "" }
    return "<h2>Columns</h2>\n"
      + table(
        remark: "What stands for each column of the file. Nothing here looked at the target.",
        header: ["Column", "Becomes", ""],
        rows: columns.map { column in
          let shown = column.becomes.prefix(8).joined(separator: ", ")
          return [column.column, column.becomes.count > 8 ? shown + ", ..." : shown, column.note]
        })
  }
}
