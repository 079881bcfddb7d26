import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { type CliResult, jsonOf, linesOf, runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';
import { commandReply, deadPort, scriptedServer } from '../support/scripted-server.js';

const PHONES = 10;

interface Failed {
  /** As people see it, as JSON, and as cron does. */
  readonly plain: CliResult;
  readonly json: CliResult;
  readonly quiet: CliResult;
  /** The users that were told by each of them. */
  readonly told: readonly (readonly string[])[];
  readonly logins: number;
}

/** The same run over ten phones in three formats, each against a sandbox of its own. */
async function fail(options: SandboxOptions, ...args: string[]): Promise<Failed> {
  return withFolder({ 'fleet.csv': csvOf(PHONES) }, async (cwd) => {
    const results = await Promise.all(
      [[], ['--json'], ['--quiet']].map((format) =>
        withSandbox({ phones: snoms(PHONES), ...options }, async ({ to, events, commands }) => {
          const line = ['mwi', 'on', '-i', 'fleet.csv', '--rate', '0', '--no-journal', '--retry-for', '0'];
          const result = await runCli([...line, ...format, ...args, ...to], { cwd });
          return { result, users: events.map(userOf), logins: commands.filter((raw) => /^auth /.test(raw.toString())) };
        }),
      ),
    );
    const [plain, json, quiet] = results.map(({ result }) => result);
    if (!plain || !json || !quiet) throw new Error('three of them');
    return {
      plain,
      json,
      quiet,
      told: results.map(({ users }) => users),
      logins: Math.max(...results.map(({ logins }) => logins.length)),
    };
  });
}

/** What holds for every failure: one line and what to try, no traces of programs, and the same code in all formats. */
function expectClear(
  { plain, json, quiet, told }: Failed,
  code: number,
  message: RegExp,
  hint: RegExp | undefined,
): void {
  for (const result of [plain, json, quiet]) {
    expect(result).toMatchObject({ code, signal: null });
    expect(result.stdout + result.stderr).not.toMatch(/\n\s+at |node:|\[object|undefined|Error:/);
  }
  for (const { stderr } of [plain, json]) {
    const [line = '', ...rest] = linesOf(stderr);
    expect(line).toMatch(/^phonectl: /);
    expect(line).toMatch(message);
    expect(rest).toHaveLength(hint ? 1 : 0);
    if (hint) {
      expect(rest[0]).toMatch(/^ {2}try: /);
      expect(rest[0]).toMatch(hint);
    }
  }
  expect(quiet.stdout).toBe('');
  expect(linesOf(quiet.stderr).filter((line) => message.test(line) && line.startsWith('phonectl: '))).toHaveLength(1);
  for (const users of told) expect(users).toEqual([...new Set(users)]);
}

/** The outcomes of the ten phones in the order of the file. */
function wordsOf({ json }: Failed): string[] {
  const { phones } = jsonOf<{ phones: { aor: string; outcome: string }[] }>(json);
  expect(phones).toHaveLength(PHONES);
  return [...phones].sort((a, b) => a.aor.localeCompare(b.aor)).map(({ outcome }) => outcome);
}

const NOBODY = Array.from({ length: PHONES }, () => 'not-sent');

describe.concurrent('a server that can not be used', () => {
  it('because of the password: one attempt', async () => {
    const failed = await fail({ password: 'other' });
    expectClear(failed, 4, /refused the login: -ERR invalid/, /is the password right\?/);
    expect(wordsOf(failed)).toEqual(NOBODY);
    expect(failed.logins).toBe(1);
    expect(failed.told.flat()).toEqual([]);
  });

  it('because of its access list', async () => {
    const failed = await fail({ aclDeny: true });
    expectClear(failed, 4, /does not let this address in: Access Denied, go away\./, /apply-inbound-acl/);
    expect(wordsOf(failed)).toEqual(NOBODY);
    expect(failed.logins).toBe(0);
  });

  it('because it says nothing', async () => {
    const failed = await fail({ faults: { sayNothing: true } }, '--timeout', '500ms');
    expectClear(failed, 4, /took the connection but did not log us in within 500 ms/, /HTTP or TLS port/);
    expect(wordsOf(failed)).toEqual(NOBODY);
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /is not a FreeSWITCH event socket: it speaks HTTP/],
    ['SSH-2.0-OpenSSH_9.6\r\n', /is not a FreeSWITCH event socket: it says "SSH-2\.0-OpenSSH_9\.6"/],
    ['\u0015\u0003\u0001', /is not a FreeSWITCH event socket: it speaks TLS/],
    ['\u001b[2J\u0007 220 mail', /is not a FreeSWITCH event socket: it says "\\u001b\[2J\\u0007 220 mail"/],
  ])('because it is something else: %j', async (banner, message) => {
    const failed = await fail({ faults: { banner } });
    expectClear(failed, 4, message, /is the port right\?/);
    expect(wordsOf(failed)).toEqual(NOBODY);
    expect(failed.plain.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('to be reached is what is wrong, not what only the server could have told of a phone', async () => {
    const port = String(await deadPort());
    const { code, stdout, stderr } = await runCli(['resync', '1000@phones.test', '-P', port]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(linesOf(stderr)[0]).toBe(`phonectl: can't connect to 127.0.0.1:${port}: nothing listens there`);
  });

  it('because nothing listens there, or the name is none', async () => {
    const port = String(await deadPort());
    const args = ['mwi', 'on', '1000@phones.test', '1001@phones.test'];
    const [dead, unknown] = await Promise.all([
      runCli([...args, '-P', port]),
      runCli([...args, '-H', 'no-such-host.invalid']),
    ]);
    expect(dead).toMatchObject({
      code: 4,
      stderr: `phonectl: can't connect to 127.0.0.1:${port}: nothing listens there\n  try: is FreeSWITCH running with mod_event_socket, and is the port right?\n`,
    });
    expect(dead.stdout).toContain('2 phones: 2 not-sent');
    expect(unknown.code).toBe(4);
    expect(unknown.stderr).toMatch(/^phonectl: can't connect to no-such-host\.invalid:8021: .*\n {2}try: .*\n$/);
  });
});

describe.concurrent('a server that fails on the way', () => {
  it('by dying in the middle', async () => {
    const failed = await fail({ faults: { dieAfter: 4 } }, '--concurrency', '2');
    expectClear(failed, 5, /the server closed the connection|the connection broke/, undefined);
    const words = wordsOf(failed);
    expect(words.slice(0, 2)).toEqual(['accepted', 'accepted']);
    expect(words[3]).toBe('unknown');
    expect(words.slice(5)).toEqual(NOBODY.slice(5));
  });

  it('by not answering any more', async () => {
    const failed = await fail({ faults: { holdReplyOf: 4 } }, '--concurrency', '1', '--timeout', '500ms');
    expectClear(failed, 5, /no reply from 127\.0\.0\.1:\d+ within 500 ms/, /is FreeSWITCH overloaded\?/);
    expect(wordsOf(failed)).toEqual(['accepted', 'accepted', 'accepted', 'unknown', ...NOBODY.slice(4)]);
    expect(failed.told.map((users) => users.length)).toEqual([4, 4, 4]);
  });

  it('by a reply that nobody asked for', async () => {
    const failed = await fail({ faults: { unaskedReplyAfter: 4 } }, '--concurrency', '1');
    expectClear(failed, 5, /a reply that nobody asked for: replies and commands no longer match/, undefined);
    expect(wordsOf(failed)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', ...NOBODY.slice(4)]);
    expect(failed.told.map((users) => users.length)).toEqual([4, 4, 4]);
  });

  it('by a reply that nobody asked for, when all is answered: it may have been anybody’s', async () => {
    const failed = await fail({ faults: { unaskedReplyAfter: PHONES } });
    expectClear(failed, 5, /a reply that nobody asked for: replies and commands no longer match/, undefined);
    expect(jsonOf(failed.json).summary).toEqual({ accepted: PHONES });
  });

  it('by refusing every order', async () => {
    const { plain, json, quiet, told } = await fail({ faults: { refuse: 'permission denied' } });
    expect([plain.code, json.code, quiet.code]).toEqual([5, 5, 5]);
    expect(jsonOf(json).summary).toEqual({ refused: PHONES });
    expect(plain.stdout).toContain('refused: -ERR permission denied');
    expect([plain.stderr, json.stderr, quiet.stdout]).toEqual(['', '', '']);
    expect(linesOf(quiet.stderr)).toHaveLength(PHONES + 1);
    expect(told.map((users) => new Set(users).size)).toEqual([PHONES, PHONES, PHONES]);
  });
});

describe.concurrent('an inventory that changes under way', () => {
  it('ends the run: what was sent is told, and the document is whole', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => `${1000 + index},phones.test,${'x'.repeat(2000)}\n`).join(
      '',
    );
    await withFolder({ 'fleet.csv': `user,domain,notes\n${rows}` }, (cwd) =>
      withSandbox({ phones: snoms(400) }, async ({ to, events }) => {
        const args = ['mwi', 'on', '-i', 'fleet.csv', '--yes', '--rate', '100', '--json', ...to];
        const running = await startCli(args, { cwd });
        await running.says(/1005@phones\.test/);
        await appendFile(`${cwd}/fleet.csv`, '1,phones.test,\n');
        const result = await running.ended;
        expect(result).toMatchObject({ code: 5, signal: null });
        expect(result.stderr).toMatch(
          /^phonectl: after \d+ orders: fleet\.csv: changed while it was being read; the phones that are left were not told\n {2}try: .*a copy that nothing writes to\n {2}go on: phonectl run resume \S+\n$/,
        );
        const { summary } = jsonOf<{ summary: Record<string, number> }>(result);
        expect(summary).toEqual({ accepted: events.length });
        expect(events.length).toBeLessThan(400);
      }),
    );
  });
});

describe('a server that hangs up once all is answered', () => {
  it('has done all that it was asked for', async () => {
    const { port } = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      await peer.command();
      peer.socket.end(commandReply('+OK').repeat(2));
    });
    const flags = ['--no-check', '--rate', '0', '-q', '-P', String(port)];
    const args = ['mwi', 'on', '1000@phones.test', '1001@phones.test', ...flags];
    expect(await runCli(args)).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });
});
