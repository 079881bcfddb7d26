import { type Figure, median } from './figures.js';

/** What the others are compared with: phonectl, or where all are phonectl, what costs least. */
const OURS = ['phonectl', 'bare', 'accepted', 'read'];

/**
 * What was measured as tables, one for each part and case: medians with the least and the most, and how the first column
 * compares.
 */
export function tables(figures: readonly Figure[]): string {
  const groups = groupBy(figures, ({ part, case: where }) => `${part}: ${where}`);
  return [...groups].map(([title, group]) => `${title}\n${table(group)}`).join('\n');
}

function table(group: readonly Figure[]): string {
  const measures = [...new Set(group.map(({ measure }) => measure))];
  const contenders = [...new Set(group.map(({ contender }) => contender))];
  const [first] = measures;
  const of = (contender: string, measure: string | undefined) =>
    group.find((figure) => figure.contender === contender && figure.measure === measure);
  const yardstick = OURS.find((name) => contenders.includes(name));
  const ours = yardstick === undefined ? undefined : of(yardstick, first);
  const rows = contenders.map((contender) => {
    const values = of(contender, first)?.values;
    const ratio = ours && values ? `×${short(median(values) / median(ours.values))}` : '';
    return [contender, ...measures.map((measure) => cell(of(contender, measure))), ratio];
  });
  return align([['', ...measures, ours ? `of ${yardstick}` : ''], ...rows]);
}

function cell(figure: Figure | undefined): string {
  if (!figure) return '-';
  const { values } = figure;
  if (values.length === 1) return short(median(values));
  return `${short(median(values))} (${short(Math.min(...values))} – ${short(Math.max(...values))})`;
}

/** Three digits are all that such a figure is good for. */
export function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** The first column to the left, the others to the right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((text, at) => (at === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[at] ?? 0))))
    .map((row) => `  ${row.join('   ').trimEnd()}\n`)
    .join('');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
