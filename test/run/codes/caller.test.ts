import { describe, expect, it } from 'vitest';
import { Headers } from '../../../src/esl/index.js';
import type { Registration } from '../../../src/freeswitch/registration.js';
import { type Caller, callerOf, deviceOf, IDENTITIES } from '../../../src/run/codes/caller.js';

/** As FreeSWITCH 1.10.12 has them for a call of a registered phone; the last four only after a challenge. */
const CALL = {
  'Call-Direction': 'inbound',
  variable_sip_from_user: '1003',
  variable_sip_from_host: 'phones.test',
  variable_sip_network_ip: '127.0.0.1',
  variable_sip_network_port: '43904',
  variable_sofia_profile_name: 'internal',
  variable_sip_contact_uri: '1003@127.0.0.1:43904',
  variable_sip_call_id: 'df3116df485b9055',
  variable_sip_user_agent: 'snomD785/10.1.64.14',
  variable_sip_authorized: 'true',
  variable_sip_auth_username: '1003',
  variable_user_name: '1003',
  variable_domain_name: 'phones.test',
};

const transferred = 'the call was transferred to the code, its phone has not dialled it';

function headers(changes: Readonly<Record<string, string | undefined>> = {}): Headers {
  const all = Object.entries({ ...CALL, ...changes });
  return new Headers(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

describe('who calls', () => {
  it('is the user that FreeSWITCH has authenticated, whatever the From header says', () => {
    expect(callerOf(headers({ variable_sip_from_user: '1000' }), 'authenticated')).toEqual({
      aor: { user: '1003', host: 'phones.test' },
      profile: 'internal',
      callId: 'df3116df485b9055',
      contact: '1003@127.0.0.1:43904',
      networkIp: '127.0.0.1',
      networkPort: 43904,
      userAgent: 'snomD785/10.1.64.14',
    });
  });

  it.each([
    [{ variable_sip_authorized: undefined }, 'FreeSWITCH has not authenticated this call'],
    [{ variable_sip_authorized: 'false' }, 'FreeSWITCH has not authenticated this call'],
    [{ variable_user_name: undefined }, 'the call is of no user of the directory'],
    [{ variable_domain_name: '' }, 'the call is of no user of the directory'],
  ])('is not known with %j', (changes, reason) => {
    expect(callerOf(headers(changes), 'authenticated')).toBe(reason);
  });

  it.each([
    [{ 'Call-Direction': 'outbound' }, 'no phone makes this call: it is one of FreeSWITCH to a phone'],
    [{ 'Call-Direction': undefined }, 'no phone makes this call: it is one of FreeSWITCH to a phone'],
    [{ 'Caller-RDNIS': '1001' }, transferred],
    [{ 'Caller-Transfer-Source': '1764:ab:bl_xfer:*72/default/XML' }, transferred],
    [{ variable_transfer_source: '1764:ab:bl_xfer:*72/default/XML' }, transferred],
  ])('is nobody who has dialled, with %j, proven or not', (changes, reason) => {
    for (const identity of IDENTITIES) expect(callerOf(headers(changes), identity)).toBe(reason);
  });

  it('is the From header only where that is trusted', () => {
    const unproven = headers({ variable_sip_authorized: undefined, variable_user_name: undefined });
    expect(callerOf(unproven, 'from')).toMatchObject({ aor: { user: '1003', host: 'phones.test' } });
    const nobody = headers({ variable_sip_from_user: undefined });
    expect(callerOf(nobody, 'from')).toBe('the call is of no user of the directory');
  });
});

describe('which device calls', () => {
  const caller = callerOf(headers(), 'authenticated') as Caller;
  const device = (changes: Partial<Registration>): Registration =>
    ({
      callId: 'another',
      contact: 'sip:1003@192.0.2.9:5060',
      networkIp: '192.0.2.9',
      networkPort: 5060,
      userAgent: '',
      ...changes,
    }) as Registration;
  const byCallId = device({ callId: 'df3116df485b9055' });
  const byContact = device({ contact: 'sip:1003@127.0.0.1:43904;transport=udp', networkIp: '127.0.0.1' });
  const byAddress = device({ networkIp: '127.0.0.1', networkPort: 43904, userAgent: 'snomD785/10.1.64.14' });
  const other = device({});

  it('is told by the Call-ID, then by the contact, then by the address', () => {
    expect(deviceOf(caller, [other, byAddress, byContact, byCallId])).toBe(byCallId);
    expect(deviceOf(caller, [other, byAddress, byContact])).toBe(byContact);
    expect(deviceOf(caller, [other, byAddress])).toBe(byAddress);
    for (const only of [byCallId, byContact, byAddress]) expect(deviceOf(caller, [only])).toBe(only);
  });

  it.each([
    ['nothing that fits', {}],
    ['the contact of a phone behind another router', { contact: 'sip:1003@127.0.0.1:43904' }],
    ['the address of a proxy, but another phone', { ...byAddress, userAgent: 'Yealink SIP-T46S 66.84.0.15' }],
    ['the address of a router, but another port', { ...byAddress, networkPort: 1024 }],
  ])('is not the only one that there is, with %s', (_, changes) => {
    const only = device(changes);
    expect(deviceOf(caller, [only])).toBe('the device that is registered is not known to be the one that calls');
  });

  it('is not guessed', () => {
    expect(deviceOf(caller, [other, device({})])).toBe("which of its 2 devices calls can't be told");
    expect(deviceOf(caller, [byContact, { ...byContact }])).toBe("which of its 2 devices calls can't be told");
    expect(deviceOf(caller, [])).toBe('not registered');
    const blind = callerOf(
      headers({
        variable_sip_call_id: undefined,
        variable_sip_contact_uri: undefined,
        variable_sip_network_ip: undefined,
        variable_sip_network_port: undefined,
        variable_sip_user_agent: undefined,
      }),
      'authenticated',
    ) as Caller;
    const bare = device({ contact: '', networkIp: '', networkPort: undefined });
    expect(deviceOf(blind, [bare])).toBe('the device that is registered is not known to be the one that calls');
  });
});
