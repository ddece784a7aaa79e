import Asymptotics
import LinearAlgebra
import Pretraining

/// What a method makes of random halves of the rows. A half that cannot be fitted costs that half, or the sizes it
/// cannot have.
struct HalfFits: Sendable {
  /// By half and size, in order; nil where it could not be fitted.
  let representations: [[(any Representation)?]]
  /// Why, of the first that failed.
  let failure: String?

  /// A part measured on fewer halves than these is not given.
  static let fewest = 4

  init(
    _ method: any PretrainingMethod, sizes: [Int], from found: [any Representation], data: PreparedData, seed: UInt64,
    tick: @Sendable () -> Void
  ) throws {
    let count = 2 * DeleteHalf.splits(rows: data.rowCount, columns: data.columns)
    let fit: @Sendable (Int, [Int], [any Representation]) throws -> [any Representation]
    if !method.isOrdered, let method = method as? any MomentsMethod {
      let moments = try data.halfMoments(of: data, seed: seed)
      fit = { index, sizes, _ in try method.fit(moments[index], sizes: sizes) }
    } else {
      let stretch = method.isOrdered ? DeleteHalf.stretch(data.rowCount) : 1
      fit = { index, sizes, found in
        let rows = data.half(index, stretch: stretch, seed: seed)
        return try method.refit(reading: data.pool, at: rows, sizes: sizes, from: found)
      }
    }
    let halves = try data.map(count: count) { index -> ([(any Representation)?], String?) in
      defer { tick() }
      do { return (try fit(index, sizes, found), nil) } catch {
        // One size may be to blame.
        return (sizes.indices.map { try? fit(index, [sizes[$0]], [found[$0]])[0] }, "\(error)")
      }
    }
    representations = halves.map(\.0)
    failure = halves.lazy.compactMap(\.1).first
  }

  /// A warning where not all halves of a size could be fitted.
  func warning(fitted position: Int) -> Warning? {
    warning(known: representations.count { $0[position] != nil })
  }

  /// A warning where not all halves of a size gave a loss.
  func warning(known: Int) -> Warning? {
    known < representations.count
      ? .halfFailed(known: known, of: representations.count, reason: failure) : nil
  }
}
