import { describe, expect, it, vi } from 'vitest';
import { failure, fixture, readAll, readText } from './support.js';

function read(name: string, options: { map?: Record<string, string>; defaultDomain?: string } = {}) {
  return readAll({ ...options, path: fixture(name) });
}

function refused(name: string) {
  return failure(readAll({ path: fixture(name) }));
}

vi.setConfig({ testTimeout: 60_000 });

describe('inventories as people have them', () => {
  it('reads columns by their names, leaves comments and blank lines out, keeps leading zeros', async () => {
    const { phones, lines, source } = await read('fleet.csv');
    expect(lines).toEqual([]);
    expect(source.columns()).toEqual(['user', 'domain', 'profile', 'vendor', 'model', 'mac', 'floor']);
    expect(
      phones.map(({ row, aor, profile, vendor, columns }) => [row, aor.user, profile, vendor, columns.mac]),
    ).toEqual([
      [4, '1000', 'internal', 'Yealink', '001565aabbcc'],
      [5, '1001', 'internal', 'Snom', '000413123456'],
      [7, '0042', undefined, 'Polycom', '0004f2a0b0c0'],
      [8, '1003', 'external', 'linksys', '000e08d1e2f3'],
    ]);
    expect(phones[2]).toEqual({
      aor: { user: '0042', host: 'example.com' },
      vendor: 'Polycom',
      columns: {
        aor: '0042@example.com',
        user: '0042',
        domain: 'example.com',
        profile: '',
        vendor: 'Polycom',
        model: 'VVX 411',
        mac: '0004f2a0b0c0',
        floor: '2',
      },
      row: 7,
    });
  });

  it('reads what Excel writes: BOM, CRLF, semicolons, empty columns and rows', async () => {
    const map = { user: 'nebenstelle', domain: 'Domäne', vendor: 'Hersteller' };
    const { phones, lines, source } = await read('excel-semicolon.csv', { map });
    expect(lines).toEqual([]);
    expect(source.delimiter).toBe(';');
    expect(source.header.map(({ header, name }) => [header, name])).toEqual([
      ['Nebenstelle', 'user'],
      ['Domäne', 'domain'],
      ['Hersteller', 'vendor'],
      ['MAC-Address', 'mac'],
      ['Raum-Nr.', 'raum_nr'],
    ]);
    expect(phones.map(({ row, aor, columns }) => [row, aor.user, columns.raum_nr])).toEqual([
      [2, '0100', 'Büro; 1. Stock'],
      [3, '0101', '017'],
    ]);
  });

  it('reads tabs, pipes, and a delimiter that the file declares', async () => {
    expect((await read('tabs.tsv')).phones.map(({ columns }) => [columns.user, columns.note])).toEqual([
      ['1000', 'a, b; c | d'],
      ['1001', ''],
    ]);
    expect((await read('pipes.csv')).phones[0]?.columns).toMatchObject({ user: '1000', display_name: 'x|y' });
    expect((await read('excel-sep.csv')).phones[0]).toMatchObject({
      row: 3,
      aor: { user: '1000', host: 'example.com' },
    });
  });

  it('reads all line ends', async () => {
    expect((await read('old-mac.csv')).phones.map(({ row, aor }) => [row, aor.user])).toEqual([
      [2, '1000'],
      [4, '1001'],
    ]);
    const mixed = await readText('user,domain\r\n1000,x\n1001,x\r\n\r\n1002,x');
    expect(mixed.phones.map(({ row, aor }) => [row, aor.user, aor.host])).toEqual([
      [2, '1000', 'x'],
      [3, '1001', 'x'],
      [5, '1002', 'x'],
    ]);
  });

  it('names the line on which a record begins, whatever lines its values hold', async () => {
    const { phones } = await read('lines-in-cells.csv');
    expect(phones.map(({ row, columns }) => [row, columns.message])).toEqual([
      [2, 'one\r\ntwo\nthree'],
      [5, 'plain'],
      [6, 'a "quoted" word\n# no comment\n'],
      [9, 'last'],
    ]);
  });

  it('trims values outside quotes, and known columns inside quotes too', async () => {
    const { phones } = await readText('user , domain,note,other\n " 1000 ",  x\t," kept ",\u00a0 gone \n');
    expect(phones[0]?.columns).toEqual({ aor: '1000@x', user: '1000', domain: 'x', note: ' kept ', other: 'gone' });
  });

  it('takes an AOR from whatever column has it', async () => {
    const { phones, lines } = await read('whole-aors.csv');
    expect(phones.map(({ aor }) => `${aor.user} ${aor.host}`)).toEqual([
      '1000 example.com',
      '1001 example.com',
      '1003 example.com',
    ]);
    expect(lines).toEqual([
      'file:4: username "1002@example.com": is of another domain than "example.org" in the column domain ' +
        '(leave one of them empty)',
    ]);
  });

  it.each([
    ['aor\n1000@x\n', '', '1000@x'],
    ['aor\nsip:1000@x\n', '', '1000@x'],
    ['aor\n1000\n', 'x', '1000@x'],
    ['aor,user,domain\n1000@x,1000,X\n', '', '1000@x'],
    ['aor,user,domain\n1000@x,1000@X,\n', '', '1000@x'],
    ['aor,user,domain\n,1000,x\n', '', '1000@x'],
    ['aor,user,domain\n1000,,x\n', '', '1000@x'],
    ['aor,user\n1000,1000\n', 'x', '1000@x'],
    ['user\n1000\n', 'x', '1000@x'],
    ['user\n1000@y\n', 'x', '1000@y'],
    ['user,domain\n1000,y\n', 'x', '1000@y'],
    ['user,domain\n1000,\n', 'x', '1000@x'],
  ])('reads %j with the default domain %j', async (text, defaultDomain, aor) => {
    const { phones, lines } = await readText(text, { defaultDomain });
    expect(lines).toEqual([]);
    expect(phones.map(({ columns }) => columns.aor)).toEqual([aor]);
  });

  it.each([
    ['aor\n1000\n', ['file:2: aor "1000": has no domain (write 1000@domain, or use --domain)']],
    ['aor,x\n,1\n', ['file:2: aor: is empty (write user@domain)']],
    ['user,x\n,1\n', ['file:2: user: is empty', expect.stringContaining('file:2: domain: no domain is given')]],
    [
      'aor,user\n1000@x,1001\n',
      [expect.stringContaining('aor "1000@x": is another phone than "1001" in the column user')],
    ],
    ['aor,user\n1000,1001\n', [expect.stringContaining('is another phone'), expect.stringContaining('no domain')]],
    ['user\n1000\n', ['file:2: domain: no domain is given (add a column domain, or use --domain)']],
    ['user,domian\n1000,x\n', ['file:2: domain: no domain is given (is "domian" meant to be domain? Or use --domain)']],
    ['user,host\n1000,x:5060\n', [expect.stringContaining('host "x:5060": has a port')]],
  ])('refuses the row of %j', async (text, lines) => {
    expect((await readText(text)).lines).toEqual(lines);
  });

  it('holds no phones where there is a header only', async () => {
    expect((await read('header-only.csv')).entries).toEqual([]);
  });

  it('can be read many times, also at the same time', async () => {
    const { phones } = await read('fleet.csv');
    const { openInventory } = await import('../../src/inventory/read-csv.js');
    const source = await openInventory({ path: fixture('fleet.csv') });
    const users = async () => {
      const found: string[] = [];
      for await (const entry of source.entries()) if (entry.kind === 'phone') found.push(entry.phone.aor.user);
      return found;
    };
    const expected = phones.map(({ aor }) => aor.user);
    expect(await Promise.all([users(), users()])).toEqual([expected, expected]);
    for await (const _ of source.entries()) break;
    expect(await users()).toEqual(expected);
    await source.close();
    await source.close();
  });
});

