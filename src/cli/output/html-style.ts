import { OUTCOMES } from '../../run/outcome.js';

/** The look of the report: one column of calm cards; colours stand beside words, never alone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1d2430; --soft: #5b6675; --line: #e1e5ea; --stripe: #f8f9fb; --accent: #2563a8;
  --good: #1a7a4a; --bad: #b3321f;
  --planned: #8796ab; --returned: #17794a; --answered: #35a27c; --accepted: #4f93cf; --skipped: #a3abb6;
  --refused: #c23b2a; --no-answer: #e2892b; --unknown: #8a5cb8; --not-sent: #c7ad2e; --invalid: #c94f8a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2029; --text: #e4e8ee; --soft: #9ba6b5; --line: #2d3642; --stripe: #1e252f; --accent: #7db3ea;
    --good: #5cc48f; --bad: #f08a78;
    --planned: #8796ab; --returned: #2f9e68; --answered: #58c29c; --accepted: #5ba0de; --skipped: #75808e;
    --refused: #df5b49; --no-answer: #eb9c46; --unknown: #a780d3; --not-sent: #d6bf4c; --invalid: #de73a6;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, footer { max-width: 80rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding: 2.5rem 0 1rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.1rem; }
p { margin: 0 0 1rem; }
.verdict { margin: 0.5rem 0 0; font-size: 1.1rem; }
.verdict b { font-weight: 650; }
.good { color: var(--good); } .bad { color: var(--bad); } .soft { color: var(--soft); }
section { margin: 0 0 1.25rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: 1rem 1.5rem; margin: 0; }
.facts div { min-width: 0; }
.facts .all { grid-column: 1 / -1; }
dt { color: var(--soft); font-size: 0.8rem; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; }
.totals { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(12.5rem, 100%), 1fr)); gap: 0.75rem; }
.totals li { padding: 0.7rem 0.9rem; border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px; }
.totals b { display: block; font-size: 1.45rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.totals small { display: block; color: var(--soft); font-size: 0.8rem; line-height: 1.35; }
.totals b span { font-size: 0.85rem; font-weight: 400; }
.chart { padding: 0 32px 0 52px; }
svg { display: block; overflow: visible; }
svg text { fill: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); } .tick { stroke: var(--soft); }
.bar:hover { opacity: 0.75; }
.legend { display: flex; flex-wrap: wrap; gap: 0.35rem 1.1rem; margin: 0.5rem 0 0.75rem; font-size: 0.87rem; }
i { display: inline-block; width: 0.72em; height: 0.72em; margin-right: 0.45em; border-radius: 2px; }
summary { color: var(--accent); cursor: pointer; font-size: 0.87rem; }
details .scroll { margin-top: 0.75rem; max-height: 24rem; }
.scroll { overflow: auto; max-width: 100%; }
table { width: 100%; border-collapse: collapse; font-size: 0.87rem; }
th, td { padding: 0.42rem 0.75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-size: 0.8rem; font-weight: 600; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--stripe); }
td { overflow-wrap: break-word; max-width: 26rem; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.zero { color: var(--soft); opacity: 0.75; }
.rest td { color: var(--soft); font-style: italic; }
td.word { white-space: nowrap; }
.phones th, .phones td { padding-left: 0.5rem; padding-right: 0.5rem; }
.reason { min-width: 11rem; }
form { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 1.25rem; margin: 0 0 1rem; }
form[hidden] { display: none; }
input[type=search] { flex: 1 1 16rem; min-width: 0; max-width: 24rem; padding: 0.5rem 0.75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page); color: inherit; font: inherit; }
fieldset { display: flex; flex-wrap: wrap; gap: 0.35rem 1rem; margin: 0; padding: 0; border: 0; min-width: 0; font-size: 0.87rem; }
label { display: inline-flex; align-items: center; cursor: pointer; }
label input { margin: 0 0.4rem 0 0; accent-color: var(--accent); }
label i { margin-right: 0.35em; }
output { color: var(--soft); font-size: 0.87rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { padding-top: 0.25rem; padding-bottom: 2.5rem; color: var(--soft); font-size: 0.8rem; }
.more { margin: 1rem 0 0; color: var(--soft); }
${OUTCOMES.map((word) => `.o-${word} { fill: var(--${word}); background: var(--${word}); } .totals .e-${word} { border-left-color: var(--${word}); }`).join('\n')}
@media screen and (max-width: 48rem) {
  main, footer { padding-left: 0.75rem; padding-right: 0.75rem; }
  header { padding-top: 1.5rem; }
  h1 { font-size: 1.4rem; }
  section { padding: 1.1rem 0.9rem; }
  .chart { padding-left: 44px; padding-right: 16px; }
  .odd { display: none; }
  .facts .long { grid-column: 1 / -1; }
  .facts, .totals { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  input[type=search] { max-width: none; flex-basis: 100%; }
}
@media print, screen and (max-width: 48rem) {
  /* A phone is a card: ten columns have no room. Their order is that of html.ts. */
  .phones thead { display: none; }
  .phones, .phones tbody, .phones tr, .phones td { display: block; }
  .phones tr { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  .phones tr[hidden] { display: none; }
  .phones td { max-width: none; padding: 0.05rem 0; border: 0; text-align: left; overflow-wrap: anywhere; }
  .phones td:first-child { font-weight: 600; }
  .phones .reason { min-width: 0; }
  .phones td:nth-child(n + 4) { display: inline-block; margin-right: 0.9em; font-size: 0.8rem; }
  .phones td:nth-child(n):empty { display: none; }
  .phones td::before { color: var(--soft); }
  .phones td:nth-child(4)::before { content: "SIP "; }
  .phones td:nth-child(5)::before { content: "vendor "; }
  .phones td:nth-child(6)::before { content: "model "; }
  .phones td:nth-child(7)::before { content: "firmware "; }
  .phones td:nth-child(8)::before { content: "server "; }
  .phones td:nth-child(9)::before { content: "profile "; }
  .phones td:nth-child(10)::before { content: "row "; }
}
@media print {
  :root { --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc; --stripe: #fff; }
  html { font-size: 11px; }
  body { font-size: 1rem; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main, footer { max-width: none; padding: 0; }
  header { padding-top: 0; }
  section { padding: 0.75rem 0; border: 0; border-top: 1px solid var(--line); border-radius: 0; }
  form, details { display: none; }
  .scroll { overflow: visible; max-height: none; }
  th, td { padding: 0.2rem; }
  th { white-space: normal; font-size: 0.75rem; }
  td { max-width: none; overflow-wrap: anywhere; }
  th:first-child { min-width: 7rem; }
  .phones tr { padding: 0.3rem 0; }
  .phones td:nth-child(-n + 3) { display: inline-block; margin-right: 0.9em; }
  tr, .chart, .totals li { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;

/** Filters the table of phones. The controls are hidden until it runs. Nothing of a run is ever put into it. */
export const SCRIPT = `
'use strict';
(() => {
  const form = document.getElementById('filter');
  if (!form) return;
  const search = form.querySelector('input[type=search]');
  const boxes = [...form.querySelectorAll('input[type=checkbox]')];
  const shown = form.querySelector('output');
  const rows = [...document.querySelectorAll('.phones tbody tr')].map((row) => {
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    return { row, text: cells.join(' ').toLowerCase(), outcome: cells[1] };
  });
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const away = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    let count = 0;
    for (const { row, text, outcome } of rows) {
      const isShown = !away.has(outcome) && words.every((word) => text.includes(word));
      row.hidden = !isShown;
      if (isShown) count++;
    }
    shown.textContent = count.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en') + ' shown';
  };
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
`;
