import DataFiles
import Foundation
import LinearAlgebra
import Testing

/// 200 000 damaged files: each is refused with a `DataFileError` or read, in a process of its own with little memory and time.
///
/// Stated bounds: numbers read take at most 8 bytes for each byte of the file (8 · 1032 where it is deflated); beyond them and
/// the parsers' own trees nothing is allocated, which the limit on the process's address space enforces.
@Suite struct FuzzTests {
  /// Of each kind; PRETELL_FUZZ multiplies it.
  static let count = 25_000 * max(1, ProcessInfo.processInfo.environment["PRETELL_FUZZ"].flatMap(Int.init) ?? 1)

  @Test func npy() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 1, files: Fuzz.fixtures { $0.hasSuffix(".npy") }) { try Fuzz.read($0, factor: 8) }
    }
  }

  @Test func npz() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 2, files: Fuzz.fixtures { $0.hasSuffix(".npz") }) { try Fuzz.read($0, factor: 8 * 1032) }
    }
  }

  @Test func safetensors() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 3, files: Fuzz.fixtures { $0.hasSuffix(".safetensors") }) { try Fuzz.read($0, factor: 8) }
    }
  }

  @Test func delimitedText() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 4, files: Fuzz.tables) { try Fuzz.read($0, factor: 8) }
    }
  }

  @Test func pairs() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 6, files: Fuzz.pairs) { file in
        let table = try SparseFile.read(file)
        precondition(table.offsets.count == table.rows + 1 && table.offsets.last == table.values.count)
        precondition(table.indices.allSatisfy { $0 >= 0 && $0 < table.columns } && table.values.allSatisfy(\.isFinite))
        precondition(table.rowNames?.count == table.rows && table.columnNames?.count == table.columns)
      }
    }
  }

  /// Text with words and gaps in it, counted or filled in and read again: observed cells are what they were.
  @Test func fillings() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 7, files: Fuzz.tables) { file in
        let stream = try RowStream(file)
        // A column of gaps alone tells nothing of what stands above it; once it is filled in it does.
        var observed = Set<Int>()
        try stream.forEachBlockWithMissing { _, block in
          for (index, value) in block.storage.enumerated() where !value.isNaN { observed.insert(index % block.columns) }
        }
        if observed.count < stream.columns { return }
        // Where it is doubtful, and said, what the first line is, numbers that are filled in may settle it the other way.
        if stream.warnings.contains(where: { $0.code.hasPrefix("first-line") || $0.code == "numbered-header" }) {
          return
        }
        let filled = try stream.bytes(separatedBy: nil) { block in block.replacingMissing(by: 0.5) }
        let again = try DataFile.read(FileBytes(name: "again", contents: filled)).values
        var first = 0
        try stream.forEachBlockWithMissing { _, block in
          precondition(block.columns == again.columns)
          for (index, value) in block.storage.enumerated() where !value.isNaN {
            precondition(again.storage[first + index] == value)
          }
          first += block.storage.count
        }
        precondition(first == again.storage.count)
      }
    }
  }

  @Test func gzip() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 8, files: Fuzz.packed) { try Fuzz.read($0, factor: 8 * 1032) }
    }
  }

  @Test func instances() async {
    await #expect(processExitsWith: .success) {
      try Fuzz.run(seed: 5, files: Fuzz.worlds) { file in
        let instance = try InstanceFile(file)
        for key in ["model", "dimension", "strengths", "downstream.noise", "rows"] {
          _ = try? instance.doubles(key)
          _ = try? instance.string(key)
          _ = try? instance.matrix(key)
        }
        try instance.checkAllKeysUsed()
      }
    }
  }

  /// The limit on memory is one: a process that takes what a hostile header asks for dies.
  @Test func limitHolds() async {
    await #expect(processExitsWith: .failure) {
      try Fuzz.limit(megabytes: 256, seconds: 20)
      var memory = [UInt8](repeating: 1, count: 1 << 30)
      memory[memory.count / 2] = 2
      print(memory[memory.count / 2])
    }
  }
}

/// Damages files and reads them.
enum Fuzz {
  static func run(
    seed: UInt64, files: [[UInt8]], count: Int = FuzzTests.count, _ body: (FileBytes) throws -> Void
  ) throws {
    Parallel.threads = 1
    try limit(megabytes: 256, seconds: UInt32(120 * max(1, FuzzTests.count / 25_000)))
    var random = SplitMix(state: seed)
    var (refused, accepted) = (0, 0)
    for _ in 0..<count {
      let file = FileBytes(name: "fuzzed", contents: damaged(files, &random))
      do {
        try body(file)
        accepted += 1
      } catch let error as DataFileError {
        precondition(error.description.utf8.count < 4096)
        refused += 1
      }
    }
    // Damage that always or never shows would test little.
    precondition(
      refused > count / 20 && accepted > count / 200, "\(refused) refused, \(accepted) read")
  }

  static func read(_ file: FileBytes, factor: Int) throws {
    let isOdd = file.bytes.count % 2 == 1
    let table = isOdd ? try DataFile.read(file).values : try DataFile.readLabeled(file, target: "2").features
    precondition(8 * table.storage.count <= factor * file.bytes.count)
    precondition(table.storage.allSatisfy(\.isFinite))
  }

