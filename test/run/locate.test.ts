import { describe, expect, it } from 'vitest';
import type { SipProfile } from '../../src/freeswitch/profiles.js';
import type { Registration } from '../../src/freeswitch/registration.js';
import type { Phone } from '../../src/inventory/phone.js';
import { dialectOrder } from '../../src/run/dialect-order.js';
import { mwiOrder } from '../../src/run/mwi-order.js';
import type { Order } from '../../src/run/order.js';
import { DUPLICATE } from '../../src/run/outcome.js';
import type { Planned } from '../../src/run/plan.js';
import { templateOrder } from '../../src/run/template-order.js';
import { profile, registrarWith, registration } from './registry-support.js';
import { bytesOf, CHECK_SYNC, catalogOf, phone, plannerOf, settledAs } from './support.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';
const RESYNC = dialectOrder('resync');

interface Given {
  readonly profiles?: readonly SipProfile[];
  readonly sipProfile?: string;
  readonly users?: readonly string[];
}

async function planAll(
  order: Order,
  phones: readonly Phone[],
  registrations: readonly Registration[],
  given: Given = {},
): Promise<Planned[]> {
  const { registrar } = await registrarWith({ registrations, ...given });
  const planner = plannerOf(order, { registrar, sipProfile: given.sipProfile });
  const planned: Planned[] = [];
  for (const one of phones) planned.push(...(await planner.plan({ kind: 'phone', phone: one })));
  return planned;
}

/** Who is told what: the event string and the device that is meant, or the reason why not. */
function shown(planned: readonly Planned[]): string[] {
  return planned.map((one) => {
    if (one.kind === 'settled') return settledAs(one);
    const bytes = bytesOf(one);
    const device = /^call-id: (.*)$/m.exec(bytes)?.[1];
    return `${one.target.profile} ${one.target.event?.replace('NOTIFY ', '')}${device ? ` → ${device}` : ''}`;
  });
}

const TWO_DEVICES = [
  registration('1000', { callId: 'a', userAgent: SNOM, contact: 'sip:1000@192.0.2.7:5060' }),
  registration('1000', { callId: 'b', userAgent: YEALINK, contact: 'sip:1000@192.0.2.8:5060' }),
];

