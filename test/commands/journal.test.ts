import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../src/run/journal/record.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { head, intent, outcome, subject } from '../run/journal/support.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { userOf, withFolder, withSandbox } from '../support/lab.js';
import { summed, tell } from '../support/outcomes.js';

const AORS = ['1000@phones.test', '1001@phones.test', '1002@phones.test'];
const CSV = 'user,domain,vendor\n1000,phones.test,snom\n1001,phones.test,snom\n1002,phones.test,snom\n';

function recordsIn(path: string): JournalRecord[] {
  return linesOf(readFileSync(path, 'utf8')).map((line) => JSON.parse(line) as JournalRecord);
}

/** Runs a test in a folder that is its state folder, too. */
function inState<T>(
  files: Record<string, string>,
  use: (at: { cwd: string; env: Record<string, string> }) => Promise<T>,
) {
  return withFolder(files, (cwd) => use({ cwd, env: { XDG_STATE_HOME: `${cwd}/state` } }));
}

describe('a journal', () => {
  it('is kept of a run over several phones, in the state folder, and of a single phone only if asked for', async () => {
    await inState({}, (at) =>
      withSandbox({ phones: 3 }, async ({ to }) => {
        await tell(['mwi', 'on', AORS[0] ?? '', ...to], at);
        expect(existsSync(`${at.cwd}/state`)).toBe(false);
        await tell(['mwi', 'on', AORS[0] ?? '', ...to, '--journal', 'one.jsonl'], at);
        expect(recordsIn(`${at.cwd}/one.jsonl`).map(({ kind }) => kind)).toEqual(['run', 'intent', 'outcome', 'end']);
        await tell(['mwi', 'on', ...AORS, ...to, '--no-journal'], at);
        await tell(['mwi', 'on', ...AORS, ...to, '--dry-run'], at);
        expect(existsSync(`${at.cwd}/state/phonectl/runs`)).toBe(false);
        await tell(['mwi', 'on', ...AORS, ...to], at);
        const [file = ''] = readdirSync(`${at.cwd}/state/phonectl/runs`);
        expect(file).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}\.jsonl$/);
        expect(statSync(`${at.cwd}/state/phonectl/runs/${file}`).mode & 0o777).toBe(0o600);
        expect(statSync(`${at.cwd}/state/phonectl/runs`).mode & 0o777).toBe(0o700);
      }),
    );
  });

  it('has each intent before its order is on the wire', async () => {
    await withFolder({}, async (cwd) => {
      const journal = `${cwd}/j.jsonl`;
      const seen: boolean[] = [];
      // Its outcome can't be there yet. The last line may be half written while this reads.
      const noted = (aor: string): boolean => readFileSync(journal, 'utf8').includes(`"aor":"${aor}"`);
      const sandbox = await startSandbox({ phones: 200, onRequest: ({ aor }) => seen.push(noted(aor)) });
      try {
        const everybody = Array.from({ length: 200 }, (_, index) => `${1000 + index}@phones.test`);
        const options = ['--no-check', '--rate', '0', '--yes', '--journal', journal, '-P', String(sandbox.port)];
        expect((await tell(['notify', 'check-sync', ...everybody, ...options], { cwd })).code).toBe(0);
      } finally {
        await sandbox.close();
      }
      expect([seen.length, seen.every(Boolean)]).toEqual([200, true]);
    });
  });

  it('that can’t be written ends the run before anything is sent', async () => {
    await withFolder({ blocked: '' }, (cwd) =>
      withSandbox({ phones: 3 }, async ({ to, events }) => {
        for (const journal of ['/dev/full', '/nowhere/j.jsonl']) {
          const told = await runCli(['mwi', 'on', ...AORS, ...to, '--journal', journal], { cwd });
          expect(told.code).toBe(3);
          expect(told.stderr).toContain(`the journal ${journal} can't be written`);
        }
        const env = { XDG_STATE_HOME: `${cwd}/blocked` };
        const told = await runCli(['mwi', 'on', ...AORS, ...to], { cwd, env });
        expect([told.code, events]).toEqual([3, []]);
        expect(told.stderr).toContain('--no-journal');
      }),
    );
  });

  it('holds no password', async () => {
    await withFolder({ secret: 'hunter2\n', 'p.csv': CSV }, (cwd) =>
      withSandbox({ phones: 3, password: 'hunter2' }, async ({ to }) => {
        const args = ['mwi', 'on', '-i', 'p.csv', ...to, '--password-file', 'secret', '--journal', 'j.jsonl'];
        expect((await runCli(args, { cwd })).code).toBe(0);
        const env = { PHONECTL_PASSWORD: 'hunter2' };
        expect((await runCli(['mwi', 'on', '-i', 'p.csv', ...to, '--journal', 'k.jsonl'], { cwd, env })).code).toBe(0);
        expect(readFileSync(`${cwd}/j.jsonl`, 'utf8') + readFileSync(`${cwd}/k.jsonl`, 'utf8')).not.toContain(
          'hunter2',
        );
      }),
    );
  });
});

