import { Buffer } from 'node:buffer';
import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cleanEnv, ensureBuilt, RUN } from '../support/built.js';
import { jsonOf, linesOf, runCli, startCli } from '../support/cli.js';
import { eslServer, eventMessage } from '../support/esl-server.js';
import { withSandbox } from '../support/lab.js';
import { measured } from '../support/measured.js';
import { apiResponse, commandReply, deadPort } from '../support/scripted-server.js';

/** What a command prints, as bytes. */
async function bytesOf(args: readonly string[]): Promise<Buffer> {
  await ensureBuilt();
  return new Promise((resolve) => {
    execFile(process.execPath, [RUN, ...args], { env: cleanEnv({}), encoding: 'buffer' }, (_, stdout) =>
      resolve(stdout),
    );
  });
}

describe('esl api', () => {
  it.each([
    ['with a line end', 'true\n', 'true\n'],
    ['without', 'true', 'true\n'],
    ['with several, which are kept', '\n0 total.\n\n', '\n0 total.\n\n'],
    ['with control characters', 'a\u001b[31mb\tc\r\n', 'a\u001b[31mb\tc\r\n'],
  ])('prints an answer %s as it came', async (_, answer, printed) => {
    const { to, lines } = await eslServer(() => apiResponse(answer));
    const result = await runCli(['esl', 'api', 'module_exists', 'mod_sofia', ...to]);
    expect(result).toEqual({ code: 0, signal: null, stdout: printed, stderr: '' });
    expect(lines).toEqual(['api module_exists mod_sofia', 'exit']);
  });

  it('prints bytes that are no text as they came', async () => {
    const body = Buffer.from([0xe9, 0xff, 0x00, 0x41, 0x0a]);
    const { to } = await eslServer(() =>
      Buffer.concat([Buffer.from('Content-Type: api/response\nContent-Length: 5\n\n'), body]),
    );
    expect(await bytesOf(['esl', 'api', 'x', ...to])).toEqual(body);
  });

  it('takes words, one quoted word, and stdin for the same', async () => {
    const { to, lines } = await eslServer(() => apiResponse('+OK\n'));
    await runCli(['esl', 'api', 'uuid_kill', 'a', 'b', ...to]);
    await runCli(['esl', 'api', 'uuid_kill a b', ...to]);
    await runCli(['esl', 'api', '-', ...to], { stdin: 'uuid_kill a b\n' });
    await runCli(['esl', 'api', ...to, '--', 'lua', '-x']);
    expect(lines.filter((line) => line !== 'exit')).toEqual([
      'api uuid_kill a b',
      'api uuid_kill a b',
      'api uuid_kill a b',
      'api lua -x',
    ]);
  });

  it.each([
    ['-ERR nosuch Command not found!\n', /is the module loaded .*show modules; phonectl esl api help/],
    ['-USAGE: <uuid>\n', /: nosuch failed\n$/],
    ['-ERR no reply\n', /answer that is empty/],
  ])('ends with 5 after %j, which is on stdout', async (answer, said) => {
    const { to } = await eslServer(() => apiResponse(answer));
    const result = await runCli(['esl', 'api', 'nosuch', ...to]);
    expect(result).toMatchObject({ code: 5, stdout: answer, stderr: expect.stringMatching(said) });
  });

  it('prints the refusal of a login that may not', async () => {
    const { to } = await eslServer(() => commandReply('-ERR permission denied'));
    const args = ['esl', 'api', 'status', ...to];
    expect(await runCli(args)).toMatchObject({ code: 5, stdout: '-ERR permission denied\n' });
    expect(jsonOf(await runCli([...args, '--json']))).toMatchObject({ ok: false, answer: '-ERR permission denied' });
  });

  it('embeds an answer that is JSON, to the digit', async () => {
    const { to, server } = await eslServer(() => apiResponse('{"row_count":12345678901234567890, "rows":[]}\n'));
    const result = await runCli(['esl', 'api', 'show', 'channels', 'as', 'json', '--json', ...to]);
    expect(result.stdout).toContain('"answer":{"row_count":12345678901234567890, "rows":[]}}');
    expect(jsonOf(result)).toMatchObject({
      server: `127.0.0.1:${server.port}`,
      command: 'show channels as json',
      ok: true,
    });
  });

  it.each([
    ['{"half":', '{"half":'],
    ['true', 'true'],
    ['+OK\n\n', '+OK'],
  ])('has the answer %j as text', async (answer, text) => {
    const { to } = await eslServer(() => apiResponse(answer));
    expect(jsonOf(await runCli(['esl', 'api', 'x', '--json', ...to])).answer).toBe(text);
  });

  it('streams: the memory does not grow with the answer', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const pieces = 300;
    const { to } = await eslServer(async (_, peer) => {
      peer.write(`Content-Type: api/response\nContent-Length: ${piece.length * pieces}\n\n`);
      for (let sent = 0; sent < pieces; sent++) {
        if (!peer.socket.write(piece)) await new Promise((resolve) => peer.socket.once('drain', resolve));
      }
      return '';
    });
    const result = await measured(['esl', 'api', 'big', ...to]);
    expect(result).toEqual({ code: 0, bytes: piece.length * pieces + 1, megabytes: expect.any(Number) });
    expect(result.megabytes).toBeLessThan(200);
  });

  it('ends quietly when nobody reads on', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'line of text\n');
    const { to } = await eslServer(async (_, peer) => {
      peer.write(`Content-Type: api/response\nContent-Length: ${piece.length * 500}\n\n`);
      for (let sent = 0; sent < 500 && !peer.socket.destroyed; sent++) {
        if (!peer.socket.write(piece))
          await Promise.race([new Promise((resolve) => peer.socket.once('drain', resolve)), peer.closed]);
      }
      return '';
    });
    const running = await startCli(['esl', 'api', 'big', ...to]);
    await running.says(/line/);
    running.process.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('refuses what would delete all registrations, unless it is meant', async () => {
    const { to, lines } = await eslServer(() => apiResponse('+OK\n'));
    for (const command of [
      'sofia profile internal check_sync',
      ' SOFIA  profile internal  Check_Sync ',
      'expand sofia profile internal check_sync',
    ]) {
      for (const how of ['api', 'bgapi']) {
        const result = await runCli(['esl', how, command, ...to]);
        expect(result).toMatchObject({ code: 3, stdout: '' });
        expect(result.stderr).toMatch(/deletes every registration of internal\n {2}try: say whom/);
      }
    }
    expect(lines).toEqual([]);
    await runCli(['esl', 'api', 'sofia profile internal check_sync 1000@phones.test', ...to]);
    await runCli(['esl', 'api', 'sofia profile internal check_sync', '--yes', ...to]);
    expect(lines.filter((line) => line !== 'exit')).toEqual([
      'api sofia profile internal check_sync 1000@phones.test',
      'api sofia profile internal check_sync',
    ]);
  });

  it('says that a command may have been carried out, where the answer did not come', async () => {
    const { to } = await eslServer((_, peer) => {
      peer.socket.destroy();
      return '';
    });
    const gone = await runCli(['esl', 'api', 'status', ...to]);
    expect(gone).toMatchObject({ code: 5, stderr: expect.stringMatching(/; it may have been carried out\n/) });
    const slow = await eslServer(() => new Promise(() => {}));
    const late = await runCli(['esl', 'api', 'status', '--wait', '200ms', ...slow.to]);
    expect(late).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/within 200 ms.*\n {2}try: allow it more time/),
    });
  });

  it('waits for ever if that is said, and not for no time', async () => {
    const { to } = await eslServer(() => apiResponse('UP'));
    expect(await runCli(['esl', 'api', 'status', '--wait', 'forever', ...to])).toMatchObject({
      code: 0,
      stdout: 'UP\n',
    });
    const json = await runCli(['esl', 'api', 'status', '--wait', '0', '--json', ...to]);
    expect(json).toMatchObject({ code: 2, stderr: expect.stringContaining('try: --wait forever') });
    expect(linesOf(json.stdout)).toHaveLength(1);
    expect(jsonOf(json)).toMatchObject({ error: { exitCode: 2 } });
  });

  it('lets no second command in, says where nothing listens, and wants a command', async () => {
    const { to, server } = await eslServer(() => undefined);
    const unsafe = await runCli(['esl', 'api', 'status\n\nshutdown', ...to]);
    expect(unsafe).toMatchObject({ code: 3, stderr: expect.stringMatching(/line feed/) });
    expect(server.peers).toEqual([]);
    expect(await runCli(['esl', 'api', 'status', '-P', String(await deadPort())])).toMatchObject({
      code: 4,
      stdout: '',
    });
    expect(await runCli(['esl', 'api', ...to])).toMatchObject({ code: 2, stdout: '' });
  });

  it('talks to a sandbox', async () => {
    await withSandbox({ phones: 2 }, async ({ to }) => {
      const result = await runCli(['esl', 'api', 'show', 'registrations', 'as', 'json', '--json', ...to]);
      expect(jsonOf(result)).toMatchObject({ ok: true, answer: { row_count: 2 } });
    });
  });
});

