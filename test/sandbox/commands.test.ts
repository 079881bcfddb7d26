import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RawClient, startLab } from './lab.js';

let lab: Awaited<ReturnType<typeof startLab>>;
let client: RawClient;
const commands: string[] = [];

beforeEach(async () => {
  commands.length = 0;
  const params = {
    'esl-password': 'p',
    'esl-allowed-api': 'eval,status',
    'esl-allowed-events': 'CHANNEL_CREATE,CUSTOM,a::b',
  };
  lab = await startLab({
    users: [
      { id: 'limited', params },
      { id: 'free', params: { 'ESL-Password': 'p' } },
      { id: 'closed', params: { password: 'p' } },
    ],
    onCommand: (raw) => commands.push(raw.toString()),
  });
  client = new RawClient(lab.port);
});

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

/** The Reply-Text or the output of each command, in order. */
async function ask(...lines: string[]): Promise<string[]> {
  client.socket.write(lines.map((line) => `${line}\n\n`).join(''));
  const isReply = /Content-Type: (?:command\/reply\nReply-Text: (.*)\n\n|api\/response\nContent-Length: (\d+)\n\n)/g;
  const text = await client.take((all) => [...all.matchAll(isReply)].length >= lines.length);
  return [...text.matchAll(isReply)].map((match) => {
    const start = (match.index ?? 0) + match[0].length;
    return match[1] ?? text.slice(start, start + Number(match[2]));
  });
}

describe('userauth', () => {
  const greeted = () => client.take((text) => text.endsWith('\n\n'));

  it('says what a user without limits may do', async () => {
    await greeted();
    const reply = await client.ask('userauth free@phones.test:p\n\n');
    expect(reply).toBe(
      'Content-Type: command/reply\nReply-Text: +OK accepted\nAllowed-Events: all\nAllowed-API: all\nAllowed-LOG: true\n\n',
    );
    expect(await ask('log', 'event plain ALL', 'api eval x')).toEqual([
      '+OK log level  [7]',
      '+OK event listener enabled plain',
      'x',
    ]);
  });

  it('limits API commands, also those that others run', async () => {
    await greeted();
    await client.ask('userauth limited:p@phones.test\n\n');
    const denied = '-ERR permission denied';
    expect(await ask('api version', 'bgapi version', 'api eval status', 'api eval version', 'api status')).toEqual([
      denied,
      denied,
      'status',
      denied,
      expect.stringMatching(/^UP /),
    ]);
  });

  it('limits events', async () => {
    await greeted();
    await client.ask('userauth limited@phones.test:p\n\n');
    const denied = '-ERR permission denied';
    const enabled = '+OK event listener enabled json';
    const events = ['json CHANNEL_CREATE', 'json CUSTOM a::b', 'json CUSTOM c::d', 'json ALL', 'json HEARTBEAT'];
    expect(await ask(...events.map((event) => `event ${event}`))).toEqual([enabled, enabled, denied, denied, denied]);
  });

  it.each(['limited@phones.test', 'closed@phones.test:p', 'closed@phones.test:', 'limited:p', '@phones.test:p'])(
    'refuses %s',
    async (credentials) => {
      await greeted();
      await client.ask(`userauth ${credentials}\n\n`, 'cluecon.com/\n');
      expect(await client.untilClosed()).toBe(true);
    },
  );
});

