import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isFault, parseRecord, parseRecords } from '../../src/inventory/csv-fields.js';
import { readText } from './support.js';

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

// Everything but a NUL and halves of surrogate pairs, with more of what matters to a CSV than chance would give.
const cell = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('"', '\n', '\r', '\r\n', ',', ';', '#', ' ', '\ufeff'),
    ),
  )
  .map((pieces) => pieces.join('').replaceAll('\0', ''));

const table = fc.record({
  rows: fc.array(fc.tuple(cell, cell), { maxLength: 20 }),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  mark: fc.boolean(),
  comments: fc.boolean(),
});

vi.setConfig({ testTimeout: 60_000 });

describe('any table', () => {
  it('that is written with quotes reads back the same, with the right rows', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, delimiter, lineEnd, mark, comments }) => {
        const text = [['user', 'domain', '"a"', 'b'].join(delimiter)];
        const expected: unknown[] = [];
        // Lines end with \r only in files that have no other line end, in cells too.
        const counted = lineEnd === '\r' ? /\r/g : /\n/g;
        let line = 2;
        for (const [index, [a, b]] of rows.entries()) {
          if (comments) {
            text.push('# a "comment', '');
            line += 2;
          }
          text.push([`10${index}`, 'x', quoted(a), quoted(b)].join(delimiter));
          expected.push([line, `10${index}`, a, b]);
          line += 1 + ((a + b).match(counted)?.length ?? 0);
        }
        const { phones, lines } = await readText((mark ? '\ufeff' : '') + text.join(lineEnd));
        expect(lines).toEqual([]);
        expect(phones.map(({ row, columns }) => [row, columns.user, columns.a, columns.b])).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('of any bytes ends with rows, problems or an error of ours', async () => {
    const piece = fc.oneof(
      fc.constantFrom('"', '\n', '\r\n', '\r', ',', ';', '#', '\t', ' ', '\0', '@', '1000', 'x', '\ufeff'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.uint8Array({ maxLength: 3 }), async (pieces, tail) => {
        const text = Buffer.concat([Buffer.from(`user,domain,a\n${pieces.join('')}`), tail]);
        await readText(text).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'InventoryError' });
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('many records at once', () => {
  it('are what each of them is alone', () => {
    const record = fc.oneof(
      fc
        .array(fc.oneof(cell.map(quoted), fc.constantFrom('', 'a', ' b ', '7"', '"x"y')), { minLength: 1 })
        .map((fields) => fields.join(',')),
      fc.constantFrom('"open', 'a,b', '"a" "b"'),
    );
    const dialect = { delimiter: ',', lineEnd: '\n' } as const;
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), (records) => {
        // An open quote takes what follows it, and a blank line is no record; the caller never passes either on.
        const whole = records.filter((text) => !isOpen(text) && text.trim() !== '');
        const spans: { start: number; next: number }[] = [];
        let start = 0;
        for (const text of whole) {
          const next = start + Buffer.byteLength(text) + 1;
          spans.push({ start, next });
          start = next;
        }
        const bytes = Buffer.from(whole.map((text) => `${text}\n`).join(''));
        const alone = whole.map((text) => parseRecord(Buffer.from(text), dialect));
        expect(parseRecords(bytes, spans, dialect)).toEqual(alone);
        const second = spans.filter((_, index) => index % 2 === 1);
        expect(parseRecords(bytes, second, dialect)).toEqual(alone.filter((_, index) => index % 2 === 1));
      }),
    );
  });
});

function isOpen(text: string): boolean {
  return (text.match(/"/g)?.length ?? 0) % 2 === 1;
}

describe('a record', () => {
  it.each([
    ['a,"b"c', 'after-closing', 1],
    ['a,"b" "c"', 'after-closing', 1],
    ['a,b,7" c', 'not-quoted', 2],
    ['"a,b', 'not-closed', 0],
  ])('%s is faulty', (text, kind, index) => {
    const found = parseRecord(Buffer.from(text), { delimiter: ',', lineEnd: '\n' });
    expect(isFault(found)).toBe(true);
    expect(found).toEqual({ kind, index });
  });
});
