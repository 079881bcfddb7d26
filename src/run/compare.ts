import type { Registration } from '../freeswitch/registration.js';
import { formatAor } from '../inventory/aor.js';
import type { Entry, Phone } from '../inventory/phone.js';
import { Device, vendorKey } from './compare-device.js';
import { ListedRow, Listing } from './compare-listing.js';
import { vendorOf } from './dialect-order.js';
import type { Registrar } from './registrar.js';

/**
 * `missing`: in the file and not registered. `unlisted`: registered and not in the file. `other-vendor`: the User-Agent is of
 * another vendor than the row says. `several-devices`: nothing wrong, but a row that names no device stands for all of them.
 */
export const DIFFERENCES = ['missing', 'unlisted', 'other-vendor', 'several-devices'] as const;
export type DifferenceKind = (typeof DIFFERENCES)[number];

/** One way in which an inventory and the registrations differ. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** `user@domain` */
  readonly aor: string;
  /** The SIP profile that the row means or the phone is registered on; null for a row that means any. */
  readonly profile: string | null;
  /** The line of the file; null for what is not in it. */
  readonly row: number | null;
  /** The key of the vendor that the row says; null if it says none that is known. */
  readonly vendor: string | null;
  /** For people. */
  readonly reason: string;
  /** The registrations that this is about. */
  readonly devices: readonly Device[];
}

export interface CompareOptions {
  /** The whole inventory. */
  readonly entries: AsyncIterable<Entry>;
  /** Whether a row is to be looked at, not only to be known as listed. */
  readonly isSelected: (phone: Phone) => boolean;
  /** Everybody who is registered. */
  readonly registrations: AsyncIterable<Registration>;
  readonly registrar: Registrar;
  /** The SIP profile of rows that name none, and the only one whose phones have to be in the file; undefined for any. */
  readonly sipProfile: string | undefined;
}

/**
 * Compares an inventory with who is registered, by AOR and SIP profile, and where rows name devices by their `call_id`, by
 * device. The rows are kept, in little memory, and the registrations go by: what is not in the file comes first, in the order
 * of the server, then what is wrong with rows, in the order of the file.
 * @throws EslError, QuestionError, InventoryError
 */
export async function* compare(options: CompareOptions): AsyncGenerator<Difference, void, undefined> {
  const { registrations, registrar, sipProfile } = options;
  const listing = await read(options);
  const only = sipProfile === undefined ? undefined : registrar.profile(sipProfile)?.name;
  for await (const registration of registrations) {
    if (!listing.match(registration) && (only === undefined || registration.profile === only)) {
      yield unlisted(formatAor(registration), new Device(registration));
    }
  }
  for (const { aor, device } of listing.settle()) {
    if (only === undefined || device.profile === only) yield unlisted(aor, device);
  }
  const reasons = new Reasons(registrar);
  for (const row of listing.rows()) yield* differencesOf(row, reasons);
}

async function read({ entries, isSelected, registrar, sipProfile }: CompareOptions): Promise<Listing> {
  const listing = new Listing();
  for await (const entry of entries) {
    if (entry.kind === 'problem') {
      if (entry.aor !== undefined) listing.addWrong(entry.aor);
      continue;
    }
    const { phone } = entry;
    const wanted = phone.profile ?? sipProfile;
    const profile = wanted === undefined ? undefined : registrar.profile(wanted);
    const named = vendorOf(phone);
    listing.add(
      new ListedRow(phone, {
        isSelected: isSelected(phone),
        profile: profile?.name ?? wanted,
        vendor: named.kind === 'vendor' ? named.vendor.key : undefined,
      }),
    );
  }
  return listing;
}

async function* differencesOf(row: ListedRow, reasons: Reasons): AsyncGenerator<Difference> {
  const { aor, profile = null, vendor = null, devices } = row;
  const found = { aor: formatAor(aor), profile, row: row.line ?? null, vendor, devices };
  if (row.count === 0) {
    yield { ...found, kind: 'missing', reason: await reasons.whyMissing(row) };
    return;
  }
  if (row.isOfOtherVendor) {
    yield { ...found, kind: 'other-vendor', reason: `the file says ${vendor}, registered is ${described(devices)}` };
  }
  if (row.count > 1 && !row.named) {
    yield { ...found, kind: 'several-devices', reason: `${row.count} devices: ${described(devices)}` };
  }
}

function unlisted(aor: string, device: Device): Difference {
  const reason = `not in the file: ${described([device])}`;
  return { kind: 'unlisted', aor, profile: device.profile, row: null, vendor: null, reason, devices: [device] };
}

/** So many devices of an extension are described. */
const MAX_DESCRIBED = 5;

function described(devices: readonly Device[]): string {
  const shown = devices.slice(0, MAX_DESCRIBED).map((device) => {
    const { userAgent } = device;
    const vendor = vendorKey(device);
    const agent = userAgent === '' ? 'no User-Agent' : `"${userAgent.slice(0, 80).toWellFormed()}"`;
    return vendor === undefined ? agent : `${vendor} (${agent})`;
  });
  return `${shown.join(', ')}${devices.length > MAX_DESCRIBED ? ', …' : ''}`;
}

/** So many rows are looked into by questions to the server. */
const MAX_EXPLAINED = 50;

/** Why rows have no registration, for people. */
class Reasons {
  readonly #registrar: Registrar;
  #explained = 0;

  constructor(registrar: Registrar) {
    this.#registrar = registrar;
  }

  async whyMissing({ aor, profile, registered, elsewhere }: ListedRow): Promise<string> {
    if (registered > 0) {
      return `this device is not registered, but ${registered} of the same extension ${registered === 1 ? 'is' : 'are'}`;
    }
    const found = profile === undefined ? undefined : this.#registrar.profile(profile);
    if (profile !== undefined && !found) return this.#registrar.noProfile(profile);
    if (found && !found.running) return `SIP profile ${found.name} is not running (${found.state})`;
    const where = profile === undefined ? '' : ` on ${profile}`;
    if (elsewhere !== undefined) return `not registered${where}, but on ${elsewhere}`;
    if (this.#explained++ >= MAX_EXPLAINED) return `not registered${where}`;
    return this.#registrar.whyNot(aor, profile);
  }
}
