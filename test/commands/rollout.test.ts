import { describe, expect, it } from 'vitest';
import { linesOf, runCli } from '../support/cli.js';
import { csvOf, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';
import { summed, tell } from '../support/outcomes.js';

const CHECKED = ['--evidence', 'answered', '--evidence-timeout', '5s', '--yes'];

describe('batches', () => {
  it('go out each complete before the next, and say so', async () => {
    await withFolder({ 'fleet.csv': csvOf(20) }, (cwd) =>
      withSandbox({ phones: snoms(20) }, async ({ to, requests }) => {
        const args = ['resync', '-i', 'fleet.csv', ...CHECKED, '--batch', '1,4,50%', '--pause', '300ms', ...to];
        const told = await tell(args, { cwd });
        expect(told.code).toBe(0);
        expect(linesOf(told.stderr).filter((line) => line.startsWith('batch'))).toEqual([
          'batch 1: 1 phone, 19 to follow',
          'batch 2: 4 phones, 15 to follow',
          'batch 3: 10 phones, 5 to follow',
          'batch 4: 5 phones, 0 to follow',
        ]);
        const orders = requests.filter(({ event }) => event?.startsWith('check-sync')).map(({ aor }) => aor);
        expect(new Set(orders).size).toBe(20);
      }),
    );
  });

  it.each([
    ['--batch', ''],
    ['--batch', '0'],
    ['--batch', '1,x'],
    ['--batch', '1,,2'],
    ['--batch', '120%'],
    ['--max-failures', '-1'],
    ['--max-failures', '1.5'],
    ['--max-failures', 'all'],
    ['--retry-for', 'soon'],
  ])('are refused where they are none: %s "%s"', async (flag, value) => {
    const { code, stderr } = await runCli(['mwi', 'on', '1000@phones.test', flag, value, '-P', '1']);
    expect([code, linesOf(stderr)[0]?.startsWith('phonectl: ')]).toEqual([2, true]);
    expect(stderr).toContain(flag);
  });
});

describe('a stop rule', () => {
  it('does not count phones that could not be told, and help says so', async () => {
    await withFolder({ 'fleet.csv': csvOf(4) }, (cwd) =>
      withSandbox({ phones: snoms(4).map((phone, index) => ({ ...phone, offline: index < 2 })) }, async ({ to }) => {
        const args = ['resync', '-i', 'fleet.csv', ...CHECKED, '--batch', '1', '--max-failures', '0', ...to];
        const told = await tell(args, { cwd });
        expect([told.code, summed(told).map((line) => line.slice(5, 12))]).toEqual([
          5,
          ['skipped', 'skipped', 'answere', 'answere'],
        ]);
      }),
    );
    const help = (await runCli(['resync', '--help'])).stdout.replace(/\s+/g, ' ');
    expect(help).toContain('end the run when more phones that were told fall short');
    expect(help).toContain('skipped ones are not counted');
    expect(help).toContain('the first phone that can be told, with --evidence returned');
  });

  it('has --quiet show the phones that fell short, and only count those that were spared', async () => {
    await withFolder({ 'fleet.csv': csvOf(20) }, (cwd) =>
      withSandbox({ phones: refusing([1000]) }, async ({ to }) => {
        const args = ['resync', '-i', 'fleet.csv', ...CHECKED, '--batch', '1', '--max-failures', '0', ...to, '--quiet'];
        const { code, stdout, stderr } = await runCli(args, { cwd });
        expect([code, stdout]).toEqual([6, '']);
        expect(linesOf(stderr)).toEqual([
          '1000@phones.test: refused: 489 Bad Event',
          expect.stringMatching(/^phonectl: 20 fell short through \S+: 1 refused, 19 not-sent$/),
          'phonectl: stop rule: 1 fell short, and --max-failures is 0; 19 phones not told',
          expect.stringMatching(/^ {2}go on: phonectl run resume \S+$/),
          expect.stringMatching(/^ {2}go on: phonectl resync .*--failed-from \S+$/),
        ]);
      }),
    );
  });

  const refusing = (users: readonly number[]) =>
    snoms(20).map((phone) => (users.includes(Number(phone.user)) ? { ...phone, answer: 489 } : phone));

  it('ends the run with exit 6: what was sent is told, the rest is not sent', async () => {
    await withFolder({ 'fleet.csv': csvOf(20) }, (cwd) =>
      withSandbox({ phones: refusing([1003, 1004]) }, async ({ to, events }) => {
        const args = ['resync', '-i', 'fleet.csv', ...CHECKED, '--batch', '5', '--max-failures', '1', ...to];
        const told = await tell(args, { cwd });
        expect(told.code).toBe(6);
        const lines = summed(told);
        expect(lines.slice(0, 5)).toEqual([
          '1000 answered',
          '1001 answered',
          '1002 answered',
          '1003 refused: 489 Bad Event',
          '1004 refused: 489 Bad Event',
        ]);
        expect(new Set(lines.slice(5).map((line) => line.slice(5)))).toEqual(
          new Set(['not-sent: stop rule: 2 fell short, and --max-failures is 1']),
        );
        expect(events.filter((event) => event.includes('event-string: check-sync')).map(userOf)).toHaveLength(5);
        expect(told.stderr).toContain('phonectl: stop rule: 2 fell short, and --max-failures is 1; 15 phones not told');
        expect(told.stderr).toMatch(/go on: phonectl run resume \S+\n/);
      }),
    );
  });

  it('stops what has not left yet, also in a run without pace', async () => {
    await withFolder({ 'fleet.csv': csvOf(200) }, (cwd) =>
      withSandbox({ phones: snoms(200), faults: { refuse: 'no' } }, async ({ to, events }) => {
        const args = ['resync', '-i', 'fleet.csv', '--yes', '--rate', '0', '--concurrency', '1', '--max-failures', '2'];
        const told = await tell([...args, ...to], { cwd });
        expect([told.code, events.length, told.phones.length]).toEqual([6, 3, 200]);
        expect(told.phones.filter(({ outcome }) => outcome === 'not-sent')).toHaveLength(197);
      }),
    );
  });

  it('does not end a run that is done', async () => {
    await withFolder({ 'fleet.csv': csvOf(20) }, (cwd) =>
      withSandbox({ phones: refusing([1001]) }, async ({ to }) => {
        const told = await tell(['resync', '-i', 'fleet.csv', ...CHECKED, '--max-failures', '10%', ...to], { cwd });
        expect(told.code).toBe(5);
        expect(summed(told).filter((line) => line.endsWith('answered'))).toHaveLength(19);
      }),
    );
  });

  it('spares a fleet of 500 if the canary does not come back', async () => {
    await withFolder({ 'fleet.csv': csvOf(500) }, (cwd) =>
      withSandbox({ phones: snoms(500) }, async ({ to, requests }) => {
        const args = ['reboot', '-i', 'fleet.csv', '--canary', '--evidence-timeout', '2s', '--yes', '--rate', '0'];
        const told = await tell([...args, ...to], { cwd });
        expect(told.code).toBe(6);
        const words = told.phones.map(({ outcome }) => outcome);
        expect([words.length, words.filter((word) => word === 'not-sent').length]).toEqual([500, 499]);
        expect(told.phones[0]).toMatchObject({ aor: '1000@phones.test', outcome: 'no-answer' });
        const orders = requests.filter(({ event }) => event?.startsWith('check-sync')).map(({ aor }) => aor);
        expect(orders).toEqual(['1000@phones.test']);
      }),
    );
  });

  it('spares the fleet if the canary refuses, and goes on if it comes back', async () => {
    await withFolder({ 'fleet.csv': csvOf(20) }, async (cwd) => {
      const canary = ['resync', '-i', 'fleet.csv', '--canary', '--evidence-timeout', '2s', '--yes'];
      await withSandbox({ phones: refusing([1000]), reregisterAfterMs: 50 }, async ({ to }) => {
        const told = await tell([...canary, ...to], { cwd });
        expect(told.code).toBe(6);
        expect(summed(told).slice(0, 2)).toEqual([
          '1000 refused: 489 Bad Event',
          '1001 not-sent: stop rule: the canary fell short',
        ]);
      });
      await withSandbox({ phones: refusing([1007]), reregisterAfterMs: 50 }, async ({ to }) => {
        const told = await tell([...canary, ...to], { cwd });
        expect(told.code).toBe(5);
        expect(summed(told).filter((line) => line.includes('returned'))).toHaveLength(19);
      });
    });
  });
});
