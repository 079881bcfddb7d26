import { shortId } from '../ids.js';
import { contactUrl, uriSocket } from '../sofia/sip-fields.js';
import type { SipProfile } from '../sofia/sip-profile.js';
import { fleetAddress } from './fleet.js';
import { append, drop, swap } from './multi-map.js';
import { Phone, type PhoneOptions, type PhoneReturn } from './phone.js';
import { nowInSeconds, Registration } from './registration.js';
import type { SubscribedEvent, Subscription, SubscriptionOptions } from './subscription.js';

const LOOPBACK = '127.0.0.1';
const SIP_PORT = 5060;

/** What one SIP profile knows: its own database of registrations and subscriptions, as in FreeSWITCH. */
interface ProfileRows {
  readonly profile: SipProfile;
  /** By the numbers of their rows, in the order in which they came. */
  readonly registrations: Map<number, Registration>;
  readonly byUser: Map<string, Registration[]>;
  readonly byMailbox: Map<string, Registration[]>;
  readonly byCallId: Map<string, Registration[]>;
  /** How many registrations name this host, as their own or their mailbox's. */
  readonly hosts: Map<string, number>;
  readonly subscriptions: Map<string, Subscription[]>;
}

/**
 * The phones of a sandbox, who of them is registered where, and who subscribed to what. Every look-up by user and host is
 * a look-up in a map.
 */
export class Registry {
  readonly #rows = new Map<string, ProfileRows>();
  readonly #names = new Map<string, string>();
  readonly #phones = new Map<string, Phone[]>();
  readonly #byUrl = new Map<string, Phone>();
  readonly #owners = new Map<number, Phone>();
  readonly #domain: string;
  #added = 0;
  #inserted = 0;

