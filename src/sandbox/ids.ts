import { randomBytes, randomUUID } from 'node:crypto';

const TAG_CHARACTERS = '0123456789abcdefghjkmnpqrstvyzABCDEFGHIJKLMNQRSTUVXYZ';
const CALL_ID_TAIL = randomBytes(6).toString('hex');
const CALL_ID_CLOCK = randomBytes(2).toString('hex');

let callIds = randomBytes(4).readUInt32BE();

/** A random UUID, as in `Event-UUID`, `Job-UUID` and the `+OK` of `sendevent`. */
export function uuid(): string {
  return randomUUID();
}

/** A tag of From and To, or the tail of a Via branch, as sofia-sip makes them: 13 letters and digits. */
export function sipToken(): string {
  const bytes = randomBytes(13);
  let token = '';
  for (const byte of bytes) token += TAG_CHARACTERS[byte % TAG_CHARACTERS.length];
  return token;
}

/** The Call-ID of a new request, shaped like sofia-sip's (a time-based UUID). */
export function sipCallId(): string {
  callIds = (callIds + 0x9e3779b1) >>> 0;
  return `${callIds.toString(16).padStart(8, '0')}-6180-1240-${CALL_ID_CLOCK}-${CALL_ID_TAIL}`;
}

/** Ten hexadecimal digits for the Call-ID of a registration or a subscription. */
export function shortId(): string {
  return randomBytes(5).toString('hex');
}
