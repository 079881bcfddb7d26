import { describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxFaults, startSandbox } from '../../src/sandbox/index.js';
import { linesOf, runCli, startCli } from '../support/cli.js';
import { snoms, userOf, withFolder, withSandbox } from '../support/lab.js';
import { summed, tell, toldBy } from '../support/outcomes.js';
import { deadPort } from '../support/scripted-server.js';

const FILE = `user,domain,vendor,server
1000,phones.test,snom,berlin
1001,phones.test,snom,paris
1002,phones.test,snom,Berlin
1003,phones.test,snom,paris
`;

/** Two sandboxes with the same phones, as `--server`s of these names. */
function withTwo(use: (lab: { flags: string[]; berlin: string[]; paris: string[]; cwd: string }) => Promise<void>) {
  return withFolder({ 'fleet.csv': FILE }, (cwd) =>
    withSandbox({ phones: snoms(4) }, (one) =>
      withSandbox({ phones: snoms(4) }, (two) => {
        const flags = ['--server', `berlin=127.0.0.1:${one.port}`, '--server', `paris=127.0.0.1:${two.port}`];
        const [berlin, paris] = [one.events as string[], two.events as string[]];
        return use({ flags, berlin, paris, cwd });
      }),
    ),
  );
}

describe('a run over several servers', () => {
  it('tells each phone through the server that its row names, and outcomes name it', async () => {
    await withTwo(async ({ flags, berlin, paris, cwd }) => {
      const told = await tell(['resync', '-i', 'fleet.csv', ...flags], { cwd });
      expect(told.code, told.stderr).toBe(0);
      expect(told.phones.map(({ aor, server }) => `${aor.slice(0, 4)} ${server}`).sort()).toEqual([
        '1000 berlin',
        '1001 paris',
        '1002 berlin',
        '1003 paris',
      ]);
      expect([berlin.map(userOf), paris.map(userOf)]).toEqual([
        ['1000', '1002'],
        ['1001', '1003'],
      ]);
    });
  });

  it('does not go to a server that only the file knows: it would get the password', async () => {
    await withTwo(async ({ flags, berlin, cwd }) => {
      const { code, stderr } = await runCli(['resync', '-i', 'fleet.csv', ...flags.slice(0, 2)], { cwd });
      expect([code, berlin]).toEqual([3, []]);
      expect(stderr).toContain('fleet.csv:3: 1001@phones.test: server "paris" is none of berlin');
    });
  });

  it('finds where a phone is that names no server, and leaves out who is nowhere', async () => {
    await withSandbox({ phones: [{ user: '1000' }, { user: '1001' }] }, (one) =>
      withSandbox({ phones: [{ user: '1001' }, { user: '1002' }] }, async (two) => {
        const flags = ['--server', `a=127.0.0.1:${one.port}`, '--server', `b=127.0.0.1:${two.port}`];
        const aors = ['1000', '1001', '1002', '1003'].map((user) => `${user}@phones.test`);
        const told = await tell(['message', 'hi', ...aors, ...flags]);
        expect(told.code).toBe(5);
        expect(told.phones.map(({ aor, server, outcome }) => `${aor.slice(0, 4)} ${server} ${outcome}`).sort()).toEqual(
          ['1000 a accepted', '1001 a accepted', '1001 b accepted', '1002 b accepted', '1003 a skipped'],
        );
        const blind = await runCli(['message', 'hi', ...aors, ...flags, '--no-check']);
        expect(blind.code).toBe(2);
        expect(blind.stderr).toContain('no server is named, and nobody asked which of a, b it is');
      }),
    );
  });

  it('takes all who are registered anywhere', async () => {
    await withTwo(async ({ flags, berlin, paris }) => {
      const told = await tell(['resync', '--registered', '--default-vendor', 'snom', ...flags]);
      expect([told.code, told.phones.length]).toEqual([0, 8]);
      expect([berlin.length, paris.length]).toEqual([4, 4]);
    });
  });

  it('goes on with the others if one is down', async () => {
    await withTwo(async ({ flags, berlin, cwd }) => {
      const port = await deadPort();
      const down = [...flags.slice(0, 2), '--server', `paris=127.0.0.1:${port}`];
      const told = await tell(['resync', '-i', 'fleet.csv', ...down], { cwd });
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 accepted',
        `1001 not-sent: can't connect to 127.0.0.1:${port}: nothing listens there`,
        '1002 accepted',
        `1003 not-sent: can't connect to 127.0.0.1:${port}: nothing listens there`,
      ]);
      expect(berlin).toHaveLength(2);
      expect(told.stderr).toContain(
        `warning: can't connect to 127.0.0.1:${port}: nothing listens there; its phones are not told`,
      );
      const both = ['--server', `berlin=127.0.0.1:${await deadPort()}`, ...down.slice(2)];
      expect((await tell(['resync', '-i', 'fleet.csv', ...both], { cwd })).code).toBe(4);
    });
  });

  it('does not wait for one that is slow', async () => {
    const rows = Array.from(
      { length: 200 },
      (_, index) => `${1000 + index},phones.test,snom,${index % 2 ? 'slow' : 'fast'}\n`,
    );
    await withFolder({ 'fleet.csv': `user,domain,vendor,server\n${rows.join('')}` }, (cwd) =>
      withSandbox({ phones: snoms(200) }, async (fast) => {
        const slow = await startSandbox({ phones: snoms(200), faults: { holdReplyOf: 1 } });
        try {
          const flags = ['--server', `fast=127.0.0.1:${fast.port}`, '--server', `slow=127.0.0.1:${slow.port}`];
          const args = [
            'resync',
            '-i',
            'fleet.csv',
            '--yes',
            '--rate',
            '0',
            '-o',
            'jsonl',
            '--timeout',
            '20s',
            ...flags,
          ];
          const running = await startCli(args, { cwd });
          // All of the one server are told while the other has not answered its first order.
          await running.says(/(?:.*"server":"fast".*"accepted".*\n){100}/);
          expect(running.stdout).not.toContain('"server":"slow"');
          running.process.kill('SIGINT');
          expect((await running.ended).code).toBe(130);
        } finally {
          await slow.close();
        }
      }),
    );
  });

  it('has its own pace and its own fate at each: one is quick, one is restarted under way, one is slow', async () => {
    const PHONES = 300;
    const names = ['quick', 'restarted', 'slow'];
    const rows = Array.from({ length: PHONES }, (_, index) => `${1000 + index},phones.test,snom,${names[index % 3]}\n`);
    await withFolder({ 'fleet.csv': `user,domain,vendor,server\n${rows.join('')}` }, async (cwd) => {
      const told: string[][] = [[], [], []];
      const start = (at: number, port: number, faults: SandboxFaults) =>
        startSandbox({
          phones: snoms(PHONES),
          port,
          faults,
          onCommand: (raw) => {
            if (raw.toString().startsWith('sendevent NOTIFY')) told[at]?.push(userOf(raw.toString()));
          },
        });
      const sandboxes = await Promise.all([start(0, 0, {}), start(1, 0, {}), start(2, 0, { delayMs: 60 })]);
      try {
        const flags = sandboxes.flatMap(({ port }, at) => ['--server', `${names[at]}=127.0.0.1:${port}`]);
        const args = ['resync', '-i', 'fleet.csv', '--yes', '--rate', '100', '--concurrency', '2', '-o', 'jsonl'];
        const running = await startCli([...args, ...flags], { cwd });
        await running.says(/"1061@phones\.test"/);
        const { port } = sandboxes[1] as Sandbox;
        await sandboxes[1]?.close();
        sandboxes[1] = await start(1, port, {});
        const { code, phones, stderr } = toldBy(await running.ended);
        const of = (server: string) => phones.filter((phone) => phone.server === server);
        expect(names.map((name) => of(name).length)).toEqual([100, 100, 100]);
        expect(new Set([...of('quick'), ...of('slow')].map(({ outcome }) => outcome))).toEqual(new Set(['accepted']));
        const unknown = of('restarted').filter(({ outcome }) => outcome === 'unknown');
        expect(unknown.length).toBeLessThanOrEqual(2);
        expect(of('restarted').filter(({ outcome }) => outcome === 'accepted')).toHaveLength(100 - unknown.length);
        expect(code).toBe(unknown.length > 0 ? 5 : 0);
        for (const users of told) expect(new Set(users).size).toBe(users.length);
        expect(stderr).toContain('note: restarted is back');
        // The slow one was the last, and the quick one did not wait for it.
        expect(phones.at(-1)?.server).toBe('slow');
        const lastOfQuick = phones.findLastIndex(({ server }) => server === 'quick');
        expect(phones.slice(lastOfQuick).filter(({ server }) => server === 'slow').length).toBeGreaterThan(10);
      } finally {
        await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
      }
    });
  });

  it.each([
    ['berlin=', 3],
    ['berlin=host:0', 3],
    ['berlin=host:99999', 3],
    ['x y=host', 3],
  ])('is refused where a server is none: %j', async (server, code) => {
    expect((await runCli(['mwi', 'on', '1000@phones.test', '--server', server])).code).toBe(code);
  });
});

