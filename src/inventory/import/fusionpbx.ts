import { hostProblem } from '../aor.js';
import { InventoryError } from '../errors.js';
import type { Account, Found } from './found.js';
import { columnsOf, type Table, type TableRow } from './table.js';

/**
 * FusionPBX's CSV exports of devices (4.4 to 5.5) and of extensions (4.2 to 5.5). Looked up in its source,
 * github.com/fusionpbx/fusionpbx, app/devices/device_download.php and app/extensions/extension_download.php, tags 4.2.2 to 5.5.7:
 *
 * - Which columns there are is ticked by the administrator; their names are those of the database. `device_mac_address` is
 *   `device_address` since 5.1.
 * - The lines of a device stand in its row: the first one only up to 5.2; since 5.3 all, as `user_id`, `user_id|2`, `user_id|3` …, and
 *   rows of devices with fewer lines are shorter than the first.
 * - If `device_uuid` was not ticked up to 5.2, every device gets the line of the first.
 * - An extension has no domain, but its `user_context` is the domain's name unless somebody changed it.
 */
export function readFusionPbx(tables: readonly Table[]): Found[] {
  return tables.flatMap((table) => {
    const columns = columnsOf(table.first);
    if (columns.has('device_address') || columns.has('device_mac_address')) return devices(table, columns);
    if (columns.has('extension')) return extensions(table, columns);
    throw new InventoryError('is no export of FusionPBX: there is neither a device_address nor an extension column', {
      file: table.file,
      line: table.first.line,
      hint: 'export the devices (Accounts, Devices, Export), and tick device_address and the columns of the lines',
    });
  });
}

type Columns = ReadonlyMap<string, number>;

const OFF: ReadonlySet<string> = new Set(['false', 'f', '0', 'no']);

function devices(table: Table, columns: Columns): Found[] {
  const { file, first } = table;
  if (!columns.has('user_id')) {
    throw new InventoryError('has no user_id column: it does not say who is on these devices', {
      file,
      line: first.line,
      hint: 'export again and tick user_id and server_address of the lines (FusionPBX 5.0 and later), or export the extensions',
    });
  }
  // `|1` is not written: the first line has the bare names.
  const suffixes = [...columns.keys()].flatMap((name) => /^user_id(|\|\d+)$/.exec(name)?.[1] ?? []);
  const found = table.rows.flatMap((row) => deviceOf(table, row, columns, suffixes));
  if (!columns.has('device_uuid')) refuseOneLineForAll(found, table);
  return found;
}

function deviceOf(table: Table, row: TableRow, columns: Columns, suffixes: readonly string[]): Found[] {
  const { file, first } = table;
  const { line, fields, problem } = row;
  if (problem) return [{ kind: 'wrong', file, problem }];
  if (fields.length > first.fields.length) {
    const hint = 'up to FusionPBX 5.2 that happens if the first device has no line: give it one, and export again';
    const problem = `the row has ${fields.length} values, the file ${first.fields.length} columns`;
    return [{ kind: 'wrong', file, problem: { row: line, problem, hint } }];
  }
  const cell = (name: string): string => (fields[columns.get(name) ?? -1] ?? '').trim();
  const [make = '', model = ''] = cell('device_template').split('/');
  // Spare devices are entered with a MAC address of zeros.
  const mac = (cell('device_address') || cell('device_mac_address')).replace(/^[0:.-]+$/, '');
  const lines = suffixes.filter((suffix) => cell(`user_id${suffix}`) !== '');
  if (lines.length === 0) return [{ kind: 'left-out', file, line, reason: 'a device without a line' }];
  if (OFF.has(cell('device_enabled').toLowerCase())) {
    return [{ kind: 'left-out', file, line, reason: 'a device that is switched off' }];
  }
  return lines.map((suffix): Found => {
    if (OFF.has(cell(`enabled${suffix}`).toLowerCase())) {
      return { kind: 'left-out', file, line, reason: `line ${numberOf(suffix, cell)} is switched off` };
    }
    return {
      kind: 'account',
      file,
      line,
      user: cell(`user_id${suffix}`),
      domain: cell(`server_address${suffix}`),
      vendor: cell('device_vendor') || make,
      model,
      mac,
      name: cell(`display_name${suffix}`) || cell('device_label') || cell('device_description'),
      account: numberOf(suffix, cell),
      doubtful: fields.length < first.fields.length,
    };
  });
}

function numberOf(suffix: string, cell: (name: string) => string): string {
  const number = cell(`line_number${suffix}`);
  return /^\d{1,3}$/.test(number) ? number : suffix.slice(1) || '1';
}

/** What FusionPBX does if it can't tell which line belongs to which device. */
function refuseOneLineForAll(found: readonly Found[], { file, first }: Table): void {
  const accounts = found.filter((one): one is Account => one.kind === 'account');
  const one = ({ user, domain, account }: Account): string => `${user} ${domain} ${account}`;
  if (accounts.length < 3 || new Set(accounts.map(one)).size > 1) return;
  throw new InventoryError(`all ${accounts.length} devices have the same line`, {
    file,
    line: first.line,
    hint: 'FusionPBX writes this if device_uuid is not ticked, with the devices and with the lines: tick both, and export again',
  });
}

function extensions({ file, first, rows }: Table, columns: Columns): Found[] {
  return rows.map((row): Found => {
    const { line, fields } = row;
    if (row.problem) return { kind: 'wrong', file, problem: row.problem };
    const cell = (name: string): string => (fields[columns.get(name) ?? -1] ?? '').trim();
    if (cell('extension') === '') return { kind: 'left-out', file, line, reason: 'a row without an extension' };
    if (OFF.has(cell('enabled').toLowerCase())) {
      return { kind: 'left-out', file, line, reason: 'an extension that is switched off' };
    }
    const fullName = [cell('directory_first_name'), cell('directory_last_name')].filter(Boolean).join(' ');
    return {
      kind: 'account',
      file,
      line,
      user: cell('extension'),
      domain: [cell('dial_domain'), cell('user_context')].find(isDomain) ?? '',
      vendor: '',
      model: '',
      mac: '',
      name: fullName || cell('directory_full_name') || cell('effective_caller_id_name') || cell('description'),
      account: '',
      doubtful: fields.length !== first.fields.length,
    };
  });
}

/** Whether a context of the dialplan is the name of a domain: `default` and `public` are none. */
function isDomain(text: string): boolean {
  return /[.:]/.test(text) && hostProblem(text) === undefined;
}
