import type { Channel } from '../freeswitch/channels.js';
import { addressOf } from '../freeswitch/contact.js';
import type { Questions } from '../freeswitch/questions.js';
import type { Clock } from './pace.js';
import type { PlannedOrder } from './plan.js';

/** How old the list of calls may be when a phone is looked for in it, milliseconds. */
const FRESH_MS = 2000;

/** A list that takes long to get is asked for so much more seldom: by this factor. */
const EASE = 10;

/** Who is in a call: the list of channels of a server, never older than some seconds. */
export class Calls {
  readonly #questions: Pick<Questions, 'channels'>;
  readonly #clock: Clock;
  #busy: Promise<ReadonlySet<string>> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #freshMs = FRESH_MS;

  constructor(questions: Pick<Questions, 'channels'>, clock: Clock) {
    this.#questions = questions;
    this.#clock = clock;
  }

  /**
   * Whether the phone of an order is in a call, ringing included.
   * @throws EslError, QuestionError
   */
  async has({ target, reach }: PlannedOrder): Promise<boolean> {
    const busy = await this.#list();
    if (busy.size === 0) return false;
    const devices = reach?.devices ?? [];
    return busy.has(target.aor.toLowerCase()) || devices.some((device) => keysOf(device).some((key) => busy.has(key)));
  }

  /**
   * Waits until its call has ended. False if that did not happen in time, or the signal was aborted.
   * @throws EslError, QuestionError
   */
  async end(order: PlannedOrder, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const deadline = this.#clock.now() + timeoutMs;
    while (await this.has(order)) {
      const left = deadline - this.#clock.now();
      if (left <= 0 || signal.aborted) return false;
      await this.#clock.wait(Math.min(left, this.#freshMs), signal);
    }
    return !signal.aborted;
  }

  #list(): Promise<ReadonlySet<string>> {
    const now = this.#clock.now();
    if (this.#busy && now - this.#askedAt < this.#freshMs) return this.#busy;
    this.#askedAt = now;
    this.#busy = this.#questions.channels().then((channels) => {
      this.#freshMs = Math.max(FRESH_MS, (this.#clock.now() - now) * EASE);
      return new Set(channels.flatMap(phonesOf));
    });
    return this.#busy;
  }
}

/** By what the phone at a channel can be known: its AOR where the dialplan says it, else the address in its name. */
function phonesOf({ presenceId, name }: Channel): string[] {
  const address = /^sofia\/[^/]+\/(.*)$/.exec(name)?.[1];
  return [presenceId, address].flatMap((text) => (text ? [text.toLowerCase()] : []));
}

function keysOf({ user, host, contact }: { user: string; host: string; contact: string }): string[] {
  return [`${user}@${host}`.toLowerCase(), addressOf(contact)];
}
