/// Points of the unit cube that fill it evenly, scrambled at random: averages over them are unbiased, with errors near 1/count.
///
/// Each coordinate's generator matrix is multiplied by a random lower triangular binary matrix and the result shifted; points
/// lie in the open cube. Source: Sobol 1967, direction numbers of Joe and Kuo 2008, scrambling of Matousek 1998.
public struct ScrambledSobol: Sendable {
  /// Coordinates that there are direction numbers for.
  public static let largestDimension = 48
  public let dimension: Int
  /// 32 for each coordinate.
  private let directions: [UInt32]
  private var state: [UInt32]
  private var drawn: UInt32 = 0

  /// A scrambling drawn from `stream`.
  public init(dimension: Int, using stream: inout RandomStream) {
    precondition(
      dimension > 0 && dimension <= Self.largestDimension, "\(dimension) coordinates of \(Self.largestDimension)")
    self.dimension = dimension
    var directions: [UInt32] = []
    var state: [UInt32] = []
    for axis in 0..<dimension {
      // Row i of the scrambling: ones on the diagonal, random bits below it (bits count from the top).
      let rows = (0..<32).map { i -> UInt32 in
        let below = i == 0 ? 0 : UInt32(truncatingIfNeeded: stream.next()) & (UInt32.max << UInt32(32 - i))
        return below | (1 << UInt32(31 - i))
      }
      directions += Self.directions(axis).map { column in
        var result: UInt32 = 0
        for (i, row) in rows.enumerated() where (row & column).nonzeroBitCount % 2 == 1 {
          result |= 1 << UInt32(31 - i)
        }
        return result
      }
      state.append(UInt32(truncatingIfNeeded: stream.next()))
    }
    self.directions = directions
    self.state = state
  }

  /// The next point, coordinates in (0, 1).
  public mutating func fillNext(_ target: UnsafeMutableBufferPointer<Double>) {
    precondition(target.count == dimension, "\(target.count) places for \(dimension) coordinates")
    for axis in 0..<dimension { target[axis] = (Double(state[axis]) + 0.5) * 0x1p-32 }
    drawn += 1
    let bit = drawn.trailingZeroBitCount
    for axis in 0..<dimension { state[axis] ^= directions[axis * 32 + bit] }
  }

  /// Direction numbers of one coordinate as 32-bit fractions.
  private static func directions(_ axis: Int) -> [UInt32] {
    if axis == 0 { return (0..<32).map { 1 << UInt32(31 - $0) } }
    let (polynomial, initial) = table[axis]
    let degree = initial.count
    var numbers = initial
    for index in degree..<32 {
      var next = numbers[index - degree] ^ (numbers[index - degree] << UInt64(degree))
      for lag in 1..<max(degree, 1) where (polynomial >> UInt64(degree - lag)) & 1 == 1 {
        next ^= numbers[index - lag] << UInt64(lag)
      }
      numbers.append(next)
    }
    return (0..<32).map { UInt32(truncatingIfNeeded: numbers[$0] << UInt64(31 - $0)) }
  }

  /// Primitive polynomials (bits are coefficients) and initial odd numbers: new-joe-kuo-6.
  private static let table: [(polynomial: UInt64, initial: [UInt64])] = [
    (1, [1]),
    (3, [1]),
    (7, [1, 3]),
    (11, [1, 3, 1]),
    (13, [1, 1, 1]),
    (19, [1, 1, 3, 3]),
    (25, [1, 3, 5, 13]),
    (37, [1, 1, 5, 5, 17]),
    (41, [1, 1, 5, 5, 5]),
    (47, [1, 1, 7, 11, 19]),
    (55, [1, 1, 5, 1, 1]),
    (59, [1, 1, 1, 3, 11]),
    (61, [1, 3, 5, 5, 31]),
    (67, [1, 3, 3, 9, 7, 49]),
    (91, [1, 1, 1, 15, 21, 21]),
    (97, [1, 3, 1, 13, 27, 49]),
    (103, [1, 1, 1, 15, 7, 5]),
    (109, [1, 3, 1, 15, 13, 25]),
    (115, [1, 1, 5, 5, 19, 61]),
    (131, [1, 3, 7, 11, 23, 15, 103]),
    (137, [1, 3, 7, 13, 13, 15, 69]),
    (143, [1, 1, 3, 13, 7, 35, 63]),
    (145, [1, 3, 5, 9, 1, 25, 53]),
    (157, [1, 3, 1, 13, 9, 35, 107]),
    (167, [1, 3, 1, 5, 27, 61, 31]),
    (171, [1, 1, 5, 11, 19, 41, 61]),
    (185, [1, 3, 5, 3, 3, 13, 69]),
    (191, [1, 1, 7, 13, 1, 19, 1]),
    (193, [1, 3, 7, 5, 13, 19, 59]),
    (203, [1, 1, 3, 9, 25, 29, 41]),
    (211, [1, 3, 5, 13, 23, 1, 55]),
    (213, [1, 3, 7, 3, 13, 59, 17]),
    (229, [1, 3, 1, 3, 5, 53, 69]),
    (239, [1, 1, 5, 5, 23, 33, 13]),
    (241, [1, 1, 7, 7, 1, 61, 123]),
    (247, [1, 1, 7, 9, 13, 61, 49]),
    (253, [1, 3, 3, 5, 3, 55, 33]),
    (285, [1, 3, 1, 15, 31, 13, 49, 245]),
    (299, [1, 3, 5, 15, 31, 59, 63, 97]),
    (301, [1, 3, 1, 11, 11, 11, 77, 249]),
    (333, [1, 3, 1, 11, 27, 43, 71, 9]),
    (351, [1, 1, 7, 15, 21, 11, 81, 45]),
    (355, [1, 3, 7, 3, 25, 31, 65, 79]),
    (357, [1, 3, 1, 1, 19, 11, 3, 205]),
    (361, [1, 1, 5, 9, 19, 21, 29, 157]),
    (369, [1, 3, 7, 11, 1, 33, 89, 185]),
    (391, [1, 3, 3, 3, 15, 9, 79, 71]),
    (397, [1, 3, 7, 11, 15, 39, 119, 27]),
  ]
}
