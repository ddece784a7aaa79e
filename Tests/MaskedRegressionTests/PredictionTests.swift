import Foundation
import LinearAlgebra
import MaskedRegression
import Randomness
import TestSupport
import Testing

enum RandomStreamForTests {
  static func stream(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, purpose: 77) }
}

@Suite struct PredictionTests {
  /// The conditional mean of a normal law with covariance S + lambda, computed from the covariance.
  private func conditionalMean(_ x: Matrix, _ row: [Double], ridge: Double, missing: [Int]) throws -> [Double] {
    let moments = RowMoments(rows: x)
    let n = Double(x.rows)
    let sigma = (n / (n - 1)) * moments.covariance + ridge * .identity(x.columns)
    let seen = row.indices.filter { !missing.contains($0) }
    let cross = sigma.rows(at: missing).columns(at: seen)
    let block = sigma.rows(at: seen).columns(at: seen)
    let offsets = seen.map { row[$0] - moments.mean[$0] }
    let shift = cross * (try Cholesky(block).solve(offsets))
    return zip(missing, shift).map { moments.mean[$0] + $1 }
  }

  @Test(arguments: [(40, 8), (6, 11)], [[2], [0, 3, 5], [0, 1, 2, 3, 4, 5, 6]])
  func imputationIsTheConditionalMean(_ shape: (Int, Int), missing: [Int]) throws {
    let x = correlatedRows(shape.0, shape.1, seed: 21)
    let fit = try MaskedFit(rows: x, ridge: .given(.shared(0.3)))
    var row = correlatedRows(1, shape.1, seed: 22)
    let original = row
    for j in missing { row[0, j] = .nan }
    let filled = try fit.model.imputed(row)
    let expected = try conditionalMean(x, original.row(0), ridge: 0.3, missing: missing)
    #expect(largestDifference(missing.map { filled[0, $0] }, expected) < 1e-10)
    for j in 0..<shape.1 where !missing.contains(j) { #expect(filled[0, j] == original[0, j]) }
    if missing.count == 1 {
      #expect(relativeDifference(filled[0, 2], try fit.model.predictions(for: original)[0, 2]) < 1e-10)
    }
    let single = try MaskedFit(rows: x, ridge: .given(.shared(0.3)), precision: .single).model.imputed(row)
    #expect(largestDifference(single.storage, filled.storage) < 1e-4)
  }

  /// With a penalty per column there is no one precision; every filled entry still equals its prediction from all others.
  @Test(arguments: [(40, 8), (6, 11)])
  func imputationIsSelfConsistent(_ shape: (Int, Int)) throws {
    let x = correlatedRows(shape.0, shape.1, seed: 23)
    let ridges = (0..<shape.1).map { 0.1 * Double($0 + 1) }
    let model = try MaskedPath(SampleSpectrum(rows: x)).model(.perColumn(ridges))
    var row = correlatedRows(1, shape.1, seed: 24)
    for j in [1, 4, 5] { row[0, j] = .nan }
    let filled = try model.imputed(row)
    let predicted = try model.predictions(for: filled)
    for j in [1, 4, 5] { #expect(abs(filled[0, j] - predicted[0, j]) < 1e-9) }
    let nothing = try model.imputed(Matrix(rows: 1, columns: shape.1, repeating: .nan))
    #expect(largestDifference(nothing.storage, model.transform.means) < 1e-12)
  }

  @Test(arguments: [(40, 8), (6, 11)])
  func modelsSurviveTheirArrays(_ shape: (Int, Int)) throws {
    let x = correlatedRows(shape.0, shape.1, seed: 25)
    let preparation = ColumnPreparation(centers: true, scales: true)
    let path = MaskedPath(try SampleSpectrum(rows: x, preparation: preparation))
    for ridge in [Ridge.shared(0.2), .perColumn((0..<shape.1).map { 0.1 + Double($0) })] {
      let model = try path.model(ridge)
      var arrays = Dictionary(uniqueKeysWithValues: model.arrays.map { ($0.name, $0.matrix) })
      #expect(try MaskedRidge(arrays: arrays) == model)
      arrays["scale"] = nil
      #expect(throws: MaskedRegressionError.malformedModel("there is no array 'scale'")) {
        try MaskedRidge(arrays: arrays)
      }
    }
  }

  /// The formula in the documentation of `arrays`, by hand.
  @Test func documentedFormulasHold() throws {
    let x = correlatedRows(6, 11, seed: 26)
    let model = try MaskedPath(SampleSpectrum(rows: x)).model(.shared(0.2))
    let arrays = Dictionary(uniqueKeysWithValues: model.arrays.map { ($0.name, $0.matrix) })
    let (v, l) = (arrays["vectors"]!, arrays["eigenvalues"]!.storage)
    let z = model.transform.applied(to: x)
    var b = v
    for k in 0..<v.rows {
      for j in 0..<11 {
        b[k, j] *= (arrays["gain"]![0, j] * l[k] + arrays["offset"]![0, j]) / (l[k] + arrays["ridge"]!.storage[0])
      }
    }
    let own = (0..<11).map { j in (0..<v.rows).reduce(0) { $0 + v[$1, j] * b[$1, j] } }
    let prediction = multiply(multiply(z, v, transposing: .right), b) - z.scalingColumns(by: own)
    #expect(relativeDifference(model.transform.inverted(on: prediction), try model.predictions(for: x)) < 1e-12)
  }
}
