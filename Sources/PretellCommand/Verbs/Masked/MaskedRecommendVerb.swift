import ArgumentParser
import Pretell

struct MaskedRecommendVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "recommend", abstract: "The items each user is most likely to want next, seen ones left out.",
    discussion: """
      Examples:  pretell masked recommend Examples/ratings.csv --implicit --top 20 --user p7
                 pretell masked fit Examples/ratings.csv --sparse --implicit --output model.npz
                 pretell masked recommend Examples/ratings.csv --model model.npz --user p7
      """)

  @Argument(help: ArgumentHelp("user,item[,value] lines, or SciPy's .npz.", valueName: "triples"))
  var triples: String

  @OptionGroup var preparation: MaskedPreparationOptions
  @OptionGroup var ridge: RidgeOption
  @OptionGroup var common: CommonOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A model written by masked fit, any users of its items; without it one is fitted.", valueName: "file"))
  var model: String?

  @Option(name: .long, help: ArgumentHelp("Items for each user.", valueName: "n"))
  var top = 20

  @Option(
    name: .long, parsing: .upToNextOption, help: ArgumentHelp("Users, by name; everybody without it.", valueName: "id"))
  var user: [String] = []

  @Option(name: .long, help: ArgumentHelp("double, or single for half the memory.", valueName: "precision"))
  var precision = FitPrecision.double

  @Option(name: .long, help: ArgumentHelp("Draw the scores of the first users.", valueName: "file"))
  var figure: String?

  static var answers: [any Codable.Type] { [Body.self] }

  var files: FileUse {
    .input(triples, "TRIPLES") + .input(model, "--model") + ridge.files + common.files + .figure(figure)
  }

  var memoryLimit: MemorySize? { preparation.memory }

  func validate() throws {
    if top < 1 { throw ValidationError("--top must be at least 1, not \(top).") }
    if model != nil {
      try preparation.leaveToModel(ridge)
      if precision == .single { throw ValidationError("--model has a precision already: leave --precision out.") }
    }
  }

  func run() throws {
    common.begin()
    if let model { return try recommend(by: model) }
    var options = preparation
    options.sparse = true
    let data = try MaskedData(sparse: triples, options)
    guard case .sparse(let rows, let table) = data else { return }
    let users = try numbers(table)
    let fit = try data.fit(ridge, options, precision)
    try recommend(fit.model, rows, table, users, itemNames: data.columnNames, errors: fit)
  }

  /// With a saved model; its items are found by name.
  private func recommend(by path: String) throws {
    let saved = try MaskedModelFile(path)
    let table = try SparseFile.read(triples)
    let items = try saved.columns.items(table, of: triples, model: path)
    let rows = try table.rows(columns: items, of: saved.model.columns, isImplicit: saved.isImplicit)
    let names = table.columnNames == nil ? (0..<rows.columns).map { "\($0)" } : saved.columns.coveredNames
    try recommend(saved.model, rows, table, try numbers(table), itemNames: names, errors: nil)
  }

  private func recommend(
    _ model: MaskedRidge, _ rows: SparseRows, _ table: SparseTable, _ users: [Int], itemNames: [String],
    errors fit: MaskedFit?
  ) throws {
    let lists = try Recommender(model).top(top, for: rows, users: users)
    let named = zip(users, lists).map { user, items in
      Body.User(
        user: table.rowNames?[user] ?? "\(user)",
        items: items.map { Body.Item(item: itemNames[$0.item], score: $0.score) })
    }
    let body = Body(
      users: rows.rows, items: rows.columns, interactions: rows.count, model: self.model, ridge: model.sharedRidge,
      leaveOneOutError: fit?.errors.leaveOneOutError, recommendations: named)
    try common.finish(
      "masked recommend", json: body, text: body.text, warnings: (fit?.warnings ?? []).map(JSONWarning.init),
      files: [.figure(figure) { MaskedFigures.scores(named.prefix(6).map { ($0.user, $0.items.map(\.score)) }) }])
  }

  private func numbers(_ table: SparseTable) throws -> [Int] {
    if user.isEmpty { return Array(0..<table.rows) }
    let known = table.rowNames.map(ExactName.positions)
    return try user.map { name in
      guard let number = known?[ExactName(name)] ?? (known == nil ? Int(name) : nil), number >= 0, number < table.rows
      else {
        throw DataFileError(
          file: triples, value: name, problem: "there is no such user",
          remedy: known == nil ? "Users are numbered from 0 to \(table.rows - 1)" : "Give a name from the first column")
      }
      return number
    }
  }

  private struct Body: Codable {
    let users: Int
    let items: Int
    let interactions: Int
    /// The saved one, where it was given.
    let model: String?
    let ridge: Double?
    let leaveOneOutError: Double?
    let recommendations: [User]

    struct User: Codable {
      let user: String
      let items: [Item]
    }
    struct Item: Codable {
      let item: String
      let score: Double
    }

    var text: String {
      let head = """
        \(NumberText.count(interactions)) interactions of \(NumberText.count(users)) users with \(NumberText.count(items)) items; \
        \(model.map { "model \($0), " } ?? "")ridge \(NumberText.optional(ridge))\
        \(model == nil ? ", leave-one-out error \(NumberText.optional(leaveOneOutError))" : "")
        """
      let lines = recommendations.map { user in
        "\(user.user)\t"
          + user.items.map { "\($0.item) (\(NumberText.significant($0.score, 3)))" }.joined(separator: ", ")
      }
      return ([head, ""] + lines).joined(separator: "\n")
    }
  }
}
