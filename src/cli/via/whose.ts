import type { Entry } from '../../inventory/phone.js';

/** The server of each row; the first one has those that are no phone, as somebody has to say so. */
export function serverOf(servers: readonly string[]): (entry: Entry) => string {
  const byName = new Map(servers.map((name) => [name.toLowerCase(), name]));
  const [first = ''] = servers;
  return (entry) => {
    const named = entry.kind === 'phone' ? entry.phone.server : undefined;
    return (named !== undefined && byName.get(named.toLowerCase())) || first;
  };
}

/** Rows of which nobody knows whose they are, as what is wrong with them: none of the workers must guess. */
export async function* assigned(
  entries: AsyncIterable<Entry>,
  servers: readonly string[],
): AsyncGenerator<Entry, void, undefined> {
  const names = servers.map((name) => name.toLowerCase());
  for await (const entry of entries) {
    const { phone } = entry.kind === 'phone' ? entry : { phone: undefined };
    const isKnown = phone?.server === undefined ? servers.length === 1 : names.includes(phone.server.toLowerCase());
    if (!phone || isKnown) yield entry;
    else yield astray(phone, servers);
  }
}

function astray(
  { aor, server, row = 0 }: Extract<Entry, { kind: 'phone' }>['phone'],
  servers: readonly string[],
): Entry {
  const names = servers.join(', ');
  const problem =
    server === undefined
      ? `no server is named, and it may be any of ${names}`
      : `server "${server}" is none of ${names}`;
  return { kind: 'problem', row, aor: `${aor.user}@${aor.host}`, problems: [{ row, problem }] };
}
