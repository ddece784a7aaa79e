import CPretell
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import LinearAlgebra

/// `pretell_interface` of pretell.h.
@_cdecl("pretell_interface")
public func interfaceCall() -> Int32 { PRETELL_INTERFACE }

/// `pretell_set_threads` of pretell.h.
@_cdecl("pretell_set_threads")
public func setThreadsCall(_ threads: Int32) {
  Parallel.threads = threads > 0 ? Int(threads) : ProcessInfo.processInfo.activeProcessorCount
}
