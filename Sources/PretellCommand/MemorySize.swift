import ArgumentParser
import Foundation
import Pretell

/// `2GB`, `500MB` or a number of GB.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [(suffix: String, factor: Double)] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)]
    let text = argument.uppercased()
    let unit = units.first { text.hasSuffix($0.suffix) } ?? ("", 1e9)
    guard let value = Double(text.dropLast(unit.suffix.count).trimmingCharacters(in: .whitespaces)), value > 0,
      value.isFinite
    else { return nil }
    bytes = Int(min(max(value * unit.factor, 1), 1e18))
  }
}

extension MemoryLimit {
  /// What was asked for; the machine's where nothing was.
  init(_ size: MemorySize?) { self = size.map { MemoryLimit(bytes: $0.bytes) } ?? .physical }
}
