import { InventoryError } from '../errors.js';
import { normalizeMac } from '../mac.js';
import type { Account, Found } from './found.js';
import { columnsOf, type Table, type TableRow, widthOf } from './table.js';

/**
 * What FreePBX exports. Nothing of it names a domain. Two files that belong together are joined by the extension:
 *
 * - `extensions.csv` of the Bulk Handler, FreePBX 13 to 17 (github.com/FreePBX/bulkhandler, Bulkhandler.class.php, and FreePBX/core,
 *   Core.class.php bulkhandlerExport; branches release/13.0 to release/17.0). Columns go by their names, whatever modules add.
 *   `id` is the SIP account, where users and devices are apart; there is neither a MAC address nor a make.
 * - `devices_list.csv` of the OSS Endpoint Manager, 2.9 to 17 (github.com/vsc55/freepbx_endpointman, includes/export.php and
 *   Endpointman_Advanced.class.php): no row of names, `mac,brand,model,ext,line`, and with `ipei` behind `mac` since 15. A row for each line.
 */
export function readFreePbx(tables: readonly Table[]): Found[] {
  const devices: Table[] = [];
  const extensions: Table[] = [];
  for (const table of tables) {
    if (isDeviceList(table)) devices.push(table);
    else if (columnsOf(table.first).has('extension')) extensions.push(table);
    else {
      throw new InventoryError(
        'is no export of FreePBX: there is no extension column, and its rows begin with no MAC address',
        {
          file: table.file,
          line: table.first.line,
          hint: 'Admin, Bulk Handler, Export, Extensions; and devices_list.csv of the OSS Endpoint Manager',
        },
      );
    }
  }
  return joined(extensions.flatMap(extensionsOf), devices.flatMap(devicesOf));
}

/** Each extension with its devices, then the devices whose extension is in no file. */
function joined(extensions: readonly Found[], devices: readonly Found[]): Found[] {
  const byUser = new Map<string, Account[]>();
  for (const found of devices) {
    if (found.kind === 'account') byUser.set(found.user, [...(byUser.get(found.user) ?? []), found]);
  }
  const taken = new Set<string>();
  const whole = extensions.flatMap((found): Found[] => {
    const own = found.kind === 'account' ? byUser.get(found.user) : undefined;
    if (found.kind !== 'account' || own === undefined) return [found];
    taken.add(found.user);
    return own.map((device) => ({ ...device, name: found.name }));
  });
  return [...whole, ...devices.filter((found) => found.kind !== 'account' || !taken.has(found.user))];
}

const SIP: ReadonlySet<string> = new Set(['sip', 'pjsip', '']);

function extensionsOf({ file, first, rows }: Table): Found[] {
  const columns = columnsOf(first);
  return rows.map((row): Found => {
    const { line, fields } = row;
    const problem = row.problem ?? widthOf(row, first.fields.length);
    if (problem) return { kind: 'wrong', file, problem };
    const cell = (name: string): string => (fields[columns.get(name) ?? -1] ?? '').trim();
    const tech = cell('tech').toLowerCase();
    const user = cell('id') || cell('extension');
    if (user === '') return { kind: 'left-out', file, line, reason: 'a row without an extension' };
    if (!SIP.has(tech))
      return { kind: 'left-out', file, line, reason: 'an extension that is no SIP phone (column tech)' };
    const name = cell('name') || cell('description');
    return { kind: 'account', file, line, user, domain: '', vendor: '', model: '', mac: '', name, account: '' };
  });
}

/** The widths that a row can have, without and with `ipei`. */
const WIDTHS: readonly number[] = [5, 6];

function isDeviceList({ first: { fields } }: Table): boolean {
  return WIDTHS.includes(fields.length) && normalizeMac(fields[0] ?? '') !== undefined;
}

function devicesOf({ file, first, rows }: Table): Found[] {
  return [first, ...rows].map((row): Found => {
    const problem = row.problem ?? widthOf(row, first.fields.length);
    return problem ? { kind: 'wrong', file, problem } : deviceOf(file, row);
  });
}

function deviceOf(file: string, { line, fields }: TableRow): Found {
  const [account = '', user = '', model = '', brand = ''] = fields.toReversed();
  if (user === '') return { kind: 'left-out', file, line, reason: 'a device without an extension' };
  // `Cisco/Linksys` is one brand there.
  const [vendor = ''] = brand.split('/');
  return { kind: 'account', file, line, user, domain: '', vendor, model, mac: fields[0] ?? '', name: '', account };
}
