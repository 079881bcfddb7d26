import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import { type CutOptions, cut } from '../../src/queue/cut.js';

/** A phone of a row: `1000@berlin`. */
function phone(text: string, row: number): Entry {
  const [user = '', server = ''] = text.split('@');
  return { kind: 'phone', phone: { aor: { user, host: 'x' }, server, columns: {}, row } };
}

/** A user, of names that are as different as can be. */
function nameOf(index: number): string {
  return createHash('sha256').update(String(index)).digest('hex').slice(0, 12);
}

/** What comes into which slice: `berlin: 1000 1001`. */
async function sliced(texts: readonly string[], options: Partial<CutOptions> = {}) {
  const slices: string[] = [];
  const entries = texts.map((text, index) => phone(text, index + 2));
  const batches = await cut(
    (async function* () {
      yield* entries;
    })(),
    {
      perSlice: 3,
      batches: [],
      total: texts.length,
      serverOf: (entry) => (entry.kind === 'phone' ? (entry.phone.server ?? '') : 'berlin'),
      ...options,
    },
    {
      add: async (number, server, added) => {
        const users = added.map((entry) => (entry.kind === 'phone' ? entry.phone.aor.user : `row ${entry.row}`));
        slices[number] = `${slices[number] ?? `${server}:`} ${users.join(' ')}`;
      },
    },
  );
  return { slices, batches };
}

describe('a run that is cut into slices', () => {
  it('has slices of each server, none longer than is asked', async () => {
    const { slices, batches } = await sliced(['1@a', '2@b', '3@a', '4@a', '5@a', '6@b']);
    expect(slices).toEqual(['a: 1 3 4', 'b: 2 6', 'a: 5']);
    expect(batches).toEqual([{ first: 0, end: 3, phones: 6 }]);
  });

  it('has batches of so many phones, whatever their servers; the last size repeats', async () => {
    const { slices, batches } = await sliced(['1@a', '2@b', '3@a', '4@a', '5@a'], {
      batches: [{ count: 1 }, { count: 2 }],
    });
    expect(slices).toEqual(['a: 1', 'b: 2', 'a: 3', 'a: 4 5']);
    expect(batches).toEqual([
      { first: 0, end: 1, phones: 1 },
      { first: 1, end: 3, phones: 2 },
      { first: 3, end: 4, phones: 2 },
    ]);
  });

  it('takes shares of all phones', async () => {
    const { batches } = await sliced(['1@a', '2@a', '3@a', '4@a'], { batches: [{ count: 1 }, { share: 0.75 }] });
    expect(batches.map(({ phones }) => phones)).toEqual([1, 3]);
  });

  it('has rows of one extension in one slice, also when that has been put away, or its batch is over', async () => {
    const { slices } = await sliced(['1@a', '2@a', '3@a', '4@a', '1@a', '4@a', '2@b'], { batches: [{ count: 3 }] });
    expect(slices).toEqual(['a: 1 2 3 1', 'a: 4 4', 'b: 2']);
  });

  it('is nothing without phones', async () => {
    expect(await sliced([])).toEqual({ slices: [], batches: [] });
  });

  it('loses nobody of many, and puts nobody into two slices', async () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `${index % 4321}@${['a', 'b', 'c'][index % 3]}`);
    const { slices, batches } = await sliced(texts, { perSlice: 100, batches: [{ count: 1 }, { share: 0.1 }] });
    const all = slices.flatMap((slice) => {
      const [server = '', ...users] = slice.split(/:? /);
      return users.map((user) => `${user}@${server}`);
    });
    expect([...all].sort()).toEqual([...texts].sort());
    const slicesOf = new Map<string, Set<number>>();
    for (const [index, slice] of slices.entries()) {
      const [server = '', ...users] = slice.split(/:? /);
      for (const user of users) {
        const key = `${user}@${server}`;
        slicesOf.set(key, (slicesOf.get(key) ?? new Set()).add(index));
      }
    }
    expect([...slicesOf.values()].filter((found) => found.size > 1)).toEqual([]);
    expect(batches.at(-1)?.end).toBe(slices.length);
  });

  it('has phones of one server in a slice, also of so many that some of them can not be told apart by a hash', async () => {
    const servers = new Map<number, Set<string>>();
    const entries = async function* () {
      for (let index = 0; index < 300_000; index++)
        yield phone(`${nameOf(index)}@${index < 150_000 ? 'a' : 'b'}`, index);
    };
    const serverOf = (entry: Entry): string => (entry.kind === 'phone' ? (entry.phone.server ?? '') : '');
    let phones = 0;
    await cut(
      entries(),
      { perSlice: 100, batches: [], total: 300_000, serverOf },
      {
        add: async (number, server, added) => {
          phones += added.length;
          const found = servers.get(number) ?? new Set();
          servers.set(number, found.add(server));
          for (const entry of added) found.add(serverOf(entry));
        },
      },
    );
    expect(phones).toBe(300_000);
    expect([...servers.values()].filter(({ size }) => size > 1)).toEqual([]);
  });
});
