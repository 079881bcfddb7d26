import type { Registration } from '../freeswitch/registration.js';
import { type Aor, formatAor } from '../inventory/aor.js';
import { hash } from '../inventory/hash.js';
import { TextStore } from './text-store.js';

/** Where in the store: one registration, or several of the same AOR. */
type Rows = number | number[];

/**
 * Registrations by whom they belong to. A hundred thousand of them take some 30 MB, most of it outside the heap: whatever
 * lives on the heap costs four times its size, as the garbage collector lets so much pile up before it collects.
 */
export class RegistrationIndex {
  readonly #store = new TextStore();
  /** By a hash of the AOR. Two may share one: what is read is compared. */
  readonly #byUser = new Map<number, Rows>();
  /** The same by mailbox, only of phones whose mailbox is not their own. */
  readonly #byMailbox = new Map<number, Rows>();
  readonly #hosts = new Set<string>();
  /** What was read last: a phone is looked up several times in a row. */
  #last: { readonly aor: Aor; readonly rows: readonly Registration[] } | undefined;
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
    this.#last = undefined;
    const id = this.#store.add(pack(registration));
    append(this.#byUser, keyOf({ user, host }), id);
    if (mwiUser !== user || mwiHost !== host) {
      append(this.#byMailbox, keyOf({ user: mwiUser, host: mwiHost }), id);
    }
    this.#hosts.add(host);
    this.#size++;
  }

  /** The registrations of an AOR. */
  ofUser(aor: Aor): readonly Registration[] {
    if (this.#last && isSame(this.#last.aor, aor)) return this.#last.rows;
    const rows = this.#read(this.#byUser.get(keyOf(aor))).filter((row) => isSame(row, aor));
    this.#last = { aor: { user: aor.user, host: aor.host }, rows };
    return rows;
  }

  /** The registrations whose lamp belongs to this mailbox. */
  ofMailbox(aor: Aor): readonly Registration[] {
    return [
      ...this.ofUser(aor).filter((own) => isMailboxOf(own, aor)),
      ...this.#read(this.#byMailbox.get(keyOf(aor))).filter((other) => isMailboxOf(other, aor)),
    ];
  }

  /** All of them, grouped by AOR. */
  *all(): Generator<Registration> {
    for (const rows of this.#byUser.values()) yield* this.#read(rows);
  }

  #read(rows: Rows | undefined): readonly Registration[] {
    if (rows === undefined) return [];
    if (typeof rows === 'number') return [unpack(this.#store.get(rows))];
    return rows.map((id) => unpack(this.#store.get(id)));
  }
}

function isSame(one: Aor, other: Aor): boolean {
  return one.user === other.user && one.host === other.host;
}

/** Whether a registration's lamp belongs to this mailbox: FreeSWITCH compares both parts as they are. */
export function isMailboxOf({ mwiUser, mwiHost }: Registration, { user, host }: Aor): boolean {
  return mwiUser === user && mwiHost === host;
}

/** No text of a registration holds it (`toRegistration`), but for the last one, which is percent-decoded. */
const BETWEEN = '\0';

/** Without the names of its fields, which would be half of it. */
function pack(registration: Registration): string {
  const { callId, user, host, contact, userAgent, profile, networkIp, mwiUser, mwiHost, authUser } = registration;
  const { networkPort, transport, expiresInSeconds, pingStatus } = registration;
  const texts = [callId, user, host, contact, userAgent, profile, networkIp, mwiUser, mwiHost, pingStatus ?? ''];
  return [...texts, networkPort ?? '', transport ?? '', expiresInSeconds ?? '', authUser ?? ''].join(BETWEEN);
}

function unpack(text: string): Registration {
  const [callId = '', user = '', host = '', contact = '', userAgent = '', ...more] = text.split(BETWEEN);
  const [profile = '', networkIp = '', mwiUser = '', mwiHost = '', pingStatus, ...last] = more;
  const [networkPort, transport, expires, ...authUser] = last;
  return {
    callId,
    user,
    host,
    contact,
    userAgent,
    profile,
    networkIp,
    networkPort: networkPort ? Number(networkPort) : undefined,
    transport: (transport || undefined) as Registration['transport'],
    expiresInSeconds: expires ? Number(expires) : undefined,
    pingStatus: pingStatus || undefined,
    mwiUser,
    mwiHost,
    authUser: authUser.join(BETWEEN) || undefined,
  };
}

/** 52 bits of a hash: more would not be a number. */
function keyOf(aor: Aor): number {
  const { low, high } = hash(formatAor(aor));
  return low * 2 ** 20 + (high >>> 12);
}

function append(map: Map<number, Rows>, key: number, id: number): void {
  const rows = map.get(key);
  map.set(key, rows === undefined ? id : [rows, id].flat());
}
