import Foundation
import TestSupport
import Testing

/// Sizes and magnitudes that nothing can be computed with are refused with a sentence.
@Suite struct LargestNumbersTests {
  @Test(arguments: [
    "law Examples/factor.toml --set dimension=9223372036854775807",
    "law Examples/mixture.toml --set dimension=4611686018427387904",
    "simulate Examples/mixture.toml --replicates 2 --set samples.labeled=9223372036854775807",
    "flow Examples/flow.toml --set columns=9223372036854775807", "flow Examples/flow.toml --set columns=100000",
    "flow Examples/flow.toml --set scale=1e154", "flow Examples/flow.toml --set scale=1e-154",
    "masked forecast Examples/diabetes_x.npy --rows 9223372036854775807x",
    "masked recommend Examples/ratings.csv --implicit --user p7 --top 9223372036854775807",
    "masked spectrum --covariance spiked:1e9 --columns 10 --rows 20 --ridge .1",
    "encoders split --rows 9223372036854775807 --output splits.npz",
  ])
  func areRefused(_ line: String) throws {
    let run = try pretell(line)
    #expect([1, 64, 65].contains(run.status) && run.output.isEmpty, "\(line): \(run.status)")
    #expect(run.errors.contains("error:") && !run.errors.contains("Fatal"), "\(run.errors)")
  }

  @Test func budgetsBuyNoMoreThanThereCanBe() throws {
    let run = try pretell(
      "plan --data Examples/diabetes_partly_labeled.csv --target progression --size 1:2 --cost-label 1 --cost-row 1 "
        + "--budget 1e19")
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test func correlationsBelowRoundingAreNone() throws {
    let run = try pretell("masked errors --covariance toeplitz:1e-320 --columns 10 --rows 20 --ridge .1")
    #expect([0, 1, 65].contains(run.status), "\(run.status)")
  }

  @Test(arguments: ["e-200", "e-310", "e300"]) func covariancesOfSuchEntriesAreRefused(_ exponent: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "covariance.csv").path
      let text = [["2", "1", "0"], ["1", "3", "0.5"], ["0", "0.5", "1"]].map { row in
        row.map { $0 + exponent }.joined(separator: ",")
      }
      try text.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      for verb in ["spectrum", "errors"] {
        let run = try pretell(["masked", verb, "--covariance", path, "--rows", "6", "--ridge", "0.1"])
        #expect(run.status == 65 && run.errors.contains("largest entry"), "\(verb): \(run.status) \(run.errors)")
      }
    }
  }
}
