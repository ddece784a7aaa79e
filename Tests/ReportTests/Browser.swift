import Foundation
import TestSupport

/// A page opened by Chromium without a window, as far as one is installed.
struct Browser {
  /// What a script that was added to the page wrote, and what the browser complained of.
  struct Visit {
    let answer: Data
    let complaints: String
  }

  private let program: String

  /// nil where there is none.
  init?() {
    let programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    guard let found = programs.first(where: FileManager.default.isExecutableFile) else { return nil }
    program = found
  }

  /// - Parameters:
  ///   - script: its value is written as JSON once the page is there.
  ///   - isDark: the page's dark scheme stands in the place of its light one.
  func visit(_ page: String, width: Int = 1280, isDark: Bool = false, script: String) throws -> Visit {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pretell-page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "page.html")
    let seen = isDark ? page.replacing("@media (prefers-color-scheme: dark)", with: "@media all") : page
    let probe = """
      <script>
      window.parent.document.getElementById("probe").textContent = btoa(unescape(encodeURIComponent(JSON.stringify((() => { \(script) })()))));
      </script></body>
      """
    let inner = seen.replacing("</body>", with: probe).replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    // A window cannot be as narrow as a phone; a frame can.
    let frame = """
      <!doctype html><pre id="probe" hidden="hidden"></pre>
      <iframe style="width: \(width)px; height: 900px; border: 0" srcdoc="\(inner)"></iframe>
      """
    try frame.write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr", "--dump-dom",
      "--window-size=\(max(width, 500) + 40),960", "--user-data-dir=\(folder.path)/profile", file.absoluteString,
    ]
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let dumped = String(decoding: output.fileHandleForReading.everything(), as: UTF8.self)
    let complaints = String(decoding: errors.fileHandleForReading.everything(), as: UTF8.self)
    process.waitUntilExit()
    let answer = dumped.firstMatch(of: #/<pre id="probe"[^>]*>([^<]*)</#).map { String($0.1) } ?? ""
    return Visit(answer: Data(base64Encoded: answer) ?? Data(), complaints: complaints)
  }

  /// Widths of window and page; of all text the least contrast with what is behind it, and where.
  static let looks = """
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (color) => { pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = color; pixel.fillRect(0, 0, 1, 1);
      const d = pixel.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
    const over = (top, below) => [0, 1, 2].map((k) => top[k] * top[3] + below[k] * (1 - top[3])).concat([1]);
    const ground = (element) => { const own = rgba(getComputedStyle(element).backgroundColor);
      return element === document.documentElement ? over(own, rgba(getComputedStyle(document.body).backgroundColor))
        : over(own, ground(element.parentElement)); };
    const light = (color) => { const [r, g, b] = color.slice(0, 3).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    let worst = { ratio: 21, text: "" }, texts = 0;
    for (const element of document.body.querySelectorAll("*")) {
      const own = [...element.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim() !== "").length > 0;
      if (!own || element.getClientRects().length === 0 || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
      const style = getComputedStyle(element), behind = ground(element);
      const front = over(rgba(element instanceof SVGElement ? style.fill : style.color), behind);
      const [a, b] = [light(front), light(behind)].sort((x, y) => y - x);
      texts += 1;
      if ((a + 0.05) / (b + 0.05) < worst.ratio) worst = { ratio: (a + 0.05) / (b + 0.05), text: element.textContent.slice(0, 40) };
    }
    const unnamed = [...document.querySelectorAll("input")].filter((e) => e.labels.length === 0).length;
    return { window: innerWidth, page: document.documentElement.scrollWidth, ratio: worst.ratio, text: worst.text, texts, unnamed };
    """

  struct Looks: Decodable {
    let window: Int
    let page: Int
    let ratio: Double
    let text: String
    let texts: Int
    /// Sliders without a label.
    let unnamed: Int
  }
}
