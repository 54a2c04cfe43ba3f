/** The looks of the page: light or dark as the reader has it, a table where there is room, cards where there is not. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f6f9; --card: #ffffff; --line: #dde3ea; --text: #16202b; --soft: #566473;
  --down: #0b66c3; --down-back: #e3effb; --up: #9a4d00; --up-back: #fcefe0; --idle-back: #eceff3; --track: #dbe3ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #18202a; --line: #2b3644; --text: #e6ebf1; --soft: #9dabba;
    --down: #7cb8ff; --down-back: #16314f; --up: #ffb870; --up-back: #432b12; --idle-back: #26303c; --track: #2f3b49;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 1.5rem clamp(0.75rem, 3vw, 2.5rem) 3rem; background: var(--page); color: var(--text);
  font: 0.9375rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1.5rem; margin-bottom: 1rem; }
h1 { margin: 0; font-size: 1.375rem; font-weight: 650; letter-spacing: -0.01em; }
header p { margin: 0; color: var(--soft); font-size: 0.875rem; }
a { color: var(--down); }
a:focus-visible { outline: 2px solid var(--down); outline-offset: 2px; border-radius: 2px; }
.totals { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.75rem; margin: 0 0 1rem; }
.totals div { padding: 0.7rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.totals dt { color: var(--soft); font-size: 0.8125rem; }
.totals dd { margin: 0; font-size: 1.375rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.totals small { margin-left: 0.35rem; font-size: 0.875rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
.notice { padding: 2.25rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; color: var(--soft); text-align: center; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 0.55rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
tbody th, .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th { color: var(--soft); }
.account { font-weight: 600; overflow-wrap: anywhere; }
.file, .host { overflow-wrap: anywhere; }
.file { min-width: 10rem; }
.host { min-width: 8.5rem; font-size: 0.875rem; }
.host small { display: block; color: var(--soft); }
.soft { color: var(--soft); }
.state { display: inline-block; padding: 0.05rem 0.5rem; border-radius: 1rem; background: var(--idle-back); font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
.download .state { background: var(--down-back); color: var(--down); }
.upload .state { background: var(--up-back); color: var(--up); }
.moved { min-width: 14.5rem; }
bdi { white-space: pre-wrap; }
.moved .number { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; }
.moved small { color: var(--soft); }
progress { display: block; width: 100%; height: 0.5rem; margin: 0.3rem 0; border: 0; border-radius: 1rem; overflow: hidden; appearance: none; background: var(--track); accent-color: var(--down); }
progress::-webkit-progress-bar { background: var(--track); }
progress::-webkit-progress-value { background: var(--down); border-radius: 1rem; }
progress::-moz-progress-bar { background: var(--down); border-radius: 1rem; }
@media (max-width: 60rem) {
  table { background: none; border: 0; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 0.75rem; }
  tbody tr { padding: 0.4rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
  tbody th, td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.75rem; padding: 0.25rem 0.9rem; border: 0; white-space: normal; }
  tbody th::before, td::before { content: attr(data-title); color: var(--soft); font-size: 0.8125rem; font-weight: 400; line-height: 1.65; }
  td.empty { display: none; }
  .file, .host, .moved { min-width: 0; }
  .state { justify-self: start; }
}
@media (max-width: 36rem) {
  .totals { gap: 0.5rem; }
  .totals div { padding: 0.55rem 0.7rem; }
  .totals dd { font-size: 1.125rem; }
  .totals small { display: block; margin: 0; font-size: 0.8125rem; white-space: normal; }
}
@media (forced-colors: active) {
  .state { border: 1px solid; }
  progress { appearance: auto; }
}
@media print {
  body { padding: 0; background: none; }
}
`;

/** SHA-256 of it, by which a browser knows it. It stands here since what computes it takes a third of the start of Node to load. */
export const STYLE_HASH = 'RDhpeLKyDIvQBqWPAgr/vDgHA60/XHjLJbu7/+gTeU0=';
