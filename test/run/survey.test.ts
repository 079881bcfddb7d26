import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import { dialectOrder } from '../../src/run/dialect-order.js';
import { survey } from '../../src/run/survey.js';
import { CHECK_SYNC, entriesOf, fleet, phone, plannerOf, readCsv } from './support.js';

async function* given(entries: readonly Entry[]): AsyncGenerator<Entry, void> {
  yield* entries;
}

describe('a survey', () => {
  it('counts what a run would do', async () => {
    const entries = await readCsv(
      'user,domain,vendor\n1,a.test,snom\n2,a.test,yealink\n1,a.test,snom\n3,a.test,\n4,a.test,Cisco\nb d,a.test,snom\n',
    );
    const found = await survey(given(entries), plannerOf(dialectOrder('resync')));
    expect(found).toMatchObject({ phones: 6, orders: 2, invalid: 2 });
    expect(found.faults.map(({ outcome, problems }) => [outcome.row, problems.length])).toEqual([
      [6, 0],
      [7, 1],
    ]);
    expect([...found.notes.keys()]).toEqual(['yealink']);
  });

  it('forgets the phones of an earlier pass', async () => {
    const planner = plannerOf(CHECK_SYNC);
    const phones = fleet(3);
    expect(await survey(entriesOf(phones), planner)).toMatchObject({ orders: 3 });
    expect(await survey(entriesOf(phones), planner)).toMatchObject({ orders: 3 });
  });

  it('measures the columns of a table', async () => {
    const phones = [phone('1', { vendor: 'Linksys' }), phone('1000@long.phones.test', { profile: 'external' })];
    const { widths } = await survey(entriesOf(phones), plannerOf(CHECK_SYNC));
    expect(widths).toEqual({ aor: 21, vendor: 9, profile: 8, event: 17 });
  });

  it('keeps the first faults only, and counts all', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => `bad user ${index},a.test`);
    const entries = await readCsv(`user,domain\n${rows.join('\n')}\n`);
    const found = await survey(given(entries), plannerOf(CHECK_SYNC));
    expect(found.invalid).toBe(500);
    expect(found.faults).toHaveLength(50);
  });

  it('knows the first servers that rows name', async () => {
    const phones = ['a', 'b', 'a', 'c', 'd', 'e', 'f', 'g'].map((server, index) => phone(String(index), { server }));
    const found = await survey(entriesOf([...phones, phone('99')]), plannerOf(CHECK_SYNC));
    expect([...found.servers]).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is empty for nobody', async () => {
    expect(await survey(entriesOf([]), plannerOf(CHECK_SYNC))).toMatchObject({ phones: 0, orders: 0, invalid: 0 });
  });
});
