import CDataFiles

/// Numbers names in order of first appearance; two are the same where their bytes are. Memory: the names and 12 bytes for each.
struct NameTable {
  /// All names, each with a line end behind it.
  private var letters: [UInt8] = []
  private var starts: [Int] = [0]
  /// Numbers of names by their hash, -1 where free; a power of two of them, at most half in use.
  private var slots = [Int32](repeating: -1, count: 64)

  var count: Int { starts.count - 1 }

  mutating func number(_ name: UnsafeRawBufferPointer) -> Int {
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = Int(slots[slot])
      if bytes(known).elementsEqual(name) { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(count)
    letters.append(contentsOf: name)
    letters.append(10)
    starts.append(letters.count)
    if 2 * count > slots.count { grow() }
    return count - 1
  }

  private func bytes(_ number: Int) -> ArraySlice<UInt8> { letters[starts[number]..<starts[number + 1] - 1] }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    for number in 0..<count {
      var slot = bytes(number).withUnsafeBytes(Self.hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  /// Fowler, Noll and Vo's, its high bits folded in.
  private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x7FFF_FFFF_FFFF_FFFF)
  }

  /// UTF-8 where all names are.
  var encoding: TextEncoding { letters.withUnsafeBytes(TextEncoding.of) }

  func names(_ encoding: TextEncoding) -> [String] { (0..<count).map { encoding.decode(bytes($0)) } }
}

extension RecordReader {
  /// A kept cell as a name.
  fileprivate func withName<T>(_ cell: Int, _ body: (UnsafeRawBufferPointer) -> T) -> T {
    cells[cell].doubled ? Self.undoubled(bytes(cell)).withUnsafeBytes(body) : body(bytes(cell))
  }
}

extension NameTable {
  /// The number of a kept cell's content.
  mutating func number(_ cell: Int, of reader: RecordReader) -> Int { reader.withName(cell) { number($0) } }
}
