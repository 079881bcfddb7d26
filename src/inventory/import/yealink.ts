import { basename } from 'node:path';
import { InventoryError } from '../errors.js';
import type { Found } from './found.js';
import { macInName, type Settings } from './settings.js';

/** A line that sets something, with the number of the line. */
interface Value {
  readonly value: string;
  readonly line: number;
}

/** All that is read of an account. Its password is not among them. */
const READ = /^account\.(\d{1,3})\.(enable|label|display_name|user_name|sip_server\.1\.address|sip_server_host)$/;

/**
 * The accounts in a `<mac>.cfg` of a Yealink, firmware 70 and later. Looked up in Yealink's Administrator's Guide for T2, T4 and T5
 * (names and syntax of the files), and in what FusionPBX 5.5 (resources/templates/provision/yealink) and wazo-provd-plugins
 * (wazo_yealink, V70 to V87) write:
 *
 * - `account.1.sip_server.1.address` is the SIP domain, `account.1.sip_server_host` the same up to firmware 71. If `user_name` is written with a
 *   domain, that is it, and the server only the way there.
 * - `%NULL%` means empty; of a key that is set twice the last counts; an account without `user_name` is none.
 * - The MAC address stands in the name of the file only; the model nowhere.
 * @throws InventoryError if it is no such file
 */
export function readYealink({ file, text }: Settings): Found[] {
  const accounts = accountsOf(text, file);
  const mac = macInName(basename(file));
  const found = [...accounts].flatMap(([number, values]): Found[] => {
    const setting = (name: string): string => values.get(name)?.value ?? '';
    const written = setting('user_name');
    if (written === '') return [];
    const line = values.get('user_name')?.line ?? 1;
    if (setting('enable') === '0') {
      return [{ kind: 'left-out', file, line, reason: `account ${number} is switched off` }];
    }
    const at = written.lastIndexOf('@');
    const server = setting('sip_server.1.address') || setting('sip_server_host');
    return [
      {
        kind: 'account',
        file,
        line,
        user: at === -1 ? written : written.slice(0, at),
        domain: at === -1 ? server.replace(/:\d+$/, '') : written.slice(at + 1),
        vendor: 'yealink',
        model: '',
        mac,
        name: setting('display_name') || setting('label'),
        account: number,
      },
    ];
  });
  return found.length > 0 ? found : [{ kind: 'left-out', file, reason: 'no account in it has a user_name' }];
}

function accountsOf(text: string, file: string): ReadonlyMap<string, ReadonlyMap<string, Value>> {
  const accounts = new Map<string, Map<string, Value>>();
  let any = false;
  for (const [at, row] of text.split('\n').entries()) {
    const line = at + 1;
    if (/^\s*(?:#|;;|$)/.test(row)) continue;
    if (/^\s*\[/.test(row)) {
      const hint = 'firmware 70 and later writes account.1.user_name = …';
      throw new InventoryError('is written for a firmware before 70, with [sections]', { file, line, hint });
    }
    const [, key, value = ''] = /^\s*([\w.%:-]+)\s*=(.*)$/.exec(row) ?? [];
    if (key === undefined)
      throw new InventoryError('is no settings file of a Yealink: a line is not "key = value"', { file, line });
    any = true;
    const [, number, name = ''] = READ.exec(key.toLowerCase()) ?? [];
    if (number === undefined) continue;
    const values = accounts.get(number) ?? new Map<string, Value>();
    accounts.set(number, values.set(name, { value: value.trim().replace(/^%NULL%$/, ''), line }));
  }
  if (!any) throw new InventoryError('has no settings', { file });
  return accounts;
}
