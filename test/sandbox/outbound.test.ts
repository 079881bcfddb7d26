import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call, Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { Callee, eventNames, execute } from './callee.js';
import { type RawClient, sleep, startLab } from './lab.js';

const CODE = '*76';
const AOR = '1000@phones.test';
const PATIENCE_MS = 10_000;
const HANGUP = 'sendmsg\ncall-command: hangup\nhangup-cause: USER_BUSY\n\n';
const REPORTED = ['CHANNEL_HANGUP', 'CHANNEL_STATE', 'CHANNEL_STATE', 'CHANNEL_HANGUP_COMPLETE'];

let callee: Callee;
let port: number;
let lab: Sandbox;

beforeEach(async () => {
  callee = new Callee();
  port = await callee.listen();
});

afterEach(async () => {
  await lab.close();
  await callee.close();
});

/** A phone dials the code of an application `socket` with these flags, and the program is connected. */
async function dial(flags: string, options: SandboxOptions = {}): Promise<{ call: Call; client: RawClient }> {
  lab = await startLab({ dialplan: { [CODE]: `socket 127.0.0.1:${port} ${flags}` }, ...options });
  const call = lab.dial(AOR, CODE);
  return { call, client: await callee.next() };
}

function ended(text: string): boolean {
  return text.endsWith('cluecon.com/\n');
}

describe('the address of the application socket', () => {
  it.each(['[::1]', '::1'])('may be IPv6: %s', async (host) => {
    const six = new Callee();
    const sixPort = await six.listen('::1');
    lab = await startLab({ dialplan: { [CODE]: `socket ${host}:${sixPort} async full` } });
    lab.dial(AOR, CODE);
    const client = await six.next();
    expect(await client.ask('connect\n\n')).toContain('Control: full\n\n');
    await six.close();
  });

  it('may be several: the first that answers is taken', async () => {
    const gone = new Callee();
    const gonePort = await gone.listen();
    await gone.close();
    lab = await startLab({ dialplan: { [CODE]: `socket 127.0.0.1:${gonePort}|127.0.0.1:${port} async` } });
    lab.dial(AOR, CODE);
    const client = await callee.next();
    expect(await client.ask('connect\n\n')).toContain('Socket-Mode: async\nControl: single-channel\n\n');
  });

  it('where nobody listens makes the application fail, and the call ends', async () => {
    await callee.close();
    lab = await startLab({ dialplan: { [CODE]: `socket 127.0.0.1:${port} async full` } });
    const names: string[] = [];
    lab.bus.on('channel', ({ name }) => names.push(name));
    const call = lab.dial(AOR, CODE);
    await expect.poll(() => call.hangupCause).toBe('NORMAL_CLEARING');
    expect(names.slice(names.indexOf('CHANNEL_EXECUTE')).slice(0, 3)).toEqual([
      'CHANNEL_EXECUTE',
      'CHANNEL_EXECUTE_COMPLETE',
      'CHANNEL_HANGUP',
    ]);
    await callee.listen();
  });
});

describe('what a connection of its own may say', () => {
  it('is little without full', async () => {
    const { client } = await dial('async');
    await client.ask('connect\n\n');
    for (const command of [
      'api status',
      'bgapi status',
      'sendevent CUSTOM',
      'event plain ALL',
      'linger',
      'log',
      'noevents',
    ])
      expect(await client.ask(`${command}\n\n`)).toBe(
        'Content-Type: command/reply\nReply-Text: -ERR command not found\n\n',
      );
    expect(await client.ask('filter Unique-ID x\n\n')).toContain('+OK filter added. [Unique-ID]=[x]');
    expect(await client.ask('divert_events\n\n')).toContain('-ERR missing value.');
    expect(await client.ask('divert_events off\n\n')).toContain('+OK events not diverted');
    expect(await client.ask('resume\n\n')).toContain('Reply-Text: +OK\n\n');
    expect(await client.ask('getvar socket_resume\n\n')).toContain('Reply-Text: true\n\n');
    expect(await client.ask('getvar nothing\n\n')).toContain('-ERR command not found');
    expect(await client.ask('sendmsg 4711\ncall-command: hangup\n\n')).toContain('-ERR invalid session id [4711]');
  });

  it('is all that an inbound connection may say with full', async () => {
    const { call, client } = await dial('async full');
    await client.ask('connect\n\n');
    expect(await client.ask(`api uuid_getvar ${call.uuid} sip_auth_username\n\n`, '1000')).toContain('\n\n1000');
    expect(await client.ask('event plain BACKGROUND_JOB\n\n')).toContain('+OK event listener enabled plain');
    const job = await client.ask('bgapi hostname\n\n', '\n\nvm');
    expect(job).toContain(`Job-Owner-UUID: ${call.uuid}\n`);
    expect(await client.ask('nolinger\n\n')).toContain('+OK will not linger');
    expect(await client.ask('linger\n\n')).toContain('+OK will linger\n');
    expect(await client.ask('linger 7\n\n')).toContain('+OK will linger 7 seconds');
  });

  it('is obeyed before connect, but the first reply is lost', async () => {
    const { client } = await dial('async full');
    client.socket.write('myevents\n\nlinger 1\n\n');
    expect(await client.take((text) => text.endsWith('\n\n'))).toBe(
      'Content-Type: command/reply\nReply-Text: +OK will linger 1 seconds\n\n',
    );
    expect(await client.ask('connect\n\n', '\n\n')).toContain('Reply-Text: %2BOK%0A\n');
    client.socket.write('api eval there\n\n');
    expect(eventNames(await client.take((text) => text.includes('there')))).not.toContain('CHANNEL_EXECUTE');
  });

  it('may be nothing but exit: the notice comes, and the call is parked', async () => {
    const { call, client } = await dial('async');
    client.socket.write('exit\n\n');
    expect(await client.take(ended)).toBe(
      `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${call.uuid}\n` +
        'Content-Disposition: disconnect\nContent-Length: 67\n\n' +
        'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n',
    );
    await sleep(10);
    expect(lab.calls()).toEqual([call]);
  });
});

