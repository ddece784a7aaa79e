import Figures
import Foundation
import Testing

@Suite struct GnuplotScriptTests {
  @Test func structureOfASmallFigure() throws {
    let figure = Figure(
      title: "T",
      panels: [
        Panel(
          title: "P", xAxis: Axis("m/n", scale: .log10), yAxis: Axis("risk"),
          series: [
            .line("law", x: [1, 100], y: [2, 1], role: .theory),
            .points("simulated", x: [10], y: [1.5], low: [1], high: [2], role: .observed),
          ], marks: [.vertical(at: 5, label: "crossover")])
      ])
    let lines = try figure.gnuplotScript().split(separator: "\n").map(String.init)
    let wanted = [
      "set encoding utf8", "set logscale x 10", "unset logscale y", "$series0 << EOD",
      "1.0 2.0 2.0 2.0 1.0 1.0 2.0 2.0 0.0", "100.0 1.0 1.0 1.0 100.0 100.0 1.0 1.0 0.0", "EOD", "$series1 << EOD",
      "10.0 1.5 1.0 2.0 10.0 10.0 1.0 2.0 0.0", "EOD", "plot \\",
      "  $series0 using 1:2 with lines lc rgb '#0072B2' lw 2 dt solid, \\",
      "  $series1 using 1:3:(0):($4-$3) with vectors nohead lc rgb '#D55E00' lw 1.6, \\",
      "  $series1 using 1:2 with points pt 5 ps 0.45 lc rgb '#D55E00' lw 1.4", "unset multiplot", "unset output",
    ]
    var rest = lines[...]
    for line in wanted {
      let place = try #require(rest.firstIndex(of: line), "missing, or out of order: \(line)")
      rest = rest[(place + 1)...]
    }
    #expect(lines.contains { $0.hasPrefix("set arrow from first 5.0, graph 0 to first 5.0, graph 1 nohead back") })
    for words in ["'T'", "'P'", "'m/n'", "'risk'", "'law'", "'simulated'", "'crossover'"] {
      #expect(lines.count { $0.hasPrefix("set label \(words) at screen") && $0.contains("noenhanced") } == 1)
    }
  }

  /// Labels reach the page as they are, and nothing in them is run.
  @Test func hostileLabelsAreOnlyText() throws {
    let folder = try TemporaryFolder.make()
    let trap = "`touch \(folder)/trap` '.system('touch \(folder)/trap').' @x {/Bold a}_b^2 \\n %d"
    let figure = Figure(
      title: trap,
      panels: [
        Panel(
          title: "", xAxis: Axis(trap), yAxis: Axis("y"),
          series: [.bars(trap, names: [trap, "50% \"q\" 'r'"], values: [1, 2])],
          marks: [.horizontal(at: 1, label: trap)])
      ], width: 40)
    try figure.write(to: "\(folder)/a.pdf")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.figure.csv", "a.pdf"])
    let page = try PortablePixels.run("pdftotext", ["-layout", "\(folder)/a.pdf", "-"])
    #expect(page.contains(trap))
    #expect(page.contains("50% \"q\" 'r'"))
  }

  /// A new line inside a label may not begin a command.
  @Test func newLinesBecomeSpaces() throws {
    for separator in ["\n", "\r\n", "\r", "\u{2028}", "\u{0B}", "\u{0}"] {
      let label = "a\(separator)system('false')"
      let panel = Panel(
        xAxis: Axis(""), yAxis: Axis(""), series: [.bars(label, names: [label], values: [1])],
        marks: [.vertical(at: 0, label: label)])
      let script = try Figure(panels: [panel]).gnuplotScript()
      #expect(!script.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("system") })
      #expect(script.contains("'a system(''false'')'"))
    }
  }

  @Test func characterWithoutAFontBecomesAQuestionMark() throws {
    let folder = try TemporaryFolder.make()
    let figure = Figure(
      title: "σ² \u{10FFFD} x",
      panels: [Panel(xAxis: Axis("x"), yAxis: Axis("y"), series: [.line("", x: [0, 1], y: [0, 1])])])
    try figure.write(to: "\(folder)/a.pdf")
    #expect(try PortablePixels.run("pdftotext", ["\(folder)/a.pdf", "-"]).contains("σ² ? x"))
  }

  @Test func framesOfARowAreInLine() throws {
    let script = try Gallery.phase.gnuplotScript()
    for margin in ["bmargin", "tmargin"] {
      let values = Set(script.split(separator: "\n").filter { $0.hasPrefix("set \(margin) at screen") })
      #expect(values.count == 1)
    }
  }

  @Test func rolesDifferInColorAndDashAndPoint() throws {
    let roles = SeriesRole.allCases.filter { $0 != .automatic }
    let script = try Gallery.crowded.gnuplotScript()
    let lines = script.split(separator: "\n").filter { $0.contains("with lines") }
    #expect(Set(lines.map { $0.split(separator: "lc ")[1] }).count == roles.count)
  }

  /// Series without a role take those that are free.
  @Test func automaticRolesAvoidGivenOnes() throws {
    let panel = Panel(
      xAxis: Axis("x"), yAxis: Axis("y"),
      series: [
        .line("a", x: [0, 1], y: [0, 1]), .line("b", x: [0, 1], y: [1, 0], role: .theory),
        .line("c", x: [0, 1], y: [2, 0]),
      ])
    let colors = try Figure(panels: [panel]).gnuplotScript().split(separator: "\n").filter { $0.contains("with lines") }
      .map { String($0.split(separator: "'")[1]) }
    #expect(colors == ["#D55E00", "#0072B2", "#009E73"])
  }
}
