import { Buffer } from 'node:buffer';
import type { Registration } from '../freeswitch/registration.js';
import { identify } from '../vendor/identify.js';

/** What a comparison keeps of a registration: little, as there may be a hundred thousand. */
export class Device {
  /** The SIP profile. */
  readonly profile: string;
  readonly callId: string;
  readonly contact: string;
  readonly userAgent: string;

  constructor({ profile, callId, contact, userAgent }: Pick<Registration, keyof Device>) {
    this.profile = profile;
    this.callId = flat(callId);
    this.contact = flat(contact);
    this.userAgent = flat(userAgent);
  }
}

/** The key of the vendor that a User-Agent tells. */
export function vendorKey({ userAgent }: Pick<Device, 'userAgent'>): string | undefined {
  return identify(userAgent)?.vendor.key;
}

/** A copy without the line that the text was cut out of, which V8 would keep for it. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
