import Figures
import Testing

@Suite struct LegendTests {
  /// A hidden legend leaves no label in the drawing.
  @Test(arguments: [(LegendPosition.hidden, false), (.automatic, true), (.below, true)])
  func hiddenLegend(_ setting: (position: LegendPosition, isShown: Bool)) throws {
    let folder = try TemporaryFolder.make()
    let panel = Panel(
      xAxis: Axis("x"), yAxis: Axis("y"), series: [.line("the only line", x: [0, 1], y: [0, 1])],
      legend: setting.position)
    try Figure(panels: [panel]).write(to: "\(folder)/a.pdf")
    let text = try PortablePixels.run("pdftotext", ["\(folder)/a.pdf", "-"])
    #expect(text.contains("the only line") == setting.isShown)
  }
}
