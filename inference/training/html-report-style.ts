import { Html } from "./html.js";

const LIGHT = `
    color-scheme: light;
    --page: #f6f7f9; --surface: #ffffff; --line: #d9dee6; --grid: #e8ebf0;
    --text: #182230; --quiet: #5a6678;
    --accent: #2459b8; --hottest: 60%; --other: #b4541a; --good: #18794e; --bad: #b42318;`;

const DARK = `
    color-scheme: dark;
    --page: #10141b; --surface: #181e28; --line: #303a49; --grid: #262f3c;
    --text: #e6ebf2; --quiet: #9aa7b8;
    --accent: #7fb0ff; --hottest: 50%; --other: #f0a36b; --good: #5cc993; --bad: #ff8f83;`;

/** How a report looks: light or dark as the reader likes it, always light on paper. */
export const REPORT_STYLE = new Html(`
  :root {${LIGHT}
  }
  @media screen and (prefers-color-scheme: dark) {
    :root {${DARK}
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0; background: var(--page); color: var(--text);
    font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    -webkit-text-size-adjust: 100%;
  }
  main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
  h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
  h2 { font-size: 1.1rem; margin: 0 0 .25rem; }
  h3 { font-size: .95rem; margin: 1rem 0 .25rem; }
  p { margin: 0 0 .75rem; max-width: 46rem; }
  .quiet { color: var(--quiet); font-size: .9rem; }
  section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin-top: 1rem; }
  .pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); margin-top: 1rem; }
  .pair > section { margin: 0; min-width: 0; }
  dl.figures {
    display: grid; gap: .75rem; margin: 1.25rem 0 0;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.25rem), 1fr));
  }
  .figures > div { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: .75rem .9rem; }
  .figures dt { color: var(--quiet); font-size: .85rem; }
  .figures dd { margin: 0; font-variant-numeric: tabular-nums; }
  .figures .value { font-size: 1.45rem; line-height: 1.3; font-weight: 600; }
  .figures .note { color: var(--quiet); font-size: .8rem; line-height: 1.35; }
  .better { color: var(--good); } .worse { color: var(--bad); }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
  th, td { padding: .35rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
  tbody tr:last-child > * { border-bottom: 0; }
  thead th { color: var(--quiet); font-weight: 500; }
  th.number, td.number { text-align: right; white-space: nowrap; }
  td.text { overflow-wrap: anywhere; min-width: 9rem; }
  code { font: .85em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
  .bar { display: block; height: 4px; margin-top: .3rem; border-radius: 2px; background: var(--grid); }
  .bar > i { display: block; height: 100%; width: calc(var(--share) * 100%); border-radius: 2px; background: var(--accent); }
  table.confusion { table-layout: fixed; border-collapse: separate; border-spacing: 2px; font-size: .85rem; margin-top: .5rem; }
  .confusion th { border: 0; padding: .2rem; font-weight: 500; vertical-align: middle; }
  .confusion thead th { text-align: center; overflow: hidden; text-overflow: ellipsis; }
  .confusion tbody th { text-align: right; padding-right: .4rem; }
  .confusion td {
    border: 0; border-radius: 4px; padding: .5rem .1rem; text-align: center;
    background: color-mix(in oklab, var(--accent) calc(var(--share) * var(--hottest)), var(--page));
    -webkit-print-color-adjust: exact; print-color-adjust: exact;
  }
  .confusion td.right { font-weight: 700; }
  .confusion thead td { width: 5rem; background: none; }
  .confusion td.none { color: var(--quiet); }
  svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
  svg text { fill: var(--quiet); }
  svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--line); }
  svg .ideal { stroke: var(--quiet); stroke-dasharray: 4 4; }
  svg .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  svg .dot { fill: var(--accent); fill-opacity: .75; stroke: var(--surface); }
  svg .other { stroke: var(--other); stroke-dasharray: 6 4; } svg .dot.other { fill: var(--other); stroke: var(--surface); }
  .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .85rem; color: var(--quiet); margin: 0 0 .25rem; padding: 0; list-style: none; }
  .legend li::before { content: ""; display: inline-block; width: 1.4rem; margin-right: .4rem; vertical-align: .25em; border-top: 3px solid var(--accent); }
  .legend li.other::before { border-top: 3px dashed var(--other); }
  details { margin-top: .5rem; } summary { cursor: pointer; }
  ol, ul { padding-left: 1.4rem; margin: .25rem 0 .5rem; }
  @media (max-width: 34rem) {
    main { padding: 1.25rem .75rem 3rem; }
    section { padding: .85rem .75rem; }
    dl.figures { grid-template-columns: 1fr 1fr; gap: .5rem; }
    .figures > div { padding: .6rem .7rem; }
    .figures .value { font-size: 1.25rem; }
    .confusion thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; height: 4.6rem; padding: 0; }
    .confusion tbody th { padding-right: .25rem; }
    .confusion thead td { width: 3.9rem; }
    .confusion tbody th { font-size: .8rem; }
    .confusion td { padding: .4rem 0; font-size: .8rem; }
    .classes .minor { display: none; }
    .stacked thead { display: none; }
    .stacked tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--grid); }
    .stacked tr:last-child { border-bottom: 0; }
    .stacked td, .stacked td.number { display: block; border: 0; padding: .1rem 0; text-align: left; white-space: normal; }
    .stacked td[data-name] { display: inline-block; margin-right: .9rem; }
    .stacked td[data-name]::before { content: attr(data-name) ": "; color: var(--quiet); }
  }
  @media print {
    body { background: none; font-size: 11pt; }
    main { max-width: none; padding: 0; }
    section, .figures > div { break-inside: avoid; border-color: #ccc; }
    section.long { break-inside: auto; } tr { break-inside: avoid; }
    .pair { grid-template-columns: 1fr 1fr; }
  }
`);
