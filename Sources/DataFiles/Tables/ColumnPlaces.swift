/// Where a file's columns stand that are given by name or number.
struct ColumnPlaces {
  /// nil where the file has none.
  let names: [String]?
  let count: Int
  let source: String

  /// From 0, of names, or numbers from 1. Throws `DataFileError` for none such, and for a name that several have.
  func positions(_ given: [String]) throws -> [Int] {
    try given.map { wanted in
      let found = names.map { names in names.indices.filter { names[$0] == wanted } } ?? []
      if found.count > 1 { throw DataFileError.ambiguousColumn(source, wanted, count: found.count) }
      if let only = found.first { return only }
      if let number = Int(wanted), number >= 1, number <= count { return number - 1 }
      throw DataFileError.noSuchColumn(source, wanted, names: names, count: count)
    }
  }
}
