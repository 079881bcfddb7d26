import { Api } from './api/api.js';
import { Bus } from './bus.js';
import { applications } from './calls/applications.js';
import type { Call } from './calls/call.js';
import { Calls, type DialOptions } from './calls/calls.js';
import { Dialplan } from './calls/dialplan.js';
import { Directory } from './phones/directory.js';
import { applyShares, generateFleet, withSecondDevices } from './phones/fleet.js';
import type { CallOptions, Phone, PhoneOptions } from './phones/phone.js';
import type { Registration } from './phones/registration.js';
import { Registry } from './phones/registry.js';
import type { SandboxOptions } from './sandbox-options.js';
import { News } from './socket/news.js';
import { OutboundSockets } from './socket/outbound.js';
import { SandboxServer } from './socket/server.js';
import { Delivery } from './sofia/delivery.js';
import { handleEvent } from './sofia/events.js';
import { Returns } from './sofia/returns.js';
import { defaultProfiles, makeProfile } from './sofia/sip-profile.js';
import { SEND_MESSAGE, Sms } from './sofia/sms.js';
import { Sofia } from './sofia/sofia.js';
import { SipTrace } from './sofia/trace.js';
import { EventMaker, type EventSource } from './wire/event-maker.js';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PASSWORD = 'ClueCon';
const DEFAULT_DOMAIN = 'phones.test';
const TEXT_TIMEOUT_MS = 20_000;
const PLAYBACK_MS = 20;
const LONGEST_WAIT_MS = 2000;

/** Where `sendevent` fires events, and the type of those whose name is none. */
const PARSE_COMMAND: EventSource = { file: 'mod_event_socket.c', func: 'parse_command', line: 2275 };
const UNNAMED = 'CLONE';
const DEFAULT_MODULES = [
  'mod_console',
  'mod_logfile',
  'mod_event_socket',
  'mod_sofia',
  'mod_commands',
  'mod_dptools',
  'mod_dialplan_xml',
  'mod_sms',
  'mod_voicemail',
  'mod_hash',
  'mod_loopback',
  'mod_tone_stream',
];

