import {
  type Connection,
  EslError,
  EslProtocolError,
  isTurnedAway,
  type PreparedCommand,
  pauseBeforeTry,
} from '../esl/index.js';
import { type Attempt, attempt, notSent } from './attempt.js';
import { type Clock, type Pace, REAL_CLOCK } from './pace.js';

export interface LaneOptions {
  /** Opens the connection, when the first order is ready to be written and after each loss. */
  readonly connect: () => Promise<Connection>;
  readonly pace: Pace;
  /** Once aborted, nothing more is written; its reason becomes that of the phones that are left. */
  readonly signal: AbortSignal;
  /** Whether others have reached the server for the same run: then it is lost, not absent, if it is not there. @default false */
  readonly wasReached?: boolean;
  /** How long a server that was lost under way is tried again, milliseconds; 0 is not at all. @default 0 */
  readonly retryMs?: number;
  readonly clock?: Clock;
  /** Hears that the connection was lost and will be tried again, and that it is back. */
  readonly onChange?: (change: LaneChange) => void;
}

export type LaneChange = { readonly kind: 'lost'; readonly reason: string } | { readonly kind: 'back' };

/** How long an interrupted run waits for the replies that are due, milliseconds. */
const GRACE_MS = 2000;

/**
 * The way to one server: its connection, at its pace. A connection that is lost is tried again until the server has been
 * away for too long, or says that it does not want us. A server that was never reached is not tried again: then nothing
 * has been sent, and whoever asked should know at once.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #clock: Clock;
  #connection: Connection | undefined;
  #opening: Promise<void> | undefined;
  #isTried = false;
  #connectError: EslError | undefined;
  #lost: EslError | undefined;
  /** Lost for good. */
  #isOver = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#clock = options.clock ?? REAL_CLOCK;
    const giveUp = () => setTimeout(() => this.#connection?.destroy(), GRACE_MS).unref();
    options.signal.addEventListener('abort', giveUp, { once: true });
  }

  /** Why nothing could be sent at all, if that was so. */
  get connectError(): EslError | undefined {
    return this.#connectError;
  }

  /** Why the connection was lost on the way, if it was and has not come back. */
  get lost(): EslError | undefined {
    return this.#lost;
  }

  /** Waits for a turn to write, and says why there can't be one, if so. */
  async turn(): Promise<string | undefined> {
    const { signal, pace } = this.#options;
    while (!signal.aborted && !this.#isOver) {
      if (!this.#connection?.open) {
        this.#opening ??= this.#open().finally(() => {
          this.#opening = undefined;
        });
        await this.#opening;
        continue;
      }
      await pace.turn(signal);
      if (this.#connection.open && !signal.aborted) return undefined;
    }
    if (signal.aborted) return String(signal.reason);
    return (this.#connectError ?? this.#lost)?.message ?? 'the connection was lost';
  }

  /** Writes a command after a turn, and waits for its reply. */
  async send(command: PreparedCommand): Promise<Attempt> {
    const { signal } = this.#options;
    // It may have waited for its place since its turn.
    if (signal.aborted) return notSent(String(signal.reason));
    if (!this.#connection) throw new Error('a command before its turn');
    return attempt(this.#connection, command);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #open(): Promise<void> {
    const isFirst = !this.#isTried;
    this.#isTried = true;
    const { signal, retryMs = 0, wasReached = false, onChange } = this.#options;
    const deadline = this.#clock.now() + retryMs;
    if (isFirst) return this.#connect(!wasReached);
    if (retryMs > 0) onChange?.({ kind: 'lost', reason: this.#lost?.message ?? 'the connection was lost' });
    for (let tries = 0; !this.#isOver && !signal.aborted; tries++) {
      const left = deadline - this.#clock.now();
      if (left <= 0) {
        this.#isOver = true;
        return;
      }
      await this.#clock.wait(Math.min(left, pauseBeforeTry(tries)), signal);
      await this.#connect(false);
      if (this.#connection?.open) return onChange?.({ kind: 'back' });
    }
  }

  async #connect(isFirst: boolean): Promise<void> {
    if (this.#options.signal.aborted) return;
    try {
      const connection = await this.#options.connect();
      this.#connection = connection;
      this.#lost = undefined;
      void connection.closed.then((reason) => {
        this.#lost = reason;
        // Replies that match no command may be anybody's: what was said before is in doubt, too.
        this.#isOver ||= reason instanceof EslProtocolError;
      });
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
      if (isFirst) this.#connectError = error;
      else this.#lost = error;
      this.#isOver ||= isFirst || isTurnedAway(error);
    }
  }
}
