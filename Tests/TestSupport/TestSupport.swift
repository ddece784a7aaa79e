import Foundation
@_exported import Gates
import LinearAlgebra
import PretellTesting

/// The repository's root, from the place of this file.
public let repositoryRoot = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// A file under Tests/Reference.
public func reference(_ name: String) throws -> Data {
  try Data(contentsOf: repositoryRoot.appending(path: "Tests/Reference/\(name)"))
}

/// Rows in blocks, as those of a file.
public typealias RowsInBlocks = PretellTesting.RowsInBlocks

/// |a - b| / max(|a|, |b|), 0 when both are 0.
public func relativeDifference(_ a: Double, _ b: Double) -> Double {
  a == b ? 0 : abs(a - b) / max(abs(a), abs(b))
}

/// Largest entry of |a - b| over the largest entry of either.
public func relativeDifference(_ a: Matrix, _ b: Matrix) -> Double {
  let scale = max(a.largestMagnitude, b.largestMagnitude)
  return scale == 0 ? 0 : (a - b).largestMagnitude / scale
}

extension FileHandle {
  /// All bytes up to the end; a signal that interrupts the reading does not end it.
  public func everything() -> Data {
    var result = Data()
    while true {
      do {
        guard let block = try read(upToCount: 1 << 16), !block.isEmpty else { return result }
        result += block
      } catch {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard cause?.code == Int(EINTR) else { return result }
      }
    }
  }
}
