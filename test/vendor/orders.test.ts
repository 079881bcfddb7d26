import { describe, expect, it } from 'vitest';
import { findVendor } from '../../src/vendor/find.js';
import { identify } from '../../src/vendor/identify.js';
import { orderFor } from '../../src/vendor/orders.js';
import type { Vendor } from '../../src/vendor/vendor.js';

function vendorOf(name: string): Vendor {
  const result = findVendor(name);
  if (result.kind !== 'vendor') throw new Error(`no vendor ${name}`);
  return result.vendor;
}

describe('orderFor', () => {
  it("is the vendor's own order without a model, and for models without an exception", () => {
    const yealink = vendorOf('yealink');
    expect(orderFor(yealink, 'resync')).toBe(yealink.resync);
    expect(orderFor(yealink, 'reboot', 'T46U')).toBe(yealink.reboot);
    const gigaset = vendorOf('gigaset-n');
    expect(orderFor(gigaset, 'reboot')).toBe(gigaset.reboot);
    expect(orderFor(gigaset, 'reboot', 'N870 IP PRO')).toBe(gigaset.reboot);
    expect(orderFor(gigaset, 'reboot', 'x'.repeat(100_000))).toBe(gigaset.reboot);
  });

  it.each(['N510 IP PRO', 'n720', 'Gigaset N720 DM PRO'])('has no reboot for the Gigaset %s, but a resync', (model) => {
    expect(orderFor(vendorOf('gigaset-n'), 'reboot', model)).toHaveProperty('none');
    expect(orderFor(vendorOf('gigaset-n'), 'resync', model)).toMatchObject({ template: 'check-sync' });
  });

  it.each(['7960', 'CP-7940G', 'Cisco CP-7960G'])(
    'knows that a Cisco %s takes check-sync, and only to reboot',
    (model) => {
      expect(orderFor(vendorOf('cisco-ent'), 'reboot', model)).toMatchObject({ template: 'check-sync' });
      expect(orderFor(vendorOf('cisco-ent'), 'resync', model)).toHaveProperty('none');
    },
  );

  it.each(['7975G', '8851', '7961'])('keeps service-control for a Cisco %s', (model) => {
    expect(orderFor(vendorOf('cisco-ent'), 'reboot', model)).toMatchObject({ template: 'service-control' });
  });

  it('goes by the model that a User-Agent tells', () => {
    const touch = identify('Alcatel IP Touch 4028/2.01.20');
    expect(touch && orderFor(touch.vendor, 'resync', touch.model)).toHaveProperty('none');
    const myriad = identify('ALE M3-CE 2.11.01.1604 3c28a620089e');
    expect(myriad && orderFor(myriad.vendor, 'resync', myriad.model)).toMatchObject({ template: 'check-sync' });
    const old = identify('Cisco-CP7960G/8.0');
    expect(old && orderFor(old.vendor, 'reboot', old.model)).toMatchObject({ template: 'check-sync' });
  });
});
