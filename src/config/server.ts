import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';

/** One FreeSWITCH: how to reach its event socket and how to log in. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Where the password came from, to be shown; never the password. */
  readonly passwordFrom: string;
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
  return { name, host, port: port === undefined ? undefined : Number(port) };
}

export interface ServerOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly passwordFile?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** A setting that can't be used. `message` says which and why, `hint` what to try. */
export class ConfigError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'ConfigError';
    this.hint = hint;
  }
}

/** What FreeSWITCH is shipped with, and what fs_cli does with nothing said (event_socket.conf.xml, fs_cli.c). */
export const STOCK = { host: '127.0.0.1', port: 8021, password: 'ClueCon' } as const;

/**
 * The server to talk to. The password comes from the file that was named, else from PHONECTL_PASSWORD, else it is the
 * stock one; never from the command line, which everybody on the machine can read.
 * @throws ConfigError
 */
export async function resolveServer({ host, port, passwordFile, env }: ServerOptions): Promise<Server> {
  const name = host ?? STOCK.host;
  const address = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  if (/[\s/@]/.test(address) || address === '' || (address.includes(':') && isIP(address) === 0)) {
    throw new ConfigError(`"${name}" is not a host`, 'give a name or an address, and the port with --port');
  }
  return { host: address, port: port ?? STOCK.port, ...(await findPassword(passwordFile, env)) };
}

async function findPassword(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<{ password: string; passwordFrom: string }> {
  if (file !== undefined) return { password: await readPassword(file), passwordFrom: file };
  const fromEnv = env.PHONECTL_PASSWORD;
  if (fromEnv) return { password: fromEnv, passwordFrom: 'PHONECTL_PASSWORD' };
  return { password: STOCK.password, passwordFrom: 'the stock password' };
}

/** No password is so long, bytes. */
const MAX_BYTES = 4096;

async function readPassword(file: string): Promise<string> {
  let text: string;
  try {
    const found = await stat(file);
    if (found.isCharacterDevice() || found.size > MAX_BYTES) {
      throw new ConfigError(`password file ${file} is no file with a password: it is too large`);
    }
    if (found.isDirectory()) throw new ConfigError(`password file ${file} is a folder`);
    const { mode } = found;
    if ((mode & 0o077) !== 0 && process.platform !== 'win32') {
      throw new ConfigError(
        `password file ${file}: other users of this machine can read it`,
        `chmod 600 ${shellWord(file)}`,
      );
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : message;
    throw new ConfigError(`password file ${file} can't be read: ${why}`);
  }
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw new ConfigError(`password file ${file} is empty`);
  if (/[\r\n\0]/.test(password)) throw new ConfigError(`password file ${file} has more than one line`);
  return password;
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
