/// Times of day and durations: 13:30, 7:05:09, 1:23.5, 2:15 pm.
enum ClockTime {
  /// In units of what stands first, so 13.5 for 13:30; nil where `text` is none.
  static func value(_ text: String) -> Double? { parts(text)?.value }

  /// Whether all words are times of as many parts, and what stands first in them: hours, or minutes where seconds have a fraction and
  /// nothing stands before the minutes.
  static func unit(of words: [String]) -> String? {
    let found = words.map(parts)
    guard let first = found.first ?? nil, found.allSatisfy({ $0?.count == first.count }) else { return nil }
    return first.count == 2 && found.contains { $0?.hasFraction == true } ? "minutes" : "hours"
  }

  private static func parts(_ text: String) -> (value: Double, count: Int, hasFraction: Bool)? {
    var clock = text.trimmed.lowercased()
    var shift: Double?
    for (suffix, hours) in [("am", 0.0), ("pm", 12.0)] where clock.hasSuffix(suffix) {
      (clock, shift) = (String(clock.dropLast(2)).trimmed, hours)
    }
    let cells = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(cells.count), (1...3).contains(cells[0].count), var value = whole(cells[0]) else {
      return nil
    }
    if let shift {
      guard (1...12).contains(value) else { return nil }
      value = value.truncatingRemainder(dividingBy: 12) + shift
    }
    var (unit, hasFraction) = (1.0, false)
    for (index, cell) in cells.enumerated().dropFirst() {
      let sides = cell.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      hasFraction = sides.count == 2
      guard sides[0].count == 2, whole(sides[0]) ?? 60 < 60, !hasFraction || index == cells.count - 1,
        sides.count == 1 || whole(sides[1]) != nil, let own = Double(cell)
      else { return nil }
      unit /= 60
      value += unit * own
    }
    return (value, cells.count, hasFraction)
  }

  private static func whole(_ text: Substring) -> Double? {
    text.allSatisfy { ("0"..."9").contains($0) } ? Double(text) : nil
  }
}
