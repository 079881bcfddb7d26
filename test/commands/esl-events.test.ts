import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { recording, replay, stream } from '../esl/replay.js';
import { type CliResult, linesOf, runCli, startCli } from '../support/cli.js';
import { eslServer, eventMessage, rawEvent } from '../support/esl-server.js';
import { withSandbox } from '../support/lab.js';
import { measured } from '../support/measured.js';
import { apiResponse, commandReply, type Peer } from '../support/scripted-server.js';

const CALL = 'aaaa0000-0000-0000-0000-000000000001';
const STAMP = { 'Event-Date-Timestamp': '1795601846955125' };

/** A server that sends this once somebody has subscribed. */
const sending = (bytes: string) =>
  eslServer(({ line }) => (/^(?:event|myevents) /.test(line) ? commandReply('+OK') + bytes : undefined));

/** Runs `esl events` against a server that sends this. */
async function shown(bytes: string, ...args: string[]): Promise<CliResult & { readonly lines: readonly string[] }> {
  const { to, lines } = await sending(bytes);
  return { ...(await runCli(['esl', 'events', ...args, ...to])), lines };
}

describe('esl events', () => {
  it.each([
    [[], 'event plain ALL'],
    [['channel_answer', 'DTMF'], 'event plain CHANNEL_ANSWER DTMF'],
    [['sofia::register', 'DTMF'], 'event plain DTMF CUSTOM sofia::register'],
    [['CUSTOM', 'mine', 'sofia::register', 'DTMF'], 'event plain DTMF CUSTOM mine sofia::register'],
    [['CHANNEL_ANSWER,DTMF'], 'event plain CHANNEL_ANSWER DTMF'],
  ])('subscribes for %j', async (words, line) => {
    const { lines } = await shown(eventMessage('plain', { 'Event-Name': 'DTMF' }), ...words, '--count', '1');
    expect(lines).toEqual([line, 'exit']);
  });

  it('leaves out names, of those that are named', async () => {
    const event = eventMessage('plain', { 'Event-Name': 'DTMF' });
    const { server, to, lines } = await eslServer(({ line }) =>
      line.startsWith('nixevent ') ? commandReply('+OK events nixed') + event : undefined,
    );
    const result = await runCli([
      'esl',
      'events',
      'ALL',
      '--except',
      'heartbeat',
      '--except',
      'x::y',
      '--count',
      '1',
      ...to,
    ]);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('DTMF') });
    expect(lines).toEqual(['event plain ALL', 'nixevent HEARTBEAT CUSTOM x::y', 'exit']);
    expect(server.peers).toHaveLength(1);
  });

  it('filters before it subscribes', async () => {
    const event = eventMessage('plain', { 'Event-Name': 'DTMF' });
    const { lines } = await shown(event, '--count', '1', '--filter', 'Unique-ID=a b', '--filter', 'X=/y=z/');
    expect(lines).toEqual(['filter Unique-ID a b', 'filter X /y=z/', 'event plain ALL', 'exit']);
  });

  it('shows people when, which and what about', async () => {
    const events = [
      { 'Event-Name': 'CHANNEL_HANGUP', ...STAMP, 'Hangup-Cause': 'USER_BUSY', 'Unique-ID': CALL },
      {
        'Event-Name': 'CHANNEL_ANSWER',
        'Caller-Caller-ID-Number': '1000',
        'Caller-Destination-Number': '5000',
        'Unique-ID': CALL,
      },
      {
        'Event-Name': 'CUSTOM',
        'Event-Subclass': 'sofia::register',
        'from-user': '1000',
        'from-host': 'a.b',
        'profile-name': 'internal',
      },
      { 'Event-Name': 'CUSTOM', 'Event-Subclass': 'x::y', 'Core-UUID': 'u', foo: 'b\u001b[2Jar', other: '\n' },
    ];
    const bytes = events.map((event) => eventMessage('plain', event)).join('');
    const { code, stdout } = await shown(bytes, '--count', '4');
    expect(code).toBe(0);
    const [first = '', second, third, fourth] = linesOf(stdout);
    expect(first).toMatch(/^\d\d:\d\d:\d\d\.955 {2}CHANNEL_HANGUP {11}USER_BUSY aaaa0000/);
    expect(second?.slice(14)).toBe(`CHANNEL_ANSWER           1000 → 5000 ${CALL}`);
    expect(third?.slice(14)).toBe('sofia::register          1000@a.b on internal');
    expect(fourth?.slice(14)).toBe('x::y                     foo=b\\u001b[2Jar other=\\n');
  });

  it('prints a JSON object a line, as FreeSWITCH wrote it, with the body', async () => {
    const json = '{"Event-Name":"BACKGROUND_JOB","b":"\\u0001ü","list":["1","2"],"_body":"+OK\\n"}';
    const { stdout, lines } = await shown(
      rawEvent('json', json) + rawEvent('json', '{\n"Event-Name":"A"}'),
      '-o',
      'jsonl',
      '--count',
      '2',
    );
    expect(lines[0]).toBe('event json ALL');
    expect(stdout).toBe(`${json}\n{"Event-Name":"A"}\n`);
  });

  it.each(['plain', 'json', 'xml'] as const)('prints %s events as they come', async (format) => {
    const head = { 'Event-Name': 'BACKGROUND_JOB', 'X-Y': 'a b' };
    const bodies = [eventMessage(format, head), eventMessage(format, head, 'text'), eventMessage(format, head)];
    const { stdout, lines } = await shown(bodies.join(''), '--format', format, '--count', '3');
    expect(lines[0]).toBe(`event ${format} ALL`);
    const [first, second] = bodies.map((message) => message.slice(message.indexOf('\n\n') + 2)) as [string, string];
    const end = { plain: '', json: '\n', xml: '\n' }[format];
    const between = { plain: '\n\n', json: '\n', xml: '\n' }[format];
    expect(stdout).toBe(first + end + second + between + first + end);
  });

  it('counts what it can not read, and goes on', async () => {
    const bad = rawEvent('json', '{"Event-Name":');
    const good = rawEvent('json', '{"Event-Name":"A"}');
    const result = await shown(bad + good + bad + rawEvent('json', '[]') + good, '-o', 'jsonl', '--count', '2');
    expect(result).toMatchObject({ code: 0, stdout: '{"Event-Name":"A"}\n{"Event-Name":"A"}\n' });
    expect(linesOf(result.stderr)).toEqual([
      expect.stringMatching(/^warning: an event can't be read: /),
      'warning: 3 events could not be read',
    ]);
  });

  it('says which name FreeSWITCH does not have, although it would take it beside others', async () => {
    const { to, lines } = await eslServer(({ line }) =>
      line.includes('CHANNEL_ANSWR') ? commandReply('-ERR no keywords supplied') : undefined,
    );
    const result = await runCli(['esl', 'events', 'DTMF', 'CHANNEL_ANSWR', ...to]);
    expect(result).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/no event CHANNEL_ANSWR\n {2}try: CHANNEL_ANSWER\n/),
    });
    expect(lines).toEqual(['event plain CHANNEL_ANSWR', 'exit']);
    for (const args of [
      ['CUSTOM'],
      ['--format', 'json', '-o', 'jsonl'],
      ['DTMF', '--myevents', CALL],
      ['--filter', 'x'],
    ]) {
      expect(await runCli(['esl', 'events', ...args, ...to])).toMatchObject({ code: 2, stdout: '' });
    }
    const unsafe = await runCli(['esl', 'events', '--myevents', 'a b', ...to]);
    expect(unsafe).toMatchObject({ code: 3, stderr: expect.stringMatching(/can't be sent/) });
  });

  it('says so also of a name that is to be left out', async () => {
    const { to } = await eslServer(({ line }) =>
      line.startsWith('nixevent') ? commandReply('-ERR no keywords supplied') : undefined,
    );
    expect(await runCli(['esl', 'events', '--except', 'HARTBEAT', ...to])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/has no event HARTBEAT\n {2}try: HEARTBEAT\n/),
    });
  });

  it.each([
    [['HEARTBEAT', '--except', 'HEARTBEAT'], '--except HEARTBEAT leaves no events'],
    [['--except', 'all'], 'leaves no events'],
    [['a::b', '--except', 'CUSTOM'], 'leaves no events'],
    [['DTMF', 'a::b', '--except', 'a::b,DTMF'], 'leaves no events'],
    [['--except', ''], 'name of an event is empty'],
    [['--except', ' , '], 'name of an event is empty'],
    [['DTMF', ''], 'name of an event is empty'],
    [['--filter', 'Unique-ID: x'], "try: --filter 'Unique-ID=x'"],
    [['--for', '0'], '--for 0: not a time'],
  ])('refuses %j', async (args, said) => {
    const { server, to } = await eslServer(() => undefined);
    const result = await runCli(['esl', 'events', ...args, ...to]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
    expect(server.peers).toEqual([]);
  });

  it('leaves out what is of CUSTOM', async () => {
    const { lines } = await shown('', '--except', 'CUSTOM', '--for', '100ms');
    expect(lines).toEqual(['event plain ALL', 'nixevent CUSTOM', 'exit']);
  });

  it('shows events of which little is known', async () => {
    const events = [
      { 'Event-Name': 'HEARTBEAT' },
      { 'Event-Name': 'CUSTOM', 'Event-Subclass': 'sofia::register' },
      { 'Event-Name': 'CHANNEL_EXECUTE_COMPLETE', Application: 'answer', 'Application-Response': '_none_' },
      { foo: 'bar' },
    ];
    const bytes = events.map((event) => eventMessage('plain', event)).join('');
    const { stdout } = await shown(bytes, '--count', '4');
    expect(linesOf(stdout).map((line) => line.slice(14))).toEqual([
      'HEARTBEAT',
      'sofia::register',
      'CHANNEL_EXECUTE_COMPLETE answer',
      '(no name)                foo=bar',
    ]);
  });

  it('ends after --for, and says goodbye', async () => {
    const { to, lines } = await eslServer(() => undefined);
    expect(await runCli(['esl', 'events', '--for', '300ms', ...to])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(lines).toEqual(['event plain ALL', 'exit']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends by %s with %d, and says goodbye', async (signal, code) => {
    const { to, lines } = await sending(eventMessage('plain', { 'Event-Name': 'DTMF' }));
    const running = await startCli(['esl', 'events', ...to]);
    await running.says(/DTMF/);
    running.process.kill(signal);
    expect(await running.ended).toMatchObject({ code, signal: null, stderr: '' });
    expect(lines).toEqual(['event plain ALL', 'exit']);
  });

  it('ends quietly when nobody reads on', async () => {
    const event = eventMessage('plain', { 'Event-Name': 'DTMF' });
    const { to, lines } = await eslServer(({ line }, peer) => {
      if (line.startsWith('event')) {
        const timer = setInterval(() => (peer.socket.destroyed ? clearInterval(timer) : peer.write(event)), 5);
        peer.socket.once('close', () => clearInterval(timer));
      }
      return undefined;
    });
    const running = await startCli(['esl', 'events', ...to]);
    await running.says(/DTMF/);
    running.process.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(lines.at(-1)).toBe('exit');
  });

  it('comes back when the connection is lost, and says what was missed', async () => {
    let connections = 0;
    const { to, lines, server } = await eslServer(({ line }, peer) => {
      if (!line.startsWith('event')) return undefined;
      const event = eventMessage('plain', { 'Event-Name': 'DTMF', 'DTMF-Digit': String(++connections) });
      if (connections === 1) setTimeout(() => peer.socket.destroy(), 100);
      return commandReply('+OK') + event;
    });
    const result = await runCli(['esl', 'events', 'DTMF', '--filter', 'A=b', '--count', '2', ...to]);
    expect(result.code).toBe(0);
    expect(linesOf(result.stdout).map((line) => line.slice(-1))).toEqual(['1', '2']);
    expect(linesOf(result.stderr)).toEqual([
      `warning: 127.0.0.1:${server.port}: the server closed the connection; trying again`,
      expect.stringMatching(/ is back; the events of \d\.\d s did not come, from 20\S+Z to 20\S+Z$/),
    ]);
    expect(lines).toEqual(['filter A b', 'event plain DTMF', 'filter A b', 'event plain DTMF', 'exit']);
  });

  it('does not come back where it should not', async () => {
    const { to, server } = await eslServer(({ line }, peer) => {
      if (line.startsWith('event')) setTimeout(() => peer.socket.destroy(), 50);
      return undefined;
    });
    const result = await runCli(['esl', 'events', '--retry-for', '0', ...to]);
    expect(result).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^phonectl: .*closed the connection\n$/),
    });
    expect(server.peers).toHaveLength(1);
  });

  it('follows one call to its end', async () => {
    const hangup = eventMessage('plain', { 'Event-Name': 'CHANNEL_HANGUP', 'Unique-ID': CALL });
    const over = `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${CALL}\nContent-Disposition: disconnect\nContent-Length: 23\n\nDisconnected, goodbye.\n`;
    const { to, lines } = await eslServer(({ line }, peer) => {
      if (!line.startsWith('api')) return undefined;
      setTimeout(() => peer.socket.end(hangup + over), 50);
      return apiResponse('true');
    });
    const result = await runCli(['esl', 'events', '--myevents', CALL, ...to]);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/CHANNEL_HANGUP/), stderr: '' });
    expect(lines).toEqual([`myevents ${CALL}`, `api uuid_exists ${CALL}`]);
  });

  it('says that there is no such call', async () => {
    const { to } = await eslServer(({ line }) => (line.startsWith('api') ? apiResponse('false') : undefined));
    const result = await runCli(['esl', 'events', '--myevents', CALL, ...to]);
    expect(result).toMatchObject({ code: 5, stderr: expect.stringMatching(/has no call aaaa0000/) });
  });

  it('loses none, in little memory, when it is read slowly', async () => {
    const count = 60_000;
    const event = rawEvent('json', JSON.stringify({ 'Event-Name': 'DTMF', filler: 'x'.repeat(1500) }));
    const pieces = event.repeat(100);
    const { to } = await eslServer(({ line }, peer) => {
      if (line.startsWith('event')) setTimeout(() => void blast(peer, pieces, count / 100), 20);
      return undefined;
    });
    const { code, bytes, megabytes } = await measured(
      ['esl', 'events', '-o', 'jsonl', '--count', String(count), ...to],
      1,
    );
    const line = event.length - event.indexOf('{') + 1;
    expect({ code, bytes }).toEqual({ code: 0, bytes: count * line });
    expect(megabytes).toBeLessThan(250);
  });

  it.each(['json', 'plain', 'xml'] as const)('reads the %s events of a real FreeSWITCH', async (format) => {
    const { bytes } = stream(recording(`17-register-event-${format}`));
    const [message] = replay(bytes, undefined).filter(({ contentType }) => contentType === `text/event-${format}`);
    const body = message?.body.toString() ?? '';
    const raw = await shown(rawEvent(format, body), '--format', format, '--count', '1');
    expect(raw.stdout.trimEnd()).toBe(body.trimEnd());
    const line = await shown(rawEvent(format, body), '--count', '1');
    expect(line.stdout.slice(14)).toMatch(/^sofia::register {10}100\d@phones\.test on internal from 127\.0\.0\.1 \(/);
  });

  it('talks to a sandbox', async () => {
    await withSandbox({ phones: 2 }, async ({ to }) => {
      const running = await startCli(['esl', 'events', 'ALL', '--count', '1', ...to]);
      await expect.poll(() => fire(to).then(() => running.process.exitCode), { timeout: 20_000 }).toBe(0);
      expect((await running.ended).stdout).not.toBe('');
    });
  });
});

function fire(to: readonly string[]): Promise<CliResult> {
  return runCli(['esl', 'sendevent', 'CUSTOM', '--header', 'Event-Subclass=a::b', ...to]);
}

async function blast(peer: Peer, piece: string, times: number): Promise<void> {
  for (let sent = 0; sent < times && !peer.socket.destroyed; sent++) {
    if (!peer.socket.write(piece)) await Promise.race([once(peer.socket, 'drain'), peer.closed]);
  }
}
