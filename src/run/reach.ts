import { contactForm } from '../freeswitch/contact.js';
import type { Registration } from '../freeswitch/registration.js';
import { formatAor } from '../inventory/aor.js';
import type { Addressee } from '../payload/addressee.js';
import type { Registrar } from './registrar.js';

/** The devices that FreeSWITCH will send an order to; none for an address that is nobody's known. */
export interface Reach {
  readonly addressee: Addressee;
  readonly devices: readonly Registration[];
  /** The further devices of the same extension, which the order does not go to. */
  readonly others: readonly Registration[];
}

/**
 * Whom an order will reach, by what the registrar knows; or why nobody.
 * @param own the registration that the order was made for: if it goes to an address, the device that may be there
 * @param isNamed whether somebody said that this is the SIP profile
 * @throws EslError, QuestionError
 */
export async function reachOf(
  addressee: Addressee,
  registrar: Registrar,
  own: Registration | undefined,
  isNamed: boolean,
): Promise<Reach | { obstacle: string }> {
  const { profile: named } = addressee;
  const profile = named === undefined ? undefined : registrar.profile(named);
  if (named !== undefined && !profile) return { obstacle: registrar.noProfile(named) };
  if (addressee.kind === 'address') {
    if (own === undefined || addressee.uri !== contactForm(own.contact)) return { addressee, devices: [], others: [] };
    const all = await registrar.ofUser(own, own.profile);
    return { addressee, devices: [own], others: all.filter(({ callId }) => callId !== own.callId) };
  }
  const found =
    addressee.kind === 'mailbox'
      ? await registrar.ofMailbox(addressee, profile?.name)
      : await registrar.ofUser(addressee, profile?.name);
  const { callId } = addressee;
  const devices = callId === undefined ? found : found.filter((device) => device.callId === callId);
  if (devices.length > 0) return { addressee, devices, others: found.filter((device) => !devices.includes(device)) };
  if (found.length > 0) return { obstacle: `none of its registrations has the Call-ID ${callId}` };
  const [namesake] = addressee.kind === 'mailbox' ? await registrar.ofUser(addressee, profile?.name) : [];
  if (namesake) {
    const { mwiUser: user, mwiHost: host } = namesake;
    return { obstacle: `no phone shows this mailbox; that of the same name shows ${formatAor({ user, host })}` };
  }
  return { obstacle: await registrar.whyNot(addressee, isNamed ? profile?.name : undefined) };
}

/** What the user should know about whom an order reaches. */
export function warningOf({ addressee, devices }: Reach, meant: object | undefined): string | undefined {
  const count = devices.length;
  if (addressee.kind !== 'user' || count < 2) return undefined;
  if (addressee.toOne) return `it has ${count} devices, and FreeSWITCH sends an INFO to one of them only`;
  return meant && `all ${count} devices of the extension get it: this order can't go to one of them alone`;
}
