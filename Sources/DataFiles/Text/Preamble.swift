import CDataFiles

/// What stands before the records: Excel's `sep=;`, and comments that begin with # or %.
struct Preamble {
  /// Named by `sep=`.
  let delimiter: UInt8?
  /// With which all first lines begin; 0 where none does.
  let comment: UInt8
  /// The last comment, without its mark and blanks around it.
  let lastComment: String?
  /// No blank stands between the mark and the first word: it may be a part of the word.
  let isTight: Bool
  /// Where the records start, and where they do when comments are records.
  let end: Int
  let endWithoutComments: Int

  init(_ text: UnsafeRawBufferPointer, newline: UInt8) {
    var (offset, delimiter) = (0, UInt8?.none)
    func line(_ start: Int) -> (content: UnsafeRawBufferPointer, next: Int) {
      let stop = text[start...].firstIndex(of: newline) ?? text.count
      let end = stop > start && text[stop - 1] == 13 ? stop - 1 : stop
      return (UnsafeRawBufferPointer(rebasing: text[start..<end]), min(stop + 1, text.count))
    }
    let first = line(0)
    let plain = first.content.filter { $0 != 34 }
    if plain.count == 5, String(decoding: plain.prefix(4), as: UTF8.self).lowercased() == "sep=" {
      (delimiter, offset) = (plain[4], first.next)
    }
    endWithoutComments = offset
    var (comment, last) = (UInt8(0), UnsafeRawBufferPointer?.none)
    while offset < text.count {
      let (content, next) = line(offset)
      guard let mark = content.first, mark == 35 || mark == 37, comment == 0 || comment == mark else { break }
      (comment, last, offset) = (mark, content, next)
    }
    let isAll = text[offset...].allSatisfy { $0 == 10 || $0 == 13 || $0 == 32 || $0 == 9 }
    if isAll { (comment, last, offset) = (0, nil, endWithoutComments) }
    let rest = last?.drop { $0 == comment }
    isTight = rest?.first.map { $0 != 32 && $0 != 9 } ?? false
    lastComment = rest.map { TextEncoding.of(UnsafeRawBufferPointer(rebasing: $0)).decode($0).trimmingBlanks }
    (self.delimiter, self.comment, end) = (delimiter, comment, offset)
  }
}
