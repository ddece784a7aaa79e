import LinearAlgebra
import MatrixFlow
import TestSupport
import Testing

@Suite struct LearningTests {
  /// Case G at several sizes: predicted half-times of the reference file, and the times at which its eigenvalues of P pass one half,
  /// five decimals; `halfTime` is where v_i'P v_i does.
  @Test(arguments: ["0.01", "0.0001", "1e-06", "1e-10"]) func halfTimes(_ scale: String) throws {
    let rows = try FlowReference().section("halftimes_and_holonomy")["halftimes_\(scale)"] as! [[Double]]
    let flow = try FactorizationFlow(
      start: FlowCase.wave(4, 4, Double(scale)!), target: FlowCase.g.target)
    let order = try flow.learningOrder()
    #expect(order.directions.count == 3)
    for direction in order.directions {
      let row = rows[3 - Int(direction.eigenvalue.rounded())]
      let (index, value) = (3 - Int(direction.eigenvalue.rounded()), direction.eigenvalue)
      #expect(abs(direction.predictedHalfTime! - row[1]) < 6e-6, "\(direction)")
      #expect(abs(try flow.productEigenvalues(at: row[0])[index] - value / 2) < 6e-6 * value * value, "\(direction)")
      let (p, v) = (try flow.product(at: direction.halfTime!), Matrix.column(flow.eigenvectors.column(index)))
      #expect(relativeDifference(multiply(v, p * v, transposing: .left).trace, value / 2) < 1e-10)
    }
    #expect(zip(order.directions, order.directions.dropFirst()).allSatisfy { $0.halfTime! < $1.halfTime! })
  }

  /// Between two half-times the flow passes the saddle that holds what has been learned; smaller starts pass closer.
  @Test func passages() throws {
    var last = [Double](repeating: .infinity, count: 2)
    for scale in [1e-2, 1e-4, 1e-6] {
      let order = try FactorizationFlow(start: FlowCase.wave(4, 4, scale), target: FlowCase.g.target).learningOrder()
      #expect(order.passages.map(\.heldEigenvalues.count) == [0, 1, 2])
      for (index, passage) in order.passages.dropFirst().enumerated() {
        #expect(passage.interval.contains(passage.time))
        #expect(passage.distance < 0.5 * last[index])
        last[index] = passage.distance
      }
      #expect(abs(order.passages[1].loss - 0.25 * 5) < 1e-12)
    }
  }

  @Test func beyondHalfThereIsNoHalfTime() throws {
    let flow = try FactorizationFlow(start: 3 * Matrix.identity(2), target: .diagonal([2, 1]))
    #expect(try flow.learningOrder().directions.allSatisfy { $0.halfTime == nil && $0.predictedHalfTime == nil })
  }
}

@Suite struct GradientDescentTests {
  /// Linear stability limits of the theory file: A 1/3, B 1/4, E 1/2, λ = (1, -4) 0.4.
  @Test func stabilityLimits() throws {
    for (example, limit) in [(FlowCase.a, 1.0 / 3), (.b, 0.25), (.e, 0.5)] {
      #expect(relativeDifference(try example.flow().largestStableStep!, limit) < 1e-13)
    }
    let indefinite = try FactorizationFlow(start: Matrix([[0.5], [0.3]]), target: .diagonal([1, -4]))
    #expect(relativeDifference(indefinite.largestStableStep!, 0.4) < 1e-13)
  }

  /// 2 % below the limit iterates settle, 2 % above they do not.
  @Test func limitsDecide() throws {
    for example in [FlowCase.a, .b, .e] {
      let flow = try FactorizationFlow(start: example.flow().factor(at: 2), target: example.target)
      let limit = flow.largestStableStep!
      let below = try GradientDescent(flow, step: 0.98 * limit).run(recording: [0, 3000])
      let above = try GradientDescent(flow, step: 1.02 * limit).run(recording: [0, 3000])
      #expect(below.status == .finished && below.points[1].distance < 0.02, "\(example.name)")
      #expect(above.status == .diverged || above.points[1].distance > 0.05, "\(example.name)")
    }
  }

  /// 1/(4 max(‖X₀‖², ‖M‖)), ‖.‖ the largest singular value: 1/16 and 1/36 here.
  @Test func safeStepByHand() throws {
    for (norm, step) in [(1.0, 1 / 16.0), (9, 1 / 36.0), (-9, 1 / 36.0)] {
      let flow = try FactorizationFlow(start: 2 * .identity(2), target: .diagonal([norm, -0.5]))
      #expect(relativeDifference(flow.safeStep, step) < 1e-14)
    }
  }

  @Test(arguments: UInt64(0)..<20) func safeStepsNeverRaiseTheLoss(_ seed: UInt64) throws {
    let flow = try PropertyTests.random(seed)
    let path = try GradientDescent(flow, step: flow.safeStep).run(recording: [0, 10, 100, 1000])
    #expect(path.isMonotone && path.status == .finished, "seed \(seed)")
  }

  /// The gap to the flow is of first order in the step; iterates are those of the obvious loop.
  @Test func iteratesFollowTheFlow() throws {
    let example = FlowCase.a
    let flow = try example.flow()
    let coarse = try GradientDescent(flow, step: 0.002).run(recording: [500]).points[0]
    let fine = try GradientDescent(flow, step: 0.001).run(recording: [1000]).points[0]
    #expect(abs(coarse.gapToFlow / fine.gapToFlow - 2) < 0.02)
    var x = example.start
    for _ in 0..<500 { x = x + 0.002 * (example.target * x - x * x.gram()) }
    let p = multiply(x, x, transposing: .right)
    let gap = (p - (try flow.product(at: 1))).squaredFrobeniusNorm.squareRoot()
    #expect(relativeDifference(coarse.gapToFlow, gap) < 1e-9)
    #expect(relativeDifference(coarse.loss, 0.25 * (p - example.target).squaredFrobeniusNorm) < 1e-12)
  }

  @Test func largeStepsDiverge() throws {
    let path = try GradientDescent(FlowCase.b.flow(), step: 5).run(recording: [0, 100])
    #expect(path.status == .diverged && path.points.count == 1)
  }
}
