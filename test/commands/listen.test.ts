import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSocket } from '../../src/esl/index.js';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { within } from '../live/until.js';
import { jsonOf, linesOf, type RunningCli, runCli, startCli } from '../support/cli.js';
import { freePort } from '../support/free-port.js';
import { type Lab, SNOM, withFolder, withSandbox, YEALINK } from '../support/lab.js';
import { ROOT } from '../support/reference.js';
import { type Deafness, withRelay } from '../support/relay.js';

const SILENCE = 'confirm: silence_stream://1\ndeny: silence_stream://1\n';
const CODES = `codes:\n  "*71": resync\n  "*72": reboot\n  "*73": dnd toggle\n  "*74": mwi on\n${SILENCE}`;
const RESYNC = 'NOTIFY check-sync;reboot=false';

interface Listening extends Lab {
  readonly cli: RunningCli;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Waits for so many entries, and gives all that there are. */
  entries(count: number): Promise<Record<string, unknown>[]>;
}

interface ListeningOptions extends Omit<SandboxOptions, 'dialplan'> {
  readonly codes?: string;
  /** What the dialplan says behind the address. */
  readonly words?: string;
  /** What FreeSWITCH does not hear of what it is told. */
  readonly deaf?: Deafness;
  /** What the settings say. */
  readonly settings?: string;
  /** Files of the state folder. */
  readonly state?: Readonly<Record<string, string>>;
}

