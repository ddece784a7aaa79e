extension DataFileError {
  /// 'Did you mean', and what there is.
  static func hint(_ name: String, among all: [String], title: String) -> String {
    if let nearest = Spelling.nearest(to: name, among: all) { return "Did you mean '\(nearest)'?" }
    return "\(title): \(list(all))"
  }

  static func list(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
