import CMath
import LinearAlgebra
import Randomness

/// Drawn images of nuclei, as a fluorescence microscope sees them: ellipses of different brightness on a sloping background, blurred, with
/// noise; grey between 0 and 1. Windows of 24 x 24 pixels, 12 apart.
struct CellImages {
  static let window = 24
  private static let (side, stride, nuclei) = (96, 12, 18)
  private static let (blur, noise) = (1.0, 0.02)

  /// Windows, a row each.
  private(set) var rows = Matrix(rows: 0, columns: window * window)
  /// Share of each window that nuclei cover.
  private(set) var share: [Double] = []
  /// The image of each window.
  private(set) var image: [Int] = []

  init(count: Int, _ stream: inout RandomStream) {
    var windows: [[Double]] = []
    for index in 0..<count {
      let (pixels, mask) = Self.draw(&stream)
      for top in Swift.stride(from: 0, through: Self.side - Self.window, by: Self.stride) {
        for left in Swift.stride(from: 0, through: Self.side - Self.window, by: Self.stride) {
          let places = (0..<Self.window * Self.window).map {
            (top + $0 / Self.window) * Self.side + left + $0 % Self.window
          }
          windows.append(places.map { pixels[$0] })
          share.append(places.reduce(0) { $0 + (mask[$1] ? 1 : 0) } / Double(places.count))
          image.append(index)
        }
      }
    }
    rows = Matrix(windows)
  }

  private static func draw(_ stream: inout RandomStream) -> (pixels: [Double], mask: [Bool]) {
    func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * stream.uniform() }
    let background = between(0.05, 0.15)
    let slope = (between(-0.05, 0.05), between(-0.05, 0.05))
    var mask = [Bool](repeating: false, count: side * side)
    var pixels = (0..<side * side).map {
      background + (slope.0 * Double($0 / side) + slope.1 * Double($0 % side)) / Double(side)
    }
    for _ in 0..<nuclei {
      let centre = (between(0, Double(side)), between(0, Double(side)))
      let (long, short, angle) = (between(4, 8), between(4, 8), between(0, Double.pi))
      let level = between(0.25, 0.85)
      for k in 0..<side * side {
        let (y, x) = (Double(k / side) - centre.0, Double(k % side) - centre.1)
        let (u, v) = (y * cos(angle) + x * sin(angle), x * cos(angle) - y * sin(angle))
        if u * u / (long * long) + v * v / (short * short) < 1 {
          pixels[k] = level
          mask[k] = true
        }
      }
    }
    let clean = blurred(blurred(pixels, across: 1, along: side), across: side, along: 1)
    let grain = stream.normalMatrix(rows: 1, columns: clean.count).storage
    return (zip(clean, grain).map { min(max($0 + noise * $1, 0), 1) }, mask)
  }

  /// By a Gaussian along one side; edges repeat.
  private static func blurred(_ pixels: [Double], across step: Int, along line: Int) -> [Double] {
    let reach = 3
    let kernel = (-reach...reach).map { exp(-0.5 * Double($0 * $0) / (blur * blur)) }
    let sum = kernel.reduce(0, +)
    var result = pixels
    for first in 0..<side {
      for k in 0..<side {
        result[first * line + k * step] =
          (-reach...reach).reduce(0) { total, offset in
            let from = min(max(k + offset, 0), side - 1)
            return total + kernel[offset + reach] * pixels[first * line + from * step]
          } / sum
      }
    }
    return result
  }
}
