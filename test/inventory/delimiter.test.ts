import { describe, expect, it } from 'vitest';
import { declaredDelimiter, parseDelimiter, sniffDelimiter } from '../../src/inventory/delimiter.js';
import { readText } from './support.js';

describe('delimiters', () => {
  it.each([
    ['user,domain', ','],
    ['user;domain', ';'],
    ['user\tdomain', '\t'],
    ['user|domain', '|'],
    ['user', ','],
    ['"a;b;c;d",user,domain', ','],
    ['user;"a,b,c,d";domain', ';'],
    ['user;a,b,c,d;domain', ';'],
    ['x;y,z;w', ';'],
    ['user|"display\nname"|domain', '|'],
  ])('finds that of %j', (header, delimiter) => {
    expect(sniffDelimiter(Buffer.from(header), '\n')).toBe(delimiter);
  });

  it.each([
    [',', ','],
    ['semicolon', ';'],
    ['TAB', '\t'],
    ['\\t', '\t'],
    ['\t', '\t'],
    ['pipe', '|'],
    ['comma', ','],
    [':', ':'],
    ['·', '·'],
  ])('takes %j from --delimiter', (text, delimiter) => {
    expect(parseDelimiter(text, 'f')).toBe(delimiter);
  });

  it.each(['', ',,', '"', '\n', '#', 'constructor', '\ufeff'])('refuses %j', (text) => {
    expect(() => parseDelimiter(text, 'f')).toThrow(`can't be a delimiter`);
  });

  it('reads what Excel declares', () => {
    expect(declaredDelimiter('sep=;\r\n')).toBe(';');
    expect(declaredDelimiter('"SEP=\t"')).toBe('\t');
    expect(declaredDelimiter('sep,user')).toBeUndefined();
  });

  it('goes by what is said before what is found', async () => {
    const { phones, source } = await readText('user:a,b\n1000@x:1,2\n', { delimiter: ':' });
    expect(source.delimiter).toBe(':');
    expect(phones[0]?.columns).toMatchObject({ user: '1000', a_b: '1,2' });
  });
});
