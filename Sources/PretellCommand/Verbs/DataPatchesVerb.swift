import ArgumentParser
import Pretell

/// `data patches`: windows of images as rows.
struct PatchesVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "patches", abstract: "Windows cut out of images, one a row, and which image each is of.",
    discussion: """
      Example:  pretell data patches cells/*.tif --window 24 --stride 12 --output rows.npy --groups groups.npy
                pretell masked errors rows.npy --blocks 8x8 --image 24x24 --hide 0.33 --groups groups.npy

      PNG and TIFF, grey or red-green-blue, 8 or 16 bits, several pages: read one page at a time. Pixels are divided by the largest \
      number of so many bits, or by --white, and lie between 0 and 1. Windows of one image resemble each other: give the groups to \
      whatever leaves rows out.
      """)

  @Argument(help: ArgumentHelp("PNG and TIFF files.", valueName: "image"))
  var images: [String]

  @Option(
    name: .long, help: ArgumentHelp("Pixels of a window's side, or its height and width: 24 or 24x32.", valueName: "n"))
  var window: WindowSize

  @Option(
    name: .long,
    help: ArgumentHelp("Pixels from one window to the next; the window's side when left out.", valueName: "n"))
  var stride: Int?

  @Option(
    name: .long, help: ArgumentHelp("The number that becomes 1, such as 4095 of a camera of 12 bits.", valueName: "x"))
  var white: Double?

  @Option(name: .long, help: ArgumentHelp("Write the group of each row to a .npy file.", valueName: "file"))
  var groups: String?

  @Flag(name: .long, help: "A page of a file is a group of its own: pages that show different things.")
  var groupByPage = false

  @OptionGroup var common: CommonOptions

  static var answers: [any Codable.Type] { [Body.self] }

  var files: FileUse { .inputs(images, "IMAGE") + common.files + .output(groups, "--groups") }

  func validate() throws {
    if let stride, stride < 1 { throw ValidationError("--stride must be at least 1, not \(stride).") }
    if let white, !(white > 0 && white.isFinite) {
      throw ValidationError("--white must be a number above 0, not \(white).")
    }
    if !common.output.hasSuffix(".npy") {
      throw ValidationError("--output \(common.output): give a .npy file for the rows.")
    }
    if let groups, !groups.hasSuffix(".npy") { throw ValidationError("--groups \(groups): give a .npy file.") }
  }

  func run() throws {
    common.begin()
    let windows = try ImageWindows(
      images, height: window.height, width: window.width, stride: stride ?? min(window.height, window.width),
      white: white, groupsArePages: groupByPage)
    try windows.write(rows: common.output, groups: groups)
    let body = Body(windows, output: common.output, groupFile: groups)
    var printed = common
    printed.output = "-"
    try printed.finish(
      "data patches", json: body, text: body.text, warnings: Self.warnings(windows, hasFile: groups != nil))
  }

  private static func warnings(_ windows: ImageWindows, hasFile: Bool) -> [JSONWarning] {
    var result: [JSONWarning] = []
    if !hasFile {
      result.append(
        JSONWarning(
          code: "no-groups",
          message: "Windows of one image resemble each other, and nothing written says which are of one.",
          remedy: "Give --groups FILE.npy, and the file to whatever leaves rows out."))
    }
    if windows.groups < 2 {
      result.append(
        JSONWarning(
          code: "one-image", message: "All windows are of one image: no error for another image can be told.",
          remedy: "Give several images, or cut this one into tiles."))
    }
    if windows.white == nil, Set(windows.pages.joined().map(\.bits)).count > 1 {
      result.append(
        JSONWarning(
          code: "several-depths",
          message: "Some images have 8 bits and some 16: each is divided by its own largest number.",
          remedy: "Give --white where that is not what they have in common."))
    }
    return result
  }

  struct Body: Codable {
    let images: Int
    let pages: Int
    let rows: Int
    let columns: Int
    /// Height, width and channels of a row, as --image takes them.
    let image: String
    let stride: Int
    /// The sample that became 1: absent where it is the largest of each image's bits.
    let white: Double?
    let groups: Int
    let output: String
    let groupFile: String?

    init(_ windows: ImageWindows, output: String, groupFile: String?) {
      images = windows.files.count
      pages = windows.pages.reduce(0) { $0 + $1.count }
      (rows, columns, stride) = (windows.rows, windows.columns, windows.stride)
      image = "\(windows.height)x\(windows.width)" + (windows.channels == 1 ? "" : "x\(windows.channels)")
      let depths = Set(windows.pages.joined().map(\.white))
      white = windows.white ?? (depths.count == 1 ? depths.first : nil)
      groups = windows.groups
      (self.output, self.groupFile) = (output, groupFile)
    }

    var text: String {
      """
      \(NumberText.count(images)) image\(images == 1 ? "" : "s"), \(NumberText.count(pages)) page\(pages == 1 ? "" : "s"): \
      \(NumberText.count(rows)) rows of \(NumberText.count(columns)) columns (--image \(image)), \
      \(NumberText.count(groups)) group\(groups == 1 ? "" : "s")

      rows: \(output) (numpy.load reads it)\(groupFile.map { "\ngroups: \($0)" } ?? "")
      """
    }
  }
}

/// A window's sides.
struct WindowSize: ExpressibleByArgument {
  let height: Int
  let width: Int

  /// `24` or `24x32`, at most 10 000 a side.
  init?(argument: String) {
    let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1],
      (1...10_000).contains(height), (1...10_000).contains(width)
    else { return nil }
    (self.height, self.width) = (height, width)
  }
}
