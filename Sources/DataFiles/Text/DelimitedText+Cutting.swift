import CDataFiles
import LinearAlgebra

// Where stretches of text can be cut: at the ends of records. Whether a line end stands inside quotes follows from the quotes before it.

extension DelimitedText {
  func pointer(_ offset: Int) -> UnsafePointer<CChar> {
    (file.bytes.baseAddress! + offset).assumingMemoryBound(to: CChar.self)
  }

  private func newlines(_ range: Range<Int>) -> Int {
    Int(pdata_count(pointer(range.lowerBound), Int64(range.count), dialect.newline))
  }

  /// Line ends of the records: there are no more of these. Cost: reading the text, at the memory's speed.
  var recordsAtMost: Int { newlines(body) + 1 }

  /// The `part`th of `parts` stretches of about the same length, cut at the ends of records. Cost: reading the file so far, at the
  /// memory's speed.
  func share(_ part: Int, of parts: Int) -> DelimitedText {
    var (isQuoted, seen) = (false, body.lowerBound)
    func cut(_ index: Int) -> Int {
      if index == 0 { return body.lowerBound }
      let target = behindQuotes(body.lowerBound + body.count * index / parts)
      if index == parts || target <= seen { return index == parts ? body.upperBound : seen }
      while seen < target {
        let end = min(behindQuotes(seen + (1 << 25)), target)
        isQuoted = self.isQuoted(at: end, from: seen, isQuoted)
        file.release(seen..<end)
        seen = end
      }
      return recordEnd(after: target, isQuoted: isQuoted)
    }
    let start = cut(part)
    return with(body: start..<max(start, cut(part + 1)))
  }

  private func recordEnd(after target: Int, isQuoted: Bool) -> Int {
    let origin = layout.body.lowerBound
    return origin
      + Int(
        pdata_next_record(
          pointer(origin), Int64(target - origin), Int64(body.upperBound - origin), dialect, isQuoted))
  }

  /// `offset`, or the first place behind it that cannot be the second of two quotes.
  private func behindQuotes(_ offset: Int) -> Int {
    var place = min(offset, body.upperBound)
    while place < body.upperBound, file.bytes[place] == 34 { place += 1 }
    return place
  }

  /// What a piece does to the state of quotes, for both states before it.
  private struct Turns {
    var outside = false
    var inside = true
    func after(_ isQuoted: Bool) -> Bool { isQuoted ? inside : outside }
  }

  private func turns(_ range: Range<Int>, quotes: Int64) -> Turns {
    var turns = Turns()
    if quotes == 0 { return turns }
    let origin = layout.body.lowerBound
    pdata_quoted_after(
      pointer(origin), Int64(range.lowerBound - origin), Int64(range.upperBound - origin), dialect, &turns.outside,
      &turns.inside)
    return turns
  }

  private func isQuoted(at target: Int, from start: Int, _ isQuoted: Bool) -> Bool {
    let places = cuts(start..<target)
    let turns = Parallel.map(count: places.count) { index in
      let range = places[index]
      return self.turns(range, quotes: pdata_count(pointer(range.lowerBound), Int64(range.count), 34))
    }
    return turns.reduce(isQuoted) { $1.after($0) }
  }

  /// Pieces of about one size, none of which starts between two quotes.
  private func cuts(_ range: Range<Int>) -> [Range<Int>] {
    var (places, start) = ([Range<Int>](), range.lowerBound)
    while start < range.upperBound {
      let end = min(behindQuotes(start + Self.piece), range.upperBound)
      places.append(start..<end)
      start = end
    }
    return places
  }

  /// The records from `start`, where one starts, to the one in which byte `target` lies: cut at the ends of records near multiples of
  /// the piece size, with at least the number of records in each.
  func pieces(from start: Int, near target: Int) -> (pieces: [Range<Int>], capacities: [Int]) {
    let places = cuts(start..<min(target, body.upperBound))
    let counts = Parallel.map(count: places.count) { index in
      var quotes: Int64 = 0
      let place = places[index]
      let lines = pdata_count_two(pointer(place.lowerBound), Int64(place.count), dialect.newline, 34, &quotes)
      return (Int(lines), turns(place, quotes: quotes))
    }
    var pieces: [Range<Int>] = []
    var capacities: [Int] = []
    var (start, isQuoted) = (start, false)
    for (place, (lines, turns)) in zip(places, counts) {
      isQuoted = turns.after(isQuoted)
      let next = place.upperBound
      if next <= start { continue }
      let end = next == body.upperBound ? next : recordEnd(after: next, isQuoted: isQuoted)
      let isOpen = file.bytes[end - 1] != UInt8(bitPattern: dialect.newline)
      pieces.append(start..<end)
      capacities.append(lines - newlines(place.lowerBound..<start) + newlines(next..<end) + (isOpen ? 1 : 0))
      start = end
    }
    return (pieces, capacities)
  }
}
