import type { OutboundCall } from '../../esl/index.js';
import { Turns } from '../turns.js';
import { Unheard } from './unheard.js';
import { type AttendantOptions, type Desk, Visit } from './visit.js';

/**
 * Has the calls of phones that dial a feature code: finds out who calls and from which device, gives the order for just
 * that one, lets the caller hear how it went, and hangs up. All of it goes over the socket of the call, so that it reaches the
 * FreeSWITCH where the call is, with no password; and somebody who only pretends to be one gets his own orders back.
 */
export class Attendant {
  readonly #desk: Desk;
  #calls = 0;

  constructor(options: AttendantOptions) {
    this.#desk = { ...options, turns: new Turns(), unheard: new Unheard() };
  }

  /**
   * Has one call, from its beginning to behind its end.
   * @throws JournalError, after which no more calls should be had; SwitchesError, when all has been done but will be forgotten
   */
  async attend(call: OutboundCall): Promise<void> {
    await new Visit(call, ++this.#calls, this.#desk).carryOut();
  }

  /** How many calls of the last minute were refused without a word, and noted nowhere. */
  get leftOut(): number {
    return this.#desk.unheard.leftOut;
  }
}
