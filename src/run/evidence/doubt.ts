import type { SipTrace } from '../../freeswitch/sip-trace.js';

/** Whether a trace still runs is looked at so often at most, milliseconds. */
const FRESH_MS = 5000;

/** Whether the silence of a SIP trace can be believed. */
export class Doubt {
  readonly #trace: SipTrace;
  #look: Promise<readonly string[]> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isOver = false;

  constructor(trace: SipTrace) {
    this.#trace = trace;
  }

  /** Why an answer may have come unseen; undefined if nothing speaks for that. */
  async reason(): Promise<string | undefined> {
    if (this.#trace.linesLost) return 'FreeSWITCH dropped log lines, so an answer may have gone unseen';
    const unseen = new Set([...this.#trace.unproven, ...(await this.#dark())]);
    return unseen.size > 0 ? `nothing of ${[...unseen].join(', ')} can be seen in the trace` : undefined;
  }

  /** Looks for the last time, as the trace is about to end: whoever asks later is told what was seen then. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    const look = this.#dark();
    this.#isOver = true;
    await look;
  }

  #dark(): Promise<readonly string[]> {
    const now = performance.now();
    if (this.#look && (this.#isOver || now - this.#lookedAt < FRESH_MS)) return this.#look;
    this.#lookedAt = now;
    this.#look = this.#trace.dark().catch(() => []);
    return this.#look;
  }
}
