import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../src/run/journal/record.js';
import { jsonOf, linesOf, runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, userOf } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { type Berlin, POLL, withBerlin } from '../support/workers.js';

const FLEET = ['resync', '-i', 'fleet.csv', '--yes'];

function runsOf({ at }: Berlin): string[] {
  const folder = `${at.cwd}/state/phonectl/runs`;
  return existsSync(folder) ? readdirSync(folder) : [];
}

function recordsIn(path: string): JournalRecord[] {
  return linesOf(readFileSync(path, 'utf8')).map((line) => JSON.parse(line) as JournalRecord);
}

describe.skipIf(!hasRedis)('the journal of a run that was handed to workers', () => {
  it('is kept where it was sent, so that it is shown, reported and followed up without the queue', async () => {
    await withBerlin({ 'fleet.csv': csvOf(4) }, { phones: snoms(3) }, async (berlin) => {
      const { at, via, lab, redis } = berlin;
      const run = await runCli([...FLEET, ...via], at);
      expect(run.code, run.stderr).toBe(5);
      const [file = ''] = runsOf(berlin);
      const id = file.replace('.jsonl', '');
      const records = recordsIn(`${at.cwd}/state/phonectl/runs/${file}`);
      expect(records[0]).toMatchObject({ kind: 'run', run: id, via: redis.url, phones: 4 });
      expect(records.slice(1).map(({ kind }) => kind)).toEqual([...Array(4).fill('outcome'), 'end']);
      expect(records.at(-1)).toMatchObject({ exitCode: 5 });
      const again = `phonectl resync -i fleet.csv --yes --via ${redis.url} --failed-from ${id}`;
      expect(run.stderr).toContain(`go on: ${again}`);
      const shown = jsonOf(await runCli(['run', 'show', 'last', '--json'], at));
      expect(shown).toMatchObject({ run: id, exitCode: 5, via: redis.url, awaited: 0, goOn: [again] });
      // The one that was not registered, and nobody else.
      const before = lab.events.length;
      const next = await runCli([...FLEET, ...via, '--failed-from', 'last', '--no-check', '-o', 'jsonl'], at);
      expect(lab.events.slice(before).map(userOf), next.stderr).toEqual(['1003']);
      expect(linesOf(next.stdout)).toHaveLength(1);
    });
  });

  it('is where --journal says, or nowhere with --no-journal, --detach or a single phone', async () => {
    await withBerlin({ 'fleet.csv': csvOf(2) }, { phones: snoms(2) }, async (berlin) => {
      const { at, via } = berlin;
      await runCli([...FLEET, ...via, '--no-journal'], at);
      await runCli(['resync', '1000@phones.test', '--yes', ...via], at);
      await runCli([...FLEET, ...via, '--detach'], at);
      expect(runsOf(berlin)).toEqual([]);
      const named = await runCli([...FLEET, ...via, '--journal', 'own.jsonl'], at);
      expect(named.code, named.stderr).toBe(0);
      expect(recordsIn(`${at.cwd}/own.jsonl`).map(({ kind }) => kind)).toEqual(['run', 'outcome', 'outcome', 'end']);
      expect(runsOf(berlin)).toEqual([]);
      const taken = await runCli([...FLEET, ...via, '--journal', 'own.jsonl'], at);
      expect(taken.code).toBe(3);
      expect(taken.stderr).toContain('there is such a file already');
      const both = await runCli([...FLEET, ...via, '--journal', 'two.jsonl', '--detach'], at);
      expect(both.code).toBe(2);
      expect(both.stderr).toContain('--detach with --journal');
    });
  });

  it('of one that is left to the workers says how to look at it', async () => {
    await withBerlin({ 'fleet.csv': csvOf(2) }, { phones: snoms(2) }, async ({ at, via, redis, store }) => {
      const left = await runCli([...FLEET, ...via, '--detach'], at);
      const [id = ''] = await store.runs();
      expect(left).toMatchObject({ code: 0, stdout: `run ${id} is handed over to ${redis.url}\n` });
      expect(left.stderr).toContain(`go on: phonectl run follow ${id} --via ${redis.url}\n`);
      expect(left.stderr).toContain(`go on: phonectl run report ${id} --via ${redis.url}\n`);
      const json = await runCli([...FLEET, ...via, '--detach', '--json'], at);
      expect(jsonOf(json)).toEqual({ schema: 1, run: (await store.runs())[0], via: redis.url });
    });
  });

  it('is never gone on with from here, whoever killed its sender; run follow makes it whole', async () => {
    await withBerlin({ 'fleet.csv': csvOf(30) }, { phones: snoms(30) }, async (berlin) => {
      const { at, via, redis, lab } = berlin;
      const sender = await startCli([...FLEET, ...via, '--rate', '10'], at);
      await expect.poll(() => lab.events.length, POLL).toBeGreaterThan(5);
      sender.process.kill('SIGKILL');
      await sender.ended;
      const [file = ''] = runsOf(berlin);
      const id = file.replace('.jsonl', '');
      const follow = `phonectl run follow ${id} --via ${redis.url}`;
      const shown = await runCli(['run', 'show', 'last'], at);
      expect(shown.stdout).toMatch(/^ended {4}not seen here: it goes on at the workers of redis:/m);
      expect(shown.stdout).toContain(`go on    ${follow}\n`);
      for (const args of [
        ['run', 'resume', 'last'],
        [...FLEET, ...via, '--resume', file.replace('.jsonl', '')],
      ]) {
        const refused = await runCli(args, at);
        expect(refused).toMatchObject({ code: 3, stdout: '' });
        expect(refused.stderr).toMatch(/was handed to the workers of .*; nothing of it is sent from here/);
        expect(refused.stderr).toContain(`try: ${follow}`);
      }
      const early = await runCli([...FLEET, '--failed-from', 'last', ...lab.to], at);
      expect(early.code).toBe(3);
      expect(early.stderr).toContain(`phonectl run follow ${id} --via`);
      const followed = await runCli(['run', 'follow', id.slice(0, -2), '-o', 'jsonl', ...via], at);
      expect(followed.code, followed.stderr).toBe(0);
      expect(new Set(linesOf(followed.stdout)).size).toBe(30);
      // Each of them was told once, whoever looked on.
      expect(new Set(lab.events.map(userOf)).size).toBe(30);
      expect(lab.events).toHaveLength(30);
      const report = await runCli(['run', 'report', 'last', '-o', 'jsonl'], at);
      expect(report).toMatchObject({ code: 0, stdout: followed.stdout });
      expect(jsonOf(await runCli(['run', 'show', 'last', '--json'], at))).toMatchObject({ exitCode: 0, goOn: [] });
      expect(readdirSync(`${at.cwd}/state/phonectl/runs`)).toEqual([file]);
    });
  }, 60_000);
});
