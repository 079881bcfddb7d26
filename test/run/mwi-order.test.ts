import { describe, expect, it } from 'vitest';
import type { SipProfile } from '../../src/freeswitch/profiles.js';
import type { Registration } from '../../src/freeswitch/registration.js';
import type { Phone } from '../../src/inventory/phone.js';
import { mwiOrder, mwiResendOrder } from '../../src/run/mwi-order.js';
import { DUPLICATE } from '../../src/run/outcome.js';
import type { Planned } from '../../src/run/plan.js';
import { profile, registrarWith, registration } from './registry-support.js';
import { bytesOf, only, phone, plannerOf, settledAs } from './support.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';
const ON = mwiOrder('on', {}, { new: 1, old: 0, urgent_new: 0, urgent_old: 0 });

async function planAll(
  phones: readonly Phone[],
  registrations: readonly Registration[],
  profiles?: readonly SipProfile[],
): Promise<Planned[]> {
  const { registrar } = await registrarWith({ registrations, ...(profiles && { profiles }) });
  const planner = plannerOf(ON, { registrar });
  const planned: Planned[] = [];
  for (const one of phones) planned.push(...(await planner.plan({ kind: 'phone', phone: one })));
  return planned;
}

/** The way an order takes: its event, and by what its device is known, if it is for one. */
function way(planned: Planned): string {
  if (planned.kind === 'settled') return settledAs(planned);
  const to = /^(?:call-id|contact-uri): (.*)$/m.exec(bytesOf(planned))?.[1];
  return `${planned.target.event}${to ? ` → ${to}` : ''}`;
}

function device(callId: string, userAgent: string, fields: Partial<Registration> = {}): Registration {
  return registration('1000', { callId, userAgent, contact: `sip:1000@192.0.2.7:${callId}`, ...fields });
}

const ACTIVE = 'NOTIFY message-summary → sip:1000@192.0.2.7:';

describe('the lamp of a phone', () => {
  it('is MESSAGE_WAITING, and that alone, where its vendor takes it', async () => {
    const [order] = await planAll([phone('1000')], [device('1', SNOM)]);
    expect(order).toMatchObject({ target: { event: 'MESSAGE_WAITING', vendor: 'snom' }, note: undefined });
  });

  it('is an active NOTIFY to its contact where its vendor ignores others, with the reason', async () => {
    const [order] = await planAll([phone('1000')], [device('1', YEALINK)]);
    if (order?.kind !== 'order') throw new Error('no order');
    expect(way(order)).toBe(`${ACTIVE}1`);
    expect(bytesOf(order)).toContain('\nno-sub-state: true\nextra-headers: Subscription-State: active;expires=60\n');
    expect(bytesOf(order)).toContain('Messages-Waiting: yes\r\n');
    expect(order).toMatchObject({
      target: { vendor: 'yealink' },
      reach: { devices: [{ callId: '1' }] },
      note: expect.stringMatching(/mwi_parse_terminated = 1; so each device gets one in state active/),
    });
  });

  it('goes by the vendor of the row where the User-Agent tells another', async () => {
    const [order] = await planAll([phone('1000', { vendor: 'yealink' })], [device('1', SNOM)]);
    expect(order).toMatchObject({ target: { event: 'NOTIFY message-summary' }, warning: expect.any(String) });
  });

  it('is MESSAGE_WAITING where nobody was asked, whatever the row says, and the note says what that may mean', async () => {
    const row = phone('1000', { vendor: 'yealink', contact: 'sip:1000@192.0.2.99', call_id: 'stale' });
    const order = only(await plannerOf(ON).plan({ kind: 'phone', phone: row }));
    expect(way(order)).toBe('MESSAGE_WAITING');
    expect(order).toMatchObject({ note: expect.stringMatching(/with --check/) });
  });

  it('is of the account, and goes to the user who is registered there', async () => {
    const there = registration('1001', { userAgent: YEALINK, mwiUser: '1000' });
    const [order] = await planAll([phone('1000')], [there]);
    if (!order) throw new Error('nothing planned');
    expect(bytesOf(order)).toContain('\nto-uri: sip:1001@phones.test\nfrom-uri: sip:1001@phones.test\n');
    expect(bytesOf(order)).toContain('Message-Account: sip:1000@phones.test\r\n');
  });

  it('finds its way through NAT, and through a proxy whose Path is in brackets', async () => {
    const nat = 'sip:1000@10.0.0.7:5060;fs_nat=yes;fs_path=sip%3A1000%40192.0.2.7%3A62001';
    const path = 'sip:1000@10.0.0.7:5060;fs_path=%3Csip%3A192.0.2.1%3Blr%3E';
    const far = `${path}%2C%3Csip%3A192.0.2.2%3Blr%3E`;
    const contacts: readonly (readonly [registered: string, sent: string])[] = [
      [nat, nat],
      [path, 'sip:1000@10.0.0.7:5060;fs_path=sip%3A192.0.2.1%3Blr'],
      [far, 'sip:1000@10.0.0.7:5060;fs_path=sip%3A192.0.2.1%3Blr%2C%3Csip%3A192.0.2.2%3Blr%3E'],
    ];
    for (const [contact, sent] of contacts) {
      const [order] = await planAll([phone('1000')], [device('1', YEALINK, { contact })]);
      expect(order && way(order)).toBe(`NOTIFY message-summary → ${sent}`);
      expect(order).toMatchObject({ reach: { devices: [{ contact }] } });
    }
  });
});

