import type { Configuration } from '../../config/load.js';
import { chooseQueue, type QueueContext, type QueueRequest } from '../../config/queue.js';
import { queueName } from '../../config/queue-url.js';
import type { ServerEntry, Sourced } from '../../config/settings.js';
import { STOCK } from '../../config/stock.js';
import type { Connector } from '../connector.js';
import { SETTINGS } from '../settings.js';

/** A setting as it counts: what it is called, what it is, and who says so. Never a password. */
export interface SettingRow {
  readonly setting: string;
  readonly value: string;
  readonly from: string;
}

/** What counts, were a command given now without a flag. */
export function settingRows({ settings, fsCli }: Configuration, env: NodeJS.ProcessEnv): readonly SettingRow[] {
  const { chosen, columns, vendors } = settings;
  const rows: SettingRow[] = [];
  const add = (setting: string, value: string, from: string) => rows.push({ setting, value, from });
  const named = fromEnvironment('server', env);
  if (named) add('server', named.value, named.from);
  else if (chosen) add('server', chosen.value.join(', '), chosen.from);
  for (const name of Object.keys(SETTINGS)) {
    const found = fromEnvironment(name, env) ?? settings.values.get(name);
    if (found) add(name, found.value, found.from);
  }
  if (env.PHONECTL_PASSWORD) add('password', '***', 'PHONECTL_PASSWORD');
  const servers = new Map([...fsCli, ...settings.servers]);
  for (const server of servers.values()) {
    add(`servers.${server.name}`, describe(server), server.from);
    for (const [key, { value, from }] of server.settings) add(`servers.${server.name}.${key}`, value, from);
    for (const [key, { from }] of server.vendors) add(`servers.${server.name}.vendors.${key}`, 'changed', from);
  }
  rows.push(...queueRows({}, { settings, env }));
  for (const [header, { value, from }] of columns) add(`columns.${value}`, header, from);
  for (const [key, { from, userAgent }] of vendors)
    add(`vendors.${key}`, userAgent ? 'with a User-Agent' : 'changed', from);
  return rows;
}

/** The queue that counts, and what is known for it. */
function queueRows(request: QueueRequest, { settings, env }: QueueContext): readonly SettingRow[] {
  const chosen = chooseQueue(request, { settings, env });
  if (!chosen) return [];
  const { url, from, entry, passwords } = chosen;
  const rows: SettingRow[] = [{ setting: 'queue', value: queueName(url), from }];
  const add = (name: string, value: string | undefined, from: string) =>
    value !== undefined && rows.push({ setting: `queue.${name}`, value, from });
  add('user', url.user, url.user === entry?.url.user ? (entry?.from ?? from) : from);
  const { file, inUrl, isOfProcess } = passwords;
  const ofEnv = isOfProcess && env.PHONECTL_QUEUE_PASSWORD ? 'PHONECTL_QUEUE_PASSWORD' : undefined;
  const password = file ?? ofEnv ?? inUrl?.passwordFrom;
  if (password !== undefined) add('password', '***', password);
  if (entry) {
    add('ca-file', url.isEncrypted ? entry.caFile : undefined, entry.from);
    add('prefix', entry.prefix, entry.from);
  }
  return rows;
}

/** What one command goes by: which server, whose password, and what else is set. Where it leaves the server out, which queue. */
export function originRows(
  connector: Connector | undefined,
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
  queue: QueueRequest = {},
): readonly SettingRow[] {
  const queueOnly = queueRows(queue, { settings: configuration.settings, env });
  if (!connector) return queueOnly;
  const { host, port, from, setting } = connector;
  const address = { setting: 'address', value: `${host}:${port}`, from: from.address };
  const password = { setting: 'password', value: '***', from: from.password };
  const others = Object.keys(SETTINGS).flatMap((name) => {
    const found = fromEnvironment(name, env) ?? setting(name);
    return found ? [{ setting: name, value: found.value, from: found.from }] : [];
  });
  const vendors = settingRows(configuration, env).filter(({ setting }) => setting.startsWith('vendors.'));
  return [address, password, ...others, ...queueOnly, ...vendors];
}

function fromEnvironment(name: string, env: NodeJS.ProcessEnv): Sourced | undefined {
  const variable = `PHONECTL_${name.replaceAll('-', '_').toUpperCase()}`;
  const value = env[variable];
  return value ? { value, from: variable } : undefined;
}

function describe({ host, port, user, passwordFile, password }: ServerEntry): string {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port ?? STOCK.port}`;
  const secret = passwordFile ?? (password !== undefined && 'in that file');
  return [address, user && `user ${user}`, secret && `password ${secret}`].filter(Boolean).join(', ');
}
