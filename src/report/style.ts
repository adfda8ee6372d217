/** The report's style sheet. Colours of the plots are taken from its variables. Paper is always light. */
export const STYLE = `
:root {
  --paper: #ffffff; --ink: #1b1f24; --faint: #5f6773; --rule: #dfe3e8; --panel: #f6f8fa;
  --blue: #2563a8; --on-blue: #ffffff; --orange: #d0741c; --warn: #fff6e0; --warn-rule: #d9a520;
  --leak: #b3261e; --on-leak: #ffffff;
}
@media screen { :root { color-scheme: light dark; } }
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --ink: #e4e7eb; --faint: #98a1ad; --rule: #2c323a; --panel: #1b2026;
    --blue: #6fabf0; --on-blue: #0c1826; --orange: #e8a052; --warn: #2b2412; --warn-rule: #a87f1c;
    --leak: #e5655b; --on-leak: #21090a;
  }
}
* { box-sizing: border-box; }
body {
  max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 3rem 0 .9rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); }
h3 { font-size: .95rem; line-height: 1.3; margin: 0 0 .5rem; }
p { margin: 0 0 .8rem; max-width: 46rem; }
.faint, figcaption { color: var(--faint); }
.faint, figcaption { font-size: .9rem; }
.warning { max-width: none; margin: 1.2rem 0; padding: .6rem .9rem; background: var(--warn); border-left: 3px solid var(--warn-rule); }
.leak { max-width: none; margin: 1.2rem 0; padding: .9rem 1.1rem; background: var(--leak); color: var(--on-leak); border-radius: 6px; font-size: 1.1rem; }
.badge { display: inline-block; padding: .1em .5em; background: var(--leak); color: var(--on-leak); border-radius: 4px; font-size: .75rem; font-weight: 700; line-height: 1.5; letter-spacing: .04em; vertical-align: .1em; }
.tiles, .pair, .settings { display: grid; gap: 1.25rem; margin: 1.6rem 0; }
.tiles { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.tile { padding: 1rem 1.15rem; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; }
.tile p { margin: 0; line-height: 1.45; }
.tile .value { font-size: 2.5rem; font-weight: 650; line-height: 1.2; letter-spacing: -.02em; white-space: nowrap; }
.tile .meaning { margin-top: .45rem; }
.stack > div { margin-top: 1.6rem; }
.pair { grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); align-items: start; margin: .5rem 0; }
.settings { grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1.6rem 2.5rem; margin: 0; align-items: start; }
.settings > *, .pair > * { min-width: 0; }
figure { margin: 0; }
figcaption { margin-top: .6rem; max-width: 46rem; }
svg { display: block; max-width: 100%; height: auto; }
.swatch { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 0; border-radius: 2px; vertical-align: -.05em; }
.scroll { overflow-x: auto; }
.scroll svg { min-width: 38rem; }
.scroll + .settings, .totals + .settings, .after { margin-top: 1.6rem; }
.after .faint { margin-top: .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.4; }
th, td { padding: .34rem .6rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: baseline; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--faint); font-weight: 500; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.totals tbody tr:last-child td { font-weight: 600; }
.facts th { color: var(--faint); font-weight: 400; }
.facts td { text-align: right; }
.hashes td { font-size: .8rem; padding-top: .15rem; padding-bottom: .15rem; }
code, pre { font: .86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0 0 .8rem; padding: .8rem 1rem; background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; overflow-x: auto; }
summary { cursor: pointer; font-weight: 500; }
details { margin: 1.2rem 0 0; }
details > :not(summary) { margin-top: .7rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
@media print {
  @page { margin: 16mm 14mm; }
  :root { font-size: 13px; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  th, td { padding-left: .4rem; padding-right: .4rem; }
  h2 { margin-top: 1.6rem; break-after: avoid; }
  h3, thead { break-after: avoid; }
  figure, .tile, tr, pre { break-inside: avoid; }
  .tiles { grid-template-columns: repeat(3, 1fr); gap: .8rem; }
  .tile .value { font-size: 1.9rem; }
  .pair, .settings { grid-template-columns: 1fr 1fr; gap: 1rem 1.5rem; }
  .scroll, pre { overflow: visible; }
  .scroll svg { min-width: 0; }
  pre { white-space: pre-wrap; }
  .hashes code { overflow-wrap: anywhere; }
  svg, .swatch, .tile, .warning, .leak, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
