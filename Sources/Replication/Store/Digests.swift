import Asymptotics

/// The 64-bit hash of Fowler, Noll and Vo.
enum FNV {
  static let basis: UInt64 = 0xcbf2_9ce4_8422_2325
  static let prime: UInt64 = 0x100_0000_01b3

  /// FNV-1a.
  static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(basis) { ($0 ^ UInt64($1)) &* prime } }
}

/// Checksum of replicates: FNV-1a over cell, numbers and values, a word at a time.
struct ReplicateDigest {
  private(set) var value = FNV.basis

  mutating func add(_ word: UInt64) { value = (value ^ word) &* FNV.prime ^ value >> 29 }

  /// -0 and 0 are the same to SQLite.
  mutating func add(_ number: Double?) { add(number.map { ($0 + 0).bitPattern } ?? .max) }

  mutating func add(_ risk: RiskDecomposition?) {
    add(risk?.representation)
    add(risk?.leakage)
    add(risk?.variance)
  }

  static func of(_ risks: [RiskDecomposition?], cell: UInt64, from first: Int) -> UInt64 {
    var digest = ReplicateDigest()
    digest.add(cell)
    digest.add(UInt64(first))
    for risk in risks { digest.add(risk) }
    return digest.value
  }
}
