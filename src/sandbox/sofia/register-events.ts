import type { BusMessages } from '../bus.js';
import { LIFETIME, nowInSeconds, type Registration } from '../phones/registration.js';
import type { EventMaker, EventSource } from '../wire/event-maker.js';
import type { WireEvent } from '../wire/wire-event.js';

const FILE = 'sofia_reg.c';
const REGISTER: EventSource = { file: FILE, func: 'sofia_reg_handle_register_token', line: 2059 };
const UNREGISTER: EventSource = { file: FILE, func: 'sofia_reg_handle_register_token', line: 2213 };
const EXPIRE: EventSource = { file: FILE, func: 'sofia_reg_del_callback', line: 726 };

/** `sofia::register` (`sofia_reg_handle_register_token`, sofia_reg.c), as recorded. */
export function registerEvent(maker: EventMaker, message: BusMessages['registered']): WireEvent {
  const { registration, userAgent, refreshed } = message;
  const { user, host } = registration;
  return filled(maker.create('CUSTOM', 'sofia::register', REGISTER), {
    'profile-name': registration.profile,
    'from-user': user,
    'from-host': host,
    'presence-hosts': 'n/a',
    contact: registration.contact,
    'call-id': registration.callId,
    rpid: 'unknown',
    status: 'Registered(UDP)',
    expires: String(LIFETIME),
    'to-user': user,
    'to-host': host,
    'network-ip': registration.networkIp,
    'network-port': String(registration.networkPort),
    username: user,
    realm: host,
    'user-agent': userAgent,
    ...(refreshed && { 'update-reg': 'true' }),
    ...directoryHeaders(registration),
  });
}

/** `sofia::unregister` (the same function), as recorded. */
export function unregisterEvent(maker: EventMaker, registration: Registration): WireEvent {
  return filled(maker.create('CUSTOM', 'sofia::unregister', UNREGISTER), {
    'profile-name': registration.profile,
    username: registration.user,
    'from-user': registration.user,
    'from-host': registration.host,
    contact: registration.contact,
    'call-id': registration.callId,
    rpid: 'unknown',
    realm: registration.host,
    'network-ip': registration.networkIp,
    'network-port': String(registration.networkPort),
    'user-agent': registration.userAgent,
    expires: '0',
    ...directoryHeaders(registration),
  });
}

/** `sofia::expire` (`sofia_reg_del_callback`, sofia_reg.c), as recorded. */
export function expireEvent(maker: EventMaker, registration: Registration): WireEvent {
  return filled(maker.create('CUSTOM', 'sofia::expire', EXPIRE), {
    'profile-name': registration.profile,
    'call-id': registration.callId,
    user: registration.user,
    username: registration.user,
    host: registration.host,
    contact: registration.contact,
    expires: String(registration.expiresAt(nowInSeconds())),
    'user-agent': registration.userAgent,
    realm: registration.host,
    'network-ip': registration.networkIp,
    'network-port': String(registration.networkPort),
  });
}

/** What mod_sofia adds from the directory to the events of a phone that proved who it is. */
function directoryHeaders({ user, host }: Registration): Record<string, string> {
  return {
    sip_number_alias: user,
    sip_auth_username: user,
    sip_auth_realm: host,
    number_alias: user,
    user_name: user,
    domain_name: host,
    user_context: 'public',
  };
}

function filled(event: WireEvent, headers: Readonly<Record<string, string>>): WireEvent {
  for (const [name, value] of Object.entries(headers)) event.add(name, value);
  return event;
}
