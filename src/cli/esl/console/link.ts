import { type EslError, type EventSocket, Gap, type LastingSocket } from '../../../esl/index.js';
import type { Connector } from '../../connector.js';
import { EXIT } from '../../exit-codes.js';
import { Failure } from '../../failure.js';
import type { Terminal } from '../../terminal.js';
import { Outages } from '../outages.js';
import { Operator } from './operator.js';

export interface LinkOptions {
  readonly connector: Connector;
  readonly terminal: Terminal;
  /** How long a server that was lost is tried again, milliseconds. */
  readonly retryMs: number;
  /** How long an answer may take, milliseconds. */
  readonly waitMs: number;
  /** Whether events that FreeSWITCH would drop are refused. */
  readonly check: boolean;
}

/** The server of a console: a connection that comes back, what is done on it, and what it tells. */
export class Link {
  readonly operator: Operator;
  readonly #name: string;
  readonly #outages: Outages;
  #lasting: LastingSocket | undefined;
  /** The connection that was used last. */
  #current: EventSocket | undefined;
  #isLost = false;
  #leaving: Promise<void> | undefined;

  private constructor({ connector, terminal, waitMs, check }: LinkOptions) {
    this.#name = connector.name;
    this.operator = new Operator({ terminal, waitMs, check, socket: () => this.#socket() });
    this.#outages = new Outages({ connector, terminal, what: 'events and log lines' });
  }

  /** Throws like `LastingSocket.open`. */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options);
    const { connector, retryMs } = options;
    link.#lasting = await connector.openLasting({
      retryMs,
      setUp: (socket) => link.operator.renew(socket),
      onLost: (error) => link.#lost(error, retryMs > 0),
    });
    link.#current = await link.#lasting.socket();
    return link;
  }

  /** The connection, if it stands. */
  get current(): EventSocket | undefined {
    return this.isUp ? this.#current : undefined;
  }

  get isUp(): boolean {
    return !this.#isLost && this.#current?.connection.open === true;
  }

  /**
   * Prints what the server tells, until `leave`.
   * @param free what has to be over before anything else is printed, if anything
   * @throws EslError, Failure if the connection is lost for good
   */
  async follow(free: () => Promise<void> | undefined): Promise<void> {
    for await (const item of this.#lasting?.messages() ?? []) {
      for (let wait = free(); wait !== undefined; wait = free()) await wait;
      if (item instanceof Gap) this.#outages.back(item);
      else await this.operator.print(item);
    }
  }

  /** Says goodbye; an answer that is still awaited is given up. */
  leave(isWaiting: boolean): Promise<void> {
    this.#leaving ??= this.#leave();
    if (isWaiting) this.#current?.connection.destroy();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    await this.#lasting?.close();
    this.#outages.end();
    this.operator.end();
  }

  async #socket(): Promise<EventSocket> {
    if (this.#isLost || !this.#lasting) {
      throw new Failure(`${this.#name} is away, and tried again; nothing was sent`, EXIT.connection);
    }
    this.#current = await this.#lasting.socket();
    return this.#current;
  }

  #lost(error: EslError, comesBack: boolean): void {
    // Else it is the error that ends the command.
    if (comesBack) this.#outages.lost(error);
    this.#isLost = true;
    // Only now is it that of the next connection.
    queueMicrotask(() => {
      void this.#lasting?.socket().then(
        (socket) => {
          this.#current = socket;
          this.#isLost = false;
        },
        () => {},
      );
    });
  }
}
