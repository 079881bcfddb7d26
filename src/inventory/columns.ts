import { InventoryError } from './errors.js';
import { alternatives, near } from './near.js';
import { show } from './show.js';
import { squash } from './squash.js';

/** Every column that has a meaning, and the headers that people give it; without regard to case, blanks, `-` and `_`. */
export const COLUMN_ALIASES = {
  aor: ['aor', 'address', 'sip_address', 'uri'],
  user: ['user', 'extension', 'ext', 'sip_user', 'username', 'number'],
  domain: ['domain', 'host', 'realm', 'sip_domain', 'domain_name'],
  profile: ['profile', 'sip_profile', 'sofia_profile'],
  server: ['server', 'switch', 'freeswitch'],
  vendor: ['vendor', 'make', 'brand', 'manufacturer'],
  model: ['model'],
  user_agent: ['user_agent', 'agent'],
  mac: ['mac', 'mac_address'],
  call_id: ['call_id'],
  contact: ['contact'],
  firmware: ['firmware'],
  name: ['name'],
} as const;

export type CanonicalColumn = keyof typeof COLUMN_ALIASES;

export const CANONICAL_COLUMNS: readonly CanonicalColumn[] = Object.keys(COLUMN_ALIASES).filter(isCanonical);

function isCanonical(name: string): name is CanonicalColumn {
  return Object.hasOwn(COLUMN_ALIASES, name);
}

const BY_ALIAS: ReadonlyMap<string, CanonicalColumn> = new Map(
  CANONICAL_COLUMNS.flatMap((column) => COLUMN_ALIASES[column].map((alias) => [squash(alias), column] as const)),
);

const ALL_ALIASES: readonly string[] = CANONICAL_COLUMNS.flatMap((column) => COLUMN_ALIASES[column]);

/** The column that a header means: `Extension` is `user`, `MAC-Address` is `mac`; undefined for own columns. */
export function canonicalColumn(header: string): CanonicalColumn | undefined {
  return BY_ALIAS.get(squash(header));
}

const NO_ALIASES: ReadonlyMap<string, CanonicalColumn> = new Map();

// Words that Handlebars takes for itself.
const NOT_A_NAME: ReadonlySet<string> = new Set(['this', 'else', 'as', 'true', 'false', 'null', 'undefined']);

/**
 * The name of an own column, as templates and `--where` call it: the header in lower case, everything that Handlebars
 * can't read in a name made `_` (`Raum-Nr.` is `raum_nr`), and `_` behind the few words that mean something to it.
 * Empty if nothing is left.
 */
export function ownColumn(header: string): string {
  const name = header
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\p{Z}\p{C}!-/:-@[-`{-~]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return NOT_A_NAME.has(name) ? `${name}_` : name;
}

/** One column of a file. */
export interface Column {
  /** As templates and `--where` call it: canonical, or made from the header by {@link ownColumn}. */
  readonly name: string;
  /** As the file has it. */
  readonly header: string;
  /** Its place in a row, counted from 0. */
  readonly index: number;
  /** Whether the program knows what the column means; an own column is for templates and `--where` only. */
  readonly known: boolean;
  /** For own columns: the known columns or aliases that the header may be a slip of. */
  readonly near: readonly string[];
}

/** The header of a file, understood. */
export interface Header {
  readonly columns: readonly Column[];
  /** The number of values that a row must have. */
  readonly width: number;
}

/** Where a header was found, for errors. */
export interface HeaderPlace {
  readonly file: string;
  readonly line: number;
}

function quoted(names: readonly string[]): string[] {
  return names.map((name) => `"${show(name)}"`);
}

function listed(headers: readonly string[]): string {
  const named = headers.filter((header) => header !== '');
  const shown = quoted(named.slice(0, 20)).join(', ');
  return named.length > 20 ? `${shown} and ${named.length - 20} more` : shown;
}

/** The index of the header that `--map` names: exactly as written, or else as aliases are compared. */
function mappedIndex(headers: readonly string[], option: string, wanted: string, place: HeaderPlace): number {
  const exact = headers.indexOf(wanted.trim());
  if (exact !== -1) return exact;
  const alike = headers.flatMap((header, index) => (squash(header) === squash(wanted) ? [index] : []));
  const [index, other] = alike;
  if (index === undefined || squash(wanted) === '') {
    const close = near(wanted, headers);
    throw new InventoryError(`${option}: the file has no column "${show(wanted)}"`, {
      ...place,
      hint: close.length > 0 ? `did you mean ${alternatives(quoted(close))}?` : `its columns are ${listed(headers)}`,
    });
  }
  if (other !== undefined) {
    const both = quoted([headers[index] ?? '', headers[other] ?? '']);
    throw new InventoryError(`${option} fits two columns of the file, ${both.join(' and ')}`, {
      ...place,
      hint: 'write the one that you mean exactly as the file does',
    });
  }
  return index;
}

/** What `--map` decides: the names of columns by their index. */
function mapped(
  headers: readonly string[],
  map: Readonly<Record<string, string>>,
  place: HeaderPlace,
): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const options = new Map<string, string>();
  for (const [column, header] of Object.entries(map)) {
    const option = `--map ${show(column)}=${show(header)}`;
    const name = canonicalColumn(column) ?? ownColumn(column);
    if (name === '') {
      throw new InventoryError(`${option}: "${show(column)}" can't be the name of a column`, {
        ...place,
        hint: `use letters, digits and _; columns with a meaning are ${CANONICAL_COLUMNS.join(', ')}`,
      });
    }
    const earlier = options.get(name);
    if (earlier !== undefined) {
      throw new InventoryError(`${earlier} and ${option} both say what the column ${name} is`, {
        ...place,
        hint: 'leave one of them out',
      });
    }
    options.set(name, option);
    const index = mappedIndex(headers, option, header, place);
    const taken = names.get(index);
    if (taken !== undefined) {
      throw new InventoryError(`${options.get(taken)} and ${option} name the same column of the file`, {
        ...place,
        hint: 'leave one of them out',
      });
    }
    names.set(index, name);
  }
  return names;
}

