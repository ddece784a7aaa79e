/// The page's looks: phone, paper, light and dark; system fonts, nothing from the network.
enum PageStyle {
  static let css = """
    :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #57606a; --line: #d0d7de; --mark: #ddf4ff;
      --fig-theory: #0072b2; --fig-observed: #b84f00; --fig-candidate: #00805c; --fig-rival: #9a6700; --fig-bound: #a8487f;
      --fig-secondary: #2a7cae; --fig-baseline: #4d4d4d; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9ea7b3; --line: #30363d; --mark: #10304f;
        --fig-theory: #58a6ff; --fig-observed: #ff9d5c; --fig-candidate: #3fcf9b; --fig-rival: #f2b93b; --fig-bound: #e59ac4;
        --fig-secondary: #8ecbf2; --fig-baseline: #b0b7bf; }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 62rem; padding: 1.2rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
    h1 { font-size: 1.35rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
    .answer { font-size: 1.2rem; border-left: .3rem solid #0072b2; padding: .2rem 0 .2rem .9rem; margin: 1rem 0; }
    .soft, figcaption { color: var(--soft); font-size: .9rem; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
    th, td { text-align: right; padding: .25rem .4rem; border-bottom: 1px solid var(--line); }
    td, th[scope=row] { white-space: nowrap; }
    @media (max-width: 34rem) { body { padding: .8rem; } table { font-size: .8rem; } th, td { padding: .2rem; } .wide { display: none; } }
    th:first-child { text-align: left; } tr.chosen { background: var(--mark); font-weight: 600; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1.2rem; }
    figure { margin: 0; break-inside: avoid; } svg.figure { width: 100%; height: auto; display: block; }
    svg.figure text { fill: var(--ink); font-family: system-ui, "Liberation Sans", Arial, sans-serif; }
    .grid { stroke: var(--line); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1.4; }
    .mark { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 3; } .ground { fill: var(--paper); opacity: .85; }
    a { color: inherit; } code, pre { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .88rem; }
    pre { overflow-x: auto; border: 1px solid var(--line); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
    dt { font-weight: 600; margin-top: .6rem; } dd { margin: 0; }
    @media print { body { max-width: none; padding: 0; font-size: 10pt; } a { text-decoration: none; } h2 { break-after: avoid; } }
    """
}
