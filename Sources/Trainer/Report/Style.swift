/// How a report looks.
enum Style {
  /// Colours that tell series apart.
  static let seriesCount = 8

  /// Returns a CSS value.
  static func series(_ index: Int) -> String { "var(--series-\(index % seriesCount + 1))" }

  static let sheet = """
    :root {
      color-scheme: light dark;
      --page: #f6f5f1; --card: #fffefb; --ink: #22252b; --soft: #6a6f79; --line: #dedbd2;
      --grid: #e7e4dc; --reference: #a19c90; --ground: #b9b3a4; --shade: #f1efe8;
      --series-1: #2563a8; --series-2: #c8571b; --series-3: #2f7d4f; --series-4: #84489c;
      --series-5: #b3263e; --series-6: #0f7f8c; --series-7: #8a6d12; --series-8: #5b5f97;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14161a; --card: #1b1e24; --ink: #e4e2dc; --soft: #989da8; --line: #31353d;
        --grid: #2a2e36; --reference: #71757e; --ground: #525866; --shade: #22262d;
        --series-1: #6ea8e8; --series-2: #f09a5e; --series-3: #6cc592; --series-4: #c795dd;
        --series-5: #f07a8c; --series-6: #54c2cf; --series-7: #d6b84c; --series-8: #a3a8e0;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans",
        sans-serif;
    }
    main { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
    h1 { font-size: clamp(1.7rem, 4vw, 2.4rem); line-height: 1.15; margin: 0 0 .4rem;
      letter-spacing: -.02em; font-weight: 650; }
    h2 { font-size: 1.35rem; margin: 0 0 .35rem; letter-spacing: -.01em; font-weight: 640; }
    h3 { font-size: 1rem; margin: 0 0 .5rem; font-weight: 620; overflow-wrap: anywhere; }
    p { margin: 0 0 1rem; max-width: 46rem; }
    .lead, .note, figcaption, caption { color: var(--soft); }
    nav { margin: 1.2rem 0 2rem; display: flex; flex-wrap: wrap; gap: .35rem 1.1rem;
      font-size: .92rem; }
    a { color: var(--series-1); text-decoration-thickness: 1px; text-underline-offset: .2em; }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 1.6rem clamp(1rem, 3vw, 2rem) 1.4rem; margin: 0 0 1.5rem; }
    .grid { display: grid; gap: 1.6rem 2rem; align-items: start;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); }
    .grid > div { min-width: 0; }
    .grid.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
    figure { margin: 1rem 0 .8rem; max-width: 44rem; }
    figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
    figure svg text { font-family: inherit; fill: var(--soft); }
    figcaption, .note { font-size: .88rem; line-height: 1.45; margin-top: .5rem; }
    .map svg { max-height: 46rem; }
    .dots { stroke: var(--ground); stroke-width: 1.5; stroke-linecap: round; fill: none; }
    .hover { cursor: crosshair; }
    .hover:hover { stroke: var(--ink); stroke-width: 1.6; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: 0 0 .3rem;
      padding: 0; font-size: .88rem; color: var(--soft); }
    .legend li { display: flex; align-items: center; gap: .45rem; overflow-wrap: anywhere; }
    .swatch { flex: none; width: 1.3rem; height: 0; border-top: 3px solid var(--swatch);
      border-radius: 2px; }
    .swatch.dashed { border-top: 2px dashed var(--swatch); border-radius: 0; }
    .swatch.box { height: .8rem; width: .8rem; border: 0; background: var(--swatch);
      border-radius: 3px; opacity: .75; }
    .swatch.dot { height: .6rem; width: .6rem; border: 0; background: var(--swatch);
      border-radius: 50%; }
    .ramp { display: inline-block; width: 6rem; height: .6rem; border-radius: 3px;
      vertical-align: baseline; }
    .table { overflow-x: auto; margin: .8rem 0 1rem; }
    table { border-collapse: collapse; font-size: .88rem; line-height: 1.4; width: 100%;
      font-variant-numeric: tabular-nums; }
    caption { text-align: left; padding-bottom: .4rem; }
    th, td { padding: .32rem .7rem; text-align: right; border-bottom: 1px solid var(--line);
      vertical-align: top; }
    th:first-child, td:first-child { text-align: left; padding-left: .2rem; }
    .texts td, .texts th { text-align: left; }
    thead th { color: var(--soft); font-weight: 560; border-bottom-width: 2px; }
    tbody th { font-weight: 450; }
    tbody tr:hover { background: var(--shade); }
    tbody tr:last-child > * { border-bottom: 0; }
    details { margin: .5rem 0; }
    summary { cursor: pointer; color: var(--soft); font-size: .92rem; padding: .15rem 0; }
    summary:hover { color: var(--ink); }
    details[open] > .table { max-height: 28rem; overflow: auto; }
    @media (max-width: 36rem) {
      figure { overflow-x: auto; }
      figure svg { min-width: 26rem; }
    }
    @media print {
      body { background: none; }
      section { break-inside: avoid; border: 0; padding: 0; }
    }
    """
}
