import CMPI
import Failures
import Foundation

/// The processes that `mpirun` started together; one process alone without it.
///
/// Calls must not overlap: one thread at a time. Built with MPI only where the package trait `MPI` is on.
package struct RankGroup: Sendable {
  /// 0 ..< count; rank 0 writes.
  package let rank: Int
  package let count: Int
  /// Ranks on this machine, which share its cores.
  package let countOnThisMachine: Int

  package var isAlone: Bool { count == 1 }
  /// Whether a `DistributedSymmetric` can be had: built with MPI, started by `mpirun`.
  package var canDistribute: Bool { count > 1 && pmpi_is_built() == 1 }
  package var isFirst: Bool { rank == 0 }

  /// The process by itself.
  package static let alone = RankGroup(rank: 0, count: 1, countOnThisMachine: 1)

  /// Joins the others when the process was started by `mpirun` or `srun`; call once. Throws `RankError`.
  package static func join(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(RankError) -> RankGroup {
    let started = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].compactMap { environment[$0].flatMap(Int.init) }.max() ?? 1
    guard started > 1 else { return alone }
    guard pmpi_is_built() == 1 else { throw .builtWithout(ranks: started) }
    var (rank, count, near): (Int32, Int32, Int32) = (0, 0, 0)
    try check(pmpi_start(&rank, &count, &near))
    return RankGroup(rank: Int(rank), count: Int(count), countOnThisMachine: Int(near))
  }

  /// The last call of every rank.
  package func leave() {
    if !isAlone { _ = pmpi_finish() }
  }

  /// Ends all ranks at once.
  package func abort(status: Int32) {
    if !isAlone { pmpi_abort(status) }
  }

  // MARK: messages

  package func send(_ bytes: [UInt8], to rank: Int) throws(RankError) {
    try Self.check(pmpi_send(bytes, bytes.count, Int32(rank)))
  }

  /// A message that has arrived; nil when there is none yet.
  package func receive() throws(RankError) -> (from: Int, bytes: [UInt8])? {
    var (hasArrived, from, count): (Int32, Int32, Int) = (0, 0, 0)
    try Self.check(pmpi_probe(&hasArrived, &from, &count))
    guard hasArrived != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    try Self.check(pmpi_receive(&bytes, count, from))
    return (Int(from), bytes)
  }

  /// Waits for a message without burning the processor; looks `often` seconds apart.
  package func waitForMessage(every often: Double = 1e-4) throws(RankError) -> (from: Int, bytes: [UInt8]) {
    while true {
      if let message = try receive() { return message }
      usleep(UInt32(often * 1e6))
    }
  }

  // MARK: sums

  /// Every entry becomes its sum over the ranks, the same bits on each; every rank must call. One Allreduce.
  /// The sum's last bits depend on the number of ranks.
  package func sum(_ values: inout [Double]) throws(RankError) {
    if isAlone { return }
    try Self.check(pmpi_sum(&values, values.count))
  }

  static func check(_ code: Int32) throws(RankError) {
    guard code != 0 else { return }
    var text = [CChar](repeating: 0, count: 512)
    pmpi_error_text(code, &text)
    throw .failed(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}

/// Why ranks cannot work together.
package enum RankError: Failure, Equatable {
  /// Started by `mpirun`, but this build knows nothing of it.
  case builtWithout(ranks: Int)
  /// MPI's own words.
  case failed(String)
  /// A rank cannot hold its part of a matrix.
  case noMemory(bytes: Int)
  /// A rank stopped with this error.
  case rankFailed(rank: Int, String)

  package var kind: FailureKind {
    switch self {
    case .builtWithout: .usage
    case .noMemory: .noAnswer
    case .failed, .rankFailed: .fault
    }
  }

  package var description: String {
    switch self {
    case .builtWithout(let ranks):
      "started as one of \(ranks) ranks, but this pretell was built without MPI; build it with "
        + "'swift build -c release --traits MPI' (needs libopenmpi-dev), or start it without mpirun"
    case .failed(let text): "MPI: \(text)"
    case .noMemory(let bytes):
      "a rank needs about \(bytes / 1_000_000) MB for its part of the matrix; start more ranks, or leave out columns"
    case .rankFailed(let rank, let text): "rank \(rank): \(text)"
    }
  }
}
