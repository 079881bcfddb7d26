import type { RegisterEvent } from '../../freeswitch/register-events.js';

/** Devices of one AOR of which more than this are not told apart. */
const MOST = 8;

/** One event, and when it came, milliseconds since 1970. */
export interface Recent {
  readonly event: RegisterEvent;
  readonly at: number;
}

/** The latest registrations of AORs that are still to be told, as what is known of them grows old during a long run. */
export class RecentEvents {
  readonly #byAor = new Map<string, Recent[]>();

  add(event: RegisterEvent, at: number): void {
    const others = this.#byAor.get(event.aor) ?? [];
    const kept = others.filter((other) => other.event.callId !== event.callId).slice(1 - MOST);
    this.#byAor.set(event.aor, [...kept, { event, at }]);
  }

  of(aor: string): readonly Recent[] {
    return this.#byAor.get(aor) ?? [];
  }
}
