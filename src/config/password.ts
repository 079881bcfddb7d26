import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ConfigError, systemReason } from './errors.js';
import type { ServerEntry } from './settings.js';
import { shellWord } from './shell-word.js';
import { STOCK } from './stock.js';

/** A password, and where it came from, to be shown in its place. */
export interface Password {
  readonly password: string;
  readonly passwordFrom: string;
}

export interface PasswordSources {
  /** What `--password-file` says; `-` asks. */
  readonly file: string | undefined;
  /** What is known of the server. */
  readonly entry: ServerEntry | undefined;
  /** What fs_cli's file has for the same address. */
  readonly fsCli?: ServerEntry | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Asks on the terminal. */
  readonly ask: () => Promise<string>;
}

/** What a unit calls it in `LoadCredential=`; `phonectl-password.NAME` for one server of several. */
export const CREDENTIAL = 'phonectl-password';

/**
 * The password of a server: what was typed for this command, what systemd hands over, what the settings say, the environment,
 * fs_cli's own file, the stock one. Never from the command line, which everybody on the machine can read.
 * @throws ConfigError
 */
export async function findPassword({ file, entry, fsCli, env, ask }: PasswordSources): Promise<Password> {
  if (file === '-') return { password: checked(await ask(), 'the password'), passwordFrom: 'the terminal' };
  if (file !== undefined) return readPasswordFile(file);
  const names = [...(entry === undefined ? [] : [`${CREDENTIAL}.${entry.name}`]), CREDENTIAL];
  const credential = await readCredential(env, names);
  if (credential) return credential;
  if (entry?.passwordFile !== undefined) return readPasswordFile(entry.passwordFile);
  const fromEnv = env.PHONECTL_PASSWORD;
  if (fromEnv) return { password: fromEnv, passwordFrom: 'PHONECTL_PASSWORD' };
  for (const known of [entry, fsCli]) {
    if (known?.password !== undefined) return { password: known.password, passwordFrom: known.from };
  }
  return { password: STOCK.password, passwordFrom: 'the stock password' };
}

/**
 * The first of these that systemd hands to a service (systemd.exec(5), LoadCredential=); it looks after who can read it.
 * @throws ConfigError
 */
export async function readCredential(env: NodeJS.ProcessEnv, names: readonly string[]): Promise<Password | undefined> {
  const folder = env.CREDENTIALS_DIRECTORY;
  if (!folder || !isAbsolute(folder)) return undefined;
  for (const name of names) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new ConfigError(`credential ${name} can't be read: ${systemReason(error)}`);
    });
    if (text !== undefined)
      return { password: checked(text, `credential ${name}`), passwordFrom: `credential ${name}` };
  }
  return undefined;
}

/** No password is so long, bytes. */
const MAX_BYTES = 4096;

/** @throws ConfigError if nobody could log in with what is in it */
export async function readPasswordFile(file: string): Promise<Password> {
  const what = `password file ${file}`;
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new ConfigError(`${what} is a folder`);
    if (!found.isFile() && !found.isFIFO())
      throw new ConfigError(`${what} is no file with a password: it is too large`);
    if (found.size > MAX_BYTES) throw new ConfigError(`${what} is no file with a password: it is too large`);
    if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {
      throw new ConfigError(`${what}: other users of this machine can read it`, `chmod 600 ${shellWord(file)}`);
    }
    return { password: checked(await readStart(file, what), what), passwordFrom: file };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

/** No more of it than a password has: a pipe may have no end. */
async function readStart(file: string, what: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of createReadStream(file, { end: MAX_BYTES })) pieces.push(piece as Uint8Array);
  const bytes = Buffer.concat(pieces);
  if (bytes.length > MAX_BYTES) throw new ConfigError(`${what} is no file with a password: it is too large`);
  return bytes.toString('utf8');
}

/** Somebody with fs_cli's -p in his fingers gives the password itself, which is not to be said again. */
function unreadable(file: string, error: NodeJS.ErrnoException): ConfigError {
  const isPath = error.code !== 'ENOENT' || /^(?:~|\.{0,2}[/\\])/.test(file);
  return new ConfigError(
    `password file ${isPath ? file : '***'} can't be read: ${systemReason(error)}`,
    isPath
      ? undefined
      : 'the name of a file is wanted, as everybody can read the command line; - asks for the password',
  );
}

function checked(text: string, what: string): string {
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw new ConfigError(`${what} is empty`);
  if (/[\r\n\0]/.test(password)) throw new ConfigError(`${what} has more than one line`);
  return password;
}