function checkTwice(columns: readonly Column[], byMap: ReadonlyMap<number, string>, place: HeaderPlace): void {
  const seen = new Map<string, Column>();
  for (const column of columns) {
    const other = seen.get(column.name);
    if (other === undefined) {
      seen.set(column.name, column);
      continue;
    }
    const positions = `(columns ${other.index + 1} and ${column.index + 1})`;
    const both = quoted([other.header, column.header]);
    const anyMapped = byMap.has(other.index) || byMap.has(column.index);
    const spare = byMap.has(column.index) ? other.header : column.header;
    let hint = `rename or remove one of them`;
    if (anyMapped) hint = `name the other one as well: --map own_name=${show(spare)}`;
    else if (squash(other.header) !== squash(column.header)) {
      hint = `say which one it is: --map ${column.name}=${show(other.header)} or --map ${column.name}=${show(column.header)}`;
    }
    throw new InventoryError(`${both.join(' and ')} ${positions} both mean the column ${column.name}`, {
      ...place,
      hint,
    });
  }
}

function checkPhone(columns: readonly Column[], headers: readonly string[], place: HeaderPlace): void {
  if (columns.some(({ name }) => name === 'user' || name === 'aor')) return;
  const advice: string[] = [];
  if (headers.some((header) => header.includes('@') || /^\d+$/.test(header))) {
    advice.push('the first line looks like a phone: put a line with the names of the columns before it, such as "aor"');
  }
  const wanted = [...COLUMN_ALIASES.user, ...COLUMN_ALIASES.aor];
  for (const header of headers) {
    const [close] = near(header, wanted);
    if (close !== undefined) advice.push(`is "${show(header)}" meant to be ${close}? Then --map user=${show(header)}`);
  }
  if (headers.length === 1 && /[:\s/]/.test(headers[0] ?? '')) {
    advice.push('if it is several, name what is between them with --delimiter');
  }
  if (advice.length === 0) advice.push('name the column with --map user=HEADER');
  throw new InventoryError(
    `no column says which phone a row is: ${alternatives(wanted)}; found ${headers.length === 1 ? 'only ' : ''}${listed(headers)}`,
    { ...place, hint: advice.join('; ') },
  );
}

/**
 * Understands the first row of a file. Columns without a header are left out; that nothing is in them is for the rows
 * to check. A header that `--map` gives to one column is free for no other, and where `--map` says what a column is, no
 * alias does: with `user=extension`, the header `number` is an own column.
 * @param headers the names as the file has them, trimmed
 * @param map canonical (or own) column to header, as `--map column=header` has it
 * @param aliases more headers for canonical columns; where one of them is there, no other alias counts for its column
 * @throws InventoryError if two headers mean the same column, `--map` names one that is not there, or none is a user or AOR
 */
export function readHeader(
  headers: readonly string[],
  map: Readonly<Record<string, string>>,
  place: HeaderPlace,
  aliases: ReadonlyMap<string, CanonicalColumn> = NO_ALIASES,
): Header {
  if (headers.every((header) => header === '')) {
    throw new InventoryError('the first row names no column', {
      ...place,
      hint: 'put a line such as "user,domain" first',
    });
  }
  const byMap = mapped(headers, map, place);
  const byOwnAlias = new Map([...aliases].map(([header, column]) => [squash(header), column]));
  const decided = new Set([...byMap.values(), ...headers.flatMap((header) => byOwnAlias.get(squash(header)) ?? [])]);
  const columns: Column[] = [];
  for (const [index, header] of headers.entries()) {
    if (header === '') continue;
    const alias = canonicalColumn(header);
    const name =
      byMap.get(index) ??
      byOwnAlias.get(squash(header)) ??
      (alias !== undefined && !decided.has(alias) ? alias : ownColumn(header));
    if (name === '') {
      throw new InventoryError(`"${show(header)}" (column ${index + 1}) can't be the name of a column`, {
        ...place,
        hint: 'use letters, digits and _, or name it with --map',
      });
    }
    const known = isCanonical(name);
    columns.push({ name, header, index, known, near: known ? [] : near(header, ALL_ALIASES) });
  }
  checkTwice(columns, byMap, place);
  checkPhone(columns, headers, place);
  return { columns, width: headers.length };
}

/**
 * The column of a file that a person means by `name`, as in `--where`: one of its own, or an alias of a canonical one.
 * Canonical columns are always known, whether or not the file has them.
 * @param columns the names of the file's columns, see `PhoneSource.columns()`
 */
export function findColumn(name: string, columns: readonly string[]): string | undefined {
  const own = ownColumn(name);
  if (own !== '' && columns.includes(own)) return own;
  return canonicalColumn(name);
}

/** The columns that `name` may be a slip of. */
export function nearColumns(name: string, columns: readonly string[]): string[] {
  return near(name, [...columns, ...ALL_ALIASES]);
}
