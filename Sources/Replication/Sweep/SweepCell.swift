/// One cell of a sweep: the values that make it different from the others.
public struct SweepCell: Sendable, Hashable {
  /// Key of the instance and value as written there.
  public struct Setting: Sendable, Hashable, Codable {
    public let key: String
    public let value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// In the order of the command line.
  public let settings: [Setting]

  public init(_ settings: [Setting]) { self.settings = settings }

  /// Settings in order of their keys: the same cell has the same name wherever it stands in a grid.
  public var name: String {
    settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// Names the cell's random streams: the FNV-1a hash of its name, so that a grid may grow and stores may be merged.
  public var stream: UInt64 { FNV.hash(name.utf8) }

  /// All combinations, the last key fastest.
  public static func grid(_ axes: [(key: String, values: [String])]) -> [SweepCell] {
    axes.reduce([SweepCell([])]) { cells, axis in
      cells.flatMap { cell in axis.values.map { SweepCell(cell.settings + [Setting(key: axis.key, value: $0)]) } }
    }
  }
}

extension SweepCell: Comparable {
  /// By the settings in order of their keys, numbers by size.
  public static func < (one: SweepCell, other: SweepCell) -> Bool {
    let (left, right) = (one.settings.sorted { $0.key < $1.key }, other.settings.sorted { $0.key < $1.key })
    guard let (a, b) = zip(left, right).first(where: { $0 != $1 }), a.key == b.key else { return one.name < other.name }
    if let x = Double(a.value), let y = Double(b.value), x != y { return x < y }
    return a.value < b.value
  }
}
