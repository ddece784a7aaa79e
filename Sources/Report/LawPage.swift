import Asymptotics
import Figures
import Foundation

/// A limiting law as one HTML page with sliders for m, n and, where laws of other worlds are given, for what differs in them.
public struct LawPage: Sendable {
  /// A world with its law.
  public struct World: Sendable {
    /// What differs, such as "4"; empty where there is one world only.
    public let value: String
    public let law: LimitLaw

    public init(value: String = "", law: LimitLaw) { (self.value, self.law) = (value, law) }
  }

  /// The key `model` of the instance.
  public let model: String
  public let unlabeled: Int
  public let labeled: Int
  /// At least one.
  public let worlds: [World]
  /// Which of the worlds the sliders start at.
  public let start: Int
  /// What differs between the worlds.
  public let key: String?
  public let panels: [Panel]
  /// The law in words and numbers.
  public let text: String
  public let command: String
  public let version: String

  public init(
    model: String, unlabeled: Int, labeled: Int, worlds: [World], start: Int = 0, key: String? = nil,
    panels: [Panel], text: String, command: String, version: String
  ) {
    precondition(worlds.indices.contains(start), "\(worlds.count) worlds, start \(start)")
    (self.model, self.unlabeled, self.labeled) = (model, unlabeled, labeled)
    (self.worlds, self.start, self.key) = (worlds, start, key)
    (self.panels, self.text, self.command, self.version) = (panels, text, command, version)
  }

  /// Throws `FigureError` where a panel cannot be drawn.
  public func html() throws -> String {
    PageFrame.html(
      title: "the law of \(model)",
      header: """
        <h1>The limiting law of <q>\(escaped(model))</q></h1>
        <p class="soft">\(unlabeled) unlabeled and \(labeled) labeled rows</p>
        """,
      main: """
        \(whatIf)
        <h2>How the scaled excess risk is distributed</h2>
        <div class="figures">
        \(try panels.map { "<figure>\(try $0.inlineSVG(description: Self.alternative($0)))</figure>" }.joined(separator: "\n"))
        </div>
        <h2>The law</h2>
        <pre>\(escaped(text))</pre>
        <h2>To get this page again</h2>
        <pre>\(escaped(command))</pre>
        """,
      footer: "Pretell \(escaped(version)). M. Tinati and S. Tu, COLT 2026, arXiv 2603.27631, Theorem 5.1.")
  }

  private static func alternative(_ panel: Panel) -> String {
    "\(panel.yAxis.label) against \(panel.xAxis.label): "
      + panel.series.map(\.label).filter { !$0.isEmpty }.joined(separator: ", ")
      + ", at the numbers of rows that the law was asked for."
  }

  // MARK: what if

  /// An eighth of a decade apart, from a thirtieth to thirty times.
  private static func places(_ present: Int) -> [Int] {
    Set((-12...12).map { max(Int((Double(present) * pow(10, Double($0) / 8)).rounded()), 1) }).sorted()
  }

  private var whatIf: String {
    let law = worlds[start].law
    let excess = (law.labelTerm + law.penaltyTerm) / Double(labeled) + law.interaction.mean / Double(unlabeled)
    let (labeled, unlabeled) = (Self.places(labeled), Self.places(unlabeled))
    let n = labeled.firstIndex(of: self.labeled) ?? 0
    let m = unlabeled.firstIndex(of: self.unlabeled) ?? 0
    return """
      <section aria-labelledby="what-if-title">
      <h2 id="what-if-title">What if</h2>
      <noscript><p class="soft">Scripts are off: these are the numbers asked for, and sliders for others need them.</p></noscript>
      <form id="law-form" hidden="hidden" class="sliders">
      \(slider("labeled", "Labeled rows n", labeled.count, n))
      \(slider("unlabeled", "Unlabeled rows m", unlabeled.count, m))
      \(worlds.count > 1 ? slider("world", key ?? "world", worlds.count, start) : "")
      </form>
      <p id="law-answer" class="answer" role="status" aria-live="polite">\(escaped(crossover(law)))</p>
      <div class="scroll"><table>
      <thead><tr><th scope="col"></th><th scope="col">risk</th><th scope="col">excess</th><th scope="col">5 to 95 %</th></tr></thead>
      <tbody>
      <tr id="law-line-two"><th scope="row">pre-trained</th><td>\(PageNumber.text(law.irreducibleRisk + excess))</td>\
      <td>\(PageNumber.text(excess))</td><td>–</td></tr>
      <tr id="law-line-alone"><th scope="row">labels alone</th>\
      <td>\(PageNumber.text(law.irreducibleRisk + law.baseLabelTerm / Double(self.labeled)))</td>\
      <td>\(PageNumber.text(law.baseLabelTerm / Double(self.labeled)))</td><td>–</td></tr>
      </tbody></table></div>
      <p class="soft">Mean risk of a fresh label and its excess over that of the best predictor; 5 to 95 % of samples of unlabeled rows. Labels
      alone: all columns fitted on the labeled rows.</p>
      <div class="figures">
      \(Self.picture)
      </div>
      <script type="application/json" id="law-data">\(data(labeled, unlabeled))</script>
      <script>/*<![CDATA[*/
      \(String(decoding: PackageResources.law_js, as: UTF8.self))
      /*]]>*/</script>
      </section>
      """
  }

