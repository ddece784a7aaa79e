import Foundation
import Synchronization

/// A bar on standard error for work over two seconds; silent elsewhere.
final class ProgressBar: Sendable {
  private struct State {
    var lastDrawn = 0.0
    var drawn = false
  }
  private let label: String
  private let enabled: Bool
  private let start = ProcessInfo.processInfo.systemUptime
  private let state = Mutex(State())

  init(_ label: String, enabled: Bool) {
    self.label = label
    self.enabled = enabled && Terminal.errors.isTerminal
  }

  /// Draws at most ten times a second, and only once two seconds have passed.
  func update(_ completed: Int, of total: Int) {
    guard enabled, total > 0 else { return }
    let elapsed = ProcessInfo.processInfo.systemUptime - start
    state.withLock { state in
      guard elapsed > 2, elapsed - state.lastDrawn > 0.1 || completed == total else { return }
      state.lastDrawn = elapsed
      state.drawn = true
      let fraction = min(max(Double(completed) / Double(total), 0), 1)
      let filled = Int(fraction * 24)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      let left = fraction > 0 ? elapsed / fraction - elapsed : 0
      let text = "\r\(label) \(bar) \(Int(100 * fraction)) %, \(Self.duration(left)) left\u{1B}[K"
      Streams.writeError(text)
    }
  }

  /// Removes the bar.
  func finish() {
    state.withLock { state in
      if state.drawn { Streams.writeError("\r\u{1B}[K") }
      state.drawn = false
    }
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
