/// Which columns of user, item lines are what, by their names: those that recommender data sets and libraries use.
struct PairColumns: Equatable {
  let user: Int
  let item: Int
  /// nil where every line counts 1.
  let value: Int?
  /// Repeated pairs are added up: the value is a number of times.
  let isCount: Bool

  enum Role { case user, item, value, count, time }

  private static let words: [Role: Set<String>] = [
    .user: [
      "user", "uid", "userid", "username", "customer", "cust", "client", "member", "visitor", "reviewer", "reader",
      "listener", "session", "account", "person", "buyer", "borrower", "profile", "u",
    ],
    .item: [
      "item", "iid", "itemid", "product", "movie", "film", "book", "isbn", "song", "track", "artist", "album",
      "article",
      "venue", "business", "anime", "game", "asin", "parentasin", "sku", "title", "content", "news", "video", "recipe",
      "restaurant", "place", "show", "i",
    ],
    .value: [
      "rating", "ratings", "score", "value", "stars", "star", "grade", "preference", "vote", "overall", "r", "mark",
    ],
    .count: [
      "count", "counts", "plays", "playcount", "listens", "listencount", "clicks", "views", "quantity", "qty",
      "frequency", "freq", "times", "weight", "purchases", "visits", "hours",
    ],
    .time: [
      "timestamp", "time", "date", "datetime", "ts", "unixtime", "unixreviewtime", "reviewtime", "epoch", "created",
      "createdat", "day", "year", "tstamp",
    ],
  ]

  /// `user_id:token`, `Customer ID` and `movieId` are a user, a user and an item.
  static func role(_ name: String) -> Role? {
    let plain = name.prefix { $0 != ":" }.lowercased().filter { $0.isLetter || $0.isNumber }
    func find(_ word: String) -> Role? { words.first { $1.contains(word) }?.key }
    if let role = find(plain) { return role }
    for suffix in ["id", "ids", "key", "no", "name", "code", "number"] where plain.hasSuffix(suffix) {
      if let role = find(String(plain.dropLast(suffix.count))), role == .user || role == .item { return role }
    }
    return nil
  }

  /// A user and an item, or one of them beside a value or a time, are named.
  static func areNames(_ cells: [TextCell]) -> Bool {
    let roles = cells.filter { $0.kind == .word && $0.text.utf8.count > 1 }.compactMap { role($0.text) }
    let distinct = Set(roles)
    return distinct.count >= 2 && (distinct.contains(.user) || distinct.contains(.item))
  }

  /// By name, else in the order user, item, value of the columns that have no other meaning. `columns`: those that hold data; `isNumeric`
  /// and `isTime`: what the first rows hold. Fewer than two columns: nil.
  init?(names: [String]?, columns: [Int], isNumeric: (Int) -> Bool, isTime: (Int) -> Bool) {
    guard columns.count >= 2 else { return nil }
    let roles: [Role?] = columns.map { column in
      guard let names else { return nil }
      return Self.role(names[column])
    }
    func named(_ role: Role) -> Int? { roles.firstIndex { $0 == role } }
    var free = columns.indices.filter { roles[$0] == nil }
    func take() -> Int? { free.isEmpty ? nil : free.removeFirst() }
    var (user, item) = (named(.user), named(.item))
    user = user ?? take()
    item = item ?? take()
    if user == nil || item == nil { (user, item) = (0, 1) }
    var value = named(.value) ?? named(.count)
    if value == nil { value = free.first { isNumeric(columns[$0]) && !isTime(columns[$0]) } }
    if value == user || value == item { value = nil }
    (self.user, self.item) = (columns[user ?? 0], columns[item ?? 1])
    self.value = value.map { columns[$0] }
    isCount = value.map { roles[$0] == .count } ?? false
  }
}
