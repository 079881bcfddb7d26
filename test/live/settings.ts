/** Where a real FreeSWITCH is, and who may register there; each with the variable that says so. */
export interface LiveSettings {
  /** Its event socket: `PHONECTL_LIVE`, host:port. */
  readonly host: string;
  readonly port: number;
  /** `PHONECTL_LIVE_ESL_PASSWORD` */
  readonly password: string;
  /** `PHONECTL_LIVE_DOMAIN` */
  readonly domain: string;
  /** The SIP profile: `PHONECTL_LIVE_PROFILE`. */
  readonly profile: string;
  /** The address of the SIP profile: `PHONECTL_LIVE_SIP`, host:port; by default port 5060 of the same host. */
  readonly sip: { readonly host: string; readonly port: number };
  /** The first of the users, and how many there are: `PHONECTL_LIVE_USERS`, first-last. */
  readonly firstUser: number;
  readonly users: number;
  /** The SIP password of them all: `PHONECTL_LIVE_PASSWORD`. */
  readonly sipPassword: string;
  /** What proves FreeSWITCH to a phone, with `*` for the user: `PHONECTL_LIVE_REVERSE_AUTH`, user:password. */
  readonly reverseAuth: string;
  /**
   * A user who may log in to the event socket, with limits, and register with the SIP password, and for whom there are no
   * reverse-auth credentials: `PHONECTL_LIVE_OPERATOR`, user@domain:password.
   */
  readonly operator: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says about a FreeSWITCH to test against; undefined if `PHONECTL_LIVE` names none. Everything else
 * has a default: the domain `phones.test` on the profile `internal`, users 1000 to 1099 with password 1234 and the
 * reverse-auth credentials N and revN, and ops@phones.test with the esl-password `secret`.
 * @throws RangeError for a value that can't be read
 */
export function liveSettings(env: Environment): LiveSettings | undefined {
  const live = env.PHONECTL_LIVE;
  if (!live) return undefined;
  const { host, port } = parseAddress('PHONECTL_LIVE', live);
  const domain = env.PHONECTL_LIVE_DOMAIN || 'phones.test';
  const users = env.PHONECTL_LIVE_USERS || '1000-1099';
  const [, first, last] = /^(\d+)-(\d+)$/.exec(users) ?? [];
  if (first === undefined || Number(last) < Number(first)) {
    throw new RangeError(`PHONECTL_LIVE_USERS=${users}: not a range such as 1000-1099`);
  }
  return {
    host,
    port,
    password: env.PHONECTL_LIVE_ESL_PASSWORD || 'ClueCon',
    domain,
    profile: env.PHONECTL_LIVE_PROFILE || 'internal',
    sip: parseAddress('PHONECTL_LIVE_SIP', env.PHONECTL_LIVE_SIP || `${host}:5060`),
    firstUser: Number(first),
    users: Number(last) - Number(first) + 1,
    sipPassword: env.PHONECTL_LIVE_PASSWORD || '1234',
    reverseAuth: env.PHONECTL_LIVE_REVERSE_AUTH || '*:rev*',
    operator: env.PHONECTL_LIVE_OPERATOR || `ops@${domain}:secret`,
  };
}

function parseAddress(name: string, text: string): { host: string; port: number } {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  if (host === undefined) throw new RangeError(`${name}=${text}: not host:port`);
  return { host, port: Number(port) };
}