/** phonectl waits for calls, and a sandbox hands it those to any number. */
async function withListener(
  { codes = CODES, words = 'async full', deaf, settings = '', state = {}, ...options }: ListeningOptions,
  use: (listening: Listening) => Promise<void>,
): Promise<void> {
  await withFolder({ 'codes.yaml': codes, 'settings.yaml': settings }, async (folder) => {
    const env = { XDG_STATE_HOME: join(folder, 'state'), PHONECTL_CONFIG: 'settings.yaml' };
    await mkdir(join(folder, 'state/phonectl'), { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(state)) await writeFile(join(folder, 'state/phonectl', name), text);
    const cli = await startCli(['listen', '--codes', 'codes.yaml', '--port', '0', '-o', 'jsonl'], { cwd: folder, env });
    const [, port] = await cli.explains(/listening on 127\.0\.0\.1:(\d+): \d+ codes?, journal \S+; Ctrl-C ends it/);
    const entries = async (count: number) => {
      await eventually(() => linesOf(cli.stdout).length >= count);
      return linesOf(cli.stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const call = async (at: number) => {
      const application = `socket 127.0.0.1:${at} ${words}`;
      const dialplan = Object.fromEntries(['*71', '*72', '*73', '*74', '*99'].map((number) => [number, application]));
      await withSandbox({ phones: [{ user: '1000', userAgent: SNOM }], ...options, dialplan }, async (lab) => {
        await use({ ...lab, cli, folder, env, entries });
        await eventually(() => lab.sandbox.calls().length === 0);
      });
    };
    if (deaf) await withRelay(Number(port), (relay) => call(relay.port), deaf);
    else await call(Number(port));
    if (!cli.process.killed) cli.process.kill('SIGTERM');
    expect(await cli.ended).toMatchObject({ code: 0, signal: null });
  });
}

/** Fails if it does not come about. */
async function eventually(done: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await within(20_000, done))) throw new Error(`it has not come about: ${done}`);
}

describe.concurrent('listen', () => {
  it('tells the phone that has dialled, and no other', async () => {
    const phones = [SNOM, YEALINK].map((userAgent, index) => ({ user: String(1000 + index), userAgent }));
    await withListener({ phones }, async ({ sandbox, requests, entries }) => {
      const { uuid } = sandbox.dial('1001@phones.test', '*71');
      expect(await entries(1)).toEqual([
        {
          aor: '1001@phones.test',
          server: 'sandbox',
          profile: 'internal',
          vendor: 'yealink',
          event: RESYNC,
          row: 1,
          outcome: 'accepted',
          reason: null,
          sipStatus: null,
          eventUuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          ms: expect.any(Number),
          code: '*71',
          call: uuid,
        },
      ]);
      expect(requests.map(({ aor, event }) => [aor, event])).toEqual([['1001@phones.test', 'check-sync;reboot=false']]);
    });
  });

  it('of several devices tells the one that has dialled', async () => {
    const phones = [SNOM, YEALINK].map((userAgent, index) => ({ user: '1000', userAgent, networkPort: 5060 + index }));
    await withListener({ phones }, async ({ sandbox, requests, entries }) => {
      sandbox.dial('1000@phones.test', '*71', { device: 1 });
      await entries(1);
      sandbox.dial('1000@phones.test', '*71', { device: 0 });
      expect((await entries(2)).map(({ vendor }) => vendor)).toEqual(['yealink', 'snom']);
      expect(requests).toHaveLength(2);
      const blind = { sip_contact_uri: '', sip_network_ip: '192.0.2.7' };
      sandbox.dial('1000@phones.test', '*71', { variables: blind });
      expect((await entries(3))[2]).toMatchObject({
        outcome: 'skipped',
        reason: "which of its 2 devices calls can't be told",
      });
      expect(requests).toHaveLength(2);
    });
  });

  it('sends nothing for a caller who is not authenticated, whoever the call says to be', async () => {
    await withListener({}, async ({ sandbox, events, entries }) => {
      const causes: string[] = [];
      sandbox.bus.on('hangup', ({ cause }) => causes.push(cause));
      sandbox.dial('1000@phones.test', '*71', { authenticated: false });
      expect(await entries(1)).toMatchObject([
        {
          aor: 'unknown',
          outcome: 'skipped',
          reason: 'FreeSWITCH has not authenticated this call; its From says 1000@phones.test',
        },
      ]);
      await eventually(() => causes.length > 0);
      expect(causes).toEqual(['CALL_REJECTED']);
      expect(events).toEqual([]);
    });
  });

  it('sends nothing for a phone that was transferred to the code, or is not the one that is registered', async () => {
    await withListener({}, async ({ sandbox, events, entries }) => {
      const ways = [
        { transfer_source: '1764:ab:bl_xfer:*71/default/XML' },
        { sip_contact_uri: '1000@192.0.2.7:5060', sip_network_ip: '192.0.2.7' },
      ];
      for (const [index, variables] of ways.entries()) {
        sandbox.dial('1000@phones.test', '*71', { variables });
        await entries(index + 1);
      }
      expect((await entries(2)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
        [
          'skipped',
          'the call was transferred to the code, its phone has not dialled it; its From says 1000@phones.test',
        ],
        ['skipped', 'the device that is registered is not known to be the one that calls'],
      ]);
      expect(events).toEqual([]);
    });
  });

  it('keeps neither long texts of unknown callers nor each of very many', async () => {
    await withListener({}, async ({ cli, sandbox, entries }) => {
      const long = 'x'.repeat(50_000);
      for (let count = 0; count < 100; count++) {
        sandbox.dial('1000@phones.test', '*71', { authenticated: false, variables: { sip_from_user: long } });
      }
      await eventually(() => sandbox.calls().length === 0);
      const noted = await entries(60);
      expect(noted).toHaveLength(60);
      expect(JSON.stringify(noted).length).toBeLessThan(60 * 600);
      cli.process.kill('SIGTERM');
      await cli.explains(/phonectl: 40 more calls refused without a word, in no journal/);
    });
  });

  it('can trust the From header if it is told to', async () => {
    await withListener({ codes: `${CODES}identity: from\n` }, async ({ sandbox, requests, entries }) => {
      sandbox.dial('1000@phones.test', '*71', { authenticated: false });
      expect(await entries(1)).toMatchObject([{ aor: '1000@phones.test', outcome: 'accepted' }]);
      expect(requests).toHaveLength(1);
    });
  });

  it('reboots a phone when its call has ended, and not while it is in another one', async () => {
    await withListener({}, async ({ sandbox, requests, entries }) => {
      let callsThen = -1;
      sandbox.bus.on('request', () => {
        callsThen = sandbox.calls().length;
      });
      sandbox.dial('1000@phones.test', '*72');
      expect(await entries(1)).toMatchObject([{ outcome: 'accepted', event: 'NOTIFY check-sync;reboot=true' }]);
      expect(callsThen).toBe(0);
      sandbox.startCall('1000@phones.test');
      sandbox.dial('1000@phones.test', '*72');
      expect((await entries(2))[1]).toMatchObject({ outcome: 'skipped', reason: 'in another call' });
      sandbox.endCall('1000@phones.test');
      expect(requests).toHaveLength(1);
    });
  }, 40_000);

  it('waits for the end of the call with a resync, too, if the settings make a reboot of it', async () => {
    const settings = 'vendors: {snom: {resync: check-sync;reboot=true}}\n';
    await withListener({ settings }, async ({ sandbox, entries }) => {
      let callsThen = -1;
      sandbox.bus.on('request', () => {
        callsThen = sandbox.calls().length;
      });
      sandbox.dial('1000@phones.test', '*71');
      expect(await entries(1)).toMatchObject([{ outcome: 'accepted', event: 'NOTIFY check-sync;reboot=true' }]);
      expect(callsThen).toBe(0);
    });
  }, 40_000);

  it('does not reboot a phone whose call does not end', async () => {
    const deaf = { to: 'call-command: hangup', answer: 'Content-Type: command/reply\nReply-Text: +OK\n\n' };
    await withListener({ deaf }, async ({ sandbox, requests, entries }) => {
      const { uuid } = sandbox.dial('1000@phones.test', '*72');
      expect(await entries(1)).toMatchObject([{ outcome: 'skipped', reason: 'its call has not ended' }]);
      expect(requests).toEqual([]);
      sandbox.hangUp(uuid);
    });
  }, 40_000);

  it('does not wait for ever for a FreeSWITCH that falls silent, nor when it is to end', async () => {
    await withListener({ deaf: { to: 'playback' } }, async ({ cli, sandbox, entries }) => {
      const { uuid } = sandbox.dial('1000@phones.test', '*71');
      expect(await entries(1)).toMatchObject([{ outcome: 'accepted' }]);
      cli.process.kill('SIGTERM');
      await cli.explains(/waiting for 1 call to end; once more ends at once/);
      expect(await cli.ended).toMatchObject({ code: 0, signal: null });
      sandbox.hangUp(uuid);
    });
  }, 60_000);

  it('carries an order out although its caller hangs up at once when he hears something', async () => {
    const codes = CODES.replace('confirm: silence_stream://1\n', 'confirm: silence_stream://1000\n');
    await withListener({ codes }, async ({ sandbox, port, requests, entries }) => {
      const watching = await openSocket({ host: '127.0.0.1', port, password: 'ClueCon' });
      await watching.subscribe({ names: ['CHANNEL_EXECUTE'] });
      watching.on('event', ({ headers }) => {
        if (headers.get('Application') === 'playback') sandbox.hangUp(headers.get('Unique-ID') ?? '');
      });
      for (const number of ['*71', '*72']) sandbox.dial('1000@phones.test', number);
      expect((await entries(2)).map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
      expect(requests).toHaveLength(2);
      await watching.close();
    });
  });

  it('toggles what it remembers, over a restart as well', async () => {
    const phones = [{ user: '1000', userAgent: SNOM, subscriptions: [{ event: 'as-feature-event' as const }] }];
    await withListener({ phones }, async ({ sandbox, requests, entries, folder }) => {
      for (const count of [1, 2, 3]) {
        sandbox.dial('1000@phones.test', '*73');
        await entries(count);
      }
      const states = requests.map(({ body }) => /<doNotDisturbOn>(\w+)</.exec(body)?.[1]);
      expect(states).toEqual(['on', 'off', 'on']);
      const remembered = join(folder, 'state/phonectl/switches');
      const [file = '', ...others] = await readdir(remembered);
      expect(others).toEqual([]);
      expect(await readFile(join(remembered, file), 'utf8')).toBe('dnd 1000@phones.test\n');
    });
  });

  it('has two calls of one phone that toggle at once one after the other', async () => {
    const phones = [{ user: '1000', userAgent: SNOM, subscriptions: [{ event: 'as-feature-event' as const }] }];
    await withListener({ phones }, async ({ sandbox, requests, entries }) => {
      for (let count = 0; count < 4; count++) sandbox.dial('1000@phones.test', '*73');
      await entries(4);
      const states = requests.map(({ body }) => /<doNotDisturbOn>(\w+)</.exec(body)?.[1]);
      expect(states).toEqual(['on', 'off', 'on', 'off']);
    });
  });

  it('says so if what is on can not be remembered or looked up, and goes on', async () => {
    const codes = CODES.replace('dnd toggle', 'dnd on').replace('mwi on', 'mwi toggle');
    const phones = [{ user: '1000', userAgent: SNOM, subscriptions: [{ event: 'as-feature-event' as const }] }];
    await withListener({ codes, phones, state: { switches: 'a file' } }, async ({ cli, sandbox, entries }) => {
      sandbox.dial('1000@phones.test', '*73');
      await cli.explains(
        /dnd of 1000@phones\.test is on can't be remembered in \S+switches: there is such a file already; toggle goes/,
      );
      expect(await entries(1)).toMatchObject([{ outcome: 'accepted' }]);
      sandbox.dial('1000@phones.test', '*74');
      const [, second] = await entries(2);
      expect(second?.reason).toMatch(/^whether mwi is on can't be read in \S+switches: it is not a folder$/);
      sandbox.dial('1000@phones.test', '*71');
      expect((await entries(3))[2]).toMatchObject({ outcome: 'accepted' });
    });
  });

  it('refuses, with the reason: numbers that are no code, phones that are not there, callers that call too often', async () => {
    const phones = [
      { user: '1000', userAgent: SNOM },
      { user: '1001', userAgent: SNOM, offline: true },
      { user: '1002', userAgent: 'Nobody/1.0' },
    ];
    await withListener({ phones, codes: `${CODES}limit: 2/1h\n` }, async ({ sandbox, requests, entries }) => {
      const calls = [
        ['1000@phones.test', '*99', '*99 is no code'],
        ['1001@phones.test', '*71', 'not registered'],
        ['1002@phones.test', '*71', 'no known vendor has the User-Agent "Nobody/1.0"'],
        ['1000@phones.test', '*71', null],
        ['1000@phones.test', '*71', 'too many calls'],
      ] as const;
      for (const [index, [aor, number]] of calls.entries()) {
        sandbox.dial(aor, number);
        await entries(index + 1);
      }
      expect((await entries(5)).map(({ reason }) => reason)).toEqual(calls.map(([, , reason]) => reason));
      expect(requests).toHaveLength(1);
    });
  });

  it('says so when the dialplan lacks a word', async () => {
    await withListener({ words: 'async' }, async ({ sandbox, requests, entries }) => {
      sandbox.dial('1000@phones.test', '*71');
      const reason = 'the dialplan hands over its call without "full"';
      expect(await entries(1)).toMatchObject([{ outcome: 'skipped', reason }]);
      expect(requests).toEqual([]);
    });
  });

  it('does the same without async', async () => {
    await withListener({ words: 'full' }, async ({ sandbox, requests, entries }) => {
      for (const number of ['*71', '*72']) {
        sandbox.dial('1000@phones.test', number);
        await entries(number === '*71' ? 1 : 2);
      }
      expect((await entries(2)).map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
      expect(requests).toHaveLength(2);
    });
  });

  it('can not be made to do harm by what a caller says of himself', async () => {
    await withListener({}, async ({ sandbox, requests, events, entries }) => {
      const hostile = [
        '1000\nuser: 1001',
        '1000\r\n\r\nsendevent NOTIFY',
        '1000@phones.test;x',
        '*',
        "1000' or '1'='1",
        '\u001b[2J1000',
      ];
      for (const [index, userName] of hostile.entries()) {
        sandbox.dial('1000@phones.test', '*71', { variables: { user_name: userName } });
        await entries(index + 1);
      }
      for (const entry of await entries(hostile.length)) expect(entry).toMatchObject({ outcome: 'skipped' });
      expect([requests, events]).toEqual([[], []]);
    });
  });

  it('has many calls at once, each in its own right', async () => {
    const phones = Array.from({ length: 40 }, (_, index) => ({ user: String(1000 + index), userAgent: SNOM }));
    await withListener({ phones }, async ({ sandbox, requests, entries }) => {
      for (const { user } of phones) sandbox.dial(`${user}@phones.test`, '*71');
      const accepted = (await entries(40)).filter(({ outcome }) => outcome === 'accepted');
      expect(new Set(accepted.map(({ aor }) => aor)).size).toBe(40);
      expect(requests).toHaveLength(40);
    });
  });

  it('keeps a journal, which the commands for runs can read and nobody can go on with', async () => {
    await withListener({}, async ({ sandbox, entries, env, folder }) => {
      for (const [index, number] of ['*71', '*71', '*99'].entries()) {
        sandbox.dial('1000@phones.test', number);
        await entries(index + 1);
      }
      const options = { cwd: folder, env };
      const report = await runCli(['run', 'report', 'last', '--json'], options);
      const { phones } = jsonOf<{ phones: { outcome: string; row: number }[] }>(report);
      expect(phones.map(({ row, outcome }) => [row, outcome])).toEqual([
        [1, 'accepted'],
        [2, 'accepted'],
        [3, 'skipped'],
      ]);
      expect((await runCli(['run', 'report', 'last'], options)).stdout).toContain(
        '\n3 calls: 2 accepted, 1 skipped, in ',
      );
      const shown = await runCli(['run', 'show', 'last'], options);
      expect(shown.stdout).toContain('\ncalls    2 accepted, 1 skipped\n');
      expect(shown.stdout).not.toContain('go on');
      expect((await runCli(['run', 'list'], options)).stdout).toMatch(/listen +- /);
      const resumed = await runCli(['run', 'resume', 'last'], options);
      expect(resumed).toMatchObject({ code: 3 });
      expect(resumed.stderr).toContain('waited for calls; there is nothing to go on with');
    });
  });

  it('shows each call in a line for people', async () => {
    await withFolder({ 'codes.yaml': CODES }, async (folder) => {
      const env = { XDG_STATE_HOME: join(folder, 'state') };
      const cli = await startCli(['listen', '--codes', 'codes.yaml', '--port', '0'], { cwd: folder, env });
      const [, port] = await cli.says(/^listening on 127\.0\.0\.1:(\d+): 4 codes, journal \S+; Ctrl-C ends it\n/);
      const dialplan = { '*71': `socket 127.0.0.1:${port} async full` };
      await withSandbox({ phones: [{ user: '1000', userAgent: SNOM }], dialplan }, async ({ sandbox }) => {
        sandbox.dial('1000@phones.test', '*71');
        await cli.says(/^\d\d:\d\d:\d\d {2}1000@phones\.test {2}\*71 {2}NOTIFY check-sync;reboot=false {2}accepted$/m);
      });
      cli.process.kill('SIGINT');
      expect(await cli.ended).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('is not troubled by those who are no FreeSWITCH', async () => {
    await withListener({}, async ({ cli, sandbox, entries }) => {
      const [, port] = /127\.0\.0\.1:(\d+)/.exec(cli.stderr) ?? [];
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
      expect(answer).toBeInstanceOf(Error);
      await cli.explains(/^phonectl: 127\.0\.0\.1:\d+/m);
      for (let count = 0; count < 20; count++) await fetch(`http://127.0.0.1:${port}/`).catch(() => {});
      sandbox.dial('1000@phones.test', '*71');
      expect(await entries(1)).toMatchObject([{ outcome: 'accepted' }]);
      cli.process.kill('SIGTERM');
      await cli.explains(/^phonectl: 127\.0\.0\.1:\d+.* \(and 17 more of such\)$/m);
      expect(cli.stderr.match(/^phonectl: /gm)).toHaveLength(4);
    });
  });

  it('ends when its journal can not be written any more, and says what to try', async () => {
    await withFolder({ 'codes.yaml': CODES }, async (folder) => {
      const port = await freePort();
      const limited = `ulimit -f 2; exec "$0" "$@" listen --codes codes.yaml --port ${port}`;
      const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
      const listener = spawn('bash', ['-c', limited, process.execPath, join(ROOT, 'bin/run.js')], { cwd: folder, env });
      let [said, told] = ['', ''];
      listener.stdout.on('data', (text) => {
        said += text;
      });
      listener.stderr.on('data', (text) => {
        told += text;
      });
      const ended = once(listener, 'exit');
      await eventually(() => said.includes('listening on'));
      const dialplan = { '*71': `socket 127.0.0.1:${port} async full` };
      const codes = { phones: [{ user: '1000', userAgent: SNOM }], dialplan };
      await withSandbox(codes, async ({ sandbox }) => {
        for (let count = 0; count < 5; count++) {
          sandbox.dial('1000@phones.test', '*71');
          await eventually(() => sandbox.calls().length === 0);
        }
      });
      expect(await ended).toEqual([1, null]);
      expect(told).toMatch(
        /^phonectl: the journal \S+ can't be written: .*\n {2}try: make room, or keep .*XDG_STATE_HOME=FOLDER\n$/,
      );
    });
  });

  it('does not begin with a file that is wrong, or on a port that is taken', async () => {
    await withFolder({ 'codes.yaml': 'codes:\n  "*71": resink\n', 'good.yaml': CODES }, async (folder) => {
      const env = { XDG_STATE_HOME: join(folder, 'state') };
      const wrong = await runCli(['listen', '--codes', 'codes.yaml'], { cwd: folder, env });
      expect(wrong).toMatchObject({ code: 3, stdout: '' });
      expect(wrong.stderr).toMatch(/^phonectl: codes\.yaml:2: \*71: "resink" is not known\n {2}try: one of resync, /);
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const port = String((taken.address() as { port: number }).port);
      const failed = await runCli(['listen', '--codes', 'good.yaml', '--port', port], { cwd: folder, env });
      taken.close();
      expect(failed).toMatchObject({ code: 3, stdout: '' });
      expect(failed.stderr).toContain(`can't listen on 127.0.0.1:${port}: something listens there already`);
    });
  });
});
