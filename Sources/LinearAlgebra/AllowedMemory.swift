#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How much memory this process may take: what the machine has, what the system lets it have, or less where the caller says so.
///
/// Large allocations are checked against it before they are made, because one that fails ends the process.
public enum AllowedMemory {
  private static let setting = Atomic<Int>(0)

  /// Bytes: what was set, the machine's memory, a container's limit, or what is left of the address space that the process may
  /// have (`ulimit -v`), whichever is least. Cost: two small files read.
  public static var bytes: Int {
    get {
      let asked = setting.load(ordering: .relaxed)
      return [asked > 0 ? asked : .max, machine, addressSpaceLeft].min() ?? machine
    }
    set { setting.store(max(1, newValue), ordering: .relaxed) }
  }

  /// Throws `needsMemory` where `count` bytes are more than the process may take. `what` is what takes them.
  public static func check(_ count: Double, for what: String) throws(LinearAlgebraError) {
    let allowed = bytes
    if count > Double(allowed) {
      throw .needsMemory(what: what, bytes: Int(min(count, 0x1p62)), allowed: allowed)
    }
  }

  private static let machine: Int = {
    let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let container = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap(number)
    return max(1, min(physical, container.min() ?? physical))
  }()

  /// Of a limited one; else there is no end.
  private static var addressSpaceLeft: Int {
    #if os(Linux)
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max),
        let pages = number("/proc/self/statm")
      else { return .max }
      return max(1, Int(limit.rlim_cur) - pages * Int(getpagesize()))
    #else
      return .max
    #endif
  }

  /// The first number in a file of the system.
  private static func number(_ path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = fread(&bytes, 1, bytes.count, file)
    return Int(String(decoding: bytes[..<count].prefix { (48...57).contains($0) }, as: UTF8.self))
  }
}
