import type { Registration } from '../freeswitch/registration.js';
import { type Aor, formatAor } from '../inventory/aor.js';
import { SeenSet } from '../inventory/duplicates.js';
import type { Phone } from '../inventory/phone.js';
import { Device, vendorKey } from './compare-device.js';

export interface ListedRowOptions {
  readonly isSelected: boolean;
  /** By its own name; undefined for any. */
  readonly profile: string | undefined;
  /** The key; undefined if the row says none that is known. */
  readonly vendor: string | undefined;
}

/** A row of the file, and what is registered of it. */
export class ListedRow {
  readonly aor: Aor;
  readonly line: number | undefined;
  readonly isSelected: boolean;
  readonly profile: string | undefined;
  readonly vendor: string | undefined;
  /** Of a row that means one device of its extension, written down earlier. */
  readonly named: { readonly callId: string; readonly contact: string; readonly userAgent: string } | undefined;
  /** Registrations of its extension that the row could mean. */
  registered = 0;
  /** Those that it stands for. */
  count = 0;
  /** Of these the ones that may have to be shown. */
  readonly devices: Device[] = [];
  /** A SIP profile on which its extension is registered though the row says another. */
  elsewhere: string | undefined;
  #misfits = 0;

  constructor({ aor, row, columns }: Phone, { isSelected, profile, vendor }: ListedRowOptions) {
    this.aor = aor;
    this.line = row;
    this.isSelected = isSelected;
    this.profile = profile;
    this.vendor = vendor;
    const { call_id: callId, contact = '', user_agent: userAgent = '' } = columns;
    this.named = callId ? { callId, contact, userAgent } : undefined;
  }

  /** Whether it is a row for what is registered on this profile. */
  isFor(profile: string): boolean {
    return this.profile === undefined || this.profile === profile;
  }

  /** Whether this is the device that the row names, or the row names none. One that has restarted has a new Call-ID. */
  means({ callId, contact }: Registration): boolean {
    return !this.named || this.named.callId === callId || this.named.contact === contact;
  }

  /** Whether what is registered is all of another vendor than the row says. */
  get isOfOtherVendor(): boolean {
    return this.count > 0 && this.#misfits === this.count;
  }

  /** A registration that the row stands for. */
  take(registered: Registration | Device): void {
    this.count++;
    const isMisfit = this.vendor !== undefined && (vendorKey(registered) ?? this.vendor) !== this.vendor;
    if (isMisfit) this.#misfits++;
    // A row for one device that fits has nothing to be shown.
    if (isMisfit || !this.named) this.devices.push(new Device(registered));
  }
}

/** Rows of an inventory by whom they are for, and the registrations that go by them. */
export class Listing {
  readonly #rows = new Map<string, ListedRow[]>();
  readonly #wrong = new SeenSet();
  /** Devices of extensions whose rows name others, by AOR. */
  readonly #left = new Map<string, Device[]>();

  add(row: ListedRow): void {
    const key = formatAor(row.aor);
    const others = this.#rows.get(key);
    if (others) others.push(row);
    else this.#rows.set(key, [row]);
  }

  /** An AOR whose row is wrong. Its registrations are in the file all the same. */
  addWrong(aor: string): void {
    this.#wrong.add(aor);
  }

  /** The selected rows, those of one AOR together. */
  *rows(): Generator<ListedRow> {
    for (const rows of this.#rows.values()) yield* rows.filter(({ isSelected }) => isSelected);
  }

  /** Whether a row stands for this registration, or may: `settle` says which do not after all. */
  match(registration: Registration): boolean {
    const aor = formatAor(registration);
    const rows = this.#rows.get(aor);
    if (!rows) return this.#wrong.has(aor);
    const { profile } = registration;
    let isListed = this.#wrong.has(aor);
    let isLeft = false;
    for (const row of rows) {
      if (!row.isFor(profile)) {
        row.elsewhere = profile;
        continue;
      }
      row.registered++;
      if (!row.means(registration)) {
        isLeft = true;
        continue;
      }
      row.take(registration);
      isListed = true;
    }
    if (isListed || !isLeft) return isListed;
    const device = new Device(registration);
    const left = this.#left.get(aor);
    if (left) left.push(device);
    else this.#left.set(aor, [device]);
    return true;
  }

  /**
   * Finds the devices that have another Call-ID and contact than their rows by now: by their User-Agent, or because there is no
   * other. To be called once, when all registrations have gone by.
   * @returns the devices that no row stands for
   */
  *settle(): Generator<{ readonly aor: string; readonly device: Device }> {
    for (const [aor, devices] of this.#left) {
      let left = devices;
      for (const isSame of SAMENESS) {
        for (const row of this.#rows.get(aor) ?? []) {
          if (row.count > 0) continue;
          const [device, ...others] = left.filter((one) => row.isFor(one.profile) && isSame(row, one));
          if (!device || others.length > 0) continue;
          row.take(device);
          left = left.filter((one) => one !== device);
        }
      }
      for (const device of left) yield { aor, device };
    }
    this.#left.clear();
  }
}

/** By what a device is that of a row, the surest first. */
const SAMENESS: readonly ((row: ListedRow, device: Device) => boolean)[] = [
  ({ named }, { userAgent }) => named?.userAgent === userAgent,
  ({ registered }) => registered === 1,
];
