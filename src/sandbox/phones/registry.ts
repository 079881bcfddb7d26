import { shortId } from '../ids.js';
import { contactUrl } from '../sofia/sip-fields.js';
import type { SipProfile } from '../sofia/sip-profile.js';
import { fleetAddress } from './fleet.js';
import { Phone, type PhoneOptions } from './phone.js';
import { nowInSeconds, Registration } from './registration.js';
import type { SubscribedEvent, Subscription, SubscriptionOptions } from './subscription.js';

const LOOPBACK = '127.0.0.1';
const SIP_PORT = 5060;

/** What one SIP profile knows: its own database of registrations and subscriptions, as in FreeSWITCH. */
interface ProfileRows {
  readonly profile: SipProfile;
  readonly registrations: Set<Registration>;
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
  readonly #owners = new Map<Registration, Phone>();
  readonly #domain: string;
  #added = 0;

  constructor(domain: string, profiles: readonly SipProfile[]) {
    this.#domain = domain;
    for (const profile of profiles) {
      this.#rows.set(profile.name, {
        profile,
        registrations: new Set(),
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
    const { userAgent = '', answer = 200, challenge = false, offline = false } = options;
    const url = contactUrl(contact);
    const phone = new Phone({ user, host, profile, userAgent, url, answer: offline ? null : answer, challenge });
    append(this.#phones, key(user, host), phone);
    this.#byUrl.set(url, phone);
    if (offline) return phone;
    const [mwiUser = user, mwiHost = host] = options.mwiAccount?.split('@', 2) ?? [];
    const callId = options.callId ?? newCallId(user);
    const fields = { profile, user, host, callId, contact, userAgent, networkIp, networkPort, mwiUser, mwiHost };
    this.#register(phone, new Registration(fields));
    for (const subscription of options.subscriptions ?? []) this.#subscribe(phone, subscription);
    return phone;
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
    return this.#owners.get(registration);
  }

  /** The registrations with a profile, or with all of them, in the order in which they came. */
  *registrations(profile?: SipProfile): Generator<Registration> {
    for (const rows of this.#rows.values()) if (!profile || rows.profile === profile) yield* rows.registrations;
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

  /** The phone registers again, under a new Call-ID. */
  reregister(registration: Registration): void {
    const rows = this.#rows.get(registration.profile);
    if (!rows?.registrations.has(registration)) return;
    drop(rows.byCallId, registration.callId, registration);
    registration.renew(newCallId(registration.user));
    append(rows.byCallId, registration.callId, registration);
  }

  /** Forgets a registration; the phone does not know and stays reachable under its address. */
  unregister(registration: Registration): void {
    const rows = this.#rows.get(registration.profile);
    if (!rows?.registrations.delete(registration)) return;
    drop(rows.byUser, key(registration.user.toUpperCase(), registration.host), registration);
    drop(rows.byMailbox, key(registration.mwiUser, registration.mwiHost), registration);
    drop(rows.byCallId, registration.callId, registration);
    for (const host of [registration.host, registration.mwiHost]) rows.hosts.set(host, (rows.hosts.get(host) ?? 1) - 1);
    const phone = this.#owners.get(registration);
    if (phone) phone.registration = undefined;
    this.#owners.delete(registration);
  }

  /** Forgets every subscription with a profile. */
  clearSubscriptions(profile: SipProfile): void {
    this.#rows.get(profile.name)?.subscriptions.clear();
  }

  #register(phone: Phone, registration: Registration): void {
    const rows = this.#rows.get(registration.profile);
    if (!rows) throw new RangeError(`No SIP profile "${registration.profile}" for ${phone.user}@${phone.host}`);
    rows.registrations.add(registration);
    append(rows.byUser, key(registration.user.toUpperCase(), registration.host), registration);
    append(rows.byMailbox, key(registration.mwiUser, registration.mwiHost), registration);
    append(rows.byCallId, registration.callId, registration);
    for (const host of [registration.host, registration.mwiHost]) rows.hosts.set(host, (rows.hosts.get(host) ?? 0) + 1);
    this.#owners.set(registration, phone);
    phone.registration = registration;
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

function newCallId(user: string): string {
  return `reg-${user}-${shortId()}`;
}

function key(user: string, host: string): string {
  return `${user}\n${host}`;
}

function append<Value>(map: Map<string, Value[]> | undefined, at: string, value: Value): void {
  const list = map?.get(at);
  if (list) list.push(value);
  else map?.set(at, [value]);
}

function drop<Value>(map: Map<string, Value[]>, at: string, value: Value): void {
  const rest = (map.get(at) ?? []).filter((other) => other !== value);
  if (rest.length === 0) map.delete(at);
  else map.set(at, rest);
}
