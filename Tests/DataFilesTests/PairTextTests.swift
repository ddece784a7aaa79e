import DataFiles
import Foundation
import Randomness
import Testing

/// User, item lines as people have them: which column is what, names by their bytes, nothing lost in silence.
@Suite struct PairTextTests {
  private func read(_ contents: String) throws -> SparseTable { try SparseFile.read(text(contents, name: "pairs.csv")) }

  private func triples(_ table: SparseTable) -> [String] {
    (0..<table.rows).flatMap { row in
      (table.offsets[row]..<table.offsets[row + 1]).map { k in
        "\(table.rowNames![row])|\(table.columnNames![table.indices[k]])|\(table.values[k])"
      }
    }
  }

  // MARK: columns

  @Test(arguments: [
    ("item,user,rating\n10,u1,5\n20,u2,4\n", ["u1|10|5.0", "u2|20|4.0"], ["pair-columns"]),
    (",userId,movieId,rating\n0,1,7,5\n1,2,8,4\n", ["1|7|5.0", "2|8|4.0"], ["row-index"]),
    ("timestamp,rating,movieId,userId\n1,5,7,1\n2,4,8,2\n", ["1|7|5.0", "2|8|4.0"], ["pair-columns"]),
    ("user,item,title,rating\na,7,x y,5\nb,8,z,4\n", ["a|7|5.0", "b|8|4.0"], ["pair-columns"]),
    ("user_id:token,venue_id:token,timestamp:float\n1,10,5\n2,10,6\n", ["1|10|1.0", "2|10|1.0"], ["pair-columns"]),
    ("1\t10\t1333476009\n2\t10\t1333476010\n", ["1|10|1.0", "2|10|1.0"], ["pair-columns"]),
    ("1::1193::5::978300760\n2::661::3::978302109\n", ["1|1193|5.0", "2|661|3.0"], []),
    ("276725;034545104X;0\n276726;0155061224;5\n", ["276725|034545104X|0.0", "276726|0155061224|5.0"], []),
    ("customer,product\nc1,p1\nc2,p2\n", ["c1|p1|1.0", "c2|p2|1.0"], []),
    ("klant,artikel\nc1,p1\nc2,p2\n", ["c1|p1|1.0", "c2|p2|1.0"], ["first-line-names"]),
    ("user1,A\nuser2,B\nuser2,A\n", ["user1|A|1.0", "user2|B|1.0", "user2|A|1.0"], ["first-line-data"]),
    ("ann,dune\nbob,emma\n", ["ann|dune|1.0", "bob|emma|1.0"], ["first-line-data"]),
    ("user\titem\tplays\nu\tA\t1,234\nv\tB\t12\n", ["u|A|1234.0", "v|B|12.0"], ["thousands"]),
    ("# user item\n1 7\n2 7\n", ["1|7|1.0", "2|7|1.0"], []),
    ("#love,u1\n#sun,u2\nrain,u1\n", ["#love|u1|1.0", "#sun|u2|1.0", "rain|u1|1.0"], ["first-line-data"]),
  ])
  func columns(contents: String, expected: [String], codes: [String]) throws {
    let table = try read(contents)
    #expect(triples(table) == expected && table.warnings.map(\.code) == codes, "\(contents) \(table.warnings)")
  }

