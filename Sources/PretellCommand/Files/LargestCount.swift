/// Whole numbers that no machine can count to are wrong usage, whatever they count.
enum LargestCount {
  private static let digits = 13
  private static let options: Set<String> = [
    "--at", "--columns", "--repeats", "--replicates", "--rows", "--size", "--stride", "--top", "--window",
  ]

  /// Throws `CommandFailure` for the first value of an option that counts with more digits; a multiple as `2000x` counts as one.
  static func check(_ arguments: [String]) throws {
    for (place, argument) in arguments.enumerated() where argument != "--" {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let isJoined = argument.hasPrefix("--") && parts.count == 2
      let option = isJoined ? String(parts[0]) : place > 0 ? arguments[place - 1] : ""
      guard options.contains(option) else { continue }
      let value = isJoined ? parts[1] : Substring(argument)
      for word in value.split(separator: ",") {
        let number = word.hasSuffix("x") ? word.dropLast() : word
        if number.count > digits, number.allSatisfy({ $0.isASCII && $0.isNumber }) {
          throw CommandFailure(
            .usage, "\(option) \(value): \(number) is more than any count can be. Give at most \(digits) digits.")
        }
      }
    }
  }
}
