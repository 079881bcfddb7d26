import { type Connection, EslError, type PreparedCommand } from '../esl/index.js';
import type { Outcome } from './outcome.js';
import type { Pace } from './pace.js';

export interface LaneOptions {
  /** Opens the connection when the first order is ready to be written. Called once. */
  readonly connect: () => Promise<Connection>;
  readonly pace: Pace;
  /** Once aborted, nothing more is written; its reason becomes that of the phones that are left. */
  readonly signal: AbortSignal;
}

/** What came of writing one command. */
export type Attempt = Pick<Outcome, 'outcome' | 'reason' | 'eventUuid' | 'ms'>;

/** How long an interrupted run waits for the replies that are due, milliseconds. */
const GRACE_MS = 2000;

/** The way to one server: its connection, at its pace. A connection that is lost stays lost. */
export class Lane {
  readonly #options: LaneOptions;
  #connection: Connection | undefined;
  #connectError: EslError | undefined;
  #lost: EslError | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
    const giveUp = () => setTimeout(() => this.#connection?.destroy(), GRACE_MS).unref();
    options.signal.addEventListener('abort', giveUp, { once: true });
  }

  /** Why nothing could be sent at all, if that was so. */
  get connectError(): EslError | undefined {
    return this.#connectError;
  }

  /** Why the connection was lost on the way, if it was. */
  get lost(): EslError | undefined {
    return this.#lost;
  }

  /** Waits for a turn to write, and says why there can't be one, if so. */
  async turn(): Promise<string | undefined> {
    const { signal, pace } = this.#options;
    if (!signal.aborted && !this.#connection && !this.#connectError) await this.#open();
    if (!signal.aborted && this.#connection?.open) await pace.turn(signal);
    if (signal.aborted) return String(signal.reason);
    if (this.#connection?.open) return undefined;
    return (this.#connectError ?? this.#lost)?.message ?? 'the connection was lost';
  }

  /** Writes a command after a turn, and waits for its reply. */
  async send(command: PreparedCommand): Promise<Attempt> {
    const started = performance.now();
    try {
      if (!this.#connection) throw new Error('a command before its turn');
      const { text } = await this.#connection.send(command);
      const ms = Math.round(performance.now() - started);
      if (!/^\+OK(?: |$)/.test(text))
        return { outcome: 'refused', reason: text || 'an empty reply', eventUuid: null, ms };
      const eventUuid = /^\+OK ([0-9a-f-]{36})$/.exec(text)?.[1] ?? null;
      return { outcome: 'accepted', reason: null, eventUuid, ms };
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
      if (!error.written) return { outcome: 'not-sent', reason: error.message, eventUuid: null, ms: null };
      return { outcome: 'unknown', reason: `${error.message}; it may have happened`, eventUuid: null, ms: null };
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #open(): Promise<void> {
    try {
      this.#connection = await this.#options.connect();
      void this.#connection.closed.then((reason) => {
        this.#lost = reason;
      });
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
      this.#connectError = error;
    }
  }
}
