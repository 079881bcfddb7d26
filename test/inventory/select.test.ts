import { describe, expect, it } from 'vitest';
import { openInventory } from '../../src/inventory/read-csv.js';
import { select } from '../../src/inventory/select.js';
import { parseWhere } from '../../src/inventory/where.js';
import { collect, fixture, linesOf, phonesOf, withFile } from './support.js';

const TEXT = [
  'user,domain,floor,mac',
  '1000,example.com,1,',
  '1001,example.com,3,00:15',
  '1002,example.com,3,',
  '1003,example.com,4,00:15',
  '1004,example.com',
  '1005,example.com,"3"x,',
  '1006,example.com,3,',
  '',
].join('\n');

async function selectFrom(text: string, expressions: string[], limit?: number): Promise<(string | number)[]> {
  return withFile(text, async (path) => {
    const source = await openInventory({ path });
    const where = expressions.map(parseWhere);
    const selection = select(source, limit === undefined ? { where } : { where, limit });
    try {
      const entries = await collect(selection);
      return entries.map((entry) => (entry.kind === 'phone' ? entry.phone.aor.user : entry.row));
    } finally {
      await selection.close();
    }
  });
}

describe('select', () => {
  it('keeps what matches, and drops rows with problems that can be judged and do not', async () => {
    expect(await selectFrom(TEXT, ['floor=3'])).toEqual([3, '1002', 6, 7, '1006']);
  });

  it('judges rows with problems by what they probably mean', async () => {
    const text = 'user\n10 00@example.com\n10 01@example.org\n1002@example.com\n';
    expect(await selectFrom(text, ['domain=example.com'])).toEqual([2, '1002']);
  });

  it('counts phones, not problems', async () => {
    expect(await selectFrom(TEXT, [], 2)).toEqual(['1000', 3, '1002']);
    expect(await selectFrom(TEXT, ['floor=3'], 1)).toEqual([3, '1002']);
    expect(await selectFrom(TEXT, [], 0)).toEqual([]);
  });

  it('knows canonical columns that the file has not, and those of the AOR', async () => {
    expect(await selectFrom('aor\n1000@example.com\n1001@example.org\n', ['domain=*.org'])).toEqual(['1001']);
    expect(await selectFrom('aor\n1000@example.com\n', ['vendor=snom'])).toEqual([]);
    expect(await selectFrom('aor\n1000@example.com\n', ['vendor='])).toEqual(['1000']);
  });

  it('compares MAC addresses in their one notation', async () => {
    const source = await openInventory({ path: fixture('fleet.csv') });
    const found = phonesOf(await collect(select(source, { where: [parseWhere('mac=0004f2*')] })));
    expect(found.map(({ aor }) => aor.user)).toEqual(['0042']);
    await source.close();
  });

  it('refuses a column that there is not, also where there are no rows', async () => {
    await expect(selectFrom(TEXT, ['flor=3'])).rejects.toThrow('there is no column "flor"');
    await expect(selectFrom('user,floor\n', ['flor=3'])).rejects.toThrow('there is no column "flor"');
  });

  it('can be read twice, and stops reading where the limit is reached', async () => {
    const source = await openInventory({ path: fixture('fleet.csv') });
    const selection = select(source, { limit: 2 });
    expect(selection.name).toBe(source.name);
    expect(selection.columns()).toEqual(source.columns());
    for (let pass = 0; pass < 2; pass++) expect(await collect(selection)).toHaveLength(2);
    expect(linesOf(await collect(select(source, {})))).toEqual([]);
    await selection.close();
  });
});
