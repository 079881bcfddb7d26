import { formatAor } from './aor.js';
import type { Column, Header } from './columns.js';
import type { CsvFault } from './csv-fields.js';
import { unmarkFormula } from './formula.js';
import { macProblem, normalizeMac } from './mac.js';
import type { Entry, Phone, RowProblem } from './phone.js';
import { AorColumns } from './row-aor.js';
import { byteProblems, faultProblem, findDamage, widthProblem } from './row-faults.js';
import { valueProblem } from './row-problem.js';
import { show } from './show.js';

const CONTROL = /\p{Cc}/u;

/** Columns that name something: no control character can belong there. `aor`, `user` and `domain` are checked as an AOR. */
const NAMES: ReadonlySet<string> = new Set(['profile', 'vendor', 'server', 'mac']);

const NOTHING: ReadonlySet<string> = new Set();

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Makes entries of the rows of one file: of each a phone, or all that is wrong with it. */
export class RowReader {
  readonly #header: Header;
  readonly #aor: AorColumns;
  readonly #named: readonly Column[];
  /** The places in a row that no column has. */
  readonly #unnamed: readonly number[];

  /** @param defaultDomain the domain of rows that name none; checked already, empty if there is none */
  constructor(header: Header, defaultDomain: string) {
    this.#header = header;
    this.#aor = new AorColumns(header.columns, defaultDomain);
    this.#named = header.columns.filter(({ name }) => NAMES.has(name));
    const taken = new Set(header.columns.map(({ index }) => index));
    this.#unnamed = Array.from({ length: header.width }, (_, index) => index).filter((index) => !taken.has(index));
  }

  /**
   * Reads the values of one row.
   * @param line the line on which it begins
   * @param damaged its bytes, if they hold a NUL or are not UTF-8
   * @returns undefined for a row in which all values are empty
   */
  read(fields: readonly string[], line: number, damaged?: Uint8Array): Entry | undefined {
    const { columns: header, width } = this.#header;
    if (fields.length !== width && !isHarmless(fields, width)) {
      const problems = [widthProblem(fields, width, line)];
      if (damaged !== undefined) problems.push(...byteProblems(damaged, line));
      return { kind: 'problem', row: line, problems };
    }
    const columns: Record<string, string> = {};
    let isEmpty = true;
    for (const { name, index, known } of header) {
      const value = fields[index] ?? '';
      if (value !== '') isEmpty = false;
      columns[name] = unmarkFormula(known ? trimKnown(value) : value);
    }
    const problems: RowProblem[] = [];
    this.#checkUnnamed(fields, line, problems);
    if (isEmpty && problems.length === 0) return undefined;
    const unreadable = damaged === undefined ? NOTHING : findDamage(header, columns, damaged, line, problems);
    const named = { aor: columns.aor ?? '', user: columns.user ?? '', domain: columns.domain ?? '' };
    const isUnnamed = unreadable.has('aor') || unreadable.has('user') || unreadable.has('domain');
    const aor = isUnnamed ? undefined : this.#aor.read(named, line, problems);
    this.#checkNames(columns, unreadable, line, problems);
    if (aor === undefined || problems.length > 0) {
      const guess = this.#aor.guess(named);
      const entry = { kind: 'problem', row: line, problems, columns: Object.assign(columns, guess) } as const;
      return guess.aor === '' ? entry : { ...entry, aor: show(guess.aor, 100) };
    }
    columns.aor = formatAor(aor);
    columns.user = aor.user;
    columns.domain = aor.host;
    const phone: Mutable<Phone> = { aor, columns, row: line };
    if (columns.profile) phone.profile = columns.profile;
    if (columns.vendor) phone.vendor = columns.vendor;
    if (columns.user_agent) phone.userAgent = columns.user_agent;
    if (columns.server) phone.server = columns.server;
    return { kind: 'phone', phone };
  }

  /** The entry for a row that can't be taken apart. */
  fault(fault: CsvFault, line: number): Entry {
    return { kind: 'problem', row: line, problems: [faultProblem(fault, this.#header.columns, line)] };
  }

  #checkUnnamed(fields: readonly string[], line: number, problems: RowProblem[]): void {
    for (const index of this.#unnamed) {
      const value = fields[index] ?? '';
      if (value === '') continue;
      const hint = 'name the column in the first row of the file';
      problems.push(valueProblem(line, `column ${index + 1}`, value, 'is in a column without a name', hint));
    }
  }

  /** Checks the columns that name something, and brings the MAC address to its one notation. */
  #checkNames(
    columns: Record<string, string>,
    unreadable: ReadonlySet<string>,
    line: number,
    problems: RowProblem[],
  ): void {
    for (const { name, header } of this.#named) {
      const value = columns[name] ?? '';
      if (value === '' || unreadable.has(name)) continue;
      if (CONTROL.test(value)) {
        problems.push(valueProblem(line, header, value, 'holds a control character', 'remove it'));
      } else if (name === 'mac') {
        const mac = normalizeMac(value);
        if (mac === undefined)
          problems.push(valueProblem(line, header, value, macProblem(value), 'such as 001565aabbcc'));
        else columns.mac = mac;
      }
    }
  }
}

/** Empty values too many do no harm, nor does a row of nothing but empty values. */
function isHarmless(fields: readonly string[], width: number): boolean {
  const from = fields.length > width && fields.some((value) => value !== '') ? width : 0;
  return fields.every((value, index) => index < from || value === '');
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0xa0;
}

/**
 * Blanks outside quotes are trimmed already; in columns with a meaning they mean nothing inside quotes either. Line ends
 * stay: they are to be reported.
 */
function trimKnown(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return end - start === value.length ? value : value.slice(start, end);
}
