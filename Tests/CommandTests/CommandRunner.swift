import Foundation
import Synchronization
import TestSupport

/// What a run of the built command left behind; the streams are kept apart.
struct CommandRun {
  let status: Int32
  let output: String
  let errors: String

  func json() throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
  }
}

/// Runs the `pretell` that stands beside the test bundle, from the repository's root unless told otherwise.
func pretell(
  _ arguments: [String], in folder: URL = repositoryRoot, environment: [String: String] = [:]
) throws -> CommandRun {
  let process = Process()
  process.executableURL = builtCommand
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.environment = ProcessInfo.processInfo.environment
    .merging(["COLUMNS": "100", "NO_COLOR": "1"]) { $1 }.merging(environment) { $1 }
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  process.standardInput = FileHandle.nullDevice
  try process.run()
  // Both pipes are drained while the command runs: a full pipe would stop it.
  let errorText = Mutex("")
  let group = DispatchGroup()
  DispatchQueue.global().async(group: group) {
    let text = String(decoding: errors.fileHandleForReading.everything(), as: UTF8.self)
    errorText.withLock { $0 = text }
  }
  let outputText = String(decoding: output.fileHandleForReading.everything(), as: UTF8.self)
  group.wait()
  process.waitUntilExit()
  return CommandRun(status: process.terminationStatus, output: outputText, errors: errorText.withLock { $0 })
}

/// A command line as written in the documentation, without the leading `pretell`.
func pretell(_ line: String, in folder: URL = repositoryRoot) throws -> CommandRun {
  try pretell(line.split(separator: " ").map(String.init), in: folder)
}

/// A folder of its own for one test, removed afterwards.
func withTemporaryFolder<T>(_ body: (URL) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The `pretell` under test.
let builtCommand = productsDirectory.appending(path: "pretell")

private let productsDirectory: URL = {
  let bundles = [Bundle.main] + Bundle.allBundles
  if let bundle = bundles.first(where: { $0.bundlePath.hasSuffix(".xctest") }) {
    return bundle.bundleURL.deletingLastPathComponent()
  }
  return Bundle.main.bundleURL
}()
