import { describe, expect, it } from 'vitest';
import { remaining } from '../../../src/cli/worker/remaining.js';
import type { Entry } from '../../../src/inventory/phone.js';
import { untold } from '../../../src/queue/settle.js';
import type { Named } from '../../../src/run/journal/identity.js';

/** A device as a worker lists it. */
function listed(callId: string, profile = 'internal'): Entry {
  return { kind: 'phone', phone: { aor: { user: '1000', host: 'x' }, profile, columns: { call_id: callId } } };
}

function phone(device: string | null, profile = 'internal'): Named {
  return { aor: '1000@x', server: 'berlin', profile, row: null, device };
}

const devices = (rows: readonly Entry[], told: readonly Named[], begun: readonly Named[] = []) =>
  remaining(
    rows.map((entry) => untold(entry, 'berlin', 'no connection')),
    told,
    { begun: () => begun, left: () => [] },
  ).map(({ device }) => device);

describe('the outcomes that are missing of devices that were listed', () => {
  const three = ['one', 'two', 'three'].map((callId) => listed(callId));

  it('are those of the others on the extension, whichever had theirs first', () => {
    expect(devices(three, [])).toEqual(['one', 'two', 'three']);
    expect(devices(three, [phone('two')])).toEqual(['one', 'three']);
    expect(devices(three, [phone('three')], [phone('one')])).toEqual(['two']);
  });

  it('are one fewer for each phone that goes by another Call-ID by now, or by none', () => {
    expect(devices(three, [phone(null)])).toEqual(['two', 'three']);
    expect(devices(three, [phone('anew'), phone('one')])).toEqual(['three']);
    expect(devices(three, [phone(null), phone(null)], [phone('two')])).toEqual([]);
  });

  it('are told apart by SIP profile', () => {
    expect(devices([listed('one'), listed('two', 'external')], [phone(null, 'external')])).toEqual(['one']);
  });

  it('are those of rows, too, unless one of their phones has one', () => {
    const row = (number: number): Entry => ({
      kind: 'phone',
      phone: { aor: { user: '1000', host: 'x' }, columns: { call_id: 'one' }, row: number },
    });
    const rows = [row(2), row(3)].map((entry) => untold(entry, 'berlin', 'no connection'));
    expect(remaining(rows, [{ ...phone('one'), row: 3 }], undefined)).toMatchObject([{ row: 2, device: null }]);
  });
});
