import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../support/lab.js';
import { failure, fixture, readAll, readText } from './support.js';

const TEXT = 'user,domain,name\r\n1000,example.com,Jörg €\r\n1001,example.com,"Ann, “x”"\r\n';

function utf16(text: string, { swapped = false, mark = true } = {}): Buffer {
  const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le');
  return swapped ? bytes.swap16() : bytes;
}

/** As Excel saves it: `€` is 0x80, the quotes are 0x93 and 0x94. */
function windows1252(text: string): Buffer {
  const special: Record<string, number> = { '€': 0x80, '“': 0x93, '”': 0x94 };
  return Buffer.from([...text].map((character) => special[character] ?? character.charCodeAt(0)));
}

describe('a file that is not in UTF-8', () => {
  it.each([
    ['UTF-16LE', utf16(TEXT)],
    ['UTF-16BE', utf16(TEXT, { swapped: true })],
    ['UTF-16LE', utf16(TEXT, { mark: false })],
    ['UTF-16BE', utf16(TEXT, { swapped: true, mark: false })],
    ['Windows-1252', windows1252(TEXT)],
    [undefined, Buffer.from(TEXT)],
  ])('is read as what it is, %s', async (encoding, bytes) => {
    const { phones, lines, source } = await readText(bytes);
    expect(lines).toEqual([]);
    expect(phones.map(({ columns }) => columns.name)).toEqual(['Jörg €', 'Ann, “x”']);
    expect(source.encoding).toBe(encoding);
  });

  it('is read as it is when it is long, and characters lie across the pieces of it', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, index) => `${index},example.com,ä€🙂${'ü'.repeat(1 + (index % 7))}`,
    );
    const text = `user,domain,name\n${rows.join('\n')}\n`;
    const { phones, lines } = await readText(utf16(text));
    expect(lines).toEqual([]);
    expect(phones).toHaveLength(20_000);
    expect(phones[19_999]?.columns.name).toBe('ä€🙂ü');
    const western = await readText(windows1252(text.replaceAll('🙂', '')));
    expect(western.phones[19_999]?.columns.name).toBe('ä€ü');
  });

  it('is no guess where UTF-8 stands beside it: the rows that are not are told', async () => {
    const pad = `${'1,example.com,x\n'.repeat(10_000)}`;
    const late = Buffer.concat([
      windows1252(`user,domain,name\n9,example.com,Jörg\n${pad}`),
      Buffer.from('2,x,Jörg\n'),
    ]);
    const { lines, source } = await readText(late);
    expect(source.encoding).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining('is not in UTF-8: there is a byte 0xF6')]);
  });

  it('is refused where it is broken off in the middle of a character, or has half a pair', async () => {
    for (const bytes of [utf16(TEXT).subarray(0, -1), utf16(TEXT.replace('€', '\ud83d'))]) {
      const { message, hint } = await failure(readText(bytes));
      expect(message).toBe('stdin: begins in UTF-16LE, but not all of it is');
      expect(hint).toContain('CSV UTF-8');
    }
  });

  it('can be read twice, stays as it was, and is gone from the folder for temporary files', async () => {
    await withFolder({ 'excel.csv': windows1252(TEXT) }, async (folder) => {
      const path = join(folder, 'excel.csv');
      const first = await readAll({ path });
      const second = await readAll({ path });
      expect(second.phones).toEqual(first.phones);
      expect(first.source.copyTo).toBeUndefined();
      expect(await readFile(path)).toEqual(windows1252(TEXT));
    });
  });

  it.each(['utf-16le.csv', 'utf-16be-without-mark.csv', 'latin-1.csv'])('%s', async (name) => {
    const { phones, lines } = await readAll({ path: fixture(name) });
    expect(lines).toEqual([]);
    expect(phones.map(({ aor, columns }) => [aor.user, columns.name])).toEqual([['1000', 'Jörg']]);
  });
});
