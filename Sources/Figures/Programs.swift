import Foundation

/// Runs gnuplot and poppler's pdftocairo, without a shell, in a folder of their own.
struct Programs {
  /// Folders to look in, separated by colons.
  var searchPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

  /// Draws a script that writes `figure.pdf`, and makes pixels of it for .png.
  func draw(_ script: String, format: FigureFormat) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-figure-\(UUID().uuidString)")
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw FigureError.cannotWrite(path: folder.path, reason: error.localizedDescription)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let drawable = try replacingUndrawable(script, in: folder)
    try Data(drawable.utf8).write(to: folder.appending(path: "figure.gnuplot"))
    try run("gnuplot", package: "gnuplot-nox", ["-d", "figure.gnuplot"], in: folder)
    if format == .pdf { return try read("figure.pdf", from: "gnuplot", in: folder).withoutDates() }
    let arguments = ["-png", "-r", "300", "-singlefile", "figure.pdf", "figure"]
    try run("pdftocairo", package: "poppler-utils", arguments, in: folder)
    return try read("figure.png", from: "pdftocairo", in: folder)
  }

  /// Throws for the first program that this format needs and that is not installed.
  func check(_ format: FigureFormat) throws(FigureError) {
    if format == .csv || format == .svg { return }
    _ = try path(of: "gnuplot", package: "gnuplot-nox")
    if format == .png { _ = try path(of: "pdftocairo", package: "poppler-utils") }
  }

  private func path(of program: String, package: String) throws(FigureError) -> String {
    let candidates = searchPath.split(separator: ":").map { "\($0)/\(program)" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw .programMissing(program: program, package: package)
    }
    return path
  }

  /// - Returns: what it printed.
  @discardableResult
  private func run(_ program: String, package: String, _ arguments: [String], in folder: URL) throws -> String {
    let path = try path(of: program, package: package)
    let messages = try Messages(in: folder)
    defer { messages.close() }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = Self.environment()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = messages.output
    process.standardError = messages.error
    do {
      try process.run()
    } catch {
      throw FigureError.drawingFailed(program: program, message: error.localizedDescription)
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw FigureError.drawingFailed(program: program, message: messages.said("error"))
    }
    return messages.said("output")
  }

  /// The script with `?` for each character that no installed font has; gnuplot would draw it across the whole page.
  private func replacingUndrawable(_ script: String, in folder: URL) throws -> String {
    let unusual = Set(script.unicodeScalars.filter { $0.value >= 0x500 && !Self.inEveryFont.contains($0) })
    let missing = try unusual.filter { scalar in
      let hexadecimal = String(scalar.value, radix: 16)
      return try run("fc-list", package: "fontconfig", [":charset=\(hexadecimal)", "family"], in: folder).isEmpty
    }
    if missing.isEmpty { return script }
    return String(String.UnicodeScalarView(script.unicodeScalars.map { missing.contains($0) ? "?" : $0 }))
  }

  /// Signs that Liberation Sans and Arial have, which need no asking.
  private static let inEveryFont = Set("–—‘’“”…−≈≠≤≥√∞∑".unicodeScalars)

  private func read(_ name: String, from program: String, in folder: URL) throws -> Data {
    guard let data = try? Data(contentsOf: folder.appending(path: name)), !data.isEmpty else {
      throw FigureError.drawingFailed(program: program, message: "it ended without writing \(name)")
    }
    return data
  }

  /// The caller's, less what would change how gnuplot draws.
  private static func environment() -> [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GNU") }
    environment["LC_ALL"] = "C.UTF-8"
    return environment
  }
}

/// What a program says, in files: a full pipe could stop it.
private struct Messages {
  let output: FileHandle
  let error: FileHandle
  private let folder: URL

  init(in folder: URL) throws {
    self.folder = folder
    for name in ["output", "error"] {
      _ = FileManager.default.createFile(atPath: folder.appending(path: name).path, contents: nil)
    }
    output = try FileHandle(forWritingTo: folder.appending(path: "output"))
    error = try FileHandle(forWritingTo: folder.appending(path: "error"))
  }

  func said(_ name: String) -> String {
    let data = (try? Data(contentsOf: folder.appending(path: name))) ?? Data()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func close() {
    try? output.close()
    try? error.close()
  }
}

extension Data {
  /// The same PDF with its dates set to the epoch, so that equal figures are equal files.
  func withoutDates() -> Data {
    var copy = self
    for key in ["/CreationDate (D:", "/ModDate (D:"] {
      guard let found = copy.range(of: Data(key.utf8)) else { continue }
      let digits = copy[found.upperBound...].prefix(14)
      if digits.allSatisfy({ (0x30...0x39).contains($0) }) {
        copy.replaceSubrange(digits.startIndex..<digits.endIndex, with: Data("19700101000000".utf8))
      }
    }
    return copy
  }
}
