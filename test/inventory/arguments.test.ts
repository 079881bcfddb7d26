import { describe, expect, it } from 'vitest';
import { phonesFromArguments } from '../../src/inventory/arguments.js';
import { InventoryError } from '../../src/inventory/errors.js';
import { collect, linesOf, phonesOf } from './support.js';

describe('phonesFromArguments', () => {
  it('makes a phone of each AOR, as often as asked', async () => {
    const source = phonesFromArguments(['1000@example.com', 'sip:1001@example.com']);
    expect(source.name).toBe('command line');
    expect(source.columns()).toEqual(['aor', 'user', 'domain']);
    for (let pass = 0; pass < 2; pass++) {
      expect(phonesOf(await collect(source))).toEqual([
        {
          aor: { user: '1000', host: 'example.com' },
          columns: { aor: '1000@example.com', user: '1000', domain: 'example.com' },
        },
        {
          aor: { user: '1001', host: 'example.com' },
          columns: { aor: '1001@example.com', user: '1001', domain: 'example.com' },
        },
      ]);
    }
    await source.close();
    await source.close();
  });

  it('takes a user alone where there is a default domain', async () => {
    const [phone] = phonesOf(await collect(phonesFromArguments(['0042'], 'example.com')));
    expect(phone?.aor).toEqual({ user: '0042', host: 'example.com' });
  });

  it('quotes the argument that is none, and says which it is', async () => {
    const entries = await collect(phonesFromArguments(['1000@example.com', '1001', '10 02@x', '', '1\n3@x']));
    expect(linesOf(entries)).toEqual([
      'file:2: aor "1001": has no domain (write 1001@domain, or use --domain)',
      'file:3: aor "10 02@x": the user holds a blank (remove it)',
      'file:4: aor: is empty (write user@domain)',
      'file:5: aor "1\\n3@x": the user holds a control character (remove it)',
    ]);
  });

  it('refuses a default domain that is none', () => {
    expect(() => phonesFromArguments(['1000'], 'example.com:5060')).toThrow(InventoryError);
  });
});