  @Test func repeatedPairs() throws {
    let ratings = try read("user,item,rating\na,x,5\nb,x,1\na,x,3\n")
    #expect(triples(ratings) == ["a|x|3.0", "b|x|1.0"])
    #expect(
      ratings.warnings.map(\.message) == [
        "1 line of pairs.csv repeats a user and an item; the last value of a pair was taken."
      ])
    let counts = try read("user,item,plays\na,x,5\nb,x,1\na,x,3\n")
    #expect(
      triples(counts) == ["a|x|8.0", "b|x|1.0"]
        && counts.warnings[0].message.hasSuffix("counts of a pair were added up."))
    let pairs = try read("user,item\na,x\nb,x\na,x\n")
    #expect(triples(pairs) == ["a|x|1.0", "b|x|1.0"] && pairs.warnings[0].message.hasSuffix("a pair counts 1."))
  }

  // MARK: names

  /// An accent in its letter and behind it, leading zeros, quotes: names are equal where their bytes are.
  @Test func namesAreTheirBytes() throws {
    let table = try read("u,caf\u{E9}\nu,cafe\u{301}\nu,01\nu,1\nu,12\" vinyl\nu,\"12\"\" vinyl\"\nu,\"01\"\n")
    #expect(table.columnNames!.map { Array($0.utf8).count } == [5, 6, 2, 1, 9])
    #expect(table.values.count == 5 && table.warnings.map(\.code).contains("repeated-pairs"))
    #expect(ExactName.positions(table.columnNames!).count == 5)
  }

  @Test func lettersOfOldFiles() throws {
    let bytes = Array("u,Andr".utf8) + [0xE9] + Array("\nv,Andr".utf8) + [0xE8] + Array("\nw,b\n".utf8)
    let table = try SparseFile.read(FileBytes(name: "pairs.csv", contents: bytes))
    #expect(table.columnNames == ["André", "Andrè", "b"] && table.warnings.map(\.code).contains("encoding"))
    // Far behind what is looked at first.
    let late = Array(String(repeating: "u,b\nv,c\n", count: 20_000).utf8) + bytes
    let second = try SparseFile.read(FileBytes(name: "pairs.csv", contents: late))
    #expect(second.columnNames == ["b", "c", "André", "Andrè"] && second.warnings.map(\.code).contains("encoding"))
  }

  // MARK: what cannot be meant

  @Test(arguments: [
    (
      "user,item,rating\na,x,$5\n",
      "row 2, column 'rating', '$5': this is not a finite number. Write the number without the"
    ),
    (
      "user,item,rating\na,x,5%\n",
      "row 2, column 'rating', '5%': this is not a finite number. Write the number without the"
    ),
    ("user,item,rating\na,x,NA\n", "row 2, column 'rating', 'NA': this is not a finite number."),
    ("user,item,rating\na,x\n", "row 2: cells are missing."),
    ("user,item,rating\na,x,1\nb,,2\n", "row 3: a user or an item is missing."),
    ("a,\"x\"y\nb,z\n", "row 1, column 2, 'x': something stands behind the quote that ends this cell."),
    ("a,x\n\nb,\"z\nc,x\n", "row 3, column 2: a quote opens here and never closes."),
  ])
  func refusals(contents: String, said: String) {
    let found = message { _ = try read(contents) }
    #expect(found.hasPrefix("pairs.csv, " + said), "\(found)")
  }

  // MARK: any dialect

  /// Random pairs with names of all kinds, written in random dialects and orders of columns, come back one by one.
  @Test func pairsComeBack() throws {
    var stream = RandomStream(seed: 73)
    let names = [
      "a", "A", "01", "1", "é", "e\u{301}", "12\" vinyl", "say \"hi\"", "x, y", "two\nlines", "semi;colon", "#tag",
      "tab\tin", "ß", "a|b", "2001-01-01", "5%", "null hypothesis",
    ]
    for trial in 0..<300 {
      let delimiter = [",", "\t", ";", "|"][trial % 4]
      let newline = trial % 3 == 0 ? "\r\n" : "\n"
      var seen = Set<String>()
      var pairs: [(user: String, item: String, value: Double)] = []
      for _ in 0..<(3 + stream.index(below: 30)) {
        let pair = (user: "u\(stream.index(below: 9))", item: names[stream.index(below: names.count)])
        guard seen.insert(pair.user + "|" + Array(pair.item.utf8).description).inserted else { continue }
        pairs.append((pair.user, pair.item, Double(1 + stream.index(below: 9)) / 2))
      }
      let order = [0, 1, 2].shuffled(using: &stream)
      func cell(_ text: String) -> String {
        let isNeeded = text.contains { $0 == "\"" || $0 == "\n" || delimiter.contains($0) } || trial % 5 == 0
        return isNeeded ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
      }
      let lines = [["user", "item", "rating"]] + pairs.map { [$0.user, $0.item, "\($0.value)"] }
      let contents = lines.map { line in order.map { cell(line[$0]) }.joined(separator: delimiter) + newline }.joined()
      let table = try read(contents)
      let expected = pairs.map { Array("\($0.user)|\($0.item)|\($0.value)".utf8) }
      #expect(
        Set(triples(table).map { Array($0.utf8) }) == Set(expected) && table.values.count == pairs.count, "\(contents)")
    }
  }
}
