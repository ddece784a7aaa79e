import Figures
import Foundation

/// Text made safe to stand in HTML, in attributes as well.
func escaped(_ text: String) -> String { text.escapedForMarkup.replacing("\"", with: "&quot;") }

/// A table with a header row and a remark below; the first column names the rows.
/// - Parameter leftOutOnPhones: columns for which there is no room there.
func table(
  remark caption: String, header: [String], rows: [[String]], marked: Int? = nil, leftOutOnPhones: Set<Int> = []
) -> String {
  func wide(_ column: Int) -> String { leftOutOnPhones.contains(column) ? " class=\"wide\"" : "" }
  let head = header.enumerated().map { "<th scope=\"col\"\(wide($0))>\(escaped($1))</th>" }.joined()
  let body = rows.enumerated().map { index, cells in
    let first = "<th scope=\"row\">\(escaped(cells[0]))</th>"
    let rest = cells.enumerated().dropFirst().map { "<td\(wide($0))>\(escaped($1))</td>" }.joined()
    return "<tr\(index == marked ? " class=\"chosen\"" : "")>\(first)\(rest)</tr>"
  }
  return """
    <div class="scroll"><table>
    <thead><tr>\(head)</tr></thead>
    <tbody>
    \(body.joined(separator: "\n"))
    </tbody></table></div>
    <p class="soft">\(escaped(caption))</p>
    """
}

/// Bytes inside the page itself.
func dataAddress(_ bytes: Data, type: String) -> String { "data:\(type);base64,\(bytes.base64EncodedString())" }

extension Encodable {
  /// As JSON within a script element.
  var forScript: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return text.replacing("&", with: "\\u0026").replacing("<", with: "\\u003c").replacing(">", with: "\\u003e")
  }
}