  constructor(domain: string, profiles: readonly SipProfile[]) {
    this.#domain = domain;
    for (const profile of profiles) {
      this.#rows.set(profile.name, {
        profile,
        registrations: new Map(),
        byUser: new Map(),
        byMailbox: new Map(),
        byCallId: new Map(),
        hosts: new Map(),
        subscriptions: new Map(),
      });
      for (const name of [profile.name, ...profile.aliases]) this.#names.set(name, profile.name);
    }
  }

  /** The SIP profiles in the order they were given. */
  profiles(): SipProfile[] {
    return [...this.#rows.values()].map(({ profile }) => profile);
  }

  /** `sofia_glue_find_profile`: by its name or an alias, case counts. */
  profile(name: string): SipProfile | undefined {
    return this.#rows.get(this.#names.get(name) ?? '')?.profile;
  }

  /** Adds a phone, and registers and subscribes it unless it is switched off. */
  add(options: PhoneOptions): Phone {
    const host = options.host ?? this.#domain;
    const ownAddress = options.networkPort === undefined ? fleetAddress(this.#added) : LOOPBACK;
    this.#added++;
    const { user, profile = this.#firstProfile(), networkIp = ownAddress, networkPort = SIP_PORT } = options;
    const contact = options.contact ?? `"" <sip:${user}@${networkIp}:${networkPort}>`;
    const url = contactUrl(contact);
    const callId = options.callId ?? newCallId(user);
    const phone = new Phone({ host, profile, contact, url, callId, options });
    append(this.#phones, key(user, host), phone);
    this.#byUrl.set(url, phone);
    if (options.offline) return phone;
    this.#insert(phone, { networkIp, networkPort });
    for (const subscription of options.subscriptions ?? []) this.#subscribe(phone, subscription);
    return phone;
  }

  /** The phones of this user@host, several where an extension has several devices. */
  phonesOf(user: string, host: string): readonly Phone[] {
    return this.#phones.get(key(user, host)) ?? [];
  }

  /** Every phone, registered or not. */
  *phones(): Generator<Phone> {
    for (const phones of this.#phones.values()) yield* phones;
  }

  hasPhone(user: string, host: string): boolean {
    return this.#phones.has(key(user, host));
  }

  /** The phone that is reached under this SIP URI, if there is one. */
  phoneAt(uri: string): Phone | undefined {
    return this.#byUrl.get(uri);
  }

  phoneOf(registration: Registration): Phone | undefined {
    return this.#owners.get(registration.id);
  }

  /** The registrations with a profile, or with all of them, in the order in which they came. */
  *registrations(profile?: SipProfile): Generator<Registration> {
    for (const rows of this.#rows.values())
      if (!profile || rows.profile === profile) yield* rows.registrations.values();
  }

  count(profile: SipProfile): number {
    return this.#rows.get(profile.name)?.registrations.size ?? 0;
  }

  byUser(profile: SipProfile, user: string, host: string): readonly Registration[] {
    const rows = this.byUserAnyCase(profile, user, host);
    return rows.every((row) => row.user === user) ? rows : rows.filter((row) => row.user === user);
  }

  /** The same without regard to the case of the user. */
  byUserAnyCase(profile: SipProfile, user: string, host: string): readonly Registration[] {
    return this.#rows.get(profile.name)?.byUser.get(key(user.toUpperCase(), host)) ?? [];
  }

  byMailbox(profile: SipProfile, user: string, host: string): readonly Registration[] {
    return this.#rows.get(profile.name)?.byMailbox.get(key(user, host)) ?? [];
  }

  byCallId(profile: SipProfile, callId: string): readonly Registration[] {
    return this.#rows.get(profile.name)?.byCallId.get(callId) ?? [];
  }

  /** Whether anybody is registered with a profile from this host, or has a mailbox there. */
  hasHost(profile: SipProfile, host: string): boolean {
    return (this.#rows.get(profile.name)?.hosts.get(host) ?? 0) > 0;
  }

  subscriptions(profile: SipProfile, event: SubscribedEvent, user: string, host: string): readonly Subscription[] {
    return this.#rows.get(profile.name)?.subscriptions.get(`${event} ${key(user, host)}`) ?? [];
  }

  /** The subscriptions of this event with this Call-ID; a rare question, answered by looking at all. */
  subscriptionsByCallId(profile: SipProfile, event: SubscribedEvent, callId: string): Subscription[] {
    const lists = [...(this.#rows.get(profile.name)?.subscriptions.values() ?? [])];
    return lists.flat().filter((subscription) => subscription.event === event && subscription.callId === callId);
  }

  /**
   * A phone registers: a registration of the user with the same contact is refreshed, else there is one more
   * (`sofia_reg_handle_register_token`, sofia_reg.c, with multiple registrations by contact).
   */
  register(phone: Phone, change: PhoneReturn): { registration: Registration; refreshed: boolean } {
    if (!change.sameCallId) phone.callId = newCallId(phone.user);
    if (change.userAgent !== undefined) phone.userAgent = change.userAgent;
    if (change.contact !== undefined) this.#move(phone, change.contact);
    const rows = this.#rows.get(phone.profile);
    const same = rows?.byUser
      .get(key(phone.user.toUpperCase(), phone.host))
      ?.find(({ user, contact }) => user === phone.user && contact === phone.contact);
    if (!rows || !same) return { registration: this.#insert(phone), refreshed: false };
    const registration = same.refreshed(phone.callId);
    rows.registrations.set(same.id, registration);
    swap(rows.byUser, key(same.user.toUpperCase(), same.host), same, registration);
    swap(rows.byMailbox, key(same.mwiUser, same.mwiHost), same, registration);
    drop(rows.byCallId, same.callId, same);
    append(rows.byCallId, phone.callId, registration);
    this.#owners.set(same.id, phone);
    phone.registration = registration;
    return { registration, refreshed: true };
  }

  /** Forgets a registration; the phone does not know and stays reachable under its address. */
  unregister(registration: Registration): void {
    const rows = this.#rows.get(registration.profile);
    const kept = rows?.registrations.get(registration.id);
    if (!rows || !kept) return;
    rows.registrations.delete(kept.id);
    const phone = this.#owners.get(kept.id);
    if (phone?.registration === kept) phone.registration = undefined;
    this.#owners.delete(kept.id);
    drop(rows.byUser, key(kept.user.toUpperCase(), kept.host), kept);
    drop(rows.byMailbox, key(kept.mwiUser, kept.mwiHost), kept);
    drop(rows.byCallId, kept.callId, kept);
    for (const host of [kept.host, kept.mwiHost]) rows.hosts.set(host, (rows.hosts.get(host) ?? 1) - 1);
  }

  /** Forgets every subscription with a profile. */
  clearSubscriptions(profile: SipProfile): void {
    this.#rows.get(profile.name)?.subscriptions.clear();
  }

  #insert(phone: Phone, network: NetworkAddress = networkOf(phone)): Registration {
    const { profile, user, host, contact, callId, userAgent } = phone;
    const rows = this.#rows.get(profile);
    if (!rows) throw new RangeError(`No SIP profile "${profile}" for ${user}@${host}`);
    const [mwiUser = user, mwiHost = host] = phone.options.mwiAccount?.split('@', 2) ?? [];
    const fields = { profile, user, host, callId, contact, userAgent, ...network, mwiUser, mwiHost };
    const registration = new Registration(++this.#inserted, fields);
    rows.registrations.set(registration.id, registration);
    append(rows.byUser, key(user.toUpperCase(), host), registration);
    append(rows.byMailbox, key(mwiUser, mwiHost), registration);
    append(rows.byCallId, callId, registration);
    for (const name of [host, mwiHost]) rows.hosts.set(name, (rows.hosts.get(name) ?? 0) + 1);
    this.#owners.set(registration.id, phone);
    phone.registration = registration;
    return registration;
  }

  // Nobody is left under the old address, though a registration may still point there.
  #move(phone: Phone, contact: string): void {
    this.#byUrl.delete(phone.url);
    const { registration } = phone;
    if (registration && registration.contact !== contact) this.#owners.delete(registration.id);
    phone.contact = contact;
    phone.url = contactUrl(contact);
    this.#byUrl.set(phone.url, phone);
  }

  #subscribe({ user, host, profile, url }: Phone, options: SubscriptionOptions): void {
    const address = `<sip:${user}@${host}>`;
    append(this.#rows.get(profile)?.subscriptions, `${options.event} ${key(user, host)}`, {
      profile,
      event: options.event,
      user,
      host,
      url,
      callId: options.callId ?? `sub-${options.event}-${user}-${shortId()}`,
      from: `${address};tag=${options.phoneTag ?? shortId()}`,
      to: `${address};tag=${options.ownTag ?? shortId()}`,
      lifetime: options.expires ?? 3600,
      since: nowInSeconds(),
    });
  }

  #firstProfile(): string {
    return this.#names.get('internal') ?? [...this.#rows.keys()][0] ?? '';
  }
}

interface NetworkAddress {
  readonly networkIp: string;
  readonly networkPort: number;
}

/** Where the requests of a phone come from, unless it was described otherwise: from its contact. */
function networkOf(phone: Phone): NetworkAddress {
  const { ip, port } = uriSocket(phone.url);
  return { networkIp: ip, networkPort: port };
}

function newCallId(user: string): string {
  return `reg-${user}-${shortId()}`;
}

function key(user: string, host: string): string {
  return `${user}\n${host}`;
}
