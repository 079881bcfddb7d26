import type { EslError, Gap } from '../../esl/index.js';
import type { Connector } from '../connector.js';
import { Repeats } from '../repeats.js';
import { printable, type Terminal } from '../terminal.js';

export interface OutagesOptions {
  readonly connector: Pick<Connector, 'name'>;
  readonly terminal: Pick<Terminal, 'say'>;
  /** What is missed while the connection is gone: `events`. */
  readonly what: string;
}

/** One loss of the connection, or several. */
interface Losses {
  readonly times: number;
  /** Why, of the last one. */
  readonly reason: string;
}

/** One time without connection, or several. */
interface Gaps {
  readonly times: number;
  readonly ms: number;
  readonly from: Date;
  readonly to: Date;
}

/** Tells of connections that are lost and come back; a server that drops them again and again does not fill the screen. */
export class Outages {
  readonly #losses: Repeats<Losses>;
  readonly #gaps: Repeats<Gaps>;

  constructor({ connector, terminal, what }: OutagesOptions) {
    const say = (text: string): void => terminal.say(printable(text));
    this.#losses = new Repeats({
      say: ({ times, reason }) => say(`warning: ${reason}; trying again${times > 1 ? ` (lost ${times} times)` : ''}`),
      merge: (one, { times, reason }) => ({ times: one.times + times, reason }),
    });
    this.#gaps = new Repeats({
      say: ({ times, ms, from, to }) => {
        const back = times > 1 ? `was back ${times} times` : 'is back';
        const seconds = `${(ms / 1000).toFixed(1)} s${times > 1 ? ' in all' : ''}`;
        const span = `from ${from.toISOString()} to ${to.toISOString()}`;
        say(`note: ${connector.name} ${back}; the ${what} of ${seconds} did not come, ${span}`);
      },
      merge: (one, { times, ms, to }) => ({ times: one.times + times, ms: one.ms + ms, from: one.from, to }),
    });
  }

  lost(error: EslError): void {
    this.#losses.tell({ times: 1, reason: error.message });
  }

  back({ from, to }: Gap): void {
    this.#gaps.tell({ times: 1, ms: to.getTime() - from.getTime(), from, to });
  }

  /** Says what has not been said yet. */
  end(): void {
    this.#losses.end();
    this.#gaps.end();
  }
}
