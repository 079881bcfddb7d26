import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linesOf, runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';
import { tell } from '../support/outcomes.js';

const AORS = snoms(20).map(({ user }) => `${user}@phones.test`);

function inState<T>(
  files: Record<string, string>,
  use: (at: { cwd: string; env: Record<string, string> }) => Promise<T>,
) {
  return withFolder(files, (cwd) => use({ cwd, env: { XDG_STATE_HOME: `${cwd}/state` } }));
}

/** Interrupts a run over 20 phones once it has told some. */
async function interrupted(args: readonly string[], at: { cwd: string; env: Record<string, string> }, stdin = '') {
  const running = await startCli(['resync', ...args, '--rate', '10', '--yes', '-o', 'jsonl'], { ...at, stdin });
  await running.says(/accepted.*\n.*accepted/);
  running.process.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
}

describe('a run that is under way', () => {
  it.each([
    ['a pipe', ['-i', '-'], csvOf(20)],
    ['arguments', [...AORS, '--default-vendor', 'snom'], ''],
    ['registrations', ['--registered'], ''],
  ])('can’t be resumed beside itself, nor its journal be deleted: phones from %s', async (_what, phones, stdin) => {
    await inState({}, (at) =>
      withSandbox({ phones: snoms(20) }, async ({ to, events }) => {
        const args = ['resync', ...phones, ...to, '--rate', '2', '--yes', '-o', 'jsonl'];
        const running = await startCli(args, { ...at, stdin });
        await running.says(/accepted/);
        const resumed = await runCli(['run', 'resume', 'last'], at);
        expect([resumed.code, resumed.stderr.includes('another run is telling the same phones')]).toEqual([75, true]);
        expect((await runCli(['run', 'prune', '--keep', '0'], at)).stdout).toMatch(/^deleted 0 runs/);
        running.process.kill('SIGINT');
        expect((await running.ended).code).toBe(130);
        expect(new Set(events.map(userOf)).size).toBe(events.length);
        expect((await runCli(['run', 'prune', '--keep', '0'], at)).stdout).toMatch(/^deleted 1 run/);
      }),
    );
  });
});

describe('a run that is resumed', () => {
  it('goes through the servers that it went through, or not at all', async () => {
    await inState({ 'p.csv': csvOf(20) }, (at) =>
      withSandbox({ phones: snoms(20) }, async ({ port, events }) => {
        const env = { ...at.env, PHONECTL_PORT: String(port) };
        await interrupted(['-i', 'p.csv'], { ...at, env });
        const before = events.length;
        const elsewhere = await runCli(['run', 'resume', 'last'], {
          ...at,
          env: { ...env, PHONECTL_HOST: 'localhost' },
        });
        expect([elsewhere.code, events.length]).toEqual([3, before]);
        expect(elsewhere.stderr).toContain(
          `went through 127.0.0.1:${port}, and now it would go through localhost:${port}`,
        );
        expect((await runCli(['run', 'resume', 'last', '--quiet'], { ...at, env })).code).toBe(0);
        expect(events.map(userOf).sort()).toEqual(snoms(20).map(({ user }) => user));
      }),
    );
  });

  it('knows its phones by name once a part of it had another inventory', async () => {
    await inState({ 'p.csv': csvOf(20) }, (at) =>
      withSandbox({ phones: snoms(21) }, async ({ to, events }) => {
        const original = readFileSync(`${at.cwd}/p.csv`, 'utf8');
        await interrupted(['-i', 'p.csv', ...to], at);
        writeFileSync(`${at.cwd}/p.csv`, original.replace('\n', '\n1020,phones.test,snom\n'));
        const changed = await startCli(['run', 'resume', 'last', '--accept-changes'], at);
        await changed.says(/1020@.*accepted/);
        changed.process.kill('SIGINT');
        await changed.ended;
        writeFileSync(`${at.cwd}/p.csv`, original);
        expect((await runCli(['run', 'resume', 'last'], at)).code).toBe(3);
        expect((await runCli(['run', 'resume', 'last', '--accept-changes'], at)).code).toBe(0);
        expect(events.map(userOf).sort()).toEqual(snoms(21).map(({ user }) => user));
      }),
    );
  });

  it('does not say again what there is to know of vendors', async () => {
    const csv = csvOf(20).replace('1000,phones.test,snom', '1000,phones.test,yealink');
    await inState({ 'p.csv': csv }, (at) =>
      withSandbox({ phones: snoms(20).map(({ user }) => ({ user })) }, async ({ to }) => {
        const args = ['resync', '-i', 'p.csv', ...to, '--rate', '10', '--yes'];
        const running = await startCli([...args, '-o', 'jsonl'], at);
        await running.says(/accepted.*\n.*accepted/);
        running.process.kill('SIGINT');
        expect((await running.ended).stderr).toContain('note: yealink: ');
        const resumed = await runCli(['run', 'resume', 'last'], at);
        expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: '' });
      }),
    );
  });

  it('does not go on with settings that would have something else sent; another pace is no matter', async () => {
    const settings = 'vendors: {snom: {resync: own-word}}\n';
    await inState({ 'p.csv': csvOf(20), 'c.yaml': settings }, (inside) =>
      withSandbox({ phones: snoms(20) }, async ({ to, events }) => {
        const at = { ...inside, env: { ...inside.env, PHONECTL_CONFIG: 'c.yaml' } };
        await interrupted(['-i', 'p.csv', ...to], at);
        const before = events.length;
        writeFileSync(`${at.cwd}/c.yaml`, settings.replace('own', 'other'));
        const changed = await runCli(['run', 'resume', 'last'], at);
        expect([changed.code, events.length]).toEqual([3, before]);
        expect(linesOf(changed.stderr)).toEqual([
          expect.stringMatching(/^phonectl: since run \S+ was at work, this has changed: settings: vendors\.snom$/),
          expect.stringContaining('--accept-changes'),
        ]);
        writeFileSync(`${at.cwd}/c.yaml`, 'columns: {user: Nst}\n');
        expect((await runCli(['run', 'resume', 'last'], at)).stderr).toContain(
          'changed: settings: vendors.snom, settings: columns\n',
        );
        writeFileSync(`${at.cwd}/c.yaml`, `${settings}rate: 1000\n`);
        expect((await runCli(['run', 'resume', 'last', '--quiet'], at)).code).toBe(0);
        expect(events.map(userOf).sort()).toEqual(snoms(20).map(({ user }) => user));
      }),
    );
  });

  it('is found from any folder, and is done when it is done', async () => {
    await inState({}, (at) =>
      withSandbox({ phones: snoms(20) }, async ({ to }) => {
        mkdirSync(`${at.cwd}/sub`);
        const twice = ['1000@phones.test', '1001@phones.test', '1000@phones.test'];
        const args = ['notify', 'x', ...twice, ...to, '--journal', 'j.jsonl'];
        expect((await runCli(args, at)).code).toBe(0);
        const resumed = await runCli(['run', 'resume', '../j.jsonl'], { ...at, cwd: `${at.cwd}/sub` });
        expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({
          code: 0,
          stderr: `run ${at.cwd}/j.jsonl: nothing is left to do; 2 phones: 2 accepted\n`,
        });
        expect((await runCli(['run', 'show', './j.jsonl'], at)).stdout).not.toContain('go on');
      }),
    );
  });
});