/** A running sandbox. */
export interface Sandbox {
  readonly host: string;
  readonly port: number;
  /** How many clients are connected. */
  readonly connections: number;
  /** What happens inside: registrations, requests, fired events, finished background jobs, calls, log lines. */
  readonly bus: Bus;
  /** The names of the SIP profiles that are being traced, whoever switched that on. */
  readonly traced: readonly string[];
  /** Every registration, in the order in which they came. */
  registrations(): Registration[];
  /** Every phone, registered or not. */
  phones(): Phone[];
  /** Adds a phone while the sandbox runs, and registers it. */
  addPhone(phone: PhoneOptions): Phone;
  /** The calls that are going on. */
  calls(): Call[];
  /** FreeSWITCH calls the phone of this user@host, the first if it has several. RangeError: there is none. */
  startCall(aor: string, options?: CallOptions): Call;
  /**
   * The phone of this user@host dials a number: what happens is in the dialplan. RangeError: there is no such phone, or
   * device of it.
   */
  dial(aor: string, number: string, options?: DialOptions): Call;
  /**
   * The phone at the other end hangs up. False if there is no call of this uuid. Default cause: NORMAL_CLEARING, or
   * ORIGINATOR_CANCEL of a call that was not answered.
   */
  hangUp(uuid: string, cause?: string): boolean;
  /** Ends every call of this user@host, and says how many there were. */
  endCall(aor: string): number;
  /** Ends every connection with the notice of a shutdown, and stops listening; may be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a server that speaks FreeSWITCH's event socket (mod_event_socket 1.10.12) with phones behind it, which get what
 * mod_sofia would send them. Nothing but the event socket is on the network: the phones live in memory.
 *
 * Fails if the address is taken, or a phone names a SIP profile that is not among `profiles`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { domain = DEFAULT_DOMAIN, hostname = 'sandbox', onRequest } = options;
  const bus = new Bus();
  if (onRequest) bus.on('request', ({ record }) => onRequest(record));
  const fleet = fleetOf(options, domain);
  const profiles =
    options.profiles ??
    defaultProfiles(
      domain,
      fleet.flatMap(({ profile }) => profile ?? []),
    );
  const modules = new Set(options.modules ?? DEFAULT_MODULES);
  const registry = new Registry(domain, profiles.map(makeProfile));
  const directory = new Directory(domain, options.users ?? [], registry);
  const trace = new SipTrace(bus);
  const returns = new Returns(registry, directory, bus, trace, options.reregisterAfterMs);
  const delivery = new Delivery(directory, bus, trace, returns);
  const sofia = new Sofia(registry, delivery, trace);
  const dialplan = new Dialplan(options.dialplan);
  const { playbackMs = PLAYBACK_MS, longestWaitMs = LONGEST_WAIT_MS } = options;
  const outbound = new OutboundSockets((socket, control) => server.serve(socket, control));
  const known = applications({ playbackMs, longestWaitMs }).set('socket', outbound.application);
  const calls = new Calls({ bus, registry, directory, dialplan, applications: known });
  const maker = new EventMaker(hostname);
  const news = new News(bus, maker);
  const sms = new Sms(sofia, bus, maker, options.textTimeoutMs ?? TEXT_TIMEOUT_MS);

  const api = new Api({
    domain,
    hostname,
    startedAt: Date.now(),
    modules,
    mailboxes: new Map(Object.entries(options.mailboxes ?? {})),
    registry,
    directory,
    sofia,
    calls,
    dialplan,
    bus,
  });
  let events = 0;
  const server = new SandboxServer({
    password: options.password ?? DEFAULT_PASSWORD,
    directory,
    api,
    calls,
    bus,
    maker,
    news,
    faults: options.faults ?? {},
    aclDeny: options.aclDeny ?? false,
    onCommand: options.onCommand,
    countEvent: () => ++events,
    fire: (name, event, uuid) => {
      const subclass = name === 'CUSTOM' ? event.get('event-subclass') : undefined;
      const forSms = subclass === SEND_MESSAGE && modules.has('mod_sms');
      const listened = news.wants(name ?? UNNAMED, subclass);
      if (forSms || listened) maker.stamp(event, name ?? UNNAMED, PARSE_COMMAND);
      if (listened) news.deliver(name ?? UNNAMED, subclass, event);
      if (forSms) sms.handle(event, uuid);
      else if (name) handleEvent(sofia, name, event, uuid);
    },
  });
  // Before anything is open or runs: a phone without its profile is an error.
  const phones = fleet.map((phone) => registry.add(phone));
  const { address, port } = await server.listen(options.host ?? DEFAULT_HOST, options.port ?? 0);

  const begin = (phone: Phone): void => {
    const { inCall } = phone.options;
    returns.begin(phone);
    if (inCall) calls.start(phone, inCall === true ? {} : inCall);
  };
  for (const phone of phones) begin(phone);

  const phoneOf = (aor: string, device = 0): Phone => {
    const [user = '', host = ''] = aor.split('@', 2);
    const phone = registry.phonesOf(user, host)[device];
    if (!phone) throw new RangeError(`No phone ${aor}`);
    return phone;
  };
  let closing: Promise<void> | undefined;
  const close = async () => {
    for (const part of [returns, delivery, sms, outbound]) part.close();
    await server.close();
    bus.clear();
    calls.close();
  };
  return {
    host: address,
    port,
    get connections() {
      return server.connections;
    },
    bus,
    get traced() {
      return trace.profiles;
    },
    registrations: () => [...registry.registrations()],
    phones: () => [...registry.phones()],
    addPhone: (described) => {
      const phone = registry.add(described);
      begin(phone);
      const { registration, userAgent } = phone;
      if (registration) bus.emit('registered', { registration, userAgent, refreshed: false });
      return phone;
    },
    calls: () => calls.list(),
    startCall: (aor, callOptions) => calls.start(phoneOf(aor), callOptions),
    dial: (aor, number, dialOptions) => calls.dial(phoneOf(aor, dialOptions?.device), number, dialOptions),
    hangUp: (uuid, cause) => calls.hangUp(uuid, cause),
    endCall: (aor) => {
      const ended = calls.list().filter(({ phone }) => phone && `${phone.user}@${phone.host}` === aor);
      return ended.filter(({ uuid }) => calls.end(uuid)).length;
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function fleetOf(options: SandboxOptions, domain: string): readonly PhoneOptions[] {
  const { phones = [], twoDevices, seed, callsEndAfterMs, ...shares } = options;
  let fleet = typeof phones === 'number' ? generateFleet(phones, domain) : phones;
  if (twoDevices) fleet = withSecondDevices(fleet, twoDevices, seed);
  const calls = callsEndAfterMs === undefined ? {} : { endsAfterMs: callsEndAfterMs };
  const { offline, rejecting, silent, inCall, challenging } = shares;
  return offline || rejecting || silent || inCall || challenging ? applyShares(fleet, shares, seed, calls) : fleet;
}
