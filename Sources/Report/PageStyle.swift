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
    th:first-child { text-align: left; } tr.chosen { background: var(--mark); font-weight: 600; }
    [hidden] { display: none !important; }
    .sliders { border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem; margin: .6rem 0; }
    .slider { display: grid; grid-template-columns: 9rem minmax(0, 1fr) 7.5rem; gap: .2rem .8rem; align-items: center; margin: .15rem 0; }
    .slider output { font-variant-numeric: tabular-nums; text-align: right; font-weight: 600; } .slider input { width: 100%; accent-color: var(--fig-theory); }
    .buttons { margin: .6rem 0 0; display: flex; flex-wrap: wrap; gap: .4rem; }
    button { font: inherit; font-size: .9rem; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .3rem;
      padding: .2rem .6rem; min-height: 2rem; } button:hover { background: var(--mark); }
    :focus-visible { outline: .15rem solid var(--fig-theory); outline-offset: .1rem; }
    td.interval { width: 34%; } .track { position: relative; display: block; min-width: 6rem; height: .9rem; }
    .track::before { content: ""; position: absolute; left: 0; right: 0; top: 50%; border-top: 1px solid var(--line); }
    .reach { position: absolute; top: 30%; height: 40%; background: var(--fig-theory); opacity: .35; border-radius: .2rem; }
    .dot { position: absolute; top: 5%; height: 90%; width: .25rem; margin-left: -.125rem; background: var(--fig-theory); border-radius: .1rem; }
    .confusion { width: auto; } .confusion td { text-align: center; min-width: 2.4rem; height: 2.6rem; padding: .1rem .3rem; line-height: 1.15; border: 1px solid var(--paper); }
    .confusion th { max-width: 9rem; overflow: hidden; text-overflow: ellipsis; } .confusion thead th { text-align: center; }
    .confusion td.own { font-weight: 600; } .confusion td.none { color: var(--soft); font-weight: 400; } caption { caption-side: bottom; text-align: left; padding-top: .4rem; }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1.2rem; }
    figure { margin: 0; break-inside: avoid; } svg.figure { width: 100%; height: auto; display: block; }
    svg.figure text { fill: var(--ink); font-family: system-ui, "Liberation Sans", Arial, sans-serif; }
    .grid { stroke: var(--line); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1.4; }
    .mark { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 3; } .ground { fill: var(--paper); opacity: .85; }
    a { color: inherit; } code, pre { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .88rem; }
    pre { overflow-x: auto; border: 1px solid var(--line); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
    dt { font-weight: 600; margin-top: .6rem; } dd { margin: 0; }
    @media (max-width: 34rem) { body { padding: .8rem; } table { font-size: .8rem; } th, td { padding: .2rem; } .wide { display: none; }
      .slider { grid-template-columns: minmax(0, 1fr) auto; margin: .5rem 0; } .slider input { grid-column: 1 / 3; grid-row: 2; height: 1.8rem; margin: 0; }
      .track { min-width: 4rem; } td.interval { width: auto; } button { min-height: 2.4rem; } .answer { font-size: 1.05rem; } }
    @media print { .sliders { display: none; } .reach, .dot, .confusion td { print-color-adjust: exact; -webkit-print-color-adjust: exact; } body { max-width: none; padding: 0; font-size: 10pt; } a { text-decoration: none; } h2 { break-after: avoid; } }
    """
}
