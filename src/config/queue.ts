import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigError, systemReason } from './errors.js';
import { type Password, readCredential, readPasswordFile } from './password.js';
import { parseQueueUrl, type QueueUrl, queueName, URL_EXAMPLE } from './queue-url.js';
import type { QueueEntry, Settings } from './settings.js';

/** How to reach the queue, and how to log in. */
export interface QueueAddress {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The number of the database. */
  readonly db: number;
  /** A user of its ACL; else it is `default`. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Where the password is from, to be shown in its place. */
  readonly passwordFrom: string | undefined;
  /** A password that is known and was not given to it, as it belongs to another one: who has it, and whose it is. */
  readonly withheld?: { readonly from: string; readonly of: string } | undefined;
  /** There if the way is encrypted; `ca` is PEM text, if its certificate is not vouched for by a public CA. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  /** What the names of all keys begin with. */
  readonly prefix: string;
  /** How outputs call it: `redis://host:port/0`, never with a password. */
  readonly name: string;
}

/** What was said on the command line. */
export interface QueueRequest {
  readonly url?: string | undefined;
  /** The flag that it stands behind, as messages name it. @default --queue */
  readonly flag?: string;
}

/** What is known besides. */
export interface QueueContext {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
}

/** The queue that is meant, before its secrets are looked for. */
export interface ChosenQueue {
  readonly url: QueueUrl;
  /** Who said where it is. */
  readonly from: string;
  /** What the settings say, if they mean the queue at this address. */
  readonly entry: QueueEntry | undefined;
  /** Where its password may be from; each of them was meant for it. */
  readonly passwords: {
    /** Whether what was handed to this process is its own: a credential of systemd, PHONECTL_QUEUE_PASSWORD. */
    readonly isOfProcess: boolean;
    readonly file: string | undefined;
    readonly inUrl: Password | undefined;
  };
}

/** What a unit calls the password in `LoadCredential=`. */
export const QUEUE_CREDENTIAL = 'phonectl-queue-password';
export const DEFAULT_PREFIX = 'phonectl';

const VARIABLE = 'PHONECTL_QUEUE';
const PASSWORD_VARIABLE = 'PHONECTL_QUEUE_PASSWORD';
/** No file of certificates of one's own is so long, characters. */
const LONGEST_CA = 1 << 20;

/**
 * The queue that is meant, with its password and its certificate: the one of the flag, of PHONECTL_QUEUE, of the settings. Undefined
 * if none of them names one.
 * @throws ConfigError
 */
export async function findQueue(request: QueueRequest, context: QueueContext): Promise<QueueAddress | undefined> {
  const chosen = chooseQueue(request, context);
  if (!chosen) return undefined;
  const { url, entry } = chosen;
  const { host, port, db, user, isEncrypted } = url;
  const password = await passwordOf(chosen, context.env);
  return {
    host,
    port,
    db,
    user,
    password: password?.password,
    passwordFrom: password?.passwordFrom,
    withheld: password ? undefined : withheldOf(chosen, context),
    tls: isEncrypted ? { ca: await certificateOf(entry) } : undefined,
    prefix: entry?.prefix ?? DEFAULT_PREFIX,
    name: queueName(url),
  };
}

/**
 * Which queue is meant, without a look at files. A password belongs to its queue: of the settings' a queue gets nothing that is
 * elsewhere, and a queue of the flag nothing that was handed to the process for another.
 * @throws ConfigError
 */
export function chooseQueue(
  { url: given, flag = '--queue' }: QueueRequest,
  { settings, env }: QueueContext,
): ChosenQueue | undefined {
  const own = settings.queue && { url: settings.queue.url, from: settings.queue.from };
  const ofEnv = env[VARIABLE] ? { url: parsed(env[VARIABLE], VARIABLE), from: VARIABLE } : undefined;
  const ofFlag = given === undefined ? undefined : { url: typed(given, flag), from: 'the command line' };
  const found = ofFlag ?? ofEnv ?? own;
  if (!found) return undefined;
  const entry = own && isSamePlace(found.url, own.url) ? settings.queue : undefined;
  const url = { ...found.url, user: userOf(found.url, [ofEnv?.url, own?.url]) };
  const usual = ofEnv ?? own;
  const isOwn = own !== undefined && mayHave(url, own.url);
  const sources = [ofEnv, own].filter((source) => source !== undefined && mayHave(url, source.url));
  const source = sources.find((source) => source?.url.password !== undefined);
  const inUrl = source?.url.password;
  return {
    url,
    from: found.from,
    entry,
    passwords: {
      isOfProcess: usual === undefined || mayHave(url, { ...usual.url, user: usual.url.user ?? url.user }),
      file: isOwn ? settings.queue?.passwordFile : undefined,
      inUrl: source && inUrl !== undefined ? { password: inUrl, passwordFrom: source.from } : undefined,
    },
  };
}