describe('applications', () => {
  it('block the connection that is not async until they are done, and events wait as well', async () => {
    const { client } = await dial('full', { longestWaitMs: 80 });
    await client.ask('connect\n\n');
    await client.ask('event plain CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE\n\n');
    const begun = performance.now();
    client.socket.write(`${execute('sleep', '60000', 'Event-UUID: 4711\n')}api eval behind\n\n`);
    const text = await client.take((taken) => taken.includes('EXECUTE_COMPLETE') && taken.endsWith('\n\n'));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(75);
    expect(text).toMatch(/^Content-Type: command\/reply\nReply-Text: \+OK\n\nContent-Type: api\/response\n/);
    expect(text.match(/Application-UUID: 4711\n/g)).toHaveLength(2);
  });

  it('are queued by the one that is async, and obeyed while another plays, unless that one locks', async () => {
    const { client } = await dial('async full', { playbackMs: 30 });
    await client.ask('connect\n\n');
    await client.ask(execute('answer'));
    await client.ask('myevents\n\n');
    const order = async (more: string) => {
      client.socket.write(execute('playback', 'tone_stream://%(200,0,440)', more) + execute('set', 'a=b'));
      const both = await client.take(
        (text) => (text.match(/EXECUTE_COMPLETE/g) ?? []).length === 2 && text.endsWith('\n\n'),
      );
      return [...both.matchAll(/^Event-Name: CHANNEL_(\w+)$|^Application: (\w+)$/gm)].map(
        ([, name, app]) => name ?? app,
      );
    };
    const [first, last] = ['EXECUTE', 'EXECUTE_COMPLETE'];
    expect(await order('')).toEqual([first, 'playback', first, 'set', last, 'set', last, 'playback']);
    expect(await order('event-lock: true\n')).toEqual([first, 'playback', last, 'playback', first, 'set', last, 'set']);
  });

  it('tell how they ended, and leave what they set', async () => {
    const { client } = await dial('full');
    await client.ask('connect\n\n');
    await client.ask(execute('answer'));
    await client.ask(execute('set', `color=dark \${caller_id_number}`));
    expect(await client.ask('getvar color\n\n')).toContain('Reply-Text: dark 1000\n');
    await client.ask(execute('unset', 'color'));
    expect(await client.ask('getvar color\n\n')).toContain('-ERR command not found');
    await client.ask('event plain CHANNEL_EXECUTE_COMPLETE\n\n');
    client.socket.write(execute('playback', 'silence_stream://10'));
    const played = await client.take((text) => text.includes('Application-UUID') && text.endsWith('\n\n'));
    expect(played).toContain('Application: playback\nApplication-Data: silence_stream%3A//10\n');
    expect(played).toContain('Application-Response: FILE%20PLAYED\n');
  });

  it('that do not exist end the call', async () => {
    const { call, client } = await dial('async full');
    await client.ask('connect\n\n');
    client.socket.write(execute('nosuch'));
    expect(await client.take(ended)).toMatch(/\+OK\n\nContent-Type: text\/disconnect-notice\nControlled-Session-UUID/);
    expect(call.hangupCause).toBe('DESTINATION_OUT_OF_ORDER');
    expect(await client.untilClosed()).toBe(true);
  });

  it('are left out where a message says nothing to do', async () => {
    const { call, client } = await dial('');
    await client.ask('connect\n\n');
    for (const message of ['', 'call-command: bla\n', 'call-command: execute\n', 'call-command: nomedia\n'])
      expect(await client.ask(`sendmsg\n${message}\n`)).toContain('Reply-Text: +OK\n');
    expect(lab.calls()).toEqual([call]);
  });
});