  private func crossover(_ law: LimitLaw) -> String {
    guard let ratio = law.crossoverRatio else { return "There is nothing to save by pre-training here." }
    guard ratio.isFinite else { return "Pre-training never beats the labels alone here." }
    let own = Double(unlabeled) / Double(labeled)
    return "Pre-training beats the labels alone once m/n exceeds \(PageNumber.text(ratio)); here it is "
      + "\(PageNumber.text(own)): it does\(own > ratio ? "" : " not")."
  }

  private func slider(_ name: String, _ title: String, _ count: Int, _ value: Int) -> String {
    PageFrame.slider("law-\(name)", title, places: count, at: value)
  }

  /// Filled in by the script.
  private static let picture = """
    <figure id="law-picture" hidden="hidden"><svg class="figure" viewBox="0 0 400 264" role="img" \
    aria-label="Excess risk against labeled rows, both logarithmic: of two stages with its 5 to 95 % band, and of the labels alone; \
    marks at n and at the crossover." xmlns="http://www.w3.org/2000/svg">
    <line x1="52" y1="222" x2="388" y2="222" class="axis"/><line x1="52" y1="222" x2="52" y2="22" class="axis"/>
    <polygon id="law-band" points="" fill="var(--fig-theory)" opacity=".18"/>
    <polyline id="law-alone" points="" fill="none" stroke="var(--fig-baseline)" stroke-width="2" stroke-dasharray="6 4"/>
    <polyline id="law-two" points="" fill="none" stroke="var(--fig-theory)" stroke-width="2"/>
    <line id="law-now" y1="222" y2="22" class="mark"/><line id="law-cross" y1="222" y2="22" class="mark"/>
    <text id="law-now-text" y="14" font-size="11" text-anchor="middle">n</text>
    <text id="law-cross-text" y="236" font-size="11" text-anchor="middle">crossover</text>
    <text id="law-top" x="48" y="28" font-size="11" text-anchor="end"></text>
    <text id="law-bottom" x="48" y="222" font-size="11" text-anchor="end"></text>
    <text x="220" y="256" font-size="11" text-anchor="middle">labeled rows (solid: pre-trained, dashed: labels alone)</text>
    <text x="12" y="122" font-size="11" text-anchor="middle" transform="rotate(-90 12 122)">excess risk</text>
    </svg></figure>
    """

  private func data(_ labeled: [Int], _ unlabeled: [Int]) -> String {
    let numbers = LawNumbers(
      labeled: labeled, unlabeled: unlabeled,
      laws: worlds.map { world in
        let law = world.law
        let crossover = law.crossoverRatio
        return LawNumbers.Law(
          value: world.value, floor: law.irreducibleRisk, label: law.labelTerm + law.penaltyTerm,
          base: law.baseLabelTerm, mean: law.interaction.mean, low: law.interaction.quantile(0.05),
          high: law.interaction.quantile(0.95), crossover: crossover.flatMap { $0.isFinite ? $0 : nil },
          never: crossover.map { !$0.isFinite } ?? false)
      })
    return numbers.forScript
  }
}