describe('rows that are wrong', () => {
  it('reports all faults of all rows', async () => {
    const { phones, lines } = await read('many-faults.csv');
    expect(phones.map(({ row }) => row)).toEqual([5]);
    expect(lines).toEqual([
      'file:2: user "10 00": holds a blank (remove it)',
      'file:2: domain: no domain is given (is "domian" meant to be domain? Or use --domain)',
      'file:2: mac "00:15:65": has 6 hexadecimal digits, a MAC address has 12 (such as 001565aabbcc)',
      'file:2: profile "a\\tb": holds a control character (remove it)',
      'file:3: user: is empty',
      'file:3: domain: no domain is given (is "domian" meant to be domain? Or use --domain)',
      'file:4: aor "1001@example.com": is another phone than "1000" in the column user (leave one of them empty)',
      'file:6: domain: no domain is given (is "domian" meant to be domain? Or use --domain)',
      'file:6: mac "4.01E+11": is a number as a spreadsheet writes it, the MAC address is lost (such as 001565aabbcc)',
    ]);
  });

  it('reports rows that are short or long, but not for empty values too many', async () => {
    const { phones, lines } = await read('short-and-long.csv');
    expect(phones.map(({ aor }) => aor.user)).toEqual(['1002', '1003']);
    expect(lines).toEqual([
      'file:2: "1000 | example.com": the row has 2 values, the file 3 columns ' +
        '(every row needs as many delimiters as the first, also where nothing is between them)',
      'file:3: "1001 | example.com | Ann | Lee": the row has 4 values, the file 3 columns ' +
        '(put a value with the delimiter in it in quotes)',
    ]);
  });

  it('reports a value in a column without a name', async () => {
    const { phones, lines, source } = await read('unnamed-column.csv');
    expect(source.columns()).toEqual(['user', 'domain', 'name']);
    expect(phones).toHaveLength(1);
    expect(lines).toEqual([
      'file:3: column 3 "oops": is in a column without a name (name the column in the first row of the file)',
    ]);
  });

  it('loses one row to an unclosed quote, not those after it', async () => {
    const { phones, lines } = await read('unclosed-quote.csv');
    expect(phones.map(({ aor }) => aor.user)).toEqual(['1000', '1002', '1003', '1004']);
    expect(lines).toEqual([
      'file:3: name: a quote (") opens here and is not closed (close it, or write "" for a quote within a value in quotes)',
    ]);
  });

  it('tells the ways in which quotes go wrong', async () => {
    const { phones, lines } = await read('stray-quotes.csv');
    expect(phones.map(({ columns }) => columns.model)).toEqual(['7" display']);
    expect(lines.map((line) => line.replace(/ \(write.*| \(put.*/, ''))).toEqual([
      'file:2: model: a quote (") is in a value that is not in quotes',
      'file:3: model: text follows a closing quote (")',
      'file:4: model: text follows a closing quote (")',
    ]);
  });

  it('names the values of problems so that they can be shown', async () => {
    const { entries } = await readText(`user,domain,mac\n1000,x,"${'\u001b[2J'.repeat(20)}"\n`);
    expect(entries).toMatchObject([
      {
        kind: 'problem',
        aor: '1000@x',
        problems: [
          { column: 'mac', value: expect.stringMatching(/^[ -~…]{40,}$/), problem: 'holds a control character' },
        ],
      },
    ]);
  });
});

describe('cells that are hostile', () => {
  it('keep to their own row', async () => {
    const { phones, lines } = await read('hostile-cells.csv');
    expect(phones.map(({ row, aor, columns }) => [row, aor.user, columns.text])).toEqual([
      [2, '1000', 'carriage\rreturn'],
      [4, '1002', 'line\nContent-Length: 5\n\nsendevent NOTIFY'],
      [14, '1006', '☎️ "hi" 👩‍👧'],
    ]);
    expect(lines).toEqual([
      'file:3: text "nul\\0inside": holds a NUL (\\0) (remove it)',
      'file:8: profile "inter\\nnal": holds a control character (remove it)',
      'file:10: user "1004\\r": holds a control character (remove it)',
      'file:11: domain "example.com\\n\\n": holds a control character (remove it)',
      'file:15: user "10\\007": holds a NUL (\\0) (remove it)',
    ]);
  });

  it('of 100 KB are read whole', async () => {
    const big = 'ü"\n,'.repeat(25_000);
    const cell = `"${big.replace(/"/g, '""')}"`;
    const { phones } = await readText(`user,domain,text\n1000,x,a\n1001,x,${cell}\n1002,x,b\n`);
    expect(phones.map(({ columns }) => columns.text)).toEqual(['a', big, 'b']);
    expect(phones[2]?.row).toBe(3 + 25_001);
  });

  it('of more than 1 MiB are problems of their rows, with and without quotes', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024);
    const plain = await readText(`user,domain,text\n1000,x,a\n1001,x,${long}\n1002,x,b\n`);
    expect(plain.phones.map(({ aor, row }) => [aor.user, row])).toEqual([
      ['1000', 2],
      ['1002', 4],
    ]);
    expect(plain.lines).toEqual(['file:3: the row is longer than 1 MiB (is it a CSV at all?)']);
    const quoted = await readText(`user,domain,text\n1000,x,a\n1001,x,"${long}"\n1002,x,b\n`);
    expect(quoted.lines).toEqual(plain.lines);
    const atEnd = await readText(`user,domain,text\n1000,x,a\n1001,x,${long}`);
    expect(atEnd.lines).toEqual(plain.lines);
  });

  it('with an open quote before many rows lose one row', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => `${index},example.com,"name ${index}"`);
    rows[100] = '100,example.com,"open';
    const { phones, lines } = await readText(`user,domain,name\n${rows.join('\n')}\n`);
    expect(phones).toHaveLength(59_999);
    expect(phones.at(-1)?.row).toBe(60_001);
    expect(lines).toEqual([expect.stringContaining('file:102: name: a quote (") opens here and is not closed')]);
  });

  it('full of open quotes end the reading', async () => {
    const { message } = await failure(readText(`user,domain\n${'1000,"x\n1001,x\n'.repeat(1500)}`));
    expect(message).toMatch(/^stdin:\d+: more than 1000 rows have a quote \("\) that never closes$/);
  });

  it('in bytes that are not UTF-8 are problems where the rest is', async () => {
    const { phones, lines } = await read('damaged-utf-8.csv');
    expect(phones.map(({ columns }) => columns.name)).toEqual(['Jörg', 'Ann']);
    expect(lines).toEqual([
      'file:3: name "J\ufffdrg": is not in UTF-8: there is a byte 0xF6 (in Windows-1252 it is "ö"; save the file as UTF-8)',
    ]);
  });

  it('damaged in a row of the wrong width are reported with that', async () => {
    const text = Buffer.concat([Buffer.from('user,domain,ü\n1000,\0,'), Buffer.of(0x81), Buffer.from(',1\n')]);
    expect((await readText(text)).lines).toEqual([
      expect.stringContaining('the row has 4 values, the file 3 columns'),
      'file:2: holds a NUL (\\0) (remove it)',
      'file:2: is not in UTF-8: there is a byte 0x81 (save the file as UTF-8)',
    ]);
  });

  it('cannot reach into the columns of a row by name', async () => {
    const { phones } = await readText('user,domain,__proto__,constructor,toString\n1000,x,a,b,c\n');
    expect(phones[0]?.columns).toEqual(expect.objectContaining({ proto: 'a', constructor: 'b', tostring: 'c' }));
    expect(Object.getPrototypeOf(phones[0]?.columns)).toBe(Object.prototype);
  });
});