describe('a call that is hung up in the middle', () => {
  it('takes its connection along', async () => {
    const { call, client } = await dial('async full');
    await client.ask('connect\n\n');
    await client.ask('myevents\n\n');
    await client.ask(execute('sleep', '60000'), '\n\n');
    lab.hangUp(call.uuid);
    const told = await client.take(ended);
    expect(eventNames(told).filter((name) => REPORTED.includes(name))).toEqual(REPORTED);
    expect(told).not.toContain('linger');
    expect(await client.untilClosed()).toBe(true);
  });

  it('leaves a connection that lingers until the client goes, and its channel with it', async () => {
    const { call, client } = await dial('async full');
    const destroyed: string[] = [];
    lab.bus.on('channel', ({ name, call: { uuid } }) => name === 'CHANNEL_DESTROY' && destroyed.push(uuid));
    await client.ask('connect\n\n');
    await client.ask('linger\n\n');
    await client.ask('myevents\n\n');
    lab.hangUp(call.uuid, 'USER_BUSY');
    const told = await client.take((text) => text.includes('Linger-Time: -1\nContent-Length: 0\n\n'));
    expect(eventNames(told).at(-1)).toBe('CHANNEL_HANGUP_COMPLETE');
    expect(told).toContain(`Content-Disposition: linger\nChannel-Name: ${call.channelName}\n`);
    expect(await client.ask('getvar hangup_cause\n\n')).toContain('Reply-Text: USER_BUSY\n');
    expect(await client.ask(`api uuid_exists ${call.uuid}\n\n`, 'false')).toContain('false');
    expect(await client.ask(execute('answer'))).toContain('Reply-Text: +OK\n');
    expect(destroyed).toEqual([]);
    client.socket.write('exit\n\n');
    expect(await client.take(ended)).toContain('Content-Disposition: disconnect\n');
    await expect.poll(() => destroyed).toEqual([call.uuid]);
  });

  it('ends a connection that is not async and waits for an application', async () => {
    const { call, client } = await dial('', { longestWaitMs: 60_000 });
    await client.ask('connect\n\n');
    client.socket.write(execute('sleep', '60000'));
    await sleep(10);
    lab.hangUp(call.uuid);
    expect(await client.take(ended)).toMatch(
      /^Content-Type: command\/reply\nReply-Text: \+OK\n\nContent-Type: text\/disc/,
    );
  });

  it('by the client itself says why', async () => {
    const { call, client } = await dial('');
    await client.ask('connect\n\n');
    client.socket.write(HANGUP);
    expect(await client.take(ended)).toContain('Reply-Text: +OK\n\nContent-Type: text/disconnect-notice\n');
    expect(call.hangupCause).toBe('USER_BUSY');
  });
});

describe('a client that goes first', () => {
  it.each(['async full', ''])('gives the call back, and its dialplan ends (%s)', async (flags) => {
    const { call, client } = await dial(flags);
    await client.ask('connect\n\n');
    client.socket.end(flags === '' ? '' : execute('set', 'last=words'));
    expect(await client.take(ended)).toContain(`Controlled-Session-UUID: ${call.uuid}\n`);
    await expect.poll(() => call.hangupCause).toBe('NORMAL_CLEARING');
    if (flags !== '') expect(call.variable('last')).toBe('words');
  });

  it('and says nothing before leaves the call parked', async () => {
    const { call, client } = await dial('async full');
    await sleep(10);
    client.socket.resetAndDestroy();
    await sleep(20);
    expect(lab.calls()).toEqual([call]);
    lab.hangUp(call.uuid);
    expect(call.hangupCause).toBe('ORIGINATOR_CANCEL');
  });
});

describe('many at once', () => {
  it('are served each with its own call, and leave nothing behind', async () => {
    const count = 200;
    lab = await startLab({ dialplan: { [CODE]: `socket 127.0.0.1:${port} async full` } });
    const calls = Array.from({ length: count }, (_, index) => lab.dial(`${1000 + (index % 7)}@phones.test`, CODE));
    const served = await Promise.all(
      calls.map(async () => {
        const client = await callee.next();
        client.socket.write(`connect\n\n${execute('answer')}${execute('set', 'seen=yes')}${HANGUP}`);
        const told = await client.take(ended, PATIENCE_MS);
        await client.untilClosed(PATIENCE_MS);
        return /^Unique-ID: (.*)$/m.exec(told)?.[1];
      }),
    );
    expect(new Set(served)).toEqual(new Set(calls.map(({ uuid }) => uuid)));
    expect(calls.every((call) => call.answered && call.variable('seen') === 'yes')).toBe(true);
    expect(calls.every(({ hangupCause }) => hangupCause === 'USER_BUSY')).toBe(true);
    expect([lab.calls(), lab.connections]).toEqual([[], 0]);
  }, 20_000);

  it('are told of a shutdown', async () => {
    const { client } = await dial('async full');
    await client.ask('connect\n\n');
    await lab.close();
    expect(await client.take((text) => text.endsWith('down.\n'))).toContain('Controlled-Session-UUID: ');
    expect(lab.calls()).toEqual([]);
  });
});
