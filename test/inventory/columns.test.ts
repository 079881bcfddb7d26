import { describe, expect, it } from 'vitest';
import { canonicalColumn, findColumn, ownColumn, readHeader } from '../../src/inventory/columns.js';
import { InventoryError } from '../../src/inventory/errors.js';

const place = { file: 'phones.csv', line: 1 };

function names(headers: string[], map: Record<string, string> = {}): string[] {
  return readHeader(headers, map, place).columns.map(({ name }) => name);
}

function problem(headers: string[], map: Record<string, string> = {}): string {
  try {
    readHeader(headers, map, place);
  } catch (error) {
    if (error instanceof InventoryError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('columns', () => {
  it.each([
    ['AOR', 'aor'],
    ['SIP Address', 'aor'],
    ['uri', 'aor'],
    ['Extension', 'user'],
    ['ext', 'user'],
    ['sip-user', 'user'],
    ['UserName', 'user'],
    ['number', 'user'],
    ['Domain_Name', 'domain'],
    ['REALM', 'domain'],
    ['sofia profile', 'profile'],
    ['MAC address', 'mac'],
    ['Manufacturer', 'vendor'],
    ['User-Agent', 'user_agent'],
    ['useragent', 'user_agent'],
    ['agent', 'user_agent'],
    ['FreeSWITCH', 'server'],
    ['Call-ID', 'call_id'],
    ['floor', undefined],
  ])('knows %s', (header, column) => {
    expect(canonicalColumn(header)).toBe(column);
  });

  it.each([
    ['Raum-Nr.', 'raum_nr'],
    ['Größe (cm)', 'größe_cm'],
    ['  two  words ', 'two_words'],
    ['2nd_floor', '2nd_floor'],
    ['else', 'else_'],
    ['__proto__', 'proto'],
    ['constructor', 'constructor'],
    ['📞', '📞'],
    ['a\nb\u200b', 'a_b'],
    ['***', ''],
  ])('makes a name for templates of %j', (header, name) => {
    expect(ownColumn(header)).toBe(name);
  });

  it('keeps the order of the file and leaves columns without a header out', () => {
    const header = readHeader(['Floor', '', 'Ext', 'Host', ''], {}, place);
    expect(header.width).toBe(5);
    expect(header.columns.map(({ name, index, known }) => [name, index, known])).toEqual([
      ['floor', 0, false],
      ['user', 2, true],
      ['domain', 3, true],
    ]);
  });

  it('tells what own columns may be a slip of', () => {
    expect(readHeader(['user', 'Vender', 'floor'], {}, place).columns.map(({ near }) => near)).toEqual([
      [],
      ['vendor'],
      [],
    ]);
  });

  it('follows --map, by the exact name or by a name that is alike', () => {
    expect(names(['Nebenstelle', 'Domäne'], { user: 'Nebenstelle', domain: 'Domäne' })).toEqual(['user', 'domain']);
    expect(names(['Neben Stelle'], { extension: 'neben-stelle' })).toEqual(['user']);
    expect(names(['user', 'Etage'], { floor: 'Etage' })).toEqual(['user', 'floor']);
  });

  it('leaves an alias to its own name where --map says what a column is', () => {
    expect(names(['extension', 'number'], { user: 'extension' })).toEqual(['user', 'number']);
    expect(names(['user', 'extension'], { user: 'extension', login: 'user' })).toEqual(['login', 'user']);
    expect(names(['User', 'user', 'x'], { aor: 'x', login: 'user' })).toEqual(['user', 'login', 'aor']);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    [
      'two headers of one meaning',
      ['Extension', 'domain', 'Number'],
      {},
      'phones.csv:1: "Extension" and "Number" (columns 1 and 3) both mean the column user | ' +
        'say which one it is: --map user=Extension or --map user=Number',
    ],
    [
      'two own headers alike',
      ['user', 'Room Nr', 'room-nr'],
      {},
      'phones.csv:1: "Room Nr" and "room-nr" (columns 2 and 3) both mean the column room_nr | rename or remove one of them',
    ],
    [
      'a mapped header beside one of that name',
      ['user', 'extension'],
      { user: 'extension' },
      'phones.csv:1: "user" and "extension" (columns 1 and 2) both mean the column user | ' +
        'name the other one as well: --map own_name=user',
    ],
    [
      'a --map to nothing',
      ['user', 'domain'],
      { vendor: 'Makr' },
      'phones.csv:1: --map vendor=Makr: the file has no column "Makr" | its columns are "user", "domain"',
    ],
    [
      'a --map to nearly something',
      ['user', 'Maker'],
      { vendor: 'Makr' },
      'phones.csv:1: --map vendor=Makr: the file has no column "Makr" | did you mean "Maker"?',
    ],
    [
      'a --map that fits two',
      ['user', 'Room-Nr', 'room nr'],
      { room: 'roomnr' },
      'phones.csv:1: --map room=roomnr fits two columns of the file, "Room-Nr" and "room nr" | ' +
        'write the one that you mean exactly as the file does',
    ],
    [
      'two --map for one column',
      ['a', 'b'],
      { user: 'a', ext: 'b' },
      'phones.csv:1: --map user=a and --map ext=b both say what the column user is | leave one of them out',
    ],
    [
      'two --map of one header',
      ['a', 'b'],
      { user: 'a', aor: 'a' },
      'phones.csv:1: --map user=a and --map aor=a name the same column of the file | leave one of them out',
    ],
    [
      'no phone',
      ['usr', 'domain'],
      {},
      'phones.csv:1: no column says which phone a row is: user, extension, ext, sip_user, username, number, aor, address, ' +
        'sip_address or uri; found "usr", "domain" | is "usr" meant to be user? Then --map user=usr',
    ],
    ['one column that is several', ['user:domain'], {}, expect.stringContaining('--delimiter')],
    [
      'data instead of names',
      ['1000', 'example.com'],
      {},
      expect.stringContaining('the first line looks like a phone'),
    ],
    ['no names at all', ['', ''], {}, expect.stringContaining('the first row names no column')],
    [
      'a name of nothing',
      ['user', '***'],
      {},
      expect.stringContaining(`"***" (column 2) can't be the name of a column`),
    ],
  ])('refuses %s', (_, headers, map, message) => {
    expect(problem(headers, map)).toEqual(message);
  });

  it('finds the column that a person means', () => {
    expect(findColumn('Extension', ['aor'])).toBe('user');
    expect(findColumn('Raum-Nr.', ['user', 'raum_nr'])).toBe('raum_nr');
    expect(findColumn('number', ['user', 'number'])).toBe('number');
    expect(findColumn('floor', ['user'])).toBeUndefined();
  });
});
