import { escapeXml } from '../../payload/escape-xml.js';
import type { Timeline } from '../../run/journal/tally.js';
import { type Counts, OUTCOMES } from '../../run/outcome.js';
import { plural } from '../plural.js';
import { formatCounts } from '../progress.js';

/** The plot without its labels, pixels. Its width is that of the page: what is across is in percent. */
const TOP = 28;
const HEIGHT = 200;
const BELOW = 40;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps of the time axis. */
const STEPS = [
  ...[100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY],
];
const MAX_TICKS = 9;
/** A run of a moment must not be one bar as wide as the page: a share of its width. */
const WIDEST_BAR = 1 / 24;

/** Outcomes over time as stacked bars: inline SVG that is as wide as its place, and the same as a table. */
export function renderChart({ from, width, buckets }: Timeline): string {
  const slots = buckets.length;
  const barWidth = Math.min(0.86 / slots, WIDEST_BAR);
  const sums = buckets.map(sumOf);
  const step = countStep(Math.max(...sums));
  const top = Math.ceil(Math.max(...sums) / step) * step;
  const y = (count: number): number => TOP + HEIGHT * (1 - count / top);
  const desc = describe({ from, width, buckets }, sums);
  return `<div class="chart">
<svg width="100%" height="${TOP + HEIGHT + BELOW}" role="img" aria-labelledby="chart-title chart-desc">
<title id="chart-title">Outcomes over time</title>
<desc id="chart-desc">${escapeXml(desc)}</desc>
<text class="unit" x="-40" y="12">phones per ${escapeXml(spanOf(width))}</text>
${countAxis(step, top, y)}
${timeAxis(from, width * slots)}
${buckets.map((counts, index) => bar(counts, from + index * width, index / slots, barWidth, y, width)).join('')}
</svg>
</div>
${legend(buckets)}
${dataTable({ from, width, buckets })}`;
}

/** `10 s`, `5 min`, `1 d`. */
export function spanOf(ms: number): string {
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (ms < HOUR) return `${ms / MINUTE} min`;
  return ms < DAY ? `${ms / HOUR} h` : `${ms / DAY} d`;
}

/** `2026-11-25 07:32:01`, in UTC, with tenths `07:32:01.4` if so exact; an empty text for what is no date. */
export function timeOf(at: number, isExact = false): string {
  return Math.abs(at) <= 8.64e15
    ? new Date(at)
        .toISOString()
        .replace('T', ' ')
        .slice(0, isExact ? -3 : -5)
    : '';
}

function bar(
  counts: Counts,
  at: number,
  x: number,
  width: number,
  y: (count: number) => number,
  bucketWidth: number,
): string {
  let below = 0;
  const parts = present(counts).map((outcome) => {
    const count = counts[outcome] ?? 0;
    const bottom = y(below);
    below += count;
    // One phone among ten thousand is still to be seen.
    const height = Math.max(bottom - y(below), 1);
    return `<rect class="o-${outcome}" x="${percent(x)}" width="${percent(width)}" y="${(bottom - height).toFixed(2)}" height="${height.toFixed(2)}"/>`;
  });
  if (parts.length === 0) return '';
  const title = `${clock(at, bucketWidth)}: ${formatCounts(counts)}`;
  return `<g class="bar"><title>${escapeXml(title)}</title>${parts.join('')}</g>\n`;
}

function countAxis(step: number, top: number, y: (count: number) => number): string {
  const lines: string[] = [];
  for (let count = 0; count <= top; count += step) {
    const at = y(count).toFixed(1);
    lines.push(
      `<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/><text x="-8" y="${at}" dy="0.32em" text-anchor="end">${count.toLocaleString('en')}</text>`,
    );
  }
  return lines.join('\n');
}

function timeAxis(from: number, span: number): string {
  const step = STEPS.find((one) => span / one <= MAX_TICKS) ?? Math.ceil(span / MAX_TICKS / DAY) * DAY;
  const base = TOP + HEIGHT;
  const ticks: string[] = [];
  for (let index = Math.ceil(from / step); index * step <= from + span; index++) {
    const x = percent((index * step - from) / span);
    // On a narrow screen there is no room for every other one.
    const odd = ticks.length % 2 === 1 ? ' class="odd"' : '';
    ticks.push(
      `<g${odd}><line class="tick" x1="${x}" x2="${x}" y1="${base}" y2="${base + 5}"/><text x="${x}" y="${base + 18}" text-anchor="middle">${clock(index * step, step, span)}</text></g>`,
    );
  }
  return `${ticks.join('\n')}\n<text class="unit" x="100%" y="${base + 36}" text-anchor="end">time (UTC)</text>`;
}

/** A time as exactly as the step between two of them wants it. */
function clock(at: number, step: number, span = 0): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  if (step >= DAY) return date;
  const exact = step < SECOND ? time.slice(0, 10) : time.slice(0, step < MINUTE ? 8 : 5);
  return span > DAY ? `${date.slice(5)} ${exact}` : exact;
}

/** The distance of the lines of the count axis: 1, 2 or 5 with zeros. */
function countStep(max: number): number {
  const rough = Math.max(max / 4, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

function describe({ from, width, buckets }: Timeline, sums: readonly number[]): string {
  const most = Math.max(...sums);
  const isExact = width < SECOND;
  const when = timeOf(from + sums.indexOf(most) * width, isExact);
  const span = `${timeOf(from, isExact)} to ${timeOf(from + buckets.length * width, isExact)} UTC`;
  return `Stacked bars, one for each ${spanOf(width)}, from ${span}. Most outcomes came at ${when}: ${plural(most, 'phone')}.`;
}

function legend(buckets: readonly Counts[]): string {
  const words = OUTCOMES.filter((outcome) => buckets.some((counts) => counts[outcome]));
  return `<ul class="legend" aria-label="Legend">${words.map((word) => `<li><i class="o-${word}"></i>${word}</li>`).join('')}</ul>`;
}

/** What the bars show, for those who can't see them or can't point at them. */
function dataTable({ from, width, buckets }: Timeline): string {
  const rows = buckets.flatMap((counts, index) =>
    present(counts).length === 0
      ? []
      : [`<tr><td>${timeOf(from + index * width, width < SECOND)}</td><td>${formatCounts(counts)}</td></tr>`],
  );
  return `<details><summary>The same as a table</summary>
<div class="scroll" role="region" aria-label="Outcomes over time" tabindex="0"><table><thead><tr><th scope="col">From (UTC)</th><th scope="col">Outcomes within ${spanOf(width)}</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></details>`;
}

function present(counts: Counts) {
  return OUTCOMES.filter((outcome) => counts[outcome]);
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}
