/// Dates as people write them, as days since 1970-01-01 (with a fraction where there is a time of day).
public enum CalendarDate: String, Sendable, Codable, CaseIterable {
  /// 2020-01-31, 2020/1/31, 20200131 with separators only; 2020-01 is its first day.
  case yearFirst
  /// 31.01.2020, 31/1/20.
  case dayFirst
  /// 1/31/2020.
  case monthFirst
  /// 31 Jan 2020, Jan 31, 2020, January 2020, Fri Jan 31 2020.
  case named

  /// Dates are measured in years, so that no principal component is made of the calendar alone.
  static let daysInYear = 365.25

  /// The first way in which all words are dates; nil where there is none.
  package static func format(of words: [String]) -> CalendarDate? {
    if words.isEmpty { return nil }
    return allCases.first { way in words.allSatisfy { way.days($0) != nil } }
  }

  /// Whether day and month could change places in every one of the words, and in some would be another day.
  package func isAmbiguous(_ words: [String]) -> Bool {
    guard self == .dayFirst else { return false }
    let others = words.map { Self.monthFirst.days($0) }
    return others.allSatisfy { $0 != nil } && zip(words, others).contains { days($0) != $1 }
  }

  /// nil where `text` is no such date.
  public func days(_ text: String) -> Double? {
    let (day, time) = Self.split(text)
    guard let fraction = Self.fraction(time) else { return nil }
    let parts = day.split { " -/.,".contains($0) }.map(String.init)
    guard parts.count == 2 || parts.count == 3 || parts.count == 4 else { return nil }
    let numbers = parts.map { $0.allSatisfy { $0.isASCII && $0.isNumber } ? Int($0) : nil }
    let isSeparated = day.contains { "-/.".contains($0) }
    switch self {
    case .yearFirst:
      guard isSeparated, parts[0].count == 4, parts.count < 4, let year = numbers[0], let month = numbers[1] else {
        return nil
      }
      if parts.count == 2 {
        return day.contains("-") && parts[1].count == 2 ? Self.days(year, month, 1).map { $0 + fraction } : nil
      }
      return numbers[2].flatMap { Self.days(year, month, $0) }.map { $0 + fraction }
    case .dayFirst, .monthFirst:
      guard isSeparated, parts.count == 3, parts[2].count == 4 || parts[2].count == 2, let a = numbers[0],
        let b = numbers[1],
        let year = numbers[2]
      else { return nil }
      let (day, month) = self == .dayFirst ? (a, b) : (b, a)
      return Self.days(Self.century(year, parts[2].count), month, day).map { $0 + fraction }
    case .named:
      var words = parts
      if let first = words.first, words.count == 4, Self.weekdays.contains(first.lowercased().prefix(3).description) {
        words.removeFirst()
      }
      guard let place = words.firstIndex(where: { Self.month($0) != nil }), let month = Self.month(words[place]) else {
        return nil
      }
      words.remove(at: place)
      let rest = words.map { Int($0) }
      switch rest.count {
      case 1:
        guard let year = rest[0], words[0].count == 4 else { return nil }
        return Self.days(year, month, 1)
      case 2:
        guard let a = rest[0], let b = rest[1] else { return nil }
        let (day, year, digits) = words[0].count == 4 ? (b, a, 4) : (a, b, words[1].count)
        guard digits == 4 || digits == 2 else { return nil }
        return Self.days(Self.century(year, digits), month, day).map { $0 + fraction }
      default: return nil
      }
    }
  }

  private static let weekdays: Set = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  private static func month(_ word: String) -> Int? {
    let lower = word.lowercased()
    guard lower.count >= 3 else { return nil }
    return months.firstIndex { $0 == lower || $0.prefix(3) == lower || lower == "sept" && $0 == "september" }.map {
      $0 + 1
    }
  }

  /// As spreadsheets do: up to 68 in this century.
  private static func century(_ year: Int, _ digits: Int) -> Int {
    digits == 4 ? year : year <= 68 ? 2000 + year : 1900 + year
  }

  /// Day and time of day.
  private static func split(_ text: String) -> (String, String) {
    guard let colon = text.firstIndex(of: ":") else {
      return (text.hasSuffix("Z") ? String(text.dropLast()) : text, "")
    }
    guard let gap = text[..<colon].lastIndex(where: { $0 == "T" || $0 == " " }) else { return (text, "?") }
    return (String(text[..<gap]), String(text[text.index(after: gap)...]))
  }

  /// Of a day: 13:05, 13:05:30.25, with Z, +01:00 or am and pm.
  private static func fraction(_ time: String) -> Double? {
    if time.isEmpty { return 0 }
    var (clock, shift, isLate) = (time, 0.0, false)
    if clock.hasSuffix("Z") { clock.removeLast() }
    if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = clock[clock.index(after: sign)...].filter { $0 != ":" }
      guard zone.count == 2 || zone.count == 4, let value = Int(zone) else { return nil }
      let minutes = zone.count == 2 ? 60 * value : 60 * (value / 100) + value % 100
      shift = Double(clock[sign] == "+" ? minutes : -minutes) / 1440
      clock = String(clock[..<sign])
    }
    let lower = clock.lowercased()
    var isTwelve = false
    for (suffix, late) in [("am", false), ("pm", true)] where lower.hasSuffix(suffix) {
      clock = String(clock.dropLast(2))
      (isTwelve, isLate) = (true, late)
    }
    let parts = clock.split(separator: ":").map { Double($0.filter { $0 != " " }) }
    guard (2...3).contains(parts.count), let hours = parts[0], let minutes = parts[1], (0..<60).contains(minutes),
      (0...24).contains(hours), hours == hours.rounded()
    else { return nil }
    let seconds = parts.count == 3 ? parts[2] : 0
    guard let seconds, (0..<61).contains(seconds) else { return nil }
    let hour = isTwelve ? (hours == 12 ? 0 : hours) + (isLate ? 12 : 0) : hours
    return (hour * 3600 + minutes * 60 + seconds) / 86400 - shift
  }

  /// Days since 1970-01-01 in the Gregorian calendar; nil for no day. Source: Howard Hinnant, days_from_civil.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Double? {
    guard (1...12).contains(month), day >= 1, (1...9999).contains(year) else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    guard day <= length else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return Double(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
  }
}
