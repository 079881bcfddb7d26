import type { Registration } from '../freeswitch/registration.js';
import { type Aor, formatAor } from '../inventory/aor.js';

type Rows = Registration | Registration[];

/** Registrations by whom they belong to. */
export class RegistrationIndex {
  readonly #byUser = new Map<string, Rows>();
  /** Only of phones whose mailbox is not their own. */
  readonly #byMailbox = new Map<string, Rows>();
  readonly #hosts = new Set<string>();
  #size = 0;

  /** The domains of all registrations. */
  get hosts(): ReadonlySet<string> {
    return this.#hosts;
  }

  get size(): number {
    return this.#size;
  }

  add(registration: Registration): void {
    const { user, host, mwiUser, mwiHost } = registration;
    append(this.#byUser, formatAor({ user, host }), registration);
    if (mwiUser !== user || mwiHost !== host) {
      append(this.#byMailbox, formatAor({ user: mwiUser, host: mwiHost }), registration);
    }
    this.#hosts.add(host);
    this.#size++;
  }

  /** The registrations of an AOR. */
  ofUser(aor: Aor): readonly Registration[] {
    return rowsOf(this.#byUser, aor);
  }

  /** The registrations whose lamp belongs to this mailbox. */
  ofMailbox(aor: Aor): readonly Registration[] {
    return [...this.ofUser(aor).filter((own) => isMailboxOf(own, aor)), ...rowsOf(this.#byMailbox, aor)];
  }

  /** All of them, grouped by AOR. */
  *all(): Generator<Registration> {
    for (const rows of this.#byUser.values()) {
      if (Array.isArray(rows)) yield* rows;
      else yield rows;
    }
  }
}

/** Whether a registration's lamp belongs to this mailbox: FreeSWITCH compares both parts as they are. */
export function isMailboxOf({ mwiUser, mwiHost }: Registration, { user, host }: Aor): boolean {
  return mwiUser === user && mwiHost === host;
}

function append(map: Map<string, Rows>, key: string, registration: Registration): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, registration);
  else if (Array.isArray(rows)) rows.push(registration);
  else map.set(key, [rows, registration]);
}

function rowsOf(map: ReadonlyMap<string, Rows>, aor: Aor): readonly Registration[] {
  const rows = map.get(formatAor(aor));
  if (rows === undefined) return [];
  return Array.isArray(rows) ? rows : [rows];
}
