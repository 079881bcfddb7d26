import { describe, expect, it } from 'vitest';
import { foldName } from '../../src/vendor/fold.js';
import { VENDORS } from '../../src/vendor/table.js';
import {
  type NoOrder,
  ORDER_TEMPLATES,
  SETTING_SUBJECTS,
  TEXT_TEMPLATES,
  type VendorOrder,
} from '../../src/vendor/vendor.js';

const KEYS = [
  'cisco-mpp cisco-ent cisco-spa poly-edge poly-uc obihai snom-dect snom yealink grandstream aastra-mitel panasonic',
  'gigaset-desk gigaset-n fanvil htek digium sangoma-s avaya ale algo audiocodes patton akuvox flyingvoice escene',
  'technicolor vtech openscape auerswald spectralink mitel-dect 2n dinstar softphone',
].flatMap((line) => line.split(' '));

/** The names that several vendors bear, and the vendors. Any other shared name is a slip in the table. */
const AMBIGUOUS: Readonly<Record<string, readonly string[]>> = {
  cisco: ['cisco-mpp', 'cisco-ent', 'cisco-spa'],
  gigaset: ['gigaset-desk', 'gigaset-n'],
  sangoma: ['digium', 'sangoma-s'],
};

/** What goes out for each vendor: template of resync and of reboot, with `-` where there is none. */
const ORDERS: Readonly<Record<string, readonly [resync: string, reboot: string]>> = {
  'cisco-mpp': ['resync', 'check-sync'],
  'cisco-ent': ['service-control', 'service-control'],
  'cisco-spa': ['resync', 'reboot-now'],
  'poly-edge': ['check-sync', 'check-sync'],
  'poly-uc': ['check-sync', 'check-sync'],
  obihai: ['-', 'resync'],
  'snom-dect': ['-', 'check-sync-reboot'],
  snom: ['check-sync-no-reboot', 'check-sync-reboot'],
  yealink: ['check-sync-no-reboot', 'check-sync-reboot'],
  grandstream: ['resync', 'check-sync-reboot'],
  'aastra-mitel': ['check-sync', 'check-sync'],
  panasonic: ['check-sync', 'check-sync-reboot'],
  'gigaset-desk': ['check-sync-no-reboot', 'check-sync-reboot'],
  'gigaset-n': ['check-sync', 'check-sync-reboot'],
  fanvil: ['check-sync', 'check-sync-reboot'],
  htek: ['resync', 'check-sync-reboot'],
  digium: ['check-sync', 'check-sync'],
  'sangoma-s': ['resync', 'check-sync-reboot'],
  avaya: ['check-sync', 'check-sync-reboot'],
  ale: ['check-sync', 'check-sync'],
  algo: ['check-sync', 'check-sync-reboot'],
  audiocodes: ['check-sync', 'check-sync-reboot'],
  patton: ['check-sync', 'check-sync'],
  akuvox: ['check-sync', 'check-sync-reboot'],
  flyingvoice: ['check-sync-no-reboot', 'check-sync-reboot'],
  escene: ['check-sync', 'check-sync-reboot'],
  technicolor: ['check-sync-no-reboot', 'check-sync-reboot'],
  vtech: ['check-sync', 'check-sync-reboot'],
  openscape: ['check-sync-no-reboot', 'check-sync-reboot'],
  auerswald: ['check-sync', '-'],
  spectralink: ['check-sync', 'check-sync'],
  'mitel-dect': ['-', '-'],
  '2n': ['-', '-'],
  dinstar: ['-', '-'],
  softphone: ['-', '-'],
};

const allOrders = VENDORS.flatMap(({ key, resync, reboot, lamp, exceptions = [] }) =>
  [resync, reboot, lamp, ...exceptions.flatMap((other) => [other.resync, other.reboot])].flatMap((order) =>
    order ? [{ key, order }] : [],
  ),
);

function templateOf(order: VendorOrder | NoOrder): string {
  return 'none' in order ? '-' : order.template;
}