describe('commands', () => {
  beforeEach(async () => {
    await client.logIn();
  });

  it('are answered in order, however many come at once', async () => {
    const words = Array.from({ length: 500 }, (_, index) => `word${index}`);
    expect(await ask(...words.map((word) => `api eval ${word}`))).toEqual(words);
  });

  it('are known by their beginning', async () => {
    expect(
      await ask('eventful plain ALL', 'nologger', 'lingering', 'api', 'getvar x', 'resume', 'connect', 'myevents'),
    ).toEqual([
      '+OK event listener enabled plain',
      '-ERR not loging',
      '-ERR not controlling a session',
      '-ERR command not found',
      '-ERR command not found',
      '-ERR command not found',
      '-ERR command not found',
      '-ERR command not found',
    ]);
  });

  it('may be written in any case', async () => {
    expect(await ask('API EVAL x', 'SendEvent nothing')).toEqual(['x', expect.stringMatching(/^\+OK /)]);
  });

  it('that take calls find none', async () => {
    expect(
      await ask('sendmsg\nsession-id: abc', 'myevents a json', 'myevents a', 'myevents a', 'divert_events'),
    ).toEqual([
      '-ERR invalid session id [abc]',
      '-ERR invalid uuid',
      '+OK Events Enabled',
      '-ERR aready enabled.',
      '-ERR not controlling a session.',
    ]);
  });

  it('about logs and filters', async () => {
    expect(await ask('log 3', 'log warning x', 'log 64', 'filter add A b', 'filter A', 'filter delete A b')).toEqual([
      '+OK log level 3 [3]',
      '+OK log level warning [4]',
      '-ERR invalid log level',
      '+OK filter added. [A]=[b]',
      '-ERR invalid syntax',
      '+OK filter deleted. [A][b]',
    ]);
  });

  it('with a long answer are cut at 511 bytes', async () => {
    const [reply] = await ask(`filter AB ${'é'.repeat(400)}`);
    expect(Buffer.byteLength(reply ?? '')).toBe(510 + 3);
    expect(reply?.endsWith('é\ufffd')).toBe(true);
  });

  it('run as on the console if asked to', async () => {
    expect(await ask('api eval x\nconsole_execute: true', 'api nosuch x\nconsole_execute: yes')).toEqual([
      'x',
      '-ERR nosuch x Command not found!\n',
    ]);
  });

  it('in the background get a Job-UUID, or keep theirs', async () => {
    const results: string[] = [];
    lab.bus.on('job', ({ uuid, result }) => results.push(`${uuid} ${result}`));
    const id = 'j'.repeat(36);
    expect(
      await client.ask(`bgapi eval x
Job-UUID: ${'j'.repeat(40)}

`),
    ).toBe(
      `Content-Type: command/reply
Reply-Text: +OK Job-UUID: ${id}
Job-UUID: ${id}

`,
    );
    expect(results).toEqual([`${'j'.repeat(36)} x`]);
  });

  it('are heard of byte for byte', async () => {
    await ask('\nsendevent X\r\na: b\r\ncontent-length: 3\r\n\r\nc');
    expect(commands).toEqual(['auth ClueCon\n\n', 'sendevent X\r\na: b\r\ncontent-length: 3\r\n\r\nc\n\n']);
  });

  it.each(['exit', 'EXITING', '...'])('%s says goodbye, and no command after it is read', async (word) => {
    client.socket.write(`${word}\n\napi eval x\n\n`);
    expect(await client.untilClosed()).toBe(true);
    expect(client.text).toMatch(
      /^Content-Type: command\/reply\nReply-Text: \+OK bye\n\nContent-Type: text\/disconnect-notice\n/,
    );
    expect(client.text).not.toContain('api/response');
  });

  it('whose name a header took away end the connection', async () => {
    client.socket.write('sendevent NOTIFY\ncommand:\n\n');
    expect(await client.untilClosed()).toBe(true);
    expect(client.text).toContain('Reply-Text: -ERR command parse error.\n\nContent-Type: text/disconnect-notice\n');
  });

  it('that name the module and "reload" anywhere are taken for that', async () => {
    client.socket.write('sendevent X\nnote: do not reload mod_event_socket today\n\n');
    expect(await client.untilClosed()).toBe(true);
    expect(client.text).toMatch(
      /^Content-Type: api\/response\nContent-Length: 51\n\n\+OK Job-UUID: .*\nContent-Type: text\/disc/,
    );
    expect(client.text).toContain('The system is being shut down.\n');
  });

  it('with a body over 16 MiB end the connection without an answer', async () => {
    client.socket.write('sendevent X\ncontent-length: 99999999\n\n');
    expect(await client.untilClosed()).toBe(true);
    expect(client.text).not.toContain('Reply-Text');
  });
});

it('a client that does not read does not stop the others', async () => {
  await client.logIn();
  const other = new RawClient(lab.port);
  await other.logIn();
  other.socket.pause();
  const big = `api eval ${'x'.repeat(100_000)}\n\n`;
  for (let round = 0; round < 100; round++) other.socket.write(big);
  expect(await ask('api eval y')).toEqual(['y']);
  other.socket.resume();
  expect(await other.take((text) => text.length > 100 * 100_000, 4000)).toHaveLength(100 * (100_000 + 51));
  other.socket.destroy();
});

it('a client that says nothing is sent away after 25 seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const silent = connect(lab.port, '127.0.0.1');
    await once(silent, 'data');
    vi.advanceTimersByTime(24_999);
    const notice = once(silent, 'data');
    vi.advanceTimersByTime(1);
    expect(String((await notice)[0])).toContain('text/disconnect-notice');
    await once(silent, 'close');
  } finally {
    vi.useRealTimers();
  }
});