describe('esl bgapi', () => {
  /** Says yes to a job, and fires its result. */
  const background = (body: string) =>
    eslServer(({ line, headers }) => {
      const job = headers.find(([name]) => name === 'Job-UUID')?.[1] ?? '';
      if (!line.startsWith('bgapi')) return undefined;
      const reply = `Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${job}\nJob-UUID: ${job}\n\n`;
      return reply + eventMessage('plain', { 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': job }, body);
    });

  it('waits for the result, and prints it', async () => {
    const { to, lines } = await background('UP 0 years\n');
    expect(await runCli(['esl', 'bgapi', 'status', ...to])).toEqual({
      code: 0,
      signal: null,
      stdout: 'UP 0 years\n',
      stderr: '',
    });
    expect(lines).toEqual(['event plain BACKGROUND_JOB', 'bgapi status', 'exit']);
  });

  it('ends with 5 after -ERR, and has its own Job-UUID', async () => {
    const { to } = await background('-ERR USER_BUSY\n');
    const args = ['esl', 'bgapi', 'originate', 'user/1000', '--job-uuid', 'my-job', ...to];
    expect(await runCli(args)).toMatchObject({ code: 5, stdout: '-ERR USER_BUSY\n' });
    const document = jsonOf(await runCli([...args, '--json']));
    expect(document).toMatchObject({ jobUuid: 'my-job', ok: false, answer: '-ERR USER_BUSY' });
  });

  it('prints the Job-UUID and does not wait', async () => {
    const { to, lines } = await background('');
    const args = ['esl', 'bgapi', 'status', '--no-wait', '--job-uuid', 'j1', ...to];
    expect(await runCli(args)).toMatchObject({ code: 0, stdout: 'j1\n' });
    expect(lines).toEqual(['bgapi status', 'exit']);
    expect(jsonOf(await runCli([...args, '--json']))).toMatchObject({ command: 'status', jobUuid: 'j1' });
  });

  it('gives up after --wait', async () => {
    const { to } = await eslServer(() => undefined);
    const result = await runCli(['esl', 'bgapi', 'status', '--wait', '200ms', ...to]);
    expect(result).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/did not come within 200 ms/) });
  });
});
