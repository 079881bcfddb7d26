/** A SIP profile as a user of the sandbox describes it. */
export interface SipProfileOptions {
  readonly name: string;
  /** Other names under which `sendevent` and the API find it; by default the domain for `internal`. */
  readonly aliases?: readonly string[];
  /** Default 127.0.0.1. */
  readonly ip?: string;
  /** Default 5060. */
  readonly port?: number;
}

/** One SIP profile of mod_sofia. */
export interface SipProfile {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly ip: string;
  readonly port: number;
  readonly challengeRealm: string;
  /** Its address as seen from outside, where one is configured. */
  readonly extIp: string | undefined;
}

const FIRST_OTHER_PORT = 5082;

/**
 * The two profiles of a stock configuration, `internal` with the domain as its alias and `external`, and one for each other
 * name that phones use.
 */
export function defaultProfiles(domain: string, used: Iterable<string> = []): SipProfileOptions[] {
  const stock = [
    { name: 'internal', aliases: [domain], port: 5060 },
    { name: 'external', port: 5080 },
  ];
  const others = [...new Set(used)].filter((name) => stock.every((profile) => profile.name !== name));
  return [...stock, ...others.map((name, index) => ({ name, port: FIRST_OTHER_PORT + 2 * index }))];
}

/** Fills in what a description leaves out. */
export function makeProfile({ name, aliases = [], ip = '127.0.0.1', port = 5060 }: SipProfileOptions): SipProfile {
  const external = name === 'external';
  const challengeRealm = external ? 'auto_to' : 'auto_from';
  return { name, aliases, ip, port, challengeRealm, extIp: external ? undefined : ip };
}

/** The profile's own URL, the Contact of its requests. */
export function profileUrl(profile: SipProfile): string {
  return `sip:mod_sofia@${profile.ip}:${profile.port}`;
}
