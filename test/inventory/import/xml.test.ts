import { describe, expect, it } from 'vitest';
import { readXml } from '../../../src/inventory/import/xml.js';
import { failure } from '../support.js';

const WANTED = new Set(['a']);

function read(text: string) {
  return readXml(text, 'f', WANTED);
}

function texts(text: string): string[] {
  return read(text).leaves.map((leaf) => leaf.text);
}

describe('the XML of settings', () => {
  it('has elements, attributes, entities, CDATA and comments', () => {
    const { root, sections, leaves } = read(
      `<?xml version="1.0"?>\n<!-- <a> --><r>\n<s><a x='1' y="&lt;&#228;"\n z = "">&amp;&#x1F600;</a></s><a/><t/></r>\n`,
    );
    expect([root, [...sections]]).toEqual(['r', ['s', 'a', 't']]);
    const [first, second] = leaves;
    expect(first).toMatchObject({ text: '&😀', parents: ['r', 's'], line: 3 });
    expect(Object.fromEntries(first?.attributes ?? [])).toEqual({ x: '1', y: '<ä', z: '' });
    expect(second).toMatchObject({ text: '', parents: ['r'], line: 4 });
  });

  it('has no text where elements are', () => {
    expect(texts('<r><a>x<b/>y</a><a>z</a></r>')).toEqual(['z']);
  });

  it.each([
    [
      '<!DOCTYPE r [<!ENTITY x "S3cret"><!ENTITY y "&x;&x;">]><r>&y;</r>',
      'f:1: has a DOCTYPE, which settings do not have',
    ],
    ['<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', 'f:1: has a DOCTYPE, which settings do not have'],
    ['<r>\n<!ENTITY x "y"></r>', 'f:2: has a DOCTYPE, which settings do not have'],
    ['<r>\n<a>&S3cret;</a></r>', 'f:2: has an entity that XML does not know'],
    ['<r>\n<a>S3&cret</a></r>', 'f:2: is not well-formed: a & begins no entity'],
    ['<r><a>&#0;</a></r>', 'f:1: has an entity that XML does not know'],
    ['<r><a>&#xD800;</a></r>', 'f:1: has an entity that XML does not know'],
    ['<r><a>S3<cret</a></r>', 'f:1: is not well-formed: a < begins no tag'],
    ['<r><a x="1>S3cret</a></r>', 'f:1: is not well-formed: a < begins no tag'],
    ['<r>\n<a>S3cret</b></r>', 'f:2: is not well-formed: there is a </b> where </a> belongs'],
    ['<r></r></r>', 'f:1: is not well-formed: there is a </r>'],
    ['<r>\n<a>S3cret\n\n', 'f:4: the file ends within <a>, which begins on line 2'],
    ['<r/><r/>', 'f:1: is not well-formed: something follows its end'],
    ['<r/>S3cret', 'f:1: is not well-formed: text stands outside of all elements'],
    ['<r><!-- S3cret', 'f:1: is not well-formed: --> is missing'],
    ['<r><![CDATA[S3cret', 'f:1: is not well-formed: ]]> is missing'],
    ['', 'f:1: has no element'],
    ['<a>'.repeat(17), 'f:1: has elements more than 16 deep'],
  ])('%j is refused, in words that tell no value', async (text, message) => {
    const found = await failure(Promise.resolve().then(() => read(text)));
    expect(found.message).toBe(message);
    expect(found.hint).not.toContain('S3cret');
  });

  it.each([
    ['<r>', '<a/>', '</r>'],
    ['<r><a>', '&amp;', '</a></r>'],
    ['<r x="', 'y', '"/>'],
    ['<r', ' x="1"', '/>'],
    ['<r><a', ' ', '</r>'],
    ['<r>', '<a', '</r>'],
    ['<r><!--', '-', '--></r>'],
    ['<', 'r', '/>'],
  ])('is read in a time that grows with its length only: %s%s…%s', (begin, many, end) => {
    try {
      read(begin + many.repeat(Math.ceil(4_000_000 / many.length)) + end);
    } catch (error) {
      expect(error).toMatchObject({ name: 'InventoryError' });
    }
  });
});
