import Figures
import Foundation
import Testing

@Suite struct LegendTests {
  /// A hidden legend leaves no label in the drawing.
  @Test(arguments: [(LegendPosition.hidden, false), (.automatic, true), (.below, true)])
  func hiddenLegend(_ setting: (position: LegendPosition, isShown: Bool)) throws {
    let folder = try TemporaryFolder.make()
    let panel = Panel(
      xAxis: Axis("x"), yAxis: Axis("y"), series: [.line("the only line", x: [0, 1], y: [0, 1])],
      legend: setting.position)
    try Figure(panels: [panel]).write(to: "\(folder)/a.svg")
    let svg = try String(contentsOfFile: "\(folder)/a.svg", encoding: .utf8)
    #expect(svg.contains("the only line") == setting.isShown)
  }
}
