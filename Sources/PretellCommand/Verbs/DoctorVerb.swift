import ArgumentParser
import Foundation
import Pretell

struct DoctorVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check this machine: libraries, processor, memory, versions.",
    discussion: "Example:  pretell doctor")

  @OptionGroup var common: CommonOptions

  static var answers: [any Codable.Type] { [Checkup.self] }

  var files: FileUse { common.files }

  func run() throws {
    common.begin()
    let checkup = Checkup()
    try common.finish("doctor", json: checkup, text: checkup.text, warnings: checkup.warnings)
  }
}

/// What `doctor` looks at.
struct Checkup: Codable {
  var pretell = PretellVersion.current
  var system = ProcessInfo.processInfo.operatingSystemVersionString
  var cores = ProcessInfo.processInfo.activeProcessorCount
  var threads = Parallel.threads
  var memoryBytes = ProcessInfo.processInfo.physicalMemory
  var blas = BLAS.library
  var blasCore = BLAS.coreName
  var gigaflopsPerCore = Checkup.measuredGigaflops()
  var forcedCore = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
  var gnuplot = Checkup.version(of: "gnuplot", "--version")
  var pdftocairo = Checkup.version(of: "pdftocairo", "-v")

  var warnings: [JSONWarning] {
    var found: [JSONWarning] = []
    if let forcedCore {
      found.append(
        JSONWarning(
          code: "blas-core-forced",
          message: "OPENBLAS_CORETYPE=\(forcedCore) is set: linear algebra may run at half speed.",
          remedy: "Unset it unless you need it."))
    }
    if gnuplot == nil || pdftocairo == nil {
      found.append(
        JSONWarning(
          code: "figures-unavailable",
          message:
            "gnuplot or pdftocairo is missing: --figure cannot draw .png, nor without gnuplot .pdf; .svg needs neither.",
          remedy: "Run ./setup, or install gnuplot-nox and poppler-utils."))
    }
    return found
  }

  var text: String {
    let memory = NumberText.significant(Double(memoryBytes) / 1_073_741_824, 3)
    return """
      pretell     \(pretell)
      system      \(system)
      cores       \(cores), \(threads) used (answers never depend on it)
      memory      \(memory) GiB
      BLAS        \(blas), one thread per task
      BLAS core   \(blasCore), \(NumberText.significant(gigaflopsPerCore, 3)) GFLOP/s a core measured
      .pdf, .png  \(gnuplot ?? "gnuplot missing"); \(pdftocairo ?? "pdftocairo missing")
      """
  }

  /// Best of three products of 512 x 512 matrices.
  private static func measuredGigaflops() -> Double {
    let order = 512
    let matrix = Matrix(rows: order, columns: order, repeating: 0.5)
    let best = (0..<3).map { _ in
      let start = ProcessInfo.processInfo.systemUptime
      _ = multiply(matrix, matrix)
      return ProcessInfo.processInfo.systemUptime - start
    }.min()!
    return 2 * Double(order * order * order) / best / 1e9
  }

  /// First line that `tool` prints of its version; nil when it is not there.
  private static func version(of tool: String, _ option: String) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool, option]
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text.split(separator: "\n").first.map(String.init) : nil
  }
}
