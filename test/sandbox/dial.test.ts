import { afterEach, describe, expect, it } from 'vitest';
import type { BusMessages, Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { RawClient, startLab } from './lab.js';

let lab: Sandbox;
let client: RawClient;
let news: string[];

async function start(options: SandboxOptions = {}): Promise<void> {
  lab = await startLab(options);
  client = new RawClient(lab.port);
  await client.logIn();
  news = [];
  lab.bus.on('channel', ({ name, call }: BusMessages['channel']) => {
    news.push(name === 'CHANNEL_STATE' ? `${name} ${call.runningState}` : name);
  });
}

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

describe('a phone that dials', () => {
  it('is answered and parked at 5000, and hangs up, with the events in the order of FreeSWITCH', async () => {
    await start();
    const call = lab.dial('1000@phones.test', '5000');
    expect(call).toMatchObject({ direction: 'inbound', destination: '5000', presenceId: '1000@phones.test' });
    await expect.poll(() => news.at(-1)).toBe('CHANNEL_PARK');
    expect(await client.ask(`api uuid_exists ${call.uuid}\n\n`, 'true')).toContain('true');
    expect(lab.hangUp(call.uuid)).toBe(true);
    expect(lab.hangUp(call.uuid)).toBe(false);
    expect(call.hangupCause).toBe('NORMAL_CLEARING');
    await expect.poll(() => news.at(-1)).toBe('CHANNEL_STATE CS_DESTROY');
    expect(news).toEqual([
      'CHANNEL_STATE CS_INIT',
      'CHANNEL_CREATE',
      'CHANNEL_CALLSTATE',
      'CHANNEL_STATE CS_ROUTING',
      'CHANNEL_STATE CS_EXECUTE',
      'CHANNEL_EXECUTE',
      'CHANNEL_ANSWER',
      'CHANNEL_CALLSTATE',
      'CHANNEL_EXECUTE_COMPLETE',
      'CHANNEL_EXECUTE',
      'CHANNEL_PARK',
      'CHANNEL_HANGUP',
      'CHANNEL_UNPARK',
      'CHANNEL_EXECUTE_COMPLETE',
      'CHANNEL_STATE CS_HANGUP',
      'CHANNEL_CALLSTATE',
      'CHANNEL_STATE CS_REPORTING',
      'CHANNEL_HANGUP_COMPLETE',
      'CHANNEL_DESTROY',
      'CHANNEL_STATE CS_DESTROY',
    ]);
  });

  it('is who the digest says, in the words of mod_sofia', async () => {
    await start({ users: [{ id: '1000', variables: { user_context: 'desk', toll: 'no' } }] });
    await client.ask('event plain CHANNEL_CREATE\n\n');
    lab.dial('1000@phones.test', '5000', { variables: { sip_h_X_Lab: 'a b' } });
    const told = await client.take((text) => text.endsWith('sip_h_X_Lab: a%20b\n\n'));
    for (const line of [
      'Channel-Name: sofia/internal/1000%40phones.test',
      'Call-Direction: inbound',
      'Answer-State: ringing',
      'Caller-Username: 1000',
      'Caller-Caller-ID-Number: 1000',
      'Caller-Network-Addr: 127.0.0.1',
      'Caller-Destination-Number: 5000',
      'Caller-Source: mod_sofia',
      'Caller-Context: desk',
      'variable_sip_from_user: 1000',
      'variable_sip_from_host: phones.test',
      'variable_sip_network_ip: 127.0.0.1',
      'variable_sip_network_port: 7000',
      'variable_sip_received_ip: 127.0.0.1',
      'variable_sip_authorized: true',
      'variable_sip_auth_username: 1000',
      'variable_sip_auth_realm: phones.test',
      'variable_toll: no',
      'variable_user_name: 1000',
      'variable_domain_name: phones.test',
      'variable_sofia_profile_name: internal',
      'variable_sip_contact_user: 1000',
      'variable_sip_contact_port: 7000',
      'variable_sip_contact_uri: 1000%40127.0.0.1%3A7000',
      'variable_sip_contact_host: 127.0.0.1',
      'variable_sip_user_agent: snomD785/10.1.54.13',
      'variable_presence_id: 1000%40phones.test',
    ])
      expect(told).toContain(`${line}\n`);
  });

  it('is nobody for certain without a digest, from whichever device it is', async () => {
    const phones = [
      { user: '1000', networkPort: 7000 },
      { user: '1000', networkPort: 7100 },
    ];
    await start({ phones });
    const call = lab.dial('1000@phones.test', '5000', { device: 1, authenticated: false });
    expect(call.variable('sip_contact_port')).toBe('7100');
    for (const name of ['sip_authorized', 'sip_auth_username', 'user_name'])
      expect(call.variable(name)).toBeUndefined();
    expect(() => lab.dial('1000@phones.test', '5000', { device: 2 })).toThrow(RangeError);
    expect(() => lab.dial('nobody@phones.test', '5000')).toThrow(RangeError);
  });

  it('gets nowhere with a number that the dialplan does not have, or an application that does not exist', async () => {
    await start({ dialplan: { '1': 'nosuch thing' } });
    expect(lab.dial('1000@phones.test', '4711').hangupCause).toBe('NO_ROUTE_DESTINATION');
    expect(lab.dial('1000@phones.test', '1').hangupCause).toBe('DESTINATION_OUT_OF_ORDER');
    expect(lab.calls()).toEqual([]);
  });

  it('hangs up by itself, answered or not', async () => {
    await start({ dialplan: { '1': 'park' } });
    const answered = lab.dial('1000@phones.test', '5000', { hangsUpAfterMs: 5 });
    const ringing = lab.dial('1001@phones.test', '1', { hangsUpAfterMs: 5 });
    await expect.poll(() => lab.calls()).toEqual([]);
    expect([answered.hangupCause, answered.variable('sip_hangup_disposition')]).toEqual([
      'NORMAL_CLEARING',
      'recv_bye',
    ]);
    expect([ringing.hangupCause, ringing.variable('sip_hangup_disposition')]).toEqual([
      'ORIGINATOR_CANCEL',
      'recv_cancel',
    ]);
  });

  it('is shown, counted, and killed', async () => {
    await start();
    const call = lab.dial('1000@phones.test', '5000');
    const shown = await client.ask('api show channels as json\n\n', '}]}');
    expect(JSON.parse(shown.slice(shown.indexOf('{')))).toMatchObject({
      row_count: 1,
      rows: [
        {
          uuid: call.uuid,
          direction: 'inbound',
          name: 'sofia/internal/1000@phones.test',
          state: 'CS_EXECUTE',
          cid_num: '1000',
          ip_addr: '127.0.0.1',
          dest: '5000',
          application: 'park',
          callstate: 'ACTIVE',
          presence_id: '1000@phones.test',
          initial_cid_num: '1000',
        },
      ],
    });
    expect(await client.ask('api status\n\n', '8192K\n')).toContain('\n1 session(s) - peak 1');
    expect(await client.ask(`api uuid_kill ${call.uuid} USER_BUSY\n\n`, '+OK\n')).toContain('+OK\n');
    expect(call.hangupCause).toBe('USER_BUSY');
    expect(await client.ask(`api uuid_exists ${call.uuid}\n\n`, 'false')).toContain('false');
  });
});

describe('a call that nobody answered', () => {
  it('gets early media from what plays, and none of it from what does not', async () => {
    await start({ dialplan: { '1': 'playback tone_stream://%(200,0,440)', '2': 'set a=b' }, playbackMs: 5 });
    const call = lab.dial('1000@phones.test', '1');
    await expect.poll(() => call.hangupCause).toBe('NORMAL_CLEARING');
    expect([call.answered, call.variable('endpoint_disposition')]).toEqual([false, 'EARLY MEDIA']);
    const steps = ['PROGRESS_MEDIA', 'CALLSTATE', 'EXECUTE'].map((name) => `CHANNEL_${name}`);
    const from = news.indexOf('CHANNEL_PROGRESS_MEDIA');
    expect(news.slice(from, from + 5)).toEqual([...steps, 'PLAYBACK_START', 'PLAYBACK_STOP']);
    const silent = lab.dial('1000@phones.test', '2');
    await expect.poll(() => silent.variable('sip_hangup_disposition')).toBe('send_refuse');
    expect(silent.variable('endpoint_disposition')).toBe('RECEIVED');
  });
});