describe('a phone that is looked for', () => {
  it('is told if it is registered, and else left out with the reason', async () => {
    const phones = [phone('1000'), phone('1001')];
    expect(shown(await planAll(CHECK_SYNC, phones, [registration('1000')]))).toEqual([
      'internal check-sync',
      'skipped: not registered; the directory has no user 1001@phones.test',
    ]);
  });

  it('is looked for on the SIP profile of its row, else on that of the flag, else on all', async () => {
    const profiles = [profile('internal'), profile('external', { aliases: ['wan'] })];
    const there = [registration('1000', { profile: 'external' })];
    const on = async (columns: Record<string, string>, sipProfile?: string) =>
      shown(
        await planAll(CHECK_SYNC, [phone('1000', columns)], there, { profiles, ...(sipProfile && { sipProfile }) }),
      );
    expect(await on({})).toEqual(['external check-sync']);
    expect(await on({ profile: 'external' }, 'internal')).toEqual(['external check-sync']);
    expect(await on({ profile: 'wan' })).toEqual(['external check-sync']);
    expect(await on({}, 'wan')).toEqual(['external check-sync']);
    expect(await on({}, 'internal')).toEqual(['skipped: not registered on internal, but on external']);
    expect(await on({ profile: 'wam' })).toEqual(['skipped: no SIP profile "wam"; near it: wan']);
  });

  it('is told on every SIP profile where it is', async () => {
    const profiles = [profile('internal'), profile('external')];
    const there = [registration('1000'), registration('1000', { profile: 'external' })];
    expect(shown(await planAll(CHECK_SYNC, [phone('1000')], there, { profiles }))).toEqual([
      'internal check-sync',
      'external check-sync',
    ]);
  });

  it('is the same phone under a name of its SIP profile and under another', async () => {
    const phones = [phone('1000', { profile: 'internal' }), phone('1000', { profile: 'phones.test' })];
    expect(shown(await planAll(CHECK_SYNC, phones, [registration('1000')]))).toEqual([
      'internal check-sync',
      `skipped: ${DUPLICATE}`,
    ]);
  });

  it('is not told on a SIP profile that does not run', async () => {
    const profiles = [profile('internal', { running: false, state: 'DOWN (0)' })];
    expect(shown(await planAll(CHECK_SYNC, [phone('1000', { profile: 'internal' })], [], { profiles }))).toEqual([
      'skipped: SIP profile internal is not running (DOWN (0))',
    ]);
  });

  it('is told what its vendor understands, by its User-Agent if the row names none', async () => {
    const there = [registration('1000', { userAgent: SNOM })];
    expect(shown(await planAll(RESYNC, [phone('1000')], there))).toEqual(['internal check-sync;reboot=false']);
  });

  it('is what its row says if that and its User-Agent disagree, with a warning', async () => {
    const there = [registration('1000', { userAgent: YEALINK })];
    const [planned] = await planAll(RESYNC, [phone('1000', { vendor: 'linksys' })], there);
    expect(planned).toMatchObject({
      target: { vendor: 'cisco-spa' },
      warning: `the row says cisco-spa, its User-Agent "${YEALINK}" says yealink`,
    });
    const [same] = await planAll(RESYNC, [phone('1000', { vendor: 'Yealink' })], there);
    expect(same).toMatchObject({ warning: undefined });
  });

  it('is decided by its User-Agent where the name in its row means several vendors', async () => {
    const there = [registration('1000', { userAgent: 'Cisco/SPA504G-7.6.2f' })];
    const [planned] = await planAll(RESYNC, [phone('1000', { vendor: 'Cisco' })], there);
    expect(planned).toMatchObject({ target: { vendor: 'cisco-spa' } });
  });

  it('has its Call-ID and contact from its registration', async () => {
    const there = [registration('1000', { userAgent: 'Cisco-CP8851/12.1.1' })];
    const stale = phone('1000', { call_id: 'stale', contact: 'sip:1000@192.0.2.99:5060' });
    for (const one of [phone('1000'), stale]) {
      const [planned] = await planAll(dialectOrder('reboot'), [one], there);
      if (!planned) throw new Error('nothing planned');
      const bytes = bytesOf(planned);
      expect(bytes).toContain('contact-uri: sip:1000@192.0.2.7:5060\n');
      expect(bytes).toContain('RegisterCallId={reg-1000@lab}');
    }
  });
});

