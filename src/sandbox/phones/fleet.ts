import type { CallOptions, PhoneOptions } from './phone.js';
import type { SubscriptionOptions } from './subscription.js';

const FIRST_USER = 1000;

/** User-Agents as phones of many makes send them. */
const AGENTS = [
  'snomD785/10.1.169.16',
  'Yealink SIP-T46U 108.86.0.20',
  'Cisco/SPA504G-7.6.2f',
  'PolycomVVX-VVX_411-UA/6.4.3.5156',
  'Grandstream GXP2170 1.0.11.57',
  'Mitel 6930/6.4.0.132',
  'Fanvil X4U 2.12.7.6',
  'Cisco-CP-8851-3PCC/11.3.7',
  'Yealink SIP-T54W 96.86.0.70',
  'snomD717/10.1.169.16',
  'Grandstream HT802 1.0.17.5',
  'Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605',
  'Aastra 6731i/3.2.2.3077',
  'Panasonic_KX-UT113/01.133 (0080f0c8c381)',
  'Htek UC924E V3.0.4.5',
  'Avaya J179 4.0.10.3.2',
];

/**
 * A fleet of phones of mixed makes: users 1000 and up, each at an address of its own, with the subscriptions that phones of
 * its make hold. The same call gives the same fleet.
 */
export function generateFleet(count: number, domain: string): PhoneOptions[] {
  return Array.from({ length: count }, (_, index) => {
    const userAgent = AGENTS[index % AGENTS.length] ?? '';
    return {
      user: String(FIRST_USER + index),
      host: domain,
      userAgent,
      networkIp: fleetAddress(index),
      networkPort: 5060,
      subscriptions: usualSubscriptions(userAgent),
    };
  });
}

/** The subscriptions that a phone with this User-Agent usually holds: to its feature keys, and to its mailbox. */
export function usualSubscriptions(userAgent: string): SubscriptionOptions[] {
  const subscriptions: SubscriptionOptions[] = [];
  if (/^(?:yealink|polycom|cisco)/i.test(userAgent)) subscriptions.push({ event: 'as-feature-event' });
  if (/^(?:snom|mitel|aastra|gigaset)/i.test(userAgent)) subscriptions.push({ event: 'message-summary' });
  return subscriptions;
}

/** The address of the n-th phone of a fleet, from 10.20.0.1 on. */
export function fleetAddress(index: number): string {
  const number = index + 1;
  return `10.${20 + (number >> 16)}.${(number >> 8) & 0xff}.${number & 0xff}`;
}

/** Which shares of a fleet are special; each from 0 to 1. No phone is special in two ways. */
export interface FleetShares {
  /** Switched off: not registered. */
  readonly offline?: number;
  /** Registered, but every request is answered with an error: 489, 481 and 401 in turn. */
  readonly rejecting?: number;
  /** Registered, but they never answer. */
  readonly silent?: number;
  /** In a call. */
  readonly inCall?: number;
  /** They challenge every request. */
  readonly challenging?: number;
}

const REJECTIONS = [489, 481, 401];

/**
 * Gives shares of a fleet what makes them special, spread evenly over it: which phones they are depends on the seed alone.
 * Phones that are described as special already stay so and don't count.
 */
export function applyShares(
  phones: readonly PhoneOptions[],
  shares: FleetShares,
  seed = 1,
  calls: CallOptions = {},
): PhoneOptions[] {
  const fleet = [...phones];
  const free = fleet.map((phone) => {
    return !phone.offline && phone.answer === undefined && !phone.inCall && !phone.challenge;
  });
  const kinds: readonly [share: number | undefined, change: (order: number) => Partial<PhoneOptions>][] = [
    [shares.offline, () => ({ offline: true })],
    [shares.rejecting, (order) => ({ answer: REJECTIONS[order % REJECTIONS.length] ?? 489 })],
    [shares.silent, () => ({ answer: null })],
    [shares.inCall, () => ({ inCall: calls })],
    [shares.challenging, () => ({ challenge: true })],
  ];
  for (const [kind, [share = 0, change]] of kinds.entries()) {
    const count = Math.round(fleet.length * Math.min(Math.max(share, 0), 1));
    const offset = (seed * 7 + kind * 3) % Math.max(fleet.length, 1);
    for (let order = 0; order < count; order++) {
      const index = nextFree(free, offset + Math.floor((order * fleet.length) / count));
      const phone = index === undefined ? undefined : fleet[index];
      if (index === undefined || !phone) break;
      free[index] = false;
      fleet[index] = { ...phone, ...change(order) };
    }
  }
  return fleet;
}

/**
 * Gives a share of the extensions a second device, of another make and at an address of its own. Which they are depends on
 * the seed alone.
 */
export function withSecondDevices(phones: readonly PhoneOptions[], share: number, seed = 1): PhoneOptions[] {
  const count = Math.round(phones.length * Math.min(Math.max(share, 0), 1));
  const offset = (seed * 7) % Math.max(phones.length, 1);
  const devices = Array.from({ length: count }, (_, order): PhoneOptions[] => {
    const phone = phones[(offset + Math.floor((order * phones.length) / count)) % phones.length];
    if (!phone) return [];
    const userAgent = otherMake(phone.userAgent ?? '', order);
    const { user, host, profile } = phone;
    return [
      {
        user,
        userAgent,
        networkIp: fleetAddress(phones.length + order),
        networkPort: 5060,
        subscriptions: usualSubscriptions(userAgent),
        ...(host !== undefined && { host }),
        ...(profile !== undefined && { profile }),
      },
    ];
  });
  return [...phones, ...devices.flat()];
}

function otherMake(userAgent: string, order: number): string {
  const make = userAgent.slice(0, 4).toLowerCase();
  const others = AGENTS.filter((agent) => agent.slice(0, 4).toLowerCase() !== make);
  return others[order % others.length] ?? '';
}

function nextFree(free: readonly boolean[], from: number): number | undefined {
  for (let step = 0; step < free.length; step++) {
    const index = (from + step) % free.length;
    if (free[index]) return index;
  }
  return undefined;
}