  /// No more address space than now and this much, and an end to the process after this time.
  static func limit(megabytes: Int, seconds: UInt32) throws {
    #if os(Linux)
      let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[0]
      let bytes = rlim_t(Int(pages)! * sysconf(Int32(_SC_PAGESIZE)) + megabytes << 20)
      var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
    #endif
    alarm(seconds)
  }

  // MARK: files to start from

  static func fixtures(_ isWanted: (String) -> Bool) throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture("")).filter(isWanted).sorted()
    return try names.map { try [UInt8](Data(contentsOf: URL(filePath: fixture($0)))) }
  }

  static var tables: [[UInt8]] {
    [
      "a,b,c\n1,2,3\n4,5,6\n", "\"a\",\"b, or c\"\n1.5,\"2\"\n\"3\n\",4e-3\n", "1\t2\t3\r\n4\t5\t6\r\n",
      "a;b\n1,5;2,5\n;3\n",
      ",x,y\n0,1,2\n1,3,4\n", "  1  2 3\n 4 5   6 \n\n\n7 8 9", "0,1,2\n5,6,7\n", "a|b\nNA|1\ninf|2\n-nan|?\n",
      "\u{FEFF}x\n1\n2\n", "sep=;\na;b\n1,5;2,5\n", "# a b\n1 2\n3 4\n# end\n", "a,b,\n1,2,\n3,,\n",
      "a;b\n1.234,5;2\n3;4\n", "\"\",\"1\",\"2\"\n\"1\",5,6\n\"2\",7,8\n",
    ].map { Array($0.utf8) }
  }

  static var pairs: [[UInt8]] {
    [
      "user,item,rating\nu1,\"a, b\",5\nu2,c,3\nu1,c,1\n", "u1;12\" vinyl\nu1;cd\nu2;tape\n",
      "item\tuser\tplays\n1\ta\t1,234\n2\tb\t12\n", "1::1193::5::978300760\n1::661::3::978302109\n",
      "user_id:token,item_id:token,timestamp:float\n1,10,1333476009\n2,10,1333476010\n", "# user item\n1 7\n2 7\n",
      "\u{FEFF}\"u\",\"say \"\"hi\"\"\"\r\n\"v\",\"two\nlines\"\r\n",
    ].map { Array($0.utf8) } + [Array("u,Andr".utf8) + [0xE9] + Array("\nv,Andr".utf8) + [0xE8, 10]]
  }

  /// The first tables as gzip packs them: in stored blocks, which need no packing.
  static var packed: [[UInt8]] { tables.map(gzipped) }

  static func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let (low, high) = (UInt8(bytes.count & 255), UInt8(bytes.count >> 8))
    let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, low, high, ~low, ~high]
    return head + bytes + little(checksum(bytes)) + little(UInt32(bytes.count))
  }

  /// CRC-32 as gzip has it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }

  static var worlds: [[UInt8]] {
    [
      "model = \"factor\"\ndimension = 50\nstrengths = [4.0, 2.0, 1.0]\n[downstream]\nnoise = 0.5\n",
      "rows = [[1, 2], [3, 4]]\nmodel = 'pca' # text\n[samples]\nunlabeled = 10_000\nday = 2020-01-01T00:00:00Z\n",
      "a.b.c = {d = 1, e = [true, \"x\\u00e9\"]}\n[[t]]\nx = inf\n[[t]]\nx = 0x1F\n",
    ].map { Array($0.utf8) }
  }

  // MARK: damage

  private static let tokens = [
    "\"", "\"\"", ",", "\n", "\r\n", "\r", "\0", "nan", "-inf", "1e999", "9223372036854775807", "18446744073709551616",
    "-1",
    "(", ")", "{", "}", "[", "]", "[[[[[[[[[[[[[[[[", "'", "\"\"\"", ".a.a.a.a", "=", "#", "\\", "\\u0000", "\u{2028}",
    "\u{FEFF}",
    "PK\u{05}\u{06}", "PK\u{01}\u{02}", "'descr': '|O'", "'shape': (1000000000, 1000000000)", "True", "shape",
    "data_offsets",
    "\"shape\":[4294967296,4294967296]", "[0,18446744073709551615]", ";", "\t", "  ", "1_0", "0x", "é",
  ].map { Array($0.utf8) }

  static func damaged(_ files: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
    var bytes = files[random.below(files.count)]
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count + 1)
      switch random.below(7) {
      case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
      case 1: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: tokens[random.below(tokens.count)], at: place)
      case 4: overwrite(&bytes, at: place, &random)
      case 5:
        let end = min(bytes.count, place + random.below(64))
        bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
      default:
        let other = files[random.below(files.count)]
        let start = random.below(other.count + 1)
        bytes.replaceSubrange(place..., with: other[start...])
      }
    }
    return bytes
  }

  /// An integer where a length may stand.
  private static func overwrite(_ bytes: inout [UInt8], at place: Int, _ random: inout SplitMix) {
    let values: [UInt64] = [
      0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 1 << 20, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 40, .max >> 1, .max,
    ]
    let value = values[random.below(values.count)] &+ UInt64(random.below(3)) &- 1
    for index in 0..<(1 << random.below(4)) where place + index < bytes.count {
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }
}

/// Steele, Lea and Flood's generator: fixed seeds give the same files everywhere.
struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}

extension Matrix {
  /// With this number where something is missing.
  func replacingMissing(by value: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, storage: storage.map { $0.isNaN ? value : $0 })
  }
}
