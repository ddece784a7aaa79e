import Failures

/// Why a store cannot be used: which file, what is the matter, and what to do about it.
public struct StoreError: Failure, Equatable {
  public let file: String
  public let kind: FailureKind
  public let problem: String
  public let remedy: String

  public var description: String { "\(file): \(problem). \(remedy)." }
}

extension StoreError {
  static func missing(_ file: String) -> StoreError {
    StoreError(file: file, kind: .missingInput, problem: "there is no such store", remedy: "Check the name")
  }

  static func alien(_ file: String) -> StoreError {
    StoreError(
      file: file, kind: .badInput, problem: "this is not a store of pretell sweep",
      remedy: "Give another --store; nothing was changed in this file")
  }

  static func blank(_ file: String) -> StoreError {
    StoreError(
      file: file, kind: .badInput, problem: "there is nothing in it yet: the sweep was stopped before it began",
      remedy: "Run pretell sweep again")
  }

  static func newer(_ file: String, format: Int) -> StoreError {
    StoreError(
      file: file, kind: .badInput, problem: "the store has format \(format), this pretell knows \(SweepStore.format)",
      remedy: "Use the pretell that wrote it")
  }

  static func damaged(_ file: String, _ what: String) -> StoreError {
    StoreError(
      file: file, kind: .badInput, problem: "the store is damaged: \(what)",
      remedy: "Take a copy made before the damage, or start another store")
  }

  static func different(_ file: String, _ differences: [String]) -> StoreError {
    StoreError(
      file: file, kind: .badInput,
      problem: "the store holds another experiment: \(differences.joined(separator: "; "))",
      remedy: "Undo the difference, or give another --store")
  }

  static func incomplete(_ file: String, _ cell: String) -> StoreError {
    StoreError(
      file: file, kind: .badInput, problem: "the store has no cell \(cell.isEmpty ? "for this instance" : cell)",
      remedy: "Run pretell sweep on it first")
  }

  static func contradicting(_ file: String, _ what: String) -> StoreError {
    StoreError(
      file: file, kind: .badInput, problem: "\(what) differ from those of the other stores, under the same seed",
      remedy: "Processors or libraries differ between the machines; keep the stores apart")
  }

  static func secondWriter(_ file: String) -> StoreError {
    StoreError(
      file: file, kind: .noAnswer, problem: "another process writes to this store",
      remedy: "Wait for it or stop it; reading (pretell store show, export) works meanwhile")
  }

  static func exists(_ file: String) -> StoreError {
    StoreError(
      file: file, kind: .noAnswer, problem: "the file is there already", remedy: "Give another --output")
  }

  static func cannotWrite(_ file: String, _ reason: String) -> StoreError {
    StoreError(
      file: file, kind: .unwritable, problem: "the store cannot be written (\(reason))",
      remedy: "Choose a --store where files may be written")
  }

  static func full(_ file: String) -> StoreError {
    StoreError(
      file: file, kind: .unwritable, problem: "the disk is full; every finished chunk is kept",
      remedy: "Free some space and run the same command again")
  }
}
