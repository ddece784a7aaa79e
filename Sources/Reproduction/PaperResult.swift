import Failures
import Figures
import Foundation

/// A figure or table of a paper: computed, drawn, and compared with what is printed there.
public protocol PaperResult: Sendable {
  /// Name on the command line, such as `corollary-6.4`.
  var name: String { get }
  /// Which paper and which figure, table or statement.
  var source: String { get }
  /// One line for the list.
  var summary: String { get }
  /// Computes everything; throws `ReproductionInterrupted` when `settings.progress` says stop.
  func run(_ settings: ReproductionSettings) throws -> ReproductionResult
}

/// How much work to do, and with which random numbers.
public struct ReproductionSettings: Sendable {
  /// Fewer replicates and coarser grids.
  public let quick: Bool
  public let seed: UInt64
  /// Where parts of a long reproduction are kept until it is complete; nil for nowhere.
  public let folder: URL?
  /// Called with (done, total); returns false to stop.
  public let progress: @Sendable (Int, Int) -> Bool

  public init(
    quick: Bool = false, seed: UInt64 = 0, folder: URL? = nil,
    progress: @escaping @Sendable (Int, Int) -> Bool = { _, _ in true }
  ) {
    self.quick = quick
    self.seed = seed
    self.folder = folder
    self.progress = progress
  }

  /// Reports progress; throws when the caller wants to stop.
  public func step(_ done: Int, of total: Int) throws {
    if !progress(done, total) { throw ReproductionInterrupted() }
  }
}

/// The caller asked to stop.
public struct ReproductionInterrupted: Failure {
  public var kind: FailureKind { .interrupted }
  public var description: String { "interrupted before the reproduction was whole" }
}

/// What a reproduction found.
public struct ReproductionResult: Sendable {
  public let figure: Figure
  public let comparisons: [PrintedValue]
  /// Where this differs from what is printed, and why.
  public let remarks: [String]

  public init(figure: Figure, comparisons: [PrintedValue], remarks: [String] = []) {
    self.figure = figure
    self.comparisons = comparisons
    self.remarks = remarks
  }
}

/// One number beside what the paper prints.
public struct PrintedValue: Sendable, Codable {
  public let quantity: String
  /// As printed in the paper; nil when the paper prints none.
  public let printed: Double?
  public let computed: Double
  /// Of `computed`, when it is simulated.
  public let standardError: Double?
  public let remark: String?

  public init(
    _ quantity: String, printed: Double? = nil, computed: Double, standardError: Double? = nil, remark: String? = nil
  ) {
    self.quantity = quantity
    self.printed = printed
    self.computed = computed
    self.standardError = standardError
    self.remark = remark
  }
}