describe('files that are wrong as a whole', () => {
  it.each([
    ['empty.csv', 'empty.csv: is empty', 'it needs a row of column names'],
    ['comments-only.csv', 'comments-only.csv: has no row of column names', 'put a row such as'],
    ['duplicate-headers.csv', 'duplicate-headers.csv:1: "Extension" and "Number"', '--map user=Extension'],
    ['no-user.csv', 'no-user.csv:1: no column says which phone a row is', 'is "usr" meant to be user?'],
    ['no-header.csv', 'no-header.csv:1: no column says which phone a row is', 'the first line looks like a phone'],
    ['workbook.xlsx', 'workbook.xlsx: is a spreadsheet', 'save the sheet as "CSV UTF-8"'],
    ['packed.csv.gz', 'packed.csv.gz: is compressed with gzip', 'zcat'],
    ['fleat.csv', 'fleat.csv: there is no such file', 'did you mean fleet.csv?'],
    ['fleet.csv/x', 'x: a part of the path is not a directory', ''],
    ['.', ': is a directory', 'name a CSV file in it'],
  ])('%s', async (name, message, hint) => {
    const found = await refused(name);
    expect(found.message).toContain(message);
    expect(found.hint).toContain(hint);
    expect(found.message).not.toMatch(/\bE[A-Z]{4,}/);
  });

  it.each([
    ['user\0,domain\n', {}, 'stdin:1: the row of column names holds a NUL or bytes that are not UTF-8'],
    ['# x\nuser,"domain\n1000,x\n', {}, 'stdin:2: the quotes (") in the row of column names are wrong'],
    [`user,${'x'.repeat(2_000_000)}\n`, {}, 'stdin:1: the first row is longer than 1 MiB'],
    ['user,domain\n', { delimiter: 'dash' }, `stdin: "dash" can't be a delimiter`],
    ['user,domain\n', { defaultDomain: 'a b' }, 'stdin: the domain "a b" for rows without one holds a blank'],
    ['sep=;\n', {}, 'stdin: has no row of column names'],
    [',,\n', {}, 'stdin:1: the first row names no column'],
  ])('%j', async (text, options, message) => {
    expect((await failure(readText(text, options))).message).toContain(message);
  });
});
