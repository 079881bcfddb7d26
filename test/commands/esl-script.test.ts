import { describe, expect, it } from 'vitest';
import { linesOf, runCli, startCli } from '../support/cli.js';
import { eslServer, eventMessage, logMessage } from '../support/esl-server.js';
import { withSandbox } from '../support/lab.js';
import { apiResponse, commandReply, deadPort } from '../support/scripted-server.js';

describe('phonectl esl, of which stdin is no terminal', () => {
  it('carries out line after line, and prints the answers and nothing else', async () => {
    await withSandbox({}, async ({ to, commands }) => {
      const stdin = 'version short\n\n  hostname  \r\necho Grüße';
      const result = await runCli(['esl', ...to], { stdin });
      expect(result).toMatchObject({ code: 0, stdout: '1.10.12\nsandbox\nGrüße\n', stderr: '' });
      // As fs_cli asks, so that aliases are understood.
      expect(commands.map(String)).toContain('api version short\nconsole_execute: true\n\n');
    });
  });

  it('goes on behind a line that fails, says which it was, and ends with 5', async () => {
    await withSandbox({}, async ({ to }) => {
      const result = await runCli(['esl', ...to], {
        stdin: 'statsu\n/evnet\nuuid_kill nobody\nevent plain ALL\nversion short\n',
      });
      expect(result.code).toBe(5);
      expect(linesOf(result.stdout)).toEqual([
        '-ERR statsu Command not found!',
        '-ERR No such channel!',
        '-ERR event plain ALL Command not found!',
        '1.10.12',
      ]);
      expect(linesOf(result.stderr)).toEqual([
        'phonectl: line 1: statsu failed',
        '  try: help lists what there is',
        'phonectl: line 2: there is no /evnet',
        expect.stringMatching(/^ {2}try: \/event; /),
        'phonectl: line 3: uuid_kill nobody failed',
        'phonectl: line 4: event plain ALL failed',
        '  try: /event plain ALL',
      ]);
    });
  });

  it('sends events and orders as documentation writes them, in whatever pieces they come', async () => {
    const text =
      'sendevent SEND_MESSAGE\nprofile: internal\ncontent-length: 200\ncontent-type: text/plain\nuser: 1000\nhost: phones.test\n\nGrüße\naus der Küche\n.\nsendevent CUSTOM\nEvent-Subclass: a::b\ncontent-length: 3\n\none\nsendevent CUSTOM\nEvent-Subclass: a::b\n\n\nversion short\nsendevent CUSTOM\nEvent-Subclass: a::b\n\nto the end';
    await withSandbox({}, async ({ to, commands }) => {
      const running = await startCli(['esl', ...to], { stdin: 'open' });
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 7) {
        running.process.stdin.write(bytes.subarray(at, at + 7));
        await new Promise((resolve) => setImmediate(resolve));
      }
      running.process.stdin.end();
      const result = await running.ended;
      expect(result).toMatchObject({ code: 0 });
      expect(result.stdout).toMatch(/^(?:\+OK [0-9a-f-]{36}\n){3}1\.10\.12\n\+OK [0-9a-f-]{36}\n$/);
      expect(result.stderr).toBe(
        'warning: content-length 200 is wrong: the body has 22 bytes, and is sent with that\n',
      );
      const subclass = 'sendevent CUSTOM\nEvent-Subclass: a::b\n';
      expect(commands.map(String).filter((command) => command.startsWith('sendevent'))).toEqual([
        'sendevent SEND_MESSAGE\nprofile: internal\ncontent-type: text/plain\nuser: 1000\nhost: phones.test\ncontent-length: 22\n\nGrüße\naus der Küche',
        `${subclass}content-length: 3\n\none`,
        `${subclass}\n`,
        `${subclass}content-length: 10\n\nto the end`,
      ]);
    });
  });

  it('sends nothing that FreeSWITCH would drop, could not read, or take for something else', async () => {
    await withSandbox({}, async ({ to, events }) => {
      const stdin =
        'sendevent NOTIFY\nprofile: internal\n\n\nsendevent CUSTOM\nnonsense\n\n\nsendevent CUSTOM\na: b\na: c\n\n\nsendmsg nobody\ncall-command: hangup\n\n\nsofia profile internal check_sync\n';
      const result = await runCli(['esl', ...to], { stdin });
      expect(result).toMatchObject({ code: 5, stdout: '-ERR invalid session id [nobody]\n' });
      expect(linesOf(result.stderr).filter((line) => line.startsWith('phonectl:'))).toEqual([
        'phonectl: line 4: NOTIFY would not do what it says; nothing was sent',
        expect.stringMatching(/^phonectl: line 8: line 2 of it: "nonsense" is not "name: value"/),
        expect.stringMatching(/^phonectl: line 13: header "a" can't be sent: it is there twice/),
        'phonectl: line 17: sendmsg nobody failed',
        expect.stringMatching(/^phonectl: line 18: .* deletes every registration of internal/),
      ]);
      expect(events).toEqual([]);
      const forced = await runCli(['esl', '--no-check', ...to], { stdin: 'sendevent NOTIFY\nprofile: internal\n\n\n' });
      expect(forced).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\+OK /) });
    });
  });

  it('prints events and log lines between answers, never in one', async () => {
    const heartbeat = eventMessage('plain', { 'Event-Name': 'HEARTBEAT', 'Event-Info': 'fine' });
    const { to, lines } = await eslServer(({ line }) => {
      if (line === '/event') return undefined;
      if (line.startsWith('api')) return heartbeat + apiResponse(`${'x'.repeat(100_000)}\n`) + logMessage(4, 'late');
      return commandReply('+OK');
    });
    const result = await runCli(['esl', ...to], { stdin: '/event HEARTBEAT\n/log warning\nlong\n/quit\nstatus\n' });
    expect(result.code).toBe(0);
    const printed = linesOf(result.stdout);
    expect(printed.slice(0, 2)).toEqual(['+OK', '+OK']);
    expect(printed.filter((line) => /^x+$/.test(line)).map((line) => line.length)).toEqual([100_000]);
    expect(printed.filter((line) => line.includes('HEARTBEAT'))).toEqual([expect.stringMatching(/fine, *$|fine/)]);
    expect(lines).toEqual(['event plain HEARTBEAT', 'log warning', 'api long', 'exit']);
  });

  it('waits for the result of what it carries out in the background, which is no news then', async () => {
    await withSandbox({}, async ({ to }) => {
      const result = await runCli(['esl', ...to], { stdin: '/bgapi version short\n/bgapi nosuch\n' });
      expect(result).toMatchObject({ code: 5, stdout: '1.10.12\n-ERR nosuch Command not found!\n' });
      expect(result.stderr).toMatch(/^job [0-9a-f-]{36}: version short\njob [0-9a-f-]{36} has ended:\n/);
    });
  });

  it('may reload the event socket, which it is asked for and not tricked into', async () => {
    const { to, lines } = await eslServer(() => apiResponse('+OK\n'));
    expect(await runCli(['esl', ...to], { stdin: 'reload mod_event_socket\n' })).toMatchObject({ code: 0 });
    expect(lines[0]).toBe('api reload mod_event_socket');
  });

  it('ends with 4 where there is no connection or login, whatever the lines', async () => {
    const stdin = 'status\n';
    expect(await runCli(['esl', '-P', String(await deadPort())], { stdin })).toMatchObject({ code: 4, stdout: '' });
    await withSandbox({}, async ({ to, commands }) => {
      const env = { PHONECTL_PASSWORD: 'not-this-one' };
      const refused = await runCli(['esl', ...to], { stdin, env });
      expect(refused).toMatchObject({ code: 4, stdout: '' });
      expect(refused.stderr).not.toContain('not-this-one');
      expect(commands.some((command) => command.includes('status'))).toBe(false);
    });
  });

  it('ends where the connection does: with 5, as what was sent was sent, and the rest is not', async () => {
    const { to, lines } = await eslServer(({ line }, peer) => {
      if (line === 'api one') return apiResponse('+OK\n');
      peer.socket.destroy();
      return '';
    });
    const result = await runCli(['esl', ...to], { stdin: 'one\ntwo\nthree\n' });
    expect(result).toMatchObject({ code: 5, stdout: '+OK\n' });
    expect(result.stderr).toMatch(/^phonectl: line 2: .*it may have been carried out\n/);
    expect(lines).toEqual(['api one', 'api two']);
  });

  it('notices the end of the connection while it waits for lines', async () => {
    await withSandbox({}, async ({ to, sandbox }) => {
      const running = await startCli(['esl', ...to], { stdin: 'open' });
      running.process.stdin.write('version short\n');
      await running.says(/1\.10\.12/);
      await sandbox.close();
      expect(await running.ended).toMatchObject({ code: 5, stderr: expect.stringMatching(/closed the connection/) });
    });
  });

  it('gives an answer no more time than --wait', async () => {
    const { to } = await eslServer(() => new Promise(() => {}));
    const result = await runCli(['esl', '--wait', '200ms', ...to], { stdin: 'sleep\n' });
    expect(result).toMatchObject({ code: 5, stderr: expect.stringContaining('within 200 ms') });
  });

  it('ends with the signal that ends it, also while an answer is awaited', async () => {
    const { to, lines } = await eslServer(() => new Promise(() => {}));
    const running = await startCli(['esl', ...to], { stdin: 'sleep\n' });
    await expect.poll(() => lines).toEqual(['api sleep']);
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
  });

  it.each([
    [Buffer.from('echo \xff\n', 'latin1'), /stdin: it is not UTF-8/],
    ['x'.repeat(17 * 1024 * 1024), /stdin: a line is longer than/],
  ])('does not guess at what is no text', async (stdin, said) => {
    await withSandbox({}, async ({ to }) => {
      expect(await runCli(['esl', ...to], { stdin })).toMatchObject({ code: 3, stderr: expect.stringMatching(said) });
    });
  });
});
