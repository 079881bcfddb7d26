import type { Registration } from '../phones/registration.js';
import { splitWords } from '../wire/c-text.js';
import type { ApiCommand, ApiContext } from './context.js';

const USAGE =
  '-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]|calls|' +
  'detailed_calls|bridged_calls|detailed_bridged_calls|aliases|complete|chat|management|modules|nat_map|say|interfaces|' +
  'interface_types|tasks|limits|status\n';
const CALLS = new Set(['calls', 'channels', 'detailed_calls', 'bridged_calls', 'detailed_bridged_calls']);

type Row = Readonly<Record<string, string>>;

/** `show` (mod_commands.c): registrations; and calls and channels, of which there are none. */
export function showCommands({ registry, hostname }: ApiContext): Record<string, ApiCommand> {
  return {
    show: (argument) => {
      const words = splitWords(argument, 6);
      const what = words[0]?.toLowerCase() ?? '';
      if (what !== 'registrations' && !CALLS.has(what)) return USAGE;
      const rows = what === 'registrations' ? rowsOf(registry.registrations(), hostname) : [];
      const like = what === 'channels' && words[1]?.toLowerCase() === 'like';
      const count = words[1]?.toLowerCase() === 'count';
      const as = words.slice(like ? 3 : count ? 2 : 1);
      const format = as[0]?.toLowerCase() === 'as' && as[1] ? as[1] : 'delim';
      if (format.toLowerCase() === 'json') return json(rows, count);
      return /^(?:delim|csv)$/i.test(format) ? csv(rows, count) : `-ERR Cannot find format ${format}\n`;
    },
  };
}

function rowsOf(registrations: Iterable<Registration>, hostname: string): Row[] {
  const rows: Row[] = [];
  for (const registration of registrations) {
    rows.push({
      reg_user: registration.user,
      realm: registration.host,
      token: registration.callId,
      url: `sofia/${registration.profile}/${registration.url}`,
      expires: String(registration.expires),
      network_ip: registration.networkIp,
      network_port: String(registration.networkPort),
      network_proto: 'udp',
      hostname,
      metadata: '',
    });
  }
  return rows;
}

function json(rows: readonly Row[], count: boolean): string {
  // A count comes without rows, and with none at all the JSON is text of its own in FreeSWITCH.
  if (rows.length === 0 && !count) return '{"row_count": 0}\n';
  return JSON.stringify({ row_count: rows.length, rows: count ? [] : rows });
}

function csv(rows: readonly Row[], count: boolean): string {
  const lines = rows.map((row) => `${Object.values(row).join(',')}\n`);
  const title = rows[0] && !count ? `${Object.keys(rows[0]).join(',')}\n` : '';
  return `${title}${count ? '' : lines.join('')}\n${rows.length} total.\n`;
}
