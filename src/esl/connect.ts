import type { Socket } from 'node:net';
import { Connection } from './connection.js';
import { Decoder, type DecoderLimits } from './decoder.js';
import { type DialOptions, dial, givenUp, serverName } from './dial.js';
import { EslAuthError, EslTimeoutError, EslUnsafeError } from './errors.js';
import { greeting } from './greeting.js';
import type { Message } from './message.js';
import { textFault } from './wire-safety.js';

export interface ConnectOptions extends DecoderLimits {
  /** A name or an IPv4 or IPv6 address. Of a name with several addresses, each is tried. */
  readonly host: string;
  /** @default 8021 */
  readonly port?: number;
  readonly password: string;
  /** `user@domain` of the directory, to log in with `userauth`; without it, `auth`. */
  readonly user?: string;
  /** Until the connection stands and is logged in, milliseconds. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** See ConnectionOptions. @default 10000 */
  readonly replyTimeoutMs?: number;
  /** See ConnectionOptions. @default 16 */
  readonly maxInFlight?: number;
  /** See ConnectionOptions. @default 16777216 */
  readonly maxEventBytes?: number;
  /** Everything after the login that is not a reply: events, log lines, notices. */
  readonly onMessage?: (message: Message) => void;
  /** How names become addresses; the system's resolver if not given. */
  readonly lookup?: DialOptions['lookup'];
  /** Aborted before the login is done, it gives up; after that, this has no more effect. */
  readonly signal?: AbortSignal;
}

/**
 * Connects and logs in, once: a refusal is final and nothing here tries again.
 * @throws EslConnectError, EslAuthError, EslAclError, EslNotFreeSwitchError, EslClosedError, EslTimeoutError
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { host, port = 8021, connectTimeoutMs = 5000, user, password } = options;
  const fault = textFault(`${user ?? ''}${password}`);
  if (fault !== undefined) throw new EslUnsafeError(`the login can't be sent: ${fault}`);
  const name = serverName(host, port);
  const limit = new Limit(name, connectTimeoutMs, options.signal);
  let socket: Socket | undefined;
  try {
    socket = await dial({ ...options, port, timeoutMs: connectTimeoutMs });
    const decoder = new Decoder(options);
    await limit.orBefore(greeting(socket, decoder, name));
    const connection = new Connection(socket, decoder, { ...options, name, secret: password });
    if (user !== undefined) decoder.expectCutReply();
    const line = user === undefined ? `auth ${password}` : `userauth ${user}:${password}`;
    const reply = await limit.orBefore(connection.send({ line }));
    if (reply.text.startsWith('+OK')) return connection;
    throw new EslAuthError(`${name} refused the login: ${connection.toShow(reply.text)}`, {
      hint: user === undefined ? 'is the password right?' : `are user ${user} and its esl-password right?`,
    });
  } catch (error) {
    socket?.destroy();
    throw error;
  } finally {
    limit.clear();
  }
}

/** What ends a login from outside: its time, or its caller. */
class Limit {
  readonly #reached: Promise<never>;
  #clear: () => void = () => {};

  constructor(name: string, timeoutMs: number, signal: AbortSignal | undefined) {
    this.#reached = new Promise((_, reject) => {
      const onAbort = (): void => reject(givenUp(name));
      const timer = setTimeout(() => {
        const hint = 'is it the event socket, and not an HTTP or TLS port?';
        const late = `${name} took the connection but did not log us in within ${timeoutMs} ms`;
        reject(new EslTimeoutError(late, { hint }));
      }, timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#clear = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
    this.#reached.catch(() => {});
  }

  orBefore<T>(step: Promise<T>): Promise<T> {
    return Promise.race([step, this.#reached]);
  }

  clear(): void {
    this.#clear();
  }
}
