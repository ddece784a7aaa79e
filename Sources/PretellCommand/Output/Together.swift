import ArgumentParser
import Foundation
import Pretell

/// Work that `mpirun` may have started as several processes: rank 0 alone speaks, writes and reports.
enum Together {
  /// Joins the other ranks, shares the machine's cores with them, runs `body`, leaves. An error ends all ranks.
  static func run(threads: Int?, _ body: (RankGroup) throws -> Void) throws {
    let ranks = try RankGroup.join()
    if threads == nil && !ranks.isAlone {
      Parallel.threads = max(1, ProcessInfo.processInfo.activeProcessorCount / ranks.countOnThisMachine)
    }
    do {
      try body(ranks)
      ranks.leave()
    } catch let interrupted as CommandFailure where interrupted.status == .interrupted {
      ranks.leave()
      throw interrupted
    } catch  where !ranks.isAlone {
      // Rank 0 has met the same error, or has been told of it.
      if !ranks.isFirst { Thread.sleep(forTimeInterval: 10) }
      let failure = failure(for: error) ?? CommandFailure(status: .fault, message: "\(error)")
      printErr(Terminal.errors.red("error: ") + failure.message)
      ranks.abort(status: failure.status.rawValue)
    }
  }
}

extension RowStream {
  /// This rank's rows of a file and how many there are in all; the whole file for a process alone. `path` as the user wrote it.
  func share(of ranks: RankGroup, _ path: String) throws -> (rows: RowStream, total: Int) {
    let total = try countRows()
    if ranks.isAlone { return (self, total) }
    guard let share = share(ranks.rank, of: ranks.count) else {
      throw CommandFailure(status: .usage, message: "mpirun needs rows in a .npy file; convert \(path) first.")
    }
    guard total >= ranks.count else {
      throw CommandFailure(status: .badData, message: "\(path) has fewer rows than there are ranks.")
    }
    return (share, total)
  }
}

/// Work on matrices that no rank holds.
struct DistributedOption: ParsableArguments {
  @Flag(
    name: .long,
    help: "Deal the columns' Gram matrix out over the ranks (mpirun -n P): no rank holds it whole. Through ScaLAPACK.")
  var distributed = false

  /// Throws where there is no MPI to do it with.
  func check(_ ranks: RankGroup, columns: Int, eigenvectors: Bool, _ limit: MemoryLimit) throws {
    guard ranks.canDistribute else {
      throw CommandFailure(
        status: .usage,
        message: "--distributed works under mpirun, with a pretell built with 'swift build -c release --traits MPI'.")
    }
    let need = DistributedSymmetric.bytes(order: columns, ranks: ranks.count, eigenvectors: eigenvectors)
    guard need <= limit.bytes else {
      throw CommandFailure(
        status: .noAnswer,
        message: "a rank's part of \(columns) x \(columns) numbers and its buffers take \(need) bytes, and only "
          + "\(limit.bytes) are allowed. Start more ranks, or leave out columns.")
    }
  }
}
