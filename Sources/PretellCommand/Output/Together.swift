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
