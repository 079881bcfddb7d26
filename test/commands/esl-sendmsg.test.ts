import { describe, expect, it } from 'vitest';
import { jsonOf, runCli } from '../support/cli.js';
import { eslServer, eventMessage } from '../support/esl-server.js';
import { commandReply, type SentCommand } from '../support/scripted-server.js';

const CALL = '1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10';

/** Answers `execute` with the end of the application, which has these headers. */
const done =
  (more: Readonly<Record<string, string>>) =>
  ({ line, headers }: SentCommand): string | undefined => {
    if (!line.startsWith('sendmsg')) return undefined;
    const id = headers.find(([name]) => name === 'Event-UUID')?.[1] ?? '';
    return (
      commandReply('+OK') +
      eventMessage('plain', { 'Event-Name': 'CHANNEL_EXECUTE_COMPLETE', 'Application-UUID': id, ...more })
    );
  };

describe('esl sendmsg', () => {
  it.each([
    [
      'execute playback /tmp/test.wav',
      'call-command: execute\nexecute-app-name: playback\nexecute-app-arg: /tmp/test.wav\n\n',
    ],
    ['execute answer', 'call-command: execute\nexecute-app-name: answer\n\n'],
    [
      'execute set a=b c --loops 3 --event-uuid 22075ce5',
      'call-command: execute\nexecute-app-name: set\nexecute-app-arg: a=b c\nloops: 3\nEvent-UUID: 22075ce5\n\n',
    ],
    [
      `execute set ${'x'.repeat(3000)}`,
      `call-command: execute\nexecute-app-name: set\ncontent-type: text/plain\ncontent-length: 3000\n\n${'x'.repeat(3000)}`,
    ],
    ['hangup', 'call-command: hangup\nhangup-cause: NORMAL_CLEARING\n\n'],
    ['hangup 17', 'call-command: hangup\nhangup-cause: 17\n\n'],
    ['hangup user_busy', 'call-command: hangup\nhangup-cause: USER_BUSY\n\n'],
    [
      'unicast',
      'call-command: unicast\nlocal-ip: 127.0.0.1\nlocal-port: 8025\nremote-ip: 127.0.0.1\nremote-port: 8026\ntransport: udp\n\n',
    ],
    [
      'unicast --local-ip 10.0.0.1 --local-port 1 --remote-ip 10.0.0.2 --remote-port 2 --transport tcp --native',
      'call-command: unicast\nlocal-ip: 10.0.0.1\nlocal-port: 1\nremote-ip: 10.0.0.2\nremote-port: 2\ntransport: tcp\nflags: native\n\n',
    ],
    ['nomedia abc', 'call-command: nomedia\nnomedia-uuid: abc\n\n'],
    ['xferext --header application=log --header b=c', 'call-command: xferext\napplication: log\nb: c\n\n'],
  ])('sends %s', async (words, bytes) => {
    const { to, server } = await eslServer(() => commandReply('+OK'));
    const args = ['esl', 'sendmsg', CALL, ...words.split(' ')];
    const sent = `sendmsg ${CALL}\n${bytes}`;
    expect(await runCli([...args, '-n'])).toMatchObject({ code: 0, stdout: sent, stderr: '' });
    expect(await runCli([...args, ...to])).toMatchObject({ code: 0, stdout: '+OK\n', stderr: '' });
    expect(server.peers[0]?.received).toBe(`auth ClueCon\n\n${sent}exit\n\n`);
  });

  it('waits until an application is done', async () => {
    const { to, lines } = await eslServer(done({ 'Application-Response': 'FILE PLAYED' }));
    const args = ['esl', 'sendmsg', CALL, 'execute', 'playback', 'a.wav', '--wait', '5s', ...to];
    expect(await runCli(args)).toMatchObject({ code: 0, stdout: 'FILE PLAYED\n', stderr: '' });
    expect(lines).toEqual([
      'event plain CHANNEL_EXECUTE_COMPLETE',
      'event plain CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY',
      `sendmsg ${CALL}`,
      'exit',
    ]);
    expect(jsonOf(await runCli([...args, '--json']))).toMatchObject({
      uuid: CALL,
      order: 'execute',
      answer: 'FILE PLAYED',
    });
  });

  it.each([
    ['FILE NOT FOUND', 5, 'playback failed: FILE NOT FOUND'],
    ['PLAYBACK ERROR', 5, 'playback failed: PLAYBACK ERROR'],
    ['-ERR missing descriptor name', 5, 'playback failed: -ERR missing'],
    ['FILE PLAYED', 0, ''],
    ['_none_', 0, ''],
    ['some words of a module that nobody knows', 0, ''],
  ])('says how it ended: %s', async (response, code, said) => {
    const { to } = await eslServer(done({ 'Application-Response': response }));
    const args = ['esl', 'sendmsg', CALL, 'execute', 'playback', 'a.wav', '--wait', '5s', ...to];
    expect(await runCli(args)).toMatchObject({
      code,
      stdout: `${response}\n`,
      stderr: said ? expect.stringContaining(said) : '',
    });
    const result = await runCli([...args, '--json']);
    expect(result.code).toBe(code);
    expect(jsonOf(result)).toMatchObject({ ok: code === 0, answer: response });
  });

  it('ends with 5 when the call had hung up when the application was over, unless it was told to', async () => {
    const { to } = await eslServer(done({ 'Application-Response': '_none_', 'Hangup-Cause': 'NORMAL_CLEARING' }));
    const args = ['esl', 'sendmsg', CALL, 'execute', 'sleep', '60000', '--wait', 'forever', ...to];
    expect(await runCli(args)).toMatchObject({
      code: 5,
      stdout: '_none_\n',
      stderr: expect.stringMatching(/: sleep was cut short; the call has hung up \(NORMAL_CLEARING\)\n$/),
    });
    expect(jsonOf(await runCli([...args, '--json']))).toMatchObject({ ok: false, hangupCause: 'NORMAL_CLEARING' });
    const hangUp = await runCli(['esl', 'sendmsg', CALL, 'execute', 'hangup', '--wait', 'forever', ...to]);
    expect(hangUp).toMatchObject({ code: 0, stdout: '_none_\n', stderr: '' });
  });

  it('does not wait for several turns, whose ends look the same', async () => {
    const args = ['esl', 'sendmsg', CALL, 'execute', 'sleep', '10', '--wait', '5s', '--loops', '3'];
    const told = await runCli(args);
    expect(told).toMatchObject({ code: 2, stdout: '' });
    expect(told.stderr).toContain('--wait is for one turn: not with --loops');
  });

  it.each(['CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY'])(
    'ends with 5 when the call ends first: %s',
    async (name) => {
      const { to } = await eslServer(({ line }) => {
        if (!line.startsWith('sendmsg')) return undefined;
        const other = eventMessage('plain', { 'Event-Name': name, 'Unique-ID': 'another' });
        const end = eventMessage('plain', { 'Event-Name': name, 'Unique-ID': CALL, 'Hangup-Cause': 'USER_BUSY' });
        return commandReply('+OK') + other + end;
      });
      const result = await runCli(['esl', 'sendmsg', CALL, 'execute', 'playback', 'a.wav', '--wait', 'forever', ...to]);
      expect(result).toMatchObject({ code: 5, stdout: '' });
      expect(result.stderr).toMatch(/^phonectl: the end of playback .* the call ended before it \(USER_BUSY\)\n$/);
    },
  );

  it('gives up waiting, with 5', async () => {
    const { to } = await eslServer(() => undefined);
    const result = await runCli(['esl', 'sendmsg', CALL, 'execute', 'park', '--wait', '200ms', ...to]);
    expect(result).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/did not come within 200 ms/) });
  });

  it.each([
    ['hangup', []],
    ['execute', ['answer']],
    ['execute', ['answer', '--wait', '5s']],
  ])('ends with 5 when there is no such call: %s %s', async (order, more) => {
    const { to } = await eslServer(({ line }) =>
      line.startsWith('sendmsg') ? commandReply(`-ERR invalid session id [${CALL}]`) : undefined,
    );
    const result = await runCli(['esl', 'sendmsg', CALL, order, ...more, ...to]);
    const said = `refused ${order} for ${CALL}: -ERR invalid session id`;
    expect(result).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining(said) });
    expect(result.stderr).toMatch(/\n {2}try: is the call still there/);
  });

  it.each([
    ['hangup A B', 2, /B is too much/],
    ['execute', 2, /execute what/],
    ['nomedia', 2, /needs a uuid/],
    ['', 2, /there is no order/],
    ['hangup USR_BUSY', 2, /USR_BUSY is no hang-up cause: .*NORMAL_CLEARING\n {2}try: USER_BUSY/],
    ['hangup 17x', 2, /17X? is no hang-up cause/i],
    ['execute answer --loops 0', 2, /not carry it out even once/],
    ['hangup --loops 3', 2, /--loops is for execute/],
    ['execute answer --transport tcp', 2, /--transport is for unicast/],
    ['hangup --wait 3s', 2, /--wait is for execute/],
    ['foo --header x', 2, /not NAME=VALUE/],
    ['foo --header call-command=hangup', 3, /there twice/],
  ])('refuses "%s"', async (words, code, said) => {
    const result = await runCli(['esl', 'sendmsg', CALL, ...words.split(' ').filter(Boolean)]);
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(said) });
  });

  it('lets nothing out of its line', async () => {
    const result = await runCli(['esl', 'sendmsg', `${CALL}\nx: y`, 'hangup']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    const other = await runCli(['esl', 'sendmsg', CALL, 'hangup', 'A\n\nB']);
    expect(other).toMatchObject({ code: 2, stdout: '' });
  });
});
