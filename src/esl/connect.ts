import type { Socket } from 'node:net';
import { Connection } from './connection.js';
import { Decoder, type DecoderLimits } from './decoder.js';
import { type DialOptions, dial, serverName } from './dial.js';
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
  /** Everything after the login that is not a reply: events, log lines, notices. */
  readonly onMessage?: (message: Message) => void;
  /** How names become addresses; the system's resolver if not given. */
  readonly lookup?: DialOptions['lookup'];
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
  const late = new Deadline(connectTimeoutMs, `${name} took the connection but did not log us in`);
  let socket: Socket | undefined;
  try {
    socket = await dial({ ...options, port, timeoutMs: connectTimeoutMs });
    const decoder = new Decoder(options);
    await late.orBefore(greeting(socket, decoder, name));
    const connection = new Connection(socket, decoder, { ...options, name });
    if (user !== undefined) decoder.expectCutReply();
    const line = user === undefined ? `auth ${password}` : `userauth ${user}:${password}`;
    const reply = await late.orBefore(connection.send({ line }));
    if (reply.ok) return connection;
    throw new EslAuthError(`${name} refused the login: ${reply.text}`, {
      hint: user === undefined ? 'is the password right?' : `are user ${user} and its esl-password right?`,
    });
  } catch (error) {
    socket?.destroy();
    throw error;
  } finally {
    late.clear();
  }
}

/** One time limit over several steps. */
class Deadline {
  readonly #passed: Promise<never>;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, what: string) {
    this.#passed = new Promise((_, reject) => {
      this.#timer = setTimeout(() => {
        const hint = 'is it the event socket, and not an HTTP or TLS port?';
        reject(new EslTimeoutError(`${what} within ${timeoutMs} ms`, { hint }));
      }, timeoutMs);
    });
    this.#passed.catch(() => {});
  }

  orBefore<T>(step: Promise<T>): Promise<T> {
    return Promise.race([step, this.#passed]);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
