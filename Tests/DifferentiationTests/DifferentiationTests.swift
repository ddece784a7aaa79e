import Differentiation
import Foundation
import LinearAlgebra
import Testing

/// f(x) = e^(x0 x1) / x2 + log(x2 + x3²) √x4 + softplus(x0 - x5) - 2 / x6 + (x7 x8)₊ - 3 + 0.5 (1 - x8)
private struct Example: DifferentiableFunction {
  func callAsFunction<S: DifferentiableScalar>(_ x: [S]) -> S {
    let first = (x[0] * x[1]).exponential() / x[2] + (x[2] + x[3].squared).logarithm() * x[4].root()
    let second = (x[0] - x[5]).softplus() - 2 / x[6] + (x[7] * x[8]).positivePart()
    return first + second - 3 + 0.5 * (1 - x[8])
  }
}

@Suite struct DifferentiationTests {
  private let point = [0.3, -0.7, 1.2, 0.4, 2.0, -0.5, 1.7, 0.9, 0.6]

  /// Worked by hand with the chain rule.
  @Test func gradientAgreesWithTheChainRule() {
    let g = Example().gradient(at: point)
    func logistic(_ t: Double) -> Double { 1 / (1 + exp(-t)) }
    let e = exp(0.3 * -0.7)
    let expected = [
      -0.7 * e / 1.2 + logistic(0.8), 0.3 * e / 1.2, -e / 1.44 + 2.0.squareRoot() / (1.2 + 0.16),
      0.8 / (1.2 + 0.16) * 2.0.squareRoot(), log(1.36) * 0.5 / 2.0.squareRoot(), -logistic(0.8), 2 / (1.7 * 1.7),
      0.6, 0.9 - 0.5,
    ]
    for (one, other) in zip(g, expected) { #expect(abs(one - other) < 1e-14) }
    #expect(abs(g[0] * 1.2 - expected[0]) > 1e-2)
  }

  /// The remainder of a Taylor expansion has slope 3 with the right Hessian and 2 with one wrong by 20 %.
  @Test func hessianHasSlopeThree() {
    let f = Example()
    let (g, h) = (f.gradient(at: point), f.hessian(at: point))
    let direction = [0.5, -0.2, 0.3, 0.9, -0.4, 0.1, 0.7, -0.6, 0.2]
    func remainder(_ t: Double, _ scale: Double) -> Double {
      let moved = zip(point, direction).map { $0 + t * $1 }
      let quadratic = 0.5 * t * t * scale * dot(direction, h * direction)
      return abs(f(moved) - f(point) - t * dot(g, direction) - quadratic)
    }
    #expect(remainder(1e-2, 1) / remainder(5e-3, 1) > 7)
    #expect(remainder(1e-2, 1.2) / remainder(5e-3, 1.2) < 5)
    #expect(h == h.transposed())
  }

  @Test func mixedBlockIsTheHessians() {
    let h = Example().hessian(at: point)
    let block = Example().mixedHessian(at: point, rows: 1..<4, columns: 0..<9)
    for i in 0..<3 { for j in 0..<9 { #expect(abs(block[i, j] - h[i + 1, j]) < 1e-15 * 8) } }
  }

  /// tanh, sigmoid and ReLU by central differences of the functions themselves.
  @Test(arguments: [-3, -0.4, 0.2, 1.1, 6.0]) func activations(_ x: Double) {
    struct Sum: DifferentiableFunction {
      func callAsFunction<S: DifferentiableScalar>(_ x: [S]) -> S {
        x[0].tanh() + 3 * x[0].sigmoid() + 0.5 * x[0].relu()
      }
    }
    func plain(_ x: Double) -> Double { tanh(x) + 3 / (1 + exp(-x)) + 0.5 * max(x, 0) }
    let h = 1e-4
    #expect(abs(Sum()([x]) - plain(x)) < 1e-14)
    #expect(abs(Sum().gradient(at: [x])[0] - (plain(x + h) - plain(x - h)) / (2 * h)) < 1e-7)
    let second = (plain(x + h) - 2 * plain(x) + plain(x - h)) / (h * h)
    #expect(abs(Sum().hessian(at: [x])[0, 0] - second) < 1e-6)
  }

  @Test func activationsDoNotOverflow() {
    #expect(800.0.sigmoid() == 1 && (-800.0).sigmoid() == 0 && 800.0.tanh() == 1 && (-5.0).relu() == 0)
  }

  @Test func softplusDoesNotOverflow() {
    #expect(800.0.softplus() == 800)
    #expect((-800.0).softplus() == 0)
  }
}
