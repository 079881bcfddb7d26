/** A character, SVG units; what the picture is made of is laid out on this grid. */
const CHARACTER = { width: 8, height: 19 } as const;
/** No window is wider; longer lines go on below, as in a terminal. */
const MOST_COLUMNS = 120;
const MARGIN = 16;
/** The bar at the top. */
const BAR = 34;

/** By the codes that phonectl paints with (ECMA-48, 8.3.117). */
const COLORS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  35: '#d2a8ff',
  36: '#79c0ff',
  90: '#8b949e',
};

interface Run {
  readonly text: string;
  readonly color: string | undefined;
}

/**
 * What a terminal shows, as an SVG: text that can be searched and copied, in whichever monospaced font there is, on a dark
 * window that stands on light and dark pages. Commands are the lines that begin with `$ `.
 * @param text with the colour codes that phonectl prints
 */
export function terminalPicture(title: string, text: string): string {
  const lines = text.trimEnd().split('\n').flatMap(toRuns);
  const columns = Math.max(...lines.map((runs) => runs.reduce((sum, { text }) => sum + text.length, 0)));
  const width = columns * CHARACTER.width + 2 * MARGIN;
  const height = BAR + lines.length * CHARACTER.height + MARGIN;
  const drawn = lines.map((runs, index) => drawLine(runs, BAR + (index + 0.75) * CHARACTER.height));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#e6edf3}</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b22" stroke="#57606a"/>
${[0, 1, 2].map((dot) => `<circle cx="${MARGIN + 4 + dot * 18}" cy="17" r="5" fill="#57606a"/>`).join('')}
${drawn.filter(Boolean).join('\n')}
</svg>
`;
}

/** The pieces of one colour, by lines of the window. */
function toRuns(line: string): Run[][] {
  const isCommand = line.startsWith('$ ');
  const rows: Run[][] = [[]];
  let column = 0;
  let color: string | undefined;
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) {
      color = COLORS[Number(code)];
      continue;
    }
    let rest = part;
    while (rest !== '') {
      if (column === MOST_COLUMNS) {
        rows.push([]);
        column = 0;
      }
      const text = rest.slice(0, MOST_COLUMNS - column);
      rows.at(-1)?.push({ text, color: isCommand ? '#ffffff' : color });
      column += text.length;
      rest = rest.slice(text.length);
    }
  }
  return rows;
}

/** Each word where its column is, as wide as its characters are there, whatever the font. */
function drawLine(runs: readonly Run[], y: number): string {
  let column = 0;
  let drawn = '';
  for (const { text, color } of runs) {
    for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g)) {
      const x = MARGIN + (column + index) * CHARACTER.width;
      const fill = color ? ` fill="${color}"` : '';
      drawn += `<tspan x="${x}" textLength="${words.length * CHARACTER.width}"${fill}>${escaped(words)}</tspan>`;
    }
    column += text.length;
  }
  return drawn === '' ? '' : `<text y="${y}">${drawn}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
