import type { Bus } from '../bus.js';
import { Call } from './call.js';
import type { CallOptions, Phone } from './phone.js';

const NORMAL_CLEARING = 'NORMAL_CLEARING';

/** The calls that are going on. */
export class Calls {
  readonly #calls = new Map<string, Call>();
  readonly #ends = new Map<Call, NodeJS.Timeout>();
  readonly #bus: Bus;
  #started = 0;
  #peak = 0;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** How many there have been, with those that are going on. */
  get started(): number {
    return this.#started;
  }

  /** How many there have been at a time, at most. */
  get peak(): number {
    return this.#peak;
  }

  /** Every call, in the order in which they began. */
  list(): Call[] {
    return [...this.#calls.values()];
  }

  start(phone: Phone, options: CallOptions = {}): Call {
    const call = new Call(phone, options);
    this.#calls.set(call.uuid, call);
    this.#started++;
    this.#peak = Math.max(this.#peak, this.#calls.size);
    if (options.endsAfterMs !== undefined) {
      this.#ends.set(call, setTimeout(() => this.end(call.uuid), options.endsAfterMs).unref());
    }
    return call;
  }

  /** Ends a call; false if there is none of this uuid. */
  end(uuid: string, cause = NORMAL_CLEARING): boolean {
    const call = this.#calls.get(uuid);
    if (!call) return false;
    this.#calls.delete(uuid);
    clearTimeout(this.#ends.get(call));
    this.#ends.delete(call);
    this.#bus.emit('hangup', { call, cause });
    return true;
  }

  /** Ends every wait for the end of a call. */
  close(): void {
    for (const timer of this.#ends.values()) clearTimeout(timer);
    this.#ends.clear();
  }
}