describe('a server that comes back', () => {
  it('is sent what was left, and nobody is told twice', async () => {
    await withFolder({}, (cwd) =>
      withSandbox({ phones: snoms(60), faults: { dieAfter: 20 } }, async ({ to, events }) => {
        const aors = snoms(60).map(({ user }) => `${user}@phones.test`);
        const told = await tell(['mwi', 'on', ...aors, '--yes', '--rate', '0', ...to], { cwd });
        expect(told.code).toBe(5);
        const words = told.phones.map(({ outcome }) => outcome);
        expect(new Set(words)).toEqual(new Set(['accepted', 'unknown']));
        expect(words.filter((word) => word === 'unknown').length).toBeLessThanOrEqual(16);
        const users = events.map(userOf);
        expect(new Set(users).size).toBe(users.length);
        const unknown = told.phones.filter(({ outcome }) => outcome === 'unknown').map(({ aor }) => aor.slice(0, 4));
        for (const { aor, outcome } of told.phones) {
          if (outcome === 'accepted') expect(users).toContain(aor.slice(0, 4));
        }
        expect(unknown).toContain('1019');
        expect(linesOf(told.stderr).some((line) => line.endsWith('; trying again'))).toBe(true);
        expect(linesOf(told.stderr).some((line) => line.endsWith(' is back'))).toBe(true);
      }),
    );
  });
});
