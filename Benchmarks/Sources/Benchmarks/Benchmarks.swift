import Foundation
import Pretell

/// `Benchmarks environment` or `Benchmarks NAME DATA-FOLDER`; called by `run`.
@main struct Benchmarks {
  static let all: [any Benchmark.Type] = [
    GeneralizedChiSquareTail.self,
    GraphLeaveOneOut.self,
    Laws.self,
    MaskedBlocks.self,
    MaskedDirectFit.self,
    MaskedDual.self,
    MaskedPathErrors.self,
    MaskedStream.self,
    MaskedTheory.self,
    MovieLens.self,
    MatrixFlowPath.self,
    MixtureIterations.self,
    MixtureLaw.self,
    Normals.self,
    PlanTable.self,
    ReadCSV.self,
    ReadNPY.self,
    Simulate.self,
    SparseProduct.self,
    StreamingPCA.self,
    SweepStoreOverhead.self,
  ]

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "environment" {
      print("\(Parallel.threads) threads; pretell doctor says which BLAS")
    } else if arguments.first == "list" {
      for benchmark in all { print(benchmark.name) }
    } else if let benchmark = all.first(where: { $0.name == arguments.first }), let data = arguments.last {
      try benchmark.run(data: URL(filePath: data))
    } else {
      FileHandle.standardError.write(Data("usage: Benchmarks environment|list|NAME DATA-FOLDER\n".utf8))
      exit(64)
    }
  }
}