/** A journal of a run of which the first phone was told, of the second nobody knows, and the third was not told. */
function broken(cwd: string, to: readonly string[], command = 'resync', args: readonly string[] = []): string {
  const server = `127.0.0.1:${to[1]}`;
  const phone = (row: number) => subject(row, { aor: `${998 + row}@phones.test`, server });
  const records = [
    head({
      run: 'broken',
      command,
      args: [...(args.length > 0 ? args : ['-i', 'p.csv']), ...to, '--journal', 'j.jsonl', '--yes'],
      cwd,
      servers: [server],
      phones: 3,
    }),
    intent(2, phone(2)),
    outcome(2, phone(2)),
    intent(3, phone(3)),
  ];
  const path = `${cwd}/j.jsonl`;
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

describe('run resume', () => {
  it('tells those who are left, and nobody again, and reports all in one', async () => {
    await withFolder({ 'p.csv': CSV }, (cwd) =>
      withSandbox({ phones: 3 }, async ({ to, events }) => {
        broken(cwd, to, 'resync', ['-o', 'jsonl', '-i', 'p.csv']);
        const told = await runCli(['run', 'resume', './j.jsonl'], { cwd });
        expect(told.code).toBe(5);
        expect(events.map(userOf)).toEqual(['1002']);
        const outcomes = linesOf(told.stdout).map((line) => JSON.parse(line) as { aor: string; outcome: string });
        expect(outcomes.map(({ aor, outcome }) => `${aor.slice(0, 4)} ${outcome}`)).toEqual([
          '1000 accepted',
          '1001 unknown',
          '1002 accepted',
        ]);
        expect(told.stderr).toContain(`go on: phonectl run resume ${cwd}/j.jsonl --retry-unknown`);
        const again = await runCli(['run', 'resume', './j.jsonl'], { cwd });
        expect([again.code, events.length]).toEqual([5, 1]);
      }),
    );
  });

  it('tells the unknown once more if asked, where that does no harm', async () => {
    await withFolder({ 'p.csv': CSV }, (cwd) =>
      withSandbox({ phones: 3 }, async ({ to, events }) => {
        broken(cwd, to);
        expect((await runCli(['run', 'resume', './j.jsonl', '--retry-unknown'], { cwd })).code).toBe(0);
        expect(events.map(userOf)).toEqual(['1001', '1002']);
        broken(cwd, to, 'reboot');
        const told = await runCli(['run', 'resume', './j.jsonl', '--retry-unknown'], { cwd });
        expect([told.code, events.length]).toEqual([2, 2]);
        expect(told.stderr).toContain('--retry-unknown: reboot may have happened, and must not happen twice');
      }),
    );
  });

  it('does not go on with another inventory, template or text, unless that is meant', async () => {
    const template =
      'sendevent NOTIFY\nprofile: {{profile}}\nuser: {{user}}\nhost: {{host}}\nevent-string: a\ncontent-type: a/b\n\n';
    await withFolder({ 'p.csv': CSV, 't.hbs': template }, (cwd) =>
      withSandbox({ phones: 3, faults: { dieAfter: 2 } }, async ({ to, events }) => {
        const args = [
          'send',
          './t.hbs',
          '-i',
          'p.csv',
          ...to,
          '--concurrency',
          '1',
          '--retry-for',
          '0',
          '--journal',
          'j.jsonl',
        ];
        const first = await tell(args, { cwd });
        expect(summed(first).map((line) => line.slice(5, 13))).toEqual(['accepted', 'unknown:', 'not-sent']);
        writeFileSync(`${cwd}/p.csv`, `${CSV}1003,phones.test,snom\n`);
        writeFileSync(`${cwd}/t.hbs`, template.replace('event-string: a', 'event-string: b'));
        const refused = await runCli(['run', 'resume', './j.jsonl'], { cwd });
        expect([refused.code, events.length]).toEqual([3, 2]);
        expect(refused.stderr).toContain('this has changed: inventory p.csv, template ./t.hbs');
        expect(refused.stderr).toContain('--accept-changes');
        const meant = await runCli(['run', 'resume', './j.jsonl', '--accept-changes'], { cwd });
        expect(meant.code).toBe(5);
        expect(events.map(userOf)).toEqual(['1000', '1001', '1002', '1003'].slice(0, events.length));
      }),
    );
  });

  it('goes on with phones that came by a pipe, and with those that were registered', async () => {
    await inState({}, (at) =>
      withSandbox({ phones: 3, faults: { dieAfter: 1 } }, async ({ to, events }) => {
        const options = [...to, '--concurrency', '1', '--retry-for', '0', '--yes'];
        const piped = await tell(['mwi', 'on', '-i', '-', ...options], { ...at, stdin: CSV });
        expect(summed(piped).map((line) => line.slice(5, 13))).toEqual(['unknown:', 'not-sent', 'not-sent']);
        expect((await runCli(['run', 'resume', 'last', '--retry-unknown'], at)).code).toBe(0);
        expect(events.map(userOf)).toEqual(['1000', '1000', '1001', '1002']);
      }),
    );
    await inState({}, (at) =>
      withSandbox({ phones: 3, faults: { dieAfter: 2 } }, async ({ to, events }) => {
        const options = [...to, '--concurrency', '1', '--retry-for', '0', '--yes', '--default-vendor', 'snom'];
        const first = await tell(['resync', '--registered', ...options], at);
        expect(summed(first).map((line) => line.slice(5, 13))).toEqual(['accepted', 'unknown:', 'not-sent']);
        expect((await runCli(['run', 'resume', 'last'], at)).code).toBe(5);
        expect(events.map(userOf)).toEqual(['1000', '1001', '1002']);
      }),
    );
  });
});

describe('run report', () => {
  it('says how long the run took as the run itself said at its end', async () => {
    await inState({ 'p.csv': CSV }, (at) =>
      withSandbox({ phones: 3 }, async ({ to }) => {
        const told = await runCli(['resync', '-i', 'p.csv', ...to, '--json'], at);
        const report = await runCli(['run', 'report', 'last', '--json'], at);
        const msOf = ({ stdout }: typeof told): number => (JSON.parse(stdout) as { ms: number }).ms;
        expect([msOf(report), report.code]).toEqual([msOf(told), 0]);
      }),
    );
  });
});

describe('--failed-from', () => {
  it('tells those who fell short, but nobody of whom it is not known', async () => {
    await inState({ 'p.csv': CSV }, (at) =>
      withSandbox(
        { phones: [{ user: '1000' }, { user: '1001', answer: 489 }, { user: '1002', answer: 489 }] },
        async ({ to, events }) => {
          const seen = ['--evidence', 'answered', '--evidence-timeout', '3s', ...to];
          expect((await runCli(['resync', '-i', 'p.csv', ...seen], at)).code).toBe(5);
          const before = events.length;
          const again = await tell(['resync', '--failed-from', 'last', '--no-check', ...to], at);
          expect(summed(again)).toEqual(['1001 accepted', '1002 accepted']);
          expect(
            events
              .slice(before)
              .filter((event) => event.includes('check-sync'))
              .map(userOf),
          ).toEqual(['1001', '1002']);
          const [, failed = ''] = readdirSync(`${at.cwd}/state/phonectl/runs`).sort();
          expect(failed).not.toBe('');
        },
      ),
    );
    await withFolder({ 'p.csv': CSV }, (cwd) =>
      withSandbox({ phones: 3 }, async ({ to, events }) => {
        broken(cwd, to);
        const none = await runCli(['resync', '--failed-from', './j.jsonl', ...to], { cwd });
        expect([none.code, events]).toEqual([2, []]);
        expect(none.stderr).toContain('no phone is selected');
        const meant = await runCli(['resync', '--failed-from', './j.jsonl', '--retry-unknown', ...to], { cwd });
        expect([meant.code, events.map(userOf)]).toEqual([0, ['1001']]);
      }),
    );
  });
});

describe('the list of runs', () => {
  it('is empty, then has each with its size, and says how to go on', async () => {
    await inState({ 'p.csv': CSV }, (at) =>
      withSandbox({ phones: 2 }, async ({ to }) => {
        expect((await runCli(['run', 'list'], at)).stdout).toBe('no runs\n');
        const run = await runCli(['resync', '-i', 'p.csv', ...to], at);
        expect(run.code).toBe(5);
        const { runs } = jsonOf<{ runs: { run: string; command: string; phones: number; bytes: number }[] }>(
          await runCli(['run', 'list', '--json'], at),
        );
        expect(runs).toMatchObject([{ command: 'resync', phones: 3 }]);
        const [{ run: id = '', bytes = 0 } = {}] = runs;
        expect(bytes).toBeGreaterThan(500);
        const shown = (await runCli(['run', 'show', id.slice(0, 10)], at)).stdout;
        expect(shown).toContain('3: 2 accepted, 1 skipped');
        const goOn = `phonectl resync -i p.csv -P ${to[1]} --failed-from ${id}`;
        expect(shown).toContain(`go on    ${goOn}`);
        expect(run.stderr).toContain(`go on: ${goOn}`);
        const formats = ['table', 'json', 'csv', 'junit', 'jsonl'];
        const reports = await Promise.all(formats.map((format) => runCli(['run', 'report', 'last', '-o', format], at)));
        for (const { code, stdout } of reports) {
          expect(code).toBe(0);
          for (const aor of AORS) expect(stdout).toContain(aor);
        }
        expect((await runCli(['run', 'prune', '--keep', '1h'], at)).stdout).toBe('deleted 0 runs, 0 B\n');
        expect((await runCli(['run', 'prune', '--keep', '0'], at)).stdout).toMatch(/^deleted 1 run, /);
        expect((await runCli(['run', 'list'], at)).stdout).toBe('no runs\n');
      }),
    );
  });

  it('says of a run that there is none, and which there are', async () => {
    await inState({}, async (at) => {
      for (const command of ['show', 'report', 'resume']) {
        const { code, stderr } = await runCli(['run', command, 'nothing'], at);
        expect(code).toBe(3);
        expect(stderr).toContain('there is no run "nothing"; there is none in ');
      }
    });
  });
});
