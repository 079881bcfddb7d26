import { basename } from 'node:path';
import { InventoryError } from '../errors.js';
import type { Found } from './found.js';
import { macInName, type Settings } from './settings.js';
import { readXml } from './xml.js';

/** One setting of one account. */
interface Setting {
  readonly name: string;
  /** The number of the account. */
  readonly index: string;
  readonly value: string;
  readonly line: number;
}

/** All that is read of a file. No password is among them. */
const READ: ReadonlySet<string> = new Set([
  'user_active',
  'user_realname',
  'user_name',
  'user_host',
  'user_failover_identity',
  'subscr_sip_ua_data_server_id',
]);

/** The same with the number of the account at its end. */
const READ_IN_TEXT = new RegExp(`^(${[...READ].join('|')})(\\d{1,4})?$`);

/**
 * The accounts in a settings file of a snom: XML (firmware 7 and later, all D phones and the M bases), or `name: value` text
 * (firmware 4 to 7). Looked up in snom's "Desk Phone Configuration Files" and "Setting Files" (service.snom.com, wiki.snom.com), and in
 * what FusionPBX 5.5 (resources/templates/provision/snom) and wazo-provd-plugins (wazo_snom) write:
 *
 * - `idx` is the account, at the end of the name in text (`user_name1`). An account without `user_name` is none, whatever `user_active` says.
 * - `user_host` is the SIP domain, maybe with a port and `;transport=…`.
 * - `user_failover_identity` names the account that is the same once more, at a second server.
 * - With a DECT base, `user_host` has the number of a server, and `subscr_sip_ua_data_server_id` says which.
 * - MAC address and model stand in the name of the file only: `snomD785-000413AA77FE.htm`, `000413AA77FE.xml`.
 * @throws InventoryError if it is no such file
 */
export function readSnom({ file, text }: Settings): Found[] {
  const settings = /^\s*<(?!html|pre)/i.test(text) ? fromXml(text, file) : fromText(text, file);
  const values = new Map(settings.map(({ name, index, value }) => [`${name} ${index}`, value]));
  const setting = (name: string, index: string): string => values.get(`${name} ${index}`) ?? '';
  const isBase = settings.some(({ name }) => name === 'subscr_sip_ua_data_server_id');
  const second = new Set(settings.filter(({ name }) => name === 'user_failover_identity').map(({ value }) => value));
  const users = new Map(
    settings.filter(({ name, value }) => name === 'user_name' && value !== '').map((one) => [one.index, one]),
  );
  const base = basename(file);
  if (users.size === 0) return [{ kind: 'left-out', file, reason: 'no account in it has a user_name' }];
  return [...users.values()].map(({ index, value, line }): Found => {
    const leftOut = (reason: string): Found => ({ kind: 'left-out', file, line, reason });
    if (second.has(index)) return leftOut(`account ${index} is another one at a second server`);
    if (/^(?:off|0|false)$/i.test(setting('user_active', index))) return leftOut(`account ${index} is switched off`);
    const host = setting('user_host', isBase ? setting('subscr_sip_ua_data_server_id', index) || index : index);
    return {
      kind: 'account',
      file,
      line,
      user: value,
      domain: host.split(';', 1)[0]?.replace(/:\d+$/, '') ?? '',
      vendor: isBase ? 'snom-dect' : 'snom',
      model: /^snom[ _-]?([a-z0-9]+)-/i.exec(base)?.[1] ?? '',
      mac: macInName(base),
      // A template of FusionPBX (snom/3xx) writes what belongs to the host behind the name.
      name: setting('user_realname', index).replace(/:\d+;transport=\w+$/, ''),
      account: index,
    };
  });
}

function fromXml(text: string, file: string): Setting[] {
  const { root, sections, leaves } = readXml(text, file, READ);
  if (root === 'setting-files') {
    throw new InventoryError('only says where the settings are', { file, hint: 'name the files that it points to' });
  }
  if (root !== 'settings' && root !== 'phone-settings') {
    throw new InventoryError('is no settings file of a snom: its outermost element is not <settings>', { file });
  }
  if (root === 'settings' && !sections.has('phone-settings')) {
    throw new InventoryError('has no <phone-settings>', {
      file,
      hint: 'settings of a snom M100, M500 or m3 are written in another way, which is not read',
    });
  }
  return leaves
    .filter(({ parents, attributes }) => parents.at(-1) === 'phone-settings' && attributes.get('action') !== 'remove')
    .map(({ name, attributes, text: value, line }) => {
      const index = attributes.get('idx')?.trim() ?? '1';
      if (!/^\d{1,4}$/.test(index)) throw new InventoryError(`the idx of ${name} is no number`, { file, line });
      return { name, index: String(Number(index)), value: value.trim(), line };
    });
}

function fromText(text: string, file: string): Setting[] {
  const settings: Setting[] = [];
  let any = false;
  for (const [at, row] of text.split('\n').entries()) {
    const line = at + 1;
    if (/^\s*(?:[#<]|$)/.test(row)) continue;
    const [, whole = '', value] = /^\s*([A-Za-z0-9_-]+)[!&$]?\s*:(.*)$/.exec(row) ?? [];
    if (value === undefined) {
      throw new InventoryError('is no settings file of a snom: neither XML nor lines of "name: value"', { file, line });
    }
    any = true;
    const [, name, index = '1'] = READ_IN_TEXT.exec(whole) ?? [];
    if (name !== undefined) settings.push({ name, index: String(Number(index)), value: value.trim(), line });
  }
  if (!any) throw new InventoryError('has no settings', { file });
  return settings;
}
