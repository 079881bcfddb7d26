import { formatColumns } from '../output/columns.js';
import { TEXT_WIDTH, wrap } from '../output/wrap.js';

/**
 * A page of the documentation for a terminal: its text wrapped, its code as it is, without what only a browser has use for.
 * Knows the Markdown that these pages are written in, and no other: headings, paragraphs, lists, tables and fenced code.
 */
export function renderGuide(markdown: string): string {
  const parts = markdown.split(/^```.*\n([\s\S]*?)^```$/gm);
  return parts
    .map((part, index) => (index % 2 === 1 ? part.replace(/^(?=.)/gm, '  ') : renderText(part)))
    .filter((part) => part !== '')
    .join('\n');
}

function renderText(text: string): string {
  const blocks = text.replaceAll(/<!--.*?-->\n?/gs, '').split(/\n{2,}|\n(?= *- )/);
  const rendered = blocks.map((block) => block.replace(/^\n+|\s+$/g, '')).filter((block) => block !== '');
  return rendered.reduce((page, block, index) => {
    // The items of a list stand close together.
    const isClose = index === 0 || (/^ *- /.test(block) && /^ *- /.test(rendered[index - 1] ?? ''));
    return `${page}${isClose ? '' : '\n'}${renderBlock(block)}`;
  }, '');
}

function renderBlock(block: string): string {
  const [, level, heading = ''] = /^(#+) (.*)$/.exec(block) ?? [];
  if (level !== undefined) return `${level === '#' ? plain(heading) : plain(heading).toUpperCase()}\n`;
  if (block.startsWith('|')) return renderTable(block);
  const [bullet = '', item = block] = block.match(/^ *- /)?.concat(block.replace(/^ *- /, '')) ?? [];
  return wrap(plain(item), bullet, ' '.repeat(bullet.length));
}

/** In columns if it is narrow enough, else a paragraph a row. */
function renderTable(block: string): string {
  const [header = [], , ...rows] = block.split('\n').map(cellsOf);
  const table = formatColumns(
    header.map((cell) => cell.toUpperCase()),
    rows,
  );
  if (table.split('\n').every((line) => line.length <= TEXT_WIDTH)) return table;
  return rows
    .map(([first = '', ...others]) => wrap(`${first}: ${others.filter(Boolean).join('; ')}`, '  ', '    '))
    .join('');
}

function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => plain(cell.replaceAll('\\|', '|').trim()));
}

/** Without marks; a link to another page becomes the command that shows it. */
function plain(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : withoutMarks(part)))
    .join('');
}

function withoutMarks(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\((\w+)\.md[^)]*\)/g, '$1 (phonectl help $2)')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*{1,2}([^*]+)\*{1,2}/g, '$1');
}
