import type { Channel } from '../calls/channel.js';
import { nowInSeconds, type Registration } from '../phones/registration.js';
import { splitWords } from '../wire/c-text.js';
import { callRow, channelRow } from './call-rows.js';
import type { ApiCommand, ApiContext } from './context.js';
import { moduleRows } from './module-rows.js';
import { type Row, type Table, tableText } from './table.js';
import { isLike } from './text.js';

const USAGE =
  '-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]|calls|' +
  'detailed_calls|bridged_calls|detailed_bridged_calls|aliases|complete|chat|management|modules|nat_map|say|interfaces|' +
  'interface_types|tasks|limits|status\n';

/** What can be counted; of the others FreeSWITCH has no count. */
const COUNTED = new Set(['calls', 'channels', 'registrations']);

/** `show` (mod_commands.c): registrations, calls, channels and modules. */
export function showCommands(context: ApiContext): Record<string, ApiCommand> {
  return {
    show: (argument) => {
      const words = splitWords(argument, 6);
      const what = words[0]?.toLowerCase() ?? '';
      const like = what === 'channels' && words[1]?.toLowerCase() === 'like';
      const justCount = COUNTED.has(what) && words[1]?.toLowerCase() === 'count';
      const table = tableOf(context, what, like ? (words[2] ?? '') : undefined, words[1]);
      if (!table) return USAGE;
      const [as, format] = words.slice(like ? 3 : justCount ? 2 : 1);
      return tableText({ ...table, justCount }, as?.toLowerCase() === 'as' && format ? format : 'delim');
    },
  };
}

type Rows = Omit<Table, 'justCount'>;

function tableOf(
  { registry, hostname, calls, modules }: ApiContext,
  what: string,
  like: string | undefined,
  name: string | undefined,
): Rows | undefined {
  // `like` looks into every column but the presence id: a user is found by the channel's name only.
  const found = (call: Channel) => {
    const { uuid, name: channel, cid_name, cid_num } = channelRow(call, hostname);
    return [uuid, channel, cid_name, cid_num].some((value) => isLike(value ?? '', like ?? ''));
  };
  const now = nowInSeconds();
  switch (what) {
    case 'registrations':
      return rowsOf([...registry.registrations()], (row) => registrationRow(row, hostname, now));
    case 'channels':
      return rowsOf(like === undefined ? calls.list() : calls.list().filter(found), (call) =>
        channelRow(call, hostname),
      );
    case 'calls':
    case 'detailed_calls':
      return rowsOf(calls.list(), (call) => callRow(call, hostname));
    case 'bridged_calls':
    case 'detailed_bridged_calls':
      return rowsOf([], (row: Row) => row);
    case 'module':
    case 'modules':
      return rowsOf(moduleRows(modules, name?.toLowerCase() === 'as' ? undefined : name), (row) => row);
    default:
      return undefined;
  }
}

function rowsOf<Item>(items: readonly Item[], row: (item: Item) => Row): Rows {
  return {
    size: items.length,
    *rows() {
      for (const item of items) yield row(item);
    },
  };
}

function registrationRow(registration: Registration, hostname: string, now: number): Row {
  return {
    reg_user: registration.user,
    realm: registration.host,
    token: registration.callId,
    url: `sofia/${registration.profile}/${registration.url}`,
    expires: String(registration.expiresAt(now)),
    network_ip: registration.networkIp,
    network_port: String(registration.networkPort),
    network_proto: 'udp',
    hostname,
    metadata: '',
  };
}
