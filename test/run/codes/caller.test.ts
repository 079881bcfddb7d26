import { describe, expect, it } from 'vitest';
import { Headers } from '../../../src/esl/index.js';
import type { Registration } from '../../../src/freeswitch/registration.js';
import { type Caller, callerOf, deviceOf } from '../../../src/run/codes/caller.js';

/** As FreeSWITCH 1.10.12 has them for a call of a registered phone; the last four only after a challenge. */
const CALL = {
  variable_sip_from_user: '1003',
  variable_sip_from_host: 'phones.test',
  variable_sip_network_ip: '127.0.0.1',
  variable_sip_network_port: '43904',
  variable_sofia_profile_name: 'internal',
  variable_sip_contact_uri: '1003@127.0.0.1:43904',
  variable_sip_call_id: 'df3116df485b9055',
  variable_sip_authorized: 'true',
  variable_sip_auth_username: '1003',
  variable_user_name: '1003',
  variable_domain_name: 'phones.test',
};

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
      address: '127.0.0.1:43904',
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

  it('is the From header only where that is trusted', () => {
    const unproven = headers({ variable_sip_authorized: undefined, variable_user_name: undefined });
    expect(callerOf(unproven, 'from')).toMatchObject({ aor: { user: '1003', host: 'phones.test' } });
    const nobody = headers({ variable_sip_from_user: undefined });
    expect(callerOf(nobody, 'from')).toBe('the call is of no user of the directory');
  });
});

describe('which device calls', () => {
  const caller = callerOf(headers(), 'authenticated') as Caller;
  const device = (callId: string, contact: string, networkPort = 1): Registration =>
    ({ callId, contact, networkIp: '127.0.0.1', networkPort }) as Registration;

  it('is told by the Call-ID, then by the contact, then by the address', () => {
    const byCallId = device('df3116df485b9055', 'sip:1003@192.0.2.1:5060');
    const byContact = device('b', 'sip:1003@127.0.0.1:43904;transport=udp');
    const byAddress = device('c', 'sip:1003@192.0.2.3:5060', 43904);
    const other = device('d', 'sip:1003@192.0.2.4:5060');
    expect(deviceOf(caller, [other, byAddress, byContact, byCallId])).toBe(byCallId);
    expect(deviceOf(caller, [other, byAddress, byContact])).toBe(byContact);
    expect(deviceOf(caller, [other, byAddress])).toBe(byAddress);
  });

  it('is the only one that there is', () => {
    const only = device('x', 'sip:1003@192.0.2.9:5060');
    expect(deviceOf(caller, [only])).toBe(only);
  });

  it('is not guessed', () => {
    const two = [device('x', 'sip:1003@192.0.2.8:5060'), device('y', 'sip:1003@192.0.2.9:5060')];
    expect(deviceOf(caller, two)).toBe("which of its 2 devices calls can't be told");
    const alike = [device('x', 'sip:1003@127.0.0.1:43904', 43904), device('y', 'sip:1003@127.0.0.1:43904', 43904)];
    expect(deviceOf(caller, alike)).toBe("which of its 2 devices calls can't be told");
    expect(deviceOf(caller, [])).toBe('not registered');
    const blind = { ...caller, callId: undefined, contact: undefined, address: undefined };
    expect(deviceOf(blind, [device('x', ''), device('y', '')])).toBe("which of its 2 devices calls can't be told");
  });
});