describe('what is said to go on with', () => {
  it('can be typed as it stands', async () => {
    await inState({}, (at) =>
      withSandbox({ phones: snoms(2) }, async ({ to, events }) => {
        const text = "it's\nlunch\u00ad";
        const args = ['message', text, ...to, '--journal', 'j.jsonl', '--', '1000@phones.test', '1009@phones.test'];
        const { code, stderr } = await runCli(args, at);
        expect(code).toBe(5);
        const line = linesOf(stderr).at(-1);
        expect(line).toBe(
          `  go on: phonectl message $'it\\'s\\u000alunch\\u00ad' -P ${to[1]} --failed-from j.jsonl -- 1000@phones.test 1009@phones.test`,
        );
        expect(events.at(-1)).toContain('it');
      }),
    );
  });
});

describe('files that are there already', () => {
  it('are not written over by the copy of the phones', async () => {
    await inState({ 'fleet.csv': 'precious' }, (at) =>
      withSandbox({ phones: snoms(2) }, async ({ to, events }) => {
        const told = await runCli(['resync', '--registered', ...to, '--journal', 'fleet.jsonl'], at);
        expect([told.code, events]).toEqual([3, []]);
        expect(told.stderr).toContain('fleet.csv');
        expect(readFileSync(`${at.cwd}/fleet.csv`, 'utf8')).toBe('precious');
      }),
    );
  });

  it('where a folder should be are named', async () => {
    await withFolder({ blocked: '', 'p.csv': csvOf(2) }, async (cwd) => {
      const env = { XDG_STATE_HOME: `${cwd}/blocked` };
      for (const args of [
        ['resync', '-i', 'p.csv', '--no-journal', '-P', '1'],
        ['run', 'list'],
        ['run', 'prune', '--keep', '0'],
      ]) {
        const { code, stderr } = await runCli(args, { cwd, env });
        expect([code, stderr.includes(`${cwd}/blocked/phonectl`)]).toEqual([3, true]);
      }
    });
  });
});

