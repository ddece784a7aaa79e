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
      let own = error as? OwnFailure
      let error = own?.error ?? error
      // Rank 0 has met the same error, or has been told of it, unless it is about this rank's share.
      if !ranks.isFirst && own == nil { Thread.sleep(forTimeInterval: 2) }
      ranks.abort(status: Ending.report(error).rawValue)
    }
  }
}

/// An error that the other ranks do not meet.
private struct OwnFailure: Error {
  let error: Error
}

extension RankGroup {
  /// Work on this rank's share of the rows: what it throws ends all ranks at once. Errors of MPI itself are everybody's.
  func onShare<T>(_ work: () throws -> T) throws -> T {
    do { return try work() } catch  where !isAlone && !(error is RankError) { throw OwnFailure(error: error) }
  }
}

extension RowStream {
  /// This rank's rows of a file, how many there are in all, and in the largest share; the whole file for a process alone. Rows of text
  /// are counted in a pass of their own. `path` as the user wrote it.
  func share(of ranks: RankGroup, _ path: String) throws -> (rows: RowStream, total: Int, largest: Int) {
    if ranks.isAlone {
      let total = try countRows()
      return (self, total, total)
    }
    let share = share(ranks.rank, of: ranks.count)
    var counts = [Double](repeating: 0, count: ranks.count)
    counts[ranks.rank] = Double(try ranks.onShare { try share.countRows() })
    try ranks.sum(&counts)
    guard let smallest = counts.min(), smallest > 0 else {
      throw CommandFailure(status: .badData, message: "\(path) has too few rows for \(ranks.count) ranks.")
    }
    return (share, Int(counts.reduce(0, +)), Int(counts.max()!))
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