describe('the lamps of several devices on a mailbox', () => {
  it('are switched together where all take MESSAGE_WAITING', async () => {
    const planned = await planAll([phone('1000', { vendor: 'yealink' })], [device('1', SNOM), device('2', SNOM)]);
    expect(planned.map(way)).toEqual(['MESSAGE_WAITING']);
  });

  it('are switched one by one, each once, where one needs its own order', async () => {
    const devices = [device('1', SNOM), device('2', YEALINK), device('3', YEALINK), device('4', 'Custom/1')];
    const told = ['MESSAGE_WAITING → 1', `${ACTIVE}2`, `${ACTIVE}3`, 'MESSAGE_WAITING → 4'];
    expect((await planAll([phone('1000')], devices)).map(way)).toEqual(told);
    // What a row says of the vendor is true of one of them, and of those that say nothing.
    const named = await planAll([phone('1000', { vendor: 'yealink' })], devices);
    expect(named.map(way)).toEqual([...told.slice(0, 3), `${ACTIVE}4`]);
    const again = await planAll([phone('1000'), phone('1000')], devices);
    expect(again.map(way)).toEqual([...told, ...told.map(() => `skipped: ${DUPLICATE}`)]);
  });

  it('are switched one by one on all SIP profiles: those may share their registrations', async () => {
    const devices = [device('1', SNOM), device('2', YEALINK, { profile: 'external' })];
    const planned = await planAll([phone('1000')], devices, [profile('internal'), profile('external')]);
    expect(planned.map(way)).toEqual(['MESSAGE_WAITING → 1', `${ACTIVE}2`]);
    expect(planned[1]).toMatchObject({ target: { profile: 'external' } });
  });

  it('are those of the row that names a device', async () => {
    const devices = [device('1', SNOM), device('2', YEALINK), device('3', YEALINK)];
    const rows = ['1', '2', '3', '2'].map((callId) => phone('1000', { call_id: callId }));
    expect((await planAll(rows, devices)).map(way)).toEqual([
      'MESSAGE_WAITING → 1',
      `${ACTIVE}2`,
      `${ACTIVE}3`,
      `skipped: ${DUPLICATE}`,
    ]);
  });
});

describe('the lamp as its mailbox is', () => {
  const resend = async (columns: Record<string, string>) => {
    const planned = only(await plannerOf(mwiResendOrder()).plan({ kind: 'phone', phone: phone('1000', columns) }));
    if (planned.kind === 'settled') return settledAs(planned);
    return /^MWI-Messages-Waiting: (.*)$[\s\S]*^MWI-Voice-Message: (.*)$/m.exec(bytesOf(planned))?.slice(1).join(' ');
  };

  it('is lit by new messages, and by nothing else', async () => {
    expect(await resend({ new: '2', old: '7' })).toBe('yes 2/7 (0/0)');
    expect(await resend({ new: '0', old: '7', urgent_old: '3' })).toBe('no 0/7 (0/3)');
    expect(await resend({ new: '0', urgent_new: '1' })).toBe('yes 0/0 (1/0)');
    expect(await resend({ new: '007' })).toBe('yes 7/0 (0/0)');
  });

  it('is not guessed', async () => {
    expect(await resend({})).toBe("invalid: no column new, and its voicemail can't be asked");
    expect(await resend({ new: '', old: '3' })).toBe("invalid: no column new, and its voicemail can't be asked");
    expect(await resend({ new: 'many' })).toBe('invalid: column new: "many" is not a number of messages');
    expect(await resend({ new: '1', old: '-1' })).toBe('invalid: column old: "-1" is not a number of messages');
    expect(await resend({ new: '1e3' })).toBe('invalid: column new: "1e3" is not a number of messages');
  });
});
