import { describe, expect, it } from 'vitest';
import { dialectOrder, vendorOf } from '../../src/run/dialect-order.js';
import { DEFAULT_RATE } from '../../src/run/order.js';
import { findVendor } from '../../src/vendor/find.js';
import { phone } from './support.js';

const resync = dialectOrder('resync');
const reboot = dialectOrder('reboot');

function vendor(name: string) {
  const found = findVendor(name);
  if (found.kind !== 'vendor') throw new Error(`${name} is ${found.kind}`);
  return found.vendor;
}

describe('an order in the dialect of the vendor', () => {
  it('says what it is', () => {
    expect(resync).toMatchObject({ verb: 'resync', reboots: false, rate: DEFAULT_RATE });
    expect(reboot).toMatchObject({ verb: 'reboot', reboots: true, rate: DEFAULT_RATE });
  });

  it.each([
    ['snom', 'snom', 'check-sync-no-reboot', 'check-sync-reboot'],
    ['Yealink', 'yealink', 'check-sync-no-reboot', 'check-sync-reboot'],
    ['Linksys', 'cisco-spa', 'resync', 'reboot-now'],
    ['SIPURA', 'cisco-spa', 'resync', 'reboot-now'],
    ['polycom', 'poly-uc', 'check-sync', 'check-sync'],
    ['Aastra', 'aastra-mitel', 'check-sync', 'check-sync'],
    ['Grandstream', 'grandstream', 'resync', 'check-sync-reboot'],
  ])('is for a %s what %s phones understand', (written, key, forResync, forReboot) => {
    const one = phone('1000', { vendor: written });
    expect(resync.choose(one)).toMatchObject({ kind: 'template', vendor: key, template: forResync });
    expect(reboot.choose(one)).toMatchObject({ kind: 'template', vendor: key, template: forReboot });
  });

  it('goes by the User-Agent where the row names no vendor', () => {
    const one = phone('1000', { user_agent: 'Cisco/SPA504G-7.6.2f' });
    expect(resync.choose(one)).toMatchObject({ template: 'resync', vendor: 'cisco-spa' });
  });

  it('believes the vendor column against the User-Agent and the default', () => {
    const one = phone('1000', { vendor: 'Snom', user_agent: 'Yealink SIP-T46S 66.85.0.5' });
    expect(dialectOrder('resync', vendor('linksys')).choose(one)).toMatchObject({ vendor: 'snom' });
  });

  it('believes the User-Agent against the default', () => {
    const one = phone('1000', { user_agent: 'snomD785/10.1.169.16' });
    expect(dialectOrder('resync', vendor('linksys')).choose(one)).toMatchObject({ vendor: 'snom' });
  });

  it('takes the default for a row without a vendor, with an unknown one, with an unknown User-Agent', () => {
    const order = dialectOrder('resync', vendor('linksys'));
    for (const columns of [{}, { vendor: 'Acme' }, { user_agent: 'Acme Phone 1' }, { vendor: '' }]) {
      expect(order.choose(phone('1000', columns))).toMatchObject({ vendor: 'cisco-spa', template: 'resync' });
    }
  });

  it('skips what it can not know, and says what would help', () => {
    const choice = resync.choose(phone('1000'));
    expect(choice).toMatchObject({ kind: 'skip' });
    expect(choice).toHaveProperty('reason', expect.stringMatching(/vendor.*user_agent.*--default-vendor/));
  });

  it('skips an unknown User-Agent and shows it, shortened', () => {
    const choice = resync.choose(phone('1000', { user_agent: `Acme ${'x'.repeat(500)}` }));
    expect(choice).toMatchObject({ kind: 'skip', reason: expect.stringContaining('"Acme xxx') });
    expect(JSON.stringify(choice).length).toBeLessThan(200);
  });

  it('skips an unknown vendor and names those near it', () => {
    const reason = expect.stringMatching(/unknown vendor "Yelink"; near it: .*yealink/i);
    expect(resync.choose(phone('1000', { vendor: 'Yelink' }))).toMatchObject({ kind: 'skip', reason });
    expect(resync.choose(phone('1000', { vendor: 'Qqqqq' }))).toEqual({
      kind: 'skip',
      reason: 'unknown vendor "Qqqqq"',
    });
  });

  it('refuses a name that several vendors bear, and says which there are', () => {
    const choice = resync.choose(phone('1000', { vendor: 'Cisco' }));
    expect(choice.kind).toBe('invalid');
    expect(choice).toHaveProperty('reason', expect.stringMatching(/cisco-mpp.*cisco-ent.*cisco-spa/));
  });

  it('refuses it also with a default, which is for unknown vendors only', () => {
    const choice = dialectOrder('resync', vendor('snom')).choose(phone('1000', { vendor: 'Cisco' }));
    expect(choice.kind).toBe('invalid');
  });

  it('lets a model or a User-Agent decide between vendors of one name', () => {
    expect(resync.choose(phone('1000', { vendor: 'Cisco', model: 'SPA504G' }))).toMatchObject({ vendor: 'cisco-spa' });
    expect(resync.choose(phone('1000', { vendor: 'Cisco', user_agent: 'Cisco/SPA504G-7.6.2f' }))).toMatchObject({
      vendor: 'cisco-spa',
    });
    expect(vendorOf(phone('1000', { vendor: 'Cisco', user_agent: 'Cisco-CP-8851-3PCC/11.3.7' }))).toMatchObject({
      vendor: { key: 'cisco-mpp' },
    });
  });

  it('does not let a User-Agent of another make decide', () => {
    const one = phone('1000', { vendor: 'Cisco', user_agent: 'snomD785/10.1.169.16' });
    expect(resync.choose(one).kind).toBe('invalid');
  });

  it('skips softphones, which take no settings', () => {
    const choice = resync.choose(phone('1000', { user_agent: 'Zoiper rv2.10.8.2' }));
    expect(choice).toMatchObject({ kind: 'skip', vendor: 'softphone', reason: expect.stringContaining('softphone') });
    expect(reboot.choose(phone('1000', { vendor: 'Linphone' }))).toMatchObject({ kind: 'skip', vendor: 'softphone' });
  });

  it('skips a phone that can not be told this, and says so', () => {
    const one = phone('1000', { vendor: 'cisco-ent', model: '7940', call_id: 'x', contact: 'sip:1000@192.0.2.1' });
    expect(resync.choose(one)).toMatchObject({ kind: 'skip', reason: expect.stringContaining('only be rebooted') });
    expect(reboot.choose(one)).toMatchObject({ kind: 'template', template: 'check-sync' });
  });

  it('skips a Cisco enterprise phone whose registration is not known, and names what is missing', () => {
    const without = resync.choose(phone('1000', { vendor: 'cisco-ent' }));
    expect(without).toMatchObject({ kind: 'skip', vendor: 'cisco-ent' });
    expect(without).toHaveProperty('reason', expect.stringContaining('call_id and contact'));
    const half = resync.choose(phone('1000', { vendor: 'cisco-ent', contact: 'sip:1000@192.0.2.1' }));
    expect(half).toHaveProperty('reason', expect.stringMatching(/needs call_id of/));
  });

  it('brings the values that belong to the vendor', () => {
    const columns = { vendor: 'cisco-ent', call_id: 'a@b', contact: 'sip:1000@192.0.2.1' };
    expect(resync.choose(phone('1000', columns))).toMatchObject({
      template: 'service-control',
      values: { action: 'restart' },
    });
    expect(reboot.choose(phone('1000', columns))).toMatchObject({ values: { action: 'reset' } });
  });

  it('brings the note that goes with the order', () => {
    expect(resync.choose(phone('1000', { vendor: 'yealink' }))).toHaveProperty('note', expect.stringMatching(/reboot/));
  });
});
