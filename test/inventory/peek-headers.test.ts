import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { peekHeaders } from '../../src/inventory/read-csv.js';
import { fixture } from './support.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phonectl-peek-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['fleet.csv', ['user', 'domain', 'profile', 'vendor', 'model', 'mac', 'floor']],
  ['header-only.csv', ['user', 'domain']],
  ['no-user.csv', ['usr', 'domain', 'name']],
])('the columns of %s, as they stand there', async (name, headers) => {
  expect(await peekHeaders(fixture(name))).toEqual(headers);
});

it('in UTF-16 and behind a sep= line as well', async () => {
  const path = join(folder, 'excel.csv');
  writeFileSync(path, `\ufeffsep=;\r\nNebenstelle;Raum Nr.\r\n${'1;2\r\n'.repeat(50_000)}`, 'utf16le');
  expect(await peekHeaders(path)).toEqual(['Nebenstelle', 'Raum Nr.']);
});

it('from the beginning alone, however wrong and long the rest is', async () => {
  const path = join(folder, 'long.csv');
  writeFileSync(path, 'user;floor\n1;2\n');
  for (let piece = 0; piece < 10; piece++) appendFileSync(path, Buffer.alloc(1 << 20, 0xff));
  expect(await peekHeaders(path)).toEqual(['user', 'floor']);
  expect(await peekHeaders(path, 'pipe')).toEqual(['user;floor']);
});

it('waits for no pipe', async () => {
  const path = join(folder, 'pipe.csv');
  execFileSync('mkfifo', [path]);
  expect(await peekHeaders(path)).toEqual([]);
});
