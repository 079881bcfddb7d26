import { isIP } from 'node:net';
import { ConfigError } from './errors.js';
import { FS_CLI_DEFAULT } from './fs-cli.js';
import { checkedHost } from './host.js';
import { findPassword, type Password } from './password.js';
import type { ServerEntry, Settings, Sourced } from './settings.js';
import { STOCK } from './stock.js';

/** One FreeSWITCH: how to reach its event socket and how to log in. */
export interface Server extends Password {
  /** What the user calls it, if anything. */
  readonly name: string | undefined;
  readonly host: string;
  readonly port: number;
  /** `user@domain`, for `userauth`. */
  readonly user: string | undefined;
  /** Who said where it is. */
  readonly from: string;
  /** What is set for it, else for all. */
  setting(key: string): Sourced | undefined;
}

/** What was said on the command line, or in the environment. */
export interface ServerRequest {
  /** Names of servers, or `[NAME=]HOST[:PORT]`. */
  readonly servers?: readonly string[] | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
}

/** What is known besides. */
export interface ServerContext {
  readonly settings: Settings;
  /** The servers of fs_cli's file, by their names in lower case. */
  readonly fsCli: ReadonlyMap<string, ServerEntry>;
  readonly env: NodeJS.ProcessEnv;
  /** Asks for the password of a server on the terminal. */
  readonly ask: (server: string) => Promise<string>;
}

/**
 * The servers to talk to: those that were named, else the host that was, else what the settings choose, else what fs_cli would
 * take, else the stock one.
 * @throws ConfigError
 */
export async function findServers(request: ServerRequest, context: ServerContext): Promise<readonly Server[]> {
  const servers: Server[] = [];
  // One after the other: two questions on one terminal would share what is typed, and a password would go to the wrong server.
  for (const found of entriesFor(request, context)) servers.push(await toServer(found, request, context));
  return servers;
}

/** The server of a name, in any case: one of the settings, else of fs_cli's file. */
export function serverNamed(
  name: string,
  { settings, fsCli }: Pick<ServerContext, 'settings' | 'fsCli'>,
): ServerEntry | undefined {
  return settings.servers.get(name.toLowerCase()) ?? fsCli.get(name.toLowerCase());
}

/** A server before its password has been looked for. */
interface Found {
  readonly name: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  /** What is known of it, its password above all. */
  readonly entry: ServerEntry | undefined;
  readonly from: string;
}

function entriesFor({ servers, host, port, passwordFile }: ServerRequest, context: ServerContext): readonly Found[] {
  const { settings, fsCli } = context;
  if (servers !== undefined) return servers.map((text) => namedServer(text, port, context));
  // Who has servers of his own in the settings does not mean fs_cli's.
  const usual = settings.servers.size > 0 ? undefined : (fsCli.get(FS_CLI_DEFAULT) ?? [...fsCli.values()][0]);
  if (host !== undefined) {
    const address = checkedHost(host);
    // fs_cli takes what is not said from its default as well; another server's password stays with that server.
    const entry =
      knownAt(address, port, settings.servers) ??
      (usual && (passwordFile === undefined ? usual : { ...usual, user: undefined }));
    return [{ name: undefined, host: address, port: port ?? entry?.port, entry, from: 'the command line' }];
  }
  const entries = usualEntries(context);
  if (entries.length > 0) return entries.map((entry) => atPort(entry, port, settings, usual));
  // What fs_cli would take has no name that somebody chose.
  if (usual) return [{ ...fromEntry(usual, port), name: undefined }];
  return [{ name: undefined, host: STOCK.host, port, entry: undefined, from: 'built in' }];
}

/** The servers that the settings mean if none is named. */
function usualEntries(context: ServerContext): readonly ServerEntry[] {
  const { chosen, servers } = context.settings;
  if (chosen) {
    return chosen.value.map((name) => {
      const entry = serverNamed(name, context);
      if (entry) return entry;
      throw new ConfigError(`${chosen.from}: there is no server "${name}"`, hintOf(servers));
    });
  }
  if (servers.size > 1) throw new ConfigError('no server is named, and there are several', hintOf(servers));
  return [...servers.values()];
}

/** Another port is another server, which is not to get the name and the password of this one. */
function atPort(
  entry: ServerEntry,
  port: number | undefined,
  settings: Settings,
  usual: ServerEntry | undefined,
): Found {
  if (port === undefined || port === (entry.port ?? STOCK.port)) return fromEntry(entry, port);
  const known = knownAt(entry.host, port, settings.servers) ?? usual;
  return { name: undefined, host: checkedHost(entry.host), port, entry: known, from: 'the command line' };
}

function hintOf(servers: ReadonlyMap<string, ServerEntry>): string {
  const names = [...servers.values()].map(({ name }) => name);
  return names.length > 0 ? `--server, one of ${names.join(', ')}` : 'servers: then one with that name';
}

/** What is known of the server at an address. */
function knownAt(
  host: string,
  port: number = STOCK.port,
  servers: ReadonlyMap<string, ServerEntry>,
): ServerEntry | undefined {
  return [...servers.values()].find((entry) => entry.host === host && (entry.port ?? STOCK.port) === port);
}

function fromEntry(entry: ServerEntry, port: number | undefined): Found {
  return { name: entry.name, host: checkedHost(entry.host), port: port ?? entry.port, entry, from: entry.from };
}

function namedServer(text: string, port: number | undefined, context: ServerContext): Found {
  const { settings } = context;
  const entry = serverNamed(text, context);
  if (entry) return fromEntry(entry, port);
  const address = parseServer(text);
  // A slip in the name of a server must not become a host that gets a password.
  if (settings.servers.size > 0 && address.name === undefined && /^[\w-]+$/.test(text) && text !== 'localhost') {
    throw new ConfigError(
      `--server: there is no server "${text}"`,
      `${hintOf(settings.servers)}; a host: ${text}=${text}`,
    );
  }
  const known = knownAt(address.host, address.port ?? port, settings.servers);
  return { ...address, port: address.port ?? port, entry: known, from: 'the command line' };
}

async function toServer(found: Found, request: ServerRequest, context: ServerContext): Promise<Server> {
  const { name, host, port = STOCK.port, entry, from } = found;
  const { settings, env } = context;
  const ask = () => context.ask(name ?? host);
  return {
    name,
    host,
    port,
    user: request.user ?? entry?.user,
    from,
    setting: (key) => entry?.settings.get(key) ?? settings.values.get(key),
    ...(await findPassword({ file: request.passwordFile, entry, fsCli: knownAt(host, port, context.fsCli), env, ask })),
  };
}

/** What `--server` names. */
export interface ServerAddress {
  /** As a `server` column may call it, if the user gave it a name. */
  readonly name: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * `berlin=10.0.0.5:8021`, of which name and port may be left out. An IPv6 address with a port is in brackets.
 * @throws ConfigError
 */
export function parseServer(text: string): ServerAddress {
  const [, name, address = ''] = /^(?:([^=\s]+)=)?(.*)$/s.exec(text) ?? [];
  if (isIP(address) === 6) return { name, host: address, port: undefined };
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(address) ?? [];
  if (host === '' || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    throw new ConfigError(`--server ${text}: not a server`, 'NAME=HOST:PORT, of which NAME and PORT may be left out');
  }
  return { name, host: checkedHost(host), port: port === undefined ? undefined : Number(port) };
}