/** Who does not say as whom to log in means the user that is known for the place; a password alone is that of `default`. */
function userOf(url: QueueUrl, known: readonly (QueueUrl | undefined)[]): string | undefined {
  if (url.user !== undefined || url.password !== undefined) return url.user;
  return known.find((other) => other?.user !== undefined && isSamePlace(url, other))?.user;
}

function isSamePlace(one: QueueUrl, other: QueueUrl): boolean {
  return one.host === other.host && one.port === other.port;
}

/** Whether a queue may have what is secret of another: it is the same, for the same user, and no less encrypted. */
function mayHave(url: QueueUrl, other: QueueUrl): boolean {
  return isSamePlace(url, other) && url.user === other.user && (url.isEncrypted || !other.isEncrypted);
}

/** The URL of the flag, which everybody on the machine can read while the command runs. */
function typed(text: string, flag: string): QueueUrl {
  const url = parsed(text, flag);
  if (url.password === undefined) return url;
  throw new ConfigError(
    `${flag}: a password stands in the address, and everybody on this machine can read the command line`,
    `leave it out; it is taken from ${PASSWORD_VARIABLE}, from ${VARIABLE} with the whole address, or from password-file below queue in the settings`,
  );
}

/** What `--via` takes beside an address. */
const OWN_WORD = 'the word queue for your own; else ';

function parsed(text: string, what: string): QueueUrl {
  try {
    return parseQueueUrl(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // A single word that was typed can be no address that holds a password.
    const shown = what.startsWith('--') && /^[a-z][\w-]{0,31}$/i.test(text) ? `${what} ${text}` : what;
    const word = what === '--via' && error.hint === URL_EXAMPLE ? OWN_WORD : '';
    throw new ConfigError(`${shown}: ${error.message}`, `${word}${error.hint}`);
  }
}

async function passwordOf({ passwords, entry }: ChosenQueue, env: NodeJS.ProcessEnv): Promise<Password | undefined> {
  const { isOfProcess, file, inUrl } = passwords;
  const credential = isOfProcess ? await readCredential(env, [QUEUE_CREDENTIAL]) : undefined;
  if (credential) return credential;
  if (file !== undefined) {
    return readPasswordFile(file).catch((error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(`${entry?.from}: ${error.message}`, error.hint);
    });
  }
  const fromEnv = isOfProcess ? env[PASSWORD_VARIABLE] : undefined;
  return fromEnv ? { password: fromEnv, passwordFrom: PASSWORD_VARIABLE } : inUrl;
}

/** A password that was handed to the process, or that settings have, for another address, user or way. */
function withheldOf(
  { passwords }: ChosenQueue,
  { settings: { queue: own }, env }: QueueContext,
): QueueAddress['withheld'] {
  const ofEnv = env[VARIABLE] ? { url: parsed(env[VARIABLE], VARIABLE), from: VARIABLE } : undefined;
  const usual = ofEnv ?? own;
  if (!passwords.isOfProcess && usual && env[PASSWORD_VARIABLE]) {
    return { from: PASSWORD_VARIABLE, of: nameWithUser(usual.url) };
  }
  if (ofEnv?.url.password !== undefined) return { from: VARIABLE, of: nameWithUser(ofEnv.url) };
  if (!own || (own.passwordFile === undefined && own.url.password === undefined)) return undefined;
  return { from: own.passwordFile ?? own.from, of: nameWithUser(own.url) };
}

function nameWithUser(url: QueueUrl): string {
  return `${queueName(url)}${url.user === undefined ? '' : ` as ${url.user}`}`;
}

async function certificateOf(entry: QueueEntry | undefined): Promise<string | undefined> {
  if (entry?.caFile === undefined) return undefined;
  const what = `${entry.from}: ca-file ${entry.caFile}`;
  let text: string;
  try {
    text = await readFile(entry.caFile, 'utf8');
  } catch (error) {
    throw new ConfigError(`${what} can't be read: ${systemReason(error as NodeJS.ErrnoException)}`);
  }
  try {
    if (text.length > LONGEST_CA) throw new Error('too long');
    // It knows whether there is a certificate in it; TLS would say so only once it is connected.
    new X509Certificate(text);
    return text;
  } catch {
    throw new ConfigError(
      `${what} holds no certificate`,
      'the certificate of the CA as PEM: -----BEGIN CERTIFICATE-----',
    );
  }
}
