/// The page's style: light, dark and printed.
enum PageStyle {
  static let text = """
    :root { color-scheme: light dark; --ink: #1c2126; --soft: #5b6670;
      --ground: #ffffff; --card: #f6f7f9; --rule: #d8dde2;
      --s1: #1f6fb2; --s2: #c2551b; --s3: #2d8a52; --s4: #8a4fb0;
      --s5: #8a6d1f; --bad: #b3261e; --good: #22733f; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4e8ec; --soft: #9aa6b1; --ground: #14181c;
        --card: #1c2228; --rule: #38424c; --s1: #6cb0ee; --s2: #f2955c;
        --s3: #6ccf93; --s4: #c79be6; --s5: #d8bb66; --bad: #ff8a80;
        --good: #7bd49b; } }
    @media print {
      :root { --ink: #000; --soft: #444; --ground: #fff; --card: #fff;
        --rule: #bbb; --s1: #1f6fb2; --s2: #c2551b; --s3: #2d8a52;
        --s4: #8a4fb0; --s5: #8a6d1f; --bad: #b3261e; --good: #22733f; }
      .filter, audio { display: none; }
      figure, table { break-inside: avoid; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
    main { max-width: 82rem; margin: 0 auto; padding: 1.2rem 1rem 4rem; }
    h1 { font-size: 1.5rem; margin: 0; } header p { margin: .2rem 0 0;
      color: var(--soft); }
    h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
    a { color: inherit; text-decoration-color: var(--soft);
      text-underline-offset: 2px; }
    :focus-visible { outline: 2px solid var(--s1); outline-offset: 2px; }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums;
      margin: .3rem 0 .8rem; font-size: .92rem; }
    caption { text-align: left; color: var(--soft); padding: .2rem 0; }
    th, td { padding: .28rem .6rem; text-align: right;
      border-bottom: 1px solid var(--rule); }
    th:first-child, td:first-child, .text { text-align: left; }
    th { font-weight: 600; }
    thead th { border-bottom: 2px solid var(--soft); vertical-align: bottom; }
    .board tbody th { position: sticky; left: 0; background: var(--ground);
      white-space: nowrap; }
    .board td { white-space: nowrap; }
    th button { all: unset; cursor: pointer; }
    th .task { display: block; color: var(--s1); }
    th[aria-sort=ascending] button::after { content: " ▲"; }
    th[aria-sort=descending] button::after { content: " ▼"; }
    sup { color: var(--soft); font-size: .7em; line-height: 0; }
    .published th, .published td { color: var(--soft); font-weight: 400; }
    .published .head th { padding-top: 1rem; font-style: italic;
      white-space: normal; text-align: left; }
    .filter { display: flex; flex-wrap: wrap; gap: .3rem .9rem;
      margin: .2rem 0 .6rem; font-size: .9rem; }
    .filter label { display: flex; gap: .3rem; align-items: center; }
    .filter .other { margin-left: auto; }
    [hidden] { display: none !important; }
    .failed { color: var(--bad); }
    .note { font-size: .875rem; color: var(--soft); margin: .3rem 0; }
    details { margin: .4rem 0; } summary { cursor: pointer; }
    details.cell { border: 1px solid var(--rule); border-radius: 6px;
      background: var(--card); padding: .45rem .9rem; scroll-margin: 1rem; }
    details.cell > summary { font-weight: 600; }
    summary .figure { float: right; font-variant-numeric: tabular-nums; }
    @media (max-width: 40rem) { summary .figure { float: none;
      font-weight: 400; margin-left: .4rem; }
      dl { grid-template-columns: 1fr; } dd { margin: 0 0 .3rem .8rem; } }
    .headline { margin: .6rem 0 .2rem; }
    .charts { display: grid; gap: 1rem 1.6rem; margin: .8rem 0;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr));
    }
    figure { margin: 0; } figcaption { font-weight: 600; font-size: .9rem; }
    svg { width: 100%; max-width: 34rem; height: auto; display: block; }
    svg text { fill: var(--soft); font-size: 11px; }
    svg .title { fill: var(--soft); }
    svg .grid { stroke: var(--rule); stroke-width: .7; }
    svg .axis, svg .box { stroke: var(--soft); fill: none; }
    svg .mark { stroke: var(--soft); stroke-dasharray: 4 3; fill: none; }
    svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
    svg .line.s1 { stroke: var(--s1); } svg .line.s2 { stroke: var(--s2); }
    svg .line.s3 { stroke: var(--s3); } svg .line.s4 { stroke: var(--s4); }
    svg .line.s5 { stroke: var(--s5); }
    svg .dot.s1, svg .bar.s1 { fill: var(--s1); }
    svg .dot.s2, svg .bar.s2 { fill: var(--s2); }
    svg .dot.s3 { fill: var(--s3); } svg .dot.s4 { fill: var(--s4); }
    svg .dot.s5 { fill: var(--s5); }
    svg .right { fill: var(--s1); } svg .wrong { fill: var(--s2); }
    svg .on { fill: var(--ground); } svg .in { fill: var(--ink); }
    .keys { font-size: .8rem; color: var(--soft); display: flex;
      flex-wrap: wrap; gap: .1rem .9rem; }
    .key i { display: inline-block; width: .9rem; height: .2rem;
      margin-right: .35rem; vertical-align: middle; }
    .key .s1 { background: var(--s1); } .key .s2 { background: var(--s2); }
    .key .s3 { background: var(--s3); } .key .s4 { background: var(--s4); }
    .key .s5 { background: var(--s5); }
    .pair { display: grid; gap: 0 2.5rem; grid-template-columns:
      repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); }
    .pair > div { min-width: 0; }
    dl { display: grid; grid-template-columns: max-content 1fr;
      gap: 0 1rem; font-size: .85rem; } dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    .certificates { list-style: none; padding: 0; font-size: .9rem; }
    .certificates li::before { font-weight: 700; margin-right: .5rem; }
    .good::before { content: "✓"; color: var(--good); }
    .bad::before { content: "!"; color: var(--bad); }
    pre { overflow-x: auto; font-size: .8rem; }
    audio { height: 2rem; max-width: 15rem; }
    """
}
