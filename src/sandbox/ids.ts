import { randomFillSync, randomUUID } from 'node:crypto';

const TAG_CHARACTERS = '0123456789abcdefghjkmnpqrstvyzABCDEFGHIJKLMNQRSTUVXYZ';

// One call for many ids: asking for a few random bytes costs as much as asking for thousands.
const pool = Buffer.alloc(8192);
let used = pool.length;

function randomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

const callIdTail = `${randomBytes(2).toString('hex')}-${randomBytes(6).toString('hex')}`;
let callIds = randomBytes(4).readUInt32BE();

/** A random UUID, as in `Event-UUID`, `Job-UUID` and the `+OK` of `sendevent`. */
export function uuid(): string {
  return randomUUID();
}

/** A tag of From and To, or the tail of a Via branch, as sofia-sip makes them: 13 letters and digits. */
export function sipToken(): string {
  let token = '';
  for (const byte of randomBytes(13)) token += TAG_CHARACTERS[byte % TAG_CHARACTERS.length];
  return token;
}

/** The Call-ID of a new request, shaped like sofia-sip's (a time-based UUID). */
export function sipCallId(): string {
  callIds = (callIds + 0x9e3779b1) >>> 0;
  return `${callIds.toString(16).padStart(8, '0')}-6180-1240-${callIdTail}`;
}

/** Ten hexadecimal digits for the Call-ID of a registration or a subscription. */
export function shortId(): string {
  return randomBytes(5).toString('hex');
}
