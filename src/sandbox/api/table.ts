import { jsonText } from '../wire/json-text.js';
import { type ApiOutput, LongText } from './output.js';

/** The columns of a row by their names, in order. */
export type Row = Readonly<Record<string, string>>;

/** The rows that `show` writes. */
export interface Table {
  readonly size: number;
  /** Asked for more than once, and each time the same. */
  rows(): Iterable<Row>;
  /** Only their number is wanted (`show … count`). */
  readonly justCount: boolean;
}

type Writer = (table: Table) => ApiOutput;

const WRITERS: Readonly<Record<string, Writer>> = { json, xml, delim: csv, csv };

/** The rows in a format of `show … as FORMAT` (`show_function`, mod_commands.c). */
export function tableText(table: Table, format: string): ApiOutput {
  return WRITERS[format.toLowerCase()]?.(table) ?? `-ERR Cannot find format ${format}\n`;
}

function json(table: Table): ApiOutput {
  const { size, justCount } = table;
  if (justCount) return `{"row_count":${size},"rows":[]}`;
  // With no rows at all FreeSWITCH writes a text of its own.
  if (size === 0) return '{"row_count": 0}\n';
  return new LongText(function* () {
    yield `{"row_count":${size},"rows":[`;
    let separator = '';
    for (const row of table.rows()) {
      const columns = Object.entries(row).map(([name, value]) => `${jsonText(name)}:${jsonText(value)}`);
      yield `${separator}{${columns.join(',')}}`;
      separator = ',';
    }
    yield ']}';
  });
}

function csv(table: Table): ApiOutput {
  const { size, justCount } = table;
  const total = `\n${size} total.\n`;
  if (justCount || size === 0) return total;
  return new LongText(function* () {
    let titled = false;
    for (const row of table.rows()) {
      if (!titled) yield `${Object.keys(row).join(',')}\n`;
      titled = true;
      yield `${Object.values(row).join(',')}\n`;
    }
    yield total;
  });
}

function xml(table: Table): ApiOutput {
  const { size, justCount } = table;
  if (justCount) return `<result row_count="${size}"></result>\n`;
  if (size === 0) return '<result row_count="0"/>\n';
  return new LongText(function* () {
    yield `<result row_count="${size}">\n`;
    let id = 0;
    for (const row of table.rows()) {
      const columns = Object.entries(row).map(([name, value]) => `    <${name}>${xmlText(value)}</${name}>\n`);
      yield `  <row row_id="${++id}">\n${columns.join('')}  </row>\n`;
    }
    yield '</result>\n';
  });
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