describe('the vendor table', () => {
  it('has every vendor once, in the order of recognition', () => {
    expect(VENDORS.map(({ key }) => key)).toEqual(KEYS);
  });

  it('has the order of each vendor', () => {
    const orders = VENDORS.map(({ key, resync, reboot }) => [key, [templateOf(resync), templateOf(reboot)]]);
    expect(Object.fromEntries(orders)).toEqual(ORDERS);
  });

  it.each(allOrders)(
    '$key: an order has a shipped template, certainty and source; no order has its reason',
    ({ order }) => {
      if ('none' in order) {
        expect(order.none).toMatch(/^[a-z].*[^.]$/);
      } else {
        expect(ORDER_TEMPLATES).toContain(order.template);
        expect(['documented', 'other-pbx', 'assumed']).toContain(order.certainty);
        expect(order.source).toMatch(/\w{4}/);
      }
    },
  );

  it.each(VENDORS)(
    '$key: each setting has a name, what it does and a source; they stand by what they decide',
    (vendor) => {
      const { settings = [] } = vendor;
      for (const { file, web, value, about, certainty, source } of settings) {
        expect(file ?? web).toMatch(/\w{3}/);
        expect(value).not.toBe('');
        expect(about).toMatch(/^[\w].*[^.]$/);
        expect(['documented', 'other-pbx']).toContain(certainty);
        expect(source).toMatch(/\w{4}/);
      }
      const named = settings.map(({ file, web, decides }) => `${decides} ${file ?? web}`);
      expect(new Set(named).size).toBe(named.length);
      expect(settings.every(({ decides }) => SETTING_SUBJECTS.includes(decides))).toBe(true);
    },
  );

  it('says which setting switches a challenge on or off where that can be done', () => {
    const challenging = VENDORS.filter(({ challenge }) => challenge === 'optional' || challenge === 'by default');
    expect(challenging.length).toBeGreaterThan(5);
    for (const { key, settings = [] } of challenging) {
      const switches = settings.filter(({ decides, about }) => decides === 'challenge' || about.includes('401'));
      expect([key, switches.length > 0]).toEqual([key, true]);
    }
  });

  it('has a shipped template for each way to show a text', () => {
    const ways = VENDORS.flatMap(({ key, texts = [] }) => texts.map(({ template }) => [key, template]));
    expect(ways).toEqual([
      ['snom', 'send-message'],
      ['snom', 'snom-text'],
      ['yealink', 'send-message'],
      ['yealink', 'yealink-text'],
      ['aastra-mitel', 'mitel-text'],
      ['technicolor', 'send-message'],
      ['auerswald', 'send-message'],
      ['softphone', 'send-message'],
    ]);
    for (const [, template] of ways) expect(TEXT_TEMPLATES).toContain(template);
  });

  it('keeps what is only assumed apart from what has a source', () => {
    const assumed = allOrders.flatMap(({ key, order }) =>
      'template' in order && order.certainty === 'assumed' ? [key] : [],
    );
    expect([...new Set(assumed)]).toEqual(['audiocodes', 'akuvox', 'flyingvoice', 'escene', 'vtech', 'spectralink']);
    for (const { order } of allOrders) {
      if ('template' in order) expect(order.certainty === 'assumed').toBe(/no document found/.test(order.source));
    }
  });

  it('warns where one word does both', () => {
    for (const { key, resync, reboot } of VENDORS) {
      if (!('template' in resync && 'template' in reboot) || resync.template !== reboot.template) continue;
      if (resync.values?.action !== reboot.values?.action) continue;
      expect([key, resync.note, reboot.note]).toEqual([key, expect.any(String), expect.any(String)]);
    }
  });

  it('asks for the registration where the order needs it', () => {
    const ent = VENDORS.find(({ key }) => key === 'cisco-ent');
    expect(ent?.resync).toMatchObject({ values: { action: 'restart' }, needs: ['call_id', 'contact'] });
    expect(ent?.reboot).toMatchObject({ values: { action: 'reset' }, needs: ['call_id', 'contact'] });
    const needing = allOrders.filter(({ order }) => 'template' in order && order.needs);
    expect(new Set(needing.map(({ key }) => key))).toEqual(new Set(['cisco-ent', 'yealink']));
  });

  it('has a way of their own to the lamp for phones that ignore one in state terminated, with the reason', () => {
    const own = VENDORS.flatMap(({ key, lamp }) => (lamp ? [{ key, ...lamp }] : []));
    expect(own).toMatchObject([
      {
        key: 'yealink',
        template: 'message-summary-active',
        needs: ['contact', 'registered_aor'],
        certainty: 'documented',
        note: expect.stringContaining('account.X.mwi_parse_terminated'),
      },
    ]);
  });

  it('shares no name between vendors but the ambiguous ones, which models tell apart', () => {
    const bearers = new Map<string, string[]>();
    for (const { key, names } of VENDORS) {
      for (const folded of new Set([key, ...names].map(foldName))) {
        bearers.set(folded, [...(bearers.get(folded) ?? []), key]);
      }
    }
    expect(Object.fromEntries([...bearers].filter(([, keys]) => keys.length > 1))).toEqual(AMBIGUOUS);
    for (const keys of Object.values(AMBIGUOUS)) {
      for (const key of keys) expect(VENDORS.find((vendor) => vendor.key === key)?.models).toBeDefined();
    }
  });

  it('lists names with a model only where another vendor bears them alone', () => {
    const alone = new Set(VENDORS.flatMap(({ key, names }) => [key, ...names].map(foldName)));
    for (const { namesWithModel, models } of VENDORS) {
      for (const name of namesWithModel ?? []) expect(alone).toContain(foldName(name));
      if (namesWithModel) expect(models).toBeDefined();
    }
  });

  it('has rules that are anchored, without regard to case, and keep no state', () => {
    for (const { userAgents } of VENDORS) {
      expect(userAgents.length).toBeGreaterThan(0);
      for (const rule of userAgents) {
        expect(rule.source).toMatch(/^\^/);
        expect(rule.flags).toBe('i');
      }
    }
  });

  it('names every vendor, and says when its agents are a guess', () => {
    for (const { label, samples, notes } of VENDORS) {
      expect(label).not.toBe('');
      for (const note of notes) expect(note).toMatch(/\.$/);
      if (samples.length === 0) expect(notes).toContainEqual(expect.stringMatching(/^No User-Agent of these/));
    }
  });
});
