import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import { census } from '../../src/run/census.js';
import { readCsv } from './support.js';

async function take(csv: string) {
  const entries: readonly Entry[] = await readCsv(csv);
  return census(
    (async function* () {
      yield* entries;
    })(),
  );
}

describe('a census', () => {
  it('counts phones by vendor, also those that only the User-Agent tells', async () => {
    const found = await take(
      'user,domain,vendor,user_agent\n1,a.test,snom,\n2,a.test,,snomD785/10.1.169.16\n3,a.test,Sipura,\n4,a.test,,\n5,a.test,Acme,\n',
    );
    expect(Object.fromEntries(found.vendors)).toEqual({ snom: 2, 'cisco-spa': 1, unknown: 2 });
    expect(found).toMatchObject({ phones: 5, wrong: 0, duplicates: 0, problems: [], moreProblems: 0 });
  });

  it('counts the rows that a run would take for the same phone', async () => {
    const found = await take(
      'user,domain,profile\n1,a.test,\n1,A.TEST,\n1,a.test,internal\n1,a.test,external\n2,a.test,\n',
    );
    expect(found).toMatchObject({ phones: 5, duplicates: 1 });
  });

  it('takes a vendor that can be several for a fault of the row', async () => {
    const { wrong, problems, phones } = await take('user,domain,vendor\n1,a.test,Cisco\n2,a.test,snom\n');
    expect({ wrong, phones }).toEqual({ wrong: 1, phones: 1 });
    expect(problems).toMatchObject([{ row: 2, column: 'vendor', value: 'Cisco' }]);
  });

  it('keeps the first problems only, and counts all rows', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `bad user ${index},a.test,00:15`);
    const { wrong, problems, moreProblems } = await take(`user,domain,mac\n${rows.join('\n')}\n`);
    expect(wrong).toBe(300);
    expect(problems).toHaveLength(50);
    expect(moreProblems).toBe(550);
  });
});