describe('a journal that somebody has edited', () => {
  it.each([
    ['phones', '<img src=x onerror=alert(1)>'],
    ['args', null],
    ['servers', 'a'],
    ['started', 'yesterday'],
    ['evidence', 'hope'],
  ])('is none if its first line is odd: %s', async (field, value) => {
    await inState({}, (at) =>
      withSandbox({ phones: snoms(2) }, async ({ to }) => {
        await tell(['notify', 'x', '1000@phones.test', ...to, '--journal', 'j.jsonl'], at);
        const [first = '', ...rest] = linesOf(readFileSync(`${at.cwd}/j.jsonl`, 'utf8'));
        const edited = JSON.stringify({ ...(JSON.parse(first) as object), [field]: value });
        writeFileSync(`${at.cwd}/j.jsonl`, [edited, ...rest, ''].join('\n'));
        for (const command of ['show', 'report', 'resume']) {
          const { code, stderr, stdout } = await runCli(['run', command, './j.jsonl'], at);
          expect([code, stdout]).toEqual([3, '']);
          expect(stderr).toContain('is no journal of phonectl');
        }
      }),
    );
  });
});

describe('--failed-from', () => {
  it('means the phone at its server, and the devices that fell short', async () => {
    const files = { 'p.csv': 'user,domain,server,vendor\n1000,phones.test,a,snom\n1000,phones.test,b,snom\n' };
    await inState(files, (at) =>
      withSandbox({ phones: snoms(1) }, (a) =>
        withSandbox({ phones: [] }, async (b) => {
          const servers = ['--server', `a=127.0.0.1:${a.port}`, '--server', `b=127.0.0.1:${b.port}`];
          expect((await tell(['resync', '-i', 'p.csv', ...servers], at)).code).toBe(5);
          const again = await tell(['resync', '-i', 'p.csv', ...servers, '--failed-from', 'last'], at);
          expect(again.phones.map(({ server, outcome }) => `${server} ${outcome}`)).toEqual(['b skipped']);
          const bare = await tell(['resync', ...servers, '--failed-from', 'last'], at);
          expect(bare.phones.map(({ server, outcome }) => `${server} ${outcome}`)).toEqual(['b skipped']);
          const [newest = ''] = readdirSync(`${at.cwd}/state/phonectl/runs`).sort().reverse();
          expect(readFileSync(`${at.cwd}/state/phonectl/runs/${newest}`, 'utf8')).not.toContain('"last"');
          expect(a.events).toHaveLength(1);
        }),
      ),
    );
  });
});

describe('two names of one server', () => {
  it.each(['127.0.0.1', 'localhost'])('are refused: everybody would be told twice (%s)', async (host) => {
    const { code, stderr } = await runCli([
      'resync',
      '1000@phones.test',
      '--server',
      'a=127.0.0.1:9',
      '--server',
      `b=${host}:9`,
    ]);
    expect([code, stderr.includes('--server: a and b are the same server')]).toEqual([3, true]);
  });
});

describe('a run that is resumed from elsewhere', () => {
  it('has the settings of its own folder', async () => {
    await inState({ 'p.csv': csvOf(20), 'phonectl.yaml': 'domain: phones.test\n' }, (at) =>
      withSandbox({ phones: snoms(20) }, async ({ to, events }) => {
        const env = { ...at.env, PHONECTL_CONFIG: undefined, HOME: at.cwd };
        await interrupted(['-i', 'p.csv', ...to], { ...at, env: env as never });
        mkdirSync(`${at.cwd}/away`);
        writeFileSync(`${at.cwd}/away/phonectl.yaml`, 'vendors:\n  snom:\n    resync: other-event\n');
        const resumed = await runCli(['run', 'resume', 'last'], { cwd: `${at.cwd}/away`, env });
        expect([resumed.code, events.length]).toEqual([0, 20]);
        expect(JSON.stringify(events)).not.toContain('other-event');
      }),
    );
  });

  it('does not follow a server that has moved under its name', async () => {
    await inState({ 'p.csv': csvOf(20) }, (at) =>
      withSandbox({ phones: snoms(20) }, ({ port }) =>
        withSandbox({ phones: snoms(20) }, async (other) => {
          const conf = `${at.cwd}/.fs_cli_conf`;
          const env = { ...at.env, PHONECTL_CONFIG: undefined, HOME: at.cwd };
          writeFileSync(conf, `[berlin]\nhost=127.0.0.1\nport=${port}\n`);
          await interrupted(['-i', 'p.csv', '--server', 'berlin'], { ...at, env: env as never });
          writeFileSync(conf, `[berlin]\nhost=127.0.0.1\nport=${other.port}\n`);
          const resumed = await runCli(['run', 'resume', 'last'], { ...at, env });
          expect([resumed.code, other.events.length]).toEqual([3, 0]);
          expect(resumed.stderr).toContain('this has changed: the address of berlin');
        }),
      ),
    );
  });
});
