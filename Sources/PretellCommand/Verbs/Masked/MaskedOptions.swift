import ArgumentParser
import Foundation
import Pretell

/// How columns are prepared and how much memory a fit may take.
struct MaskedPreparationOptions: ParsableArguments {
  @Flag(name: .long, help: "Leave the columns' means in (sparse data: the default).")
  var noCenter = false

  @Flag(name: .long, help: "Take the columns' means out of sparse data, too.")
  var center = false

  @Flag(name: .long, help: "Divide every column by its standard deviation.")
  var scale = false

  @Flag(name: .long, help: "The file holds user,item[,value] lines; SciPy's .npz files are recognized.")
  var sparse = false

  @Flag(name: .long, help: "Sparse data: every pair counts 1, whatever its value.")
  var implicit = false

  @Flag(name: .long, help: "Leave out columns whose variance rests on fewer than 20 rows (a tenth of few rows).")
  var dropConstant = false

  @Option(
    name: .long,
    help: ArgumentHelp("Memory a fit may take, such as 2GB or 500MB; the machine's when left out.", valueName: "size"))
  var memory: MemorySize?

  func validate() throws {
    if center && noCenter { throw ValidationError("--center and --no-center exclude each other.") }
  }

  var limit: MemoryLimit { MemoryLimit(memory) }

  func preparation(isSparse: Bool) -> ColumnPreparation {
    ColumnPreparation(centers: isSparse ? center : !noCenter, scales: scale)
  }

  /// What a saved model has settled. Throws `ValidationError`.
  func leaveToModel(_ ridge: RidgeOption) throws {
    let given = [
      "--no-center": noCenter, "--center": center, "--scale": scale, "--implicit": implicit,
      "--drop-constant": dropConstant,
      "--ridge": ridge.ridge != "auto",
    ]
    let names = given.filter(\.value).keys.sorted()
    if names.isEmpty { return }
    throw ValidationError("--model is a fit already: leave \(names.joined(separator: ", ")) to masked fit.")
  }
}

/// The penalty, in words.
struct RidgeOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Penalty: a number, auto (smallest leave-one-out error), auto-per-column, or a file with one number per column.
      """, valueName: "x"))
  var ridge = "auto"

  @Option(
    name: .long,
    help: ArgumentHelp(
      "mean: lambda in (1/n)||X - XA||^2 + lambda ||A||^2; sum: n times it (scikit-learn's alpha, EASE's lambda).",
      valueName: "scale"))
  var ridgeScale = RidgeScale.mean

  var files: FileUse {
    .input(["auto", "auto-per-column"].contains(ridge) || Double(ridge) != nil ? nil : ridge, "--ridge")
  }

  enum RidgeScale: String, ExpressibleByArgument, CaseIterable { case mean, sum }

  /// The choice for `divisor` rows (n, or n - 1 with centring).
  func choice(divisor: Double) throws -> RidgeChoice {
    let unit = ridgeScale == .sum ? divisor : 1
    switch ridge {
    case "auto": return .automatic
    case "auto-per-column": return .automaticPerColumn
    default:
      if let value = Double(ridge) { return .given(.shared(value / unit)) }
      let values = try DataFile.read(ridge).values.storage
      return .given(.perColumn(values.map { $0 / unit }))
    }
  }

  /// One number; nil for auto.
  func number(divisor: Double) throws -> Double? {
    if ridge == "auto" { return nil }
    guard let value = Double(ridge) else {
      throw ValidationError("--ridge must be a number or auto here, not \(ridge).")
    }
    return value / (ridgeScale == .sum ? divisor : 1)
  }
}

/// A population instead of data.
struct PopulationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Theory for a population: identity, ar1:0.6, spiked:3,2, spiked:10@5 (flat on 5 columns), toeplitz:1,0.5, or a .npy file.",
      valueName: "population"))
  var covariance: String?

  /// A population may be a file.
  var files: FileUse {
    .input(covariance.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }, "--covariance")
  }

  /// The population asked for, with as many columns as the options say; nil without --covariance.
  func population(_ options: MaskedColumnOptions) throws -> MaskedPopulation? {
    guard let covariance else { return nil }
    let columns = try options.count()
    if FileManager.default.fileExists(atPath: covariance) || covariance.hasSuffix(".npy") {
      return try MaskedPopulation(covariance: DataFile.read(covariance).values, name: covariance)
    }
    let parts = covariance.split(separator: ":", maxSplits: 1).map(String.init)
    if parts[0] == "toeplitz" {
      let given = try numbers(parts)
      return try .toeplitz(given + [Double](repeating: 0, count: max(0, (columns ?? given.count) - given.count)))
    }
    guard let columns else { throw ValidationError("--covariance \(covariance) needs --columns.") }
    try AllowedMemory.check(8 * Double(columns), for: "a population of \(columns) columns")
    switch parts[0] {
    case "identity": return .identity(columns: columns)
    case "ar1":
      try AllowedMemory.check(
        5 * 8 * Double(columns) * Double(columns), for: "a covariance of \(columns) x \(columns) and its eigenvectors")
      return try .autoregressive(numbers(parts)[0], columns: columns)
    case "spiked":
      let pieces = (parts.count > 1 ? parts[1] : "").split(separator: "@").map(String.init)
      if pieces.count == 2, let strength = Double(pieces[0]), let support = Int(pieces[1]) {
        return try .localizedSpike(strength, support: support, columns: columns)
      }
      return try .spiked(numbers(parts), columns: columns)
    default:
      throw ValidationError(
        "--covariance \(covariance) is not identity, ar1:rho, spiked:s1,s2, spiked:s@k, toeplitz:a,b or a file.")
    }
  }

  private func numbers(_ parts: [String]) throws -> [Double] {
    let values = (parts.count > 1 ? parts[1] : "").split(separator: ",").map { Double($0) }
    guard !values.isEmpty, values.allSatisfy({ $0 != nil }) else {
      throw ValidationError("--covariance \(parts[0]) needs numbers after the colon, such as \(parts[0]):0.6.")
    }
    return values.compactMap { $0 }
  }
}

extension FitPrecision: ExpressibleByArgument {}
