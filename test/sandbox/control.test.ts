import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call, Sandbox } from '../../src/sandbox/index.js';
import { eventNames } from './callee.js';
import { RawClient, startLab } from './lab.js';

let lab: Sandbox;
let call: Call;
let client: RawClient;

beforeEach(async () => {
  lab = await startLab();
  call = lab.startCall('1000@phones.test');
  client = new RawClient(lab.port);
  await client.logIn();
});

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

/** A message of a connection that controls no call. */
function message(headers: string, uuid = call.uuid): string {
  return `sendmsg ${uuid}\n${headers}\n\n`;
}

describe('sendmsg from an inbound connection', () => {
  it('reaches any call that goes on, one that FreeSWITCH made, too', async () => {
    await client.ask('event plain CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP\n\n');
    const set = 'call-command: execute\nexecute-app-name: set\nexecute-app-arg: a=b';
    client.socket.write(message(set));
    const told = await client.take((text) => text.includes('EXECUTE_COMPLETE') && text.endsWith('\n\n'));
    expect(told).toMatch(/^Content-Type: command\/reply\nReply-Text: \+OK\n\nContent-Length: /);
    expect(eventNames(told)).toEqual(['CHANNEL_EXECUTE', 'CHANNEL_EXECUTE_COMPLETE']);
    expect(call.variable('a')).toBe('b');
    client.socket.write(message('call-command: hangup\nhangup-cause: CALL_REJECTED'));
    expect(await client.take((text) => text.endsWith('\n\n') && text.includes('CHANNEL_HANGUP'))).toContain(
      'Hangup-Cause: CALL_REJECTED\n',
    );
    expect(lab.calls()).toEqual([]);
  });

  it('reaches no other', async () => {
    expect(await client.ask(message('call-command: hangup', '4711'))).toContain('-ERR invalid session id [4711]');
    expect(await client.ask('sendmsg\ncall-command: hangup\n\n')).toContain('-ERR invalid session id []');
    expect(await client.ask('myevents\n\n')).toContain('-ERR command not found');
    expect(await client.ask('myevents 4711 json\n\n')).toContain('-ERR invalid uuid');
    expect(await client.ask('getvar uuid\n\n')).toContain('-ERR command not found');
  });
});

describe('myevents of a call', () => {
  it('brings what happens to it and to no other, in the format asked for, and the closing notices', async () => {
    expect(await client.ask(`myevents ${call.uuid} json\n\n`)).toContain('+OK Events Enabled');
    expect(await client.ask(`myevents ${call.uuid}\n\n`)).toContain('-ERR aready enabled.');
    expect(await client.ask('linger 0\n\n')).toContain('+OK will linger 0 seconds');
    expect(await client.ask('getvar uuid\n\n')).toContain(`Reply-Text: ${call.uuid}\n`);
    lab.startCall('1001@phones.test');
    lab.endCall('1001@phones.test');
    lab.endCall('1000@phones.test');
    const told = await client.take((text) => text.endsWith('cluecon.com/\n'), 5000);
    const events = told.split(/Content-Length: \d+\nContent-Type: text\/event-json\n\n/).slice(1);
    expect(events.map((event) => /"Event-Name":"(\w+)"/.exec(event)?.[1])).toEqual([
      'CHANNEL_HANGUP',
      'CHANNEL_UNPARK',
      'CHANNEL_EXECUTE_COMPLETE',
      'CHANNEL_STATE',
      'CHANNEL_STATE',
      'CHANNEL_HANGUP_COMPLETE',
    ]);
    expect(events.every((event) => event.includes(`"Unique-ID":"${call.uuid}"`))).toBe(true);
    expect(told).toContain('Content-Disposition: linger\n');
    expect(told).toContain('Content-Disposition: disconnect\n');
    expect(await client.untilClosed()).toBe(true);
  });

  it('gives a parked call back when its connection ends, so that it ends', async () => {
    client.socket.write(`myevents ${call.uuid}\n\nlinger 5\n\nexit\n\n`);
    expect(await client.take((text) => text.endsWith('cluecon.com/\n'))).toContain(
      `Controlled-Session-UUID: ${call.uuid}\n`,
    );
    await expect.poll(() => call.hangupCause).toBe('NORMAL_CLEARING');
  });
});

describe('the API of calls', () => {
  const api = (command: string, ending: string) => client.ask(`api ${command}\n\n`, ending);

  it('reads and sets variables', async () => {
    expect(await api(`uuid_setvar ${call.uuid} color dark red`, '+OK\n')).toContain('+OK\n');
    expect(await api(`uuid_getvar ${call.uuid} color`, 'red')).toContain('\n\ndark red');
    expect(await api(`uuid_setvar ${call.uuid} color`, '+OK\n')).toContain('+OK\n');
    expect(await api(`uuid_getvar ${call.uuid} color`, '_undef_')).toContain('_undef_');
    expect(await api(`uuid_getvar ${call.uuid} destination_number`, '1000')).toContain('\n\n1000');
    expect(await api('uuid_getvar 4711 color', '!\n')).toContain('-ERR No such channel!\n');
    expect(await api('uuid_setvar 4711 color', '!\n')).toContain('-ERR No such channel!\n');
    expect(await api('uuid_getvar', '>\n')).toContain('-USAGE: <uuid> <var>\n');
    expect(await api('uuid_setvar 4711', ']\n')).toContain('-USAGE: <uuid> <var> [value]\n');
  });

  it('originates over mod_loopback, to an application or an extension', async () => {
    const made = await api("originate {origination_uuid=4711,color='dark'}loopback/5000/public '&park()'", '\n');
    expect(made).toContain('+OK 4711\n');
    expect(lab.calls().at(-1)).toMatchObject({ channelName: 'loopback/5000-a', answered: true, phone: undefined });
    const other = /\+OK (\S+)/.exec(await api('originate loopback/5000 5000', '\n'))?.[1] ?? '';
    expect(await api(`uuid_exists ${other}`, 'true')).toContain('true');
    expect(await api('originate loopback/4711/public &park()', '\n')).toContain('-ERR NO_ROUTE_DESTINATION\n');
    expect(await api('originate loopback/5000', ']\n')).toContain('-USAGE: <call url> <exten>');
    expect(await api('originate nosuch/5000 &park()', '\n')).toContain('-ERR CHAN_NOT_IMPLEMENTED\n');
  });
});
