import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SeenSet } from '../../src/inventory/duplicates.js';

vi.setConfig({ testTimeout: 60_000 });

describe('SeenSet', () => {
  it('tells new keys from those it has seen, as a Set does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 3000 }), (keys) => {
        const seen = new SeenSet();
        const set = new Set<string>();
        const wrong: string[] = [];
        for (const key of keys) {
          if (seen.add(key) === set.has(key)) wrong.push(key);
          set.add(key);
        }
        expect(wrong).toEqual([]);
        expect(seen.size).toBe(set.size);
      }),
    );
  });

  it('tells keys apart that differ in one place only', () => {
    const seen = new SeenSet();
    for (const key of ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'a b', 'ab ', ' ab', '\u0100', '\u0001']) {
      expect(seen.add(key)).toBe(true);
    }
  });

  it('keeps a million keys in some twenty bytes each', () => {
    const seen = new SeenSet();
    const count = 1_000_000;
    let wrong = 0;
    for (let index = 0; index < count; index++) {
      if (!seen.add(`${index}@pbx.example.com internal`)) wrong++;
    }
    for (let index = 0; index < count; index += 7) {
      if (seen.add(`${index}@pbx.example.com internal`)) wrong++;
    }
    expect(wrong).toBe(0);
    expect(seen.size).toBe(count);
    expect(seen.bytes / count).toBeLessThan(22);
  });
});