describe('several devices on one extension', () => {
  it('are each told in their own words', async () => {
    expect(shown(await planAll(RESYNC, [phone('1000')], TWO_DEVICES))).toEqual([
      'internal check-sync;reboot=false → a',
      'internal check-sync;reboot=false → b',
    ]);
  });

  it('are told by what the row names: its vendor, or its Call-ID', async () => {
    const told = async (columns: Record<string, string>) =>
      shown(await planAll(RESYNC, [phone('1000', columns)], TWO_DEVICES)).map((line) => line.split(' → ')[1]);
    expect(await told({ vendor: 'snom' })).toEqual(['a']);
    expect(await told({ vendor: 'yealink' })).toEqual(['b']);
    expect(await told({ call_id: 'b' })).toEqual(['b']);
    // The row is older than the phone's last restart.
    expect(await told({ call_id: 'stale', contact: 'sip:1000@192.0.2.8:5060' })).toEqual(['b']);
    expect(await told({ call_id: 'stale', user_agent: SNOM })).toEqual(['a']);
    // No device is of this vendor: the row wins, and both are told.
    expect(await told({ vendor: 'poly' })).toEqual(['a', 'b']);
    expect(shown(await planAll(RESYNC, [phone('1000', { call_id: 'stale' })], TWO_DEVICES))).toEqual([
      'skipped: 1000@phones.test is registered, but none of its 2 devices is that of this row',
    ]);
  });

  it('get one order together where it does not depend on the vendor', async () => {
    expect(shown(await planAll(CHECK_SYNC, [phone('1000')], TWO_DEVICES))).toEqual(['internal check-sync']);
    const [planned] = await planAll(CHECK_SYNC, [phone('1000')], TWO_DEVICES);
    expect(planned).toMatchObject({ reach: { devices: TWO_DEVICES } });
  });

  it('all get what can’t be sent to one of them, and the user is warned', async () => {
    const text = templateOrder({ verb: 'message', template: 'send-message', values: { text: 'hi' } });
    expect(await planAll(text, [phone('1000', { call_id: 'a' })], TWO_DEVICES)).toMatchObject([
      { warning: "all 2 devices of the extension get it: this order can't go to one of them alone" },
    ]);
    const info = templateOrder({ verb: 'info', template: 'send-info', values: { from_uri: '' } });
    expect(await planAll(info, [phone('1000')], TWO_DEVICES)).toMatchObject([
      { warning: 'it has 2 devices, and FreeSWITCH sends an INFO to one of them only' },
    ]);
    expect(await planAll(text, [phone('1000')], TWO_DEVICES)).toMatchObject([{ warning: undefined }]);
  });

  it('are told once each, however often they are named', async () => {
    const [a, b] = [phone('1000', { call_id: 'a' }), phone('1000', { call_id: 'b' })];
    expect(shown(await planAll(RESYNC, [a, b, phone('1000'), a], TWO_DEVICES)).map((line) => line.slice(0, 7))).toEqual(
      ['interna', 'interna', ...Array.from({ length: 3 }, () => 'skipped')],
    );
    expect(shown(await planAll(CHECK_SYNC, [phone('1000'), a], TWO_DEVICES))).toEqual([
      'internal check-sync',
      `skipped: ${DUPLICATE}`,
    ]);
    expect(shown(await planAll(CHECK_SYNC, [a, phone('1000')], TWO_DEVICES))).toEqual([
      'internal check-sync → a',
      'skipped: an earlier row told one device of this phone already; name the others by their call_id',
    ]);
  });
});

describe('whom an order reaches', () => {
  const OTHER = registration('1001', { mwiUser: '1000' });

  it('is for a lamp who has the mailbox, whatever its own name', async () => {
    const lamp = mwiOrder('on', {}, { new: 1, old: 0, urgent_new: 0, urgent_old: 0 });
    expect(await planAll(lamp, [phone('1000')], [OTHER])).toMatchObject([{ reach: { devices: [OTHER] } }]);
    expect(shown(await planAll(lamp, [phone('1001')], [OTHER], { users: ['1001@phones.test'] }))).toEqual([
      'skipped: no phone shows this mailbox; that of the same name shows 1000@phones.test',
    ]);
  });

  it('is read from what is rendered, not from the row', async () => {
    const order = templateOrder({
      verb: 'send',
      template: 'send-info-uri',
      values: { to_uri: 'sip:1@192.0.2.9', from_uri: 'sip:2@192.0.2.1' },
    });
    // An address need not be registered.
    expect(shown(await planAll(order, [phone('1999')], []))).toEqual(['internal SEND_INFO']);
  });
});

describe('a template', () => {
  const order = templateOrder({ verb: 'send', template: 'show' });
  const catalog = () =>
    catalogOf({ show: 'sendevent CUSTOM\nsays: {{vendor}} {{model}} {{firmware}} {{default name "-"}}\n' });

  it('has what the registration tells of the phone, where the row is silent', async () => {
    const { registrar } = await registrarWith({ registrations: [registration('1000', { userAgent: SNOM })] });
    const says = async (columns: Record<string, string>) => {
      const [planned] = await plannerOf(order, { registrar, catalog: catalog() }).plan({
        kind: 'phone',
        phone: phone('1000', columns),
      });
      return planned && /says: (.*)/.exec(bytesOf(planned))?.[1];
    };
    expect(await says({})).toBe('snom D785 10.1.54.13 -');
    // As the row has it.
    expect(await says({ vendor: 'Snom AG', name: 'x' })).toBe('Snom AG D785 10.1.54.13 x');
  });
});
