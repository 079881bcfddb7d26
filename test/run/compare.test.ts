import { describe, expect, it } from 'vitest';
import type { Registration } from '../../src/freeswitch/registration.js';
import type { Phone } from '../../src/inventory/phone.js';
import { compare, type Difference } from '../../src/run/compare.js';
import { Registrar } from '../../src/run/registrar.js';
import { RegistrationStream } from '../../src/run/registration-stream.js';
import { profile, questionsWith, registration } from './registry-support.js';
import { readCsv } from './support.js';

const PROFILES = [
  profile('internal', { aliases: ['phones.test'] }),
  profile('external'),
  profile('idle', { running: false, state: 'DOWN (0)' }),
];

interface Options {
  readonly sipProfile?: string;
  readonly isSelected?: (phone: Phone) => boolean;
  readonly users?: readonly string[];
}

async function differences(csv: string, registrations: readonly Registration[], options: Options = {}) {
  const { sipProfile, isSelected = () => true, users = ['1000@phones.test'] } = options;
  const { questions, asked } = questionsWith({ profiles: PROFILES, registrations, users });
  const registrar = await Registrar.open(questions);
  const entries = await readCsv(csv);
  async function* rows() {
    yield* entries;
  }
  const found: Difference[] = [];
  const stream = new RegistrationStream(questions, ['internal', 'external']);
  for await (const one of compare({
    entries: rows(),
    isSelected,
    registrations: stream.all(),
    registrar,
    sipProfile,
  })) {
    found.push(one);
  }
  return { found, lines: found.map(({ kind, aor, row }) => `${kind} ${aor} ${row ?? '-'}`), asked };
}

const SNOM = { userAgent: 'snomD785/10.1.54.13' };
const YEALINK = { userAgent: 'Yealink SIP-T46S 66.85.0.5' };

describe('an inventory and who is registered', () => {
  it('agree if every row has its phone, whatever profile or vendor the row leaves open', async () => {
    const csv =
      'user,domain,profile,vendor\n1000,phones.test,internal,snom\n1001,phones.test,,\n1002,phones.test,phones.test,\n';
    const registrations = [
      registration('1000', SNOM),
      registration('1001', { profile: 'external' }),
      registration('1002'),
    ];
    expect((await differences(csv, registrations)).found).toEqual([]);
  });

  it('differ by those that are in one of them only', async () => {
    const csv = 'user,domain\n1000,phones.test\n1001,phones.test\n';
    const { lines, found } = await differences(csv, [registration('1001'), registration('1002', YEALINK)]);
    expect(lines).toEqual(['unlisted 1002@phones.test -', 'missing 1000@phones.test 2']);
    expect(found[0]).toMatchObject({ profile: 'internal', devices: [{ callId: 'reg-1002@lab', ...YEALINK }] });
    expect(found[0]?.reason).toContain('yealink');
    expect(found[1]).toMatchObject({ profile: null, devices: [], reason: 'not registered' });
  });

  it('are compared with the case of users and domains, as FreeSWITCH does', async () => {
    const { lines } = await differences('user,domain\nBob,phones.test\n', [registration('bob')]);
    expect(lines).toEqual(['unlisted bob@phones.test -', 'missing Bob@phones.test 2']);
  });

  it.each([
    ['1000,phones.test,external', 'not registered on external, but on internal'],
    ['1000,phones.test,intrenal', 'no SIP profile "intrenal"; near it: internal'],
    ['1000,phones.test,idle', 'SIP profile idle is not running (DOWN (0))'],
    ['1001,phones.test,', 'not registered; the directory has no user 1001@phones.test'],
  ])('differ by %s, for a reason', async (row, reason) => {
    const { found } = await differences(`user,domain,profile\n${row}\n`, [registration('1000')]);
    expect(found.find(({ kind }) => kind === 'missing')).toMatchObject({ row: 2, reason });
  });

  it('differ by a phone that is of another vendor than its row says', async () => {
    const csv = 'user,domain,vendor\n1000,phones.test,snom\n1001,phones.test,Yealink\n1002,phones.test,snom\n';
    const { found } = await differences(csv, [
      registration('1000', YEALINK),
      registration('1001', YEALINK),
      registration('1002', { userAgent: 'who knows' }),
    ]);
    expect(found).toMatchObject([{ kind: 'other-vendor', aor: '1000@phones.test', row: 2, vendor: 'snom' }]);
    expect(found[0]?.reason).toBe('the file says snom, registered is yealink ("Yealink SIP-T46S 66.85.0.5")');
  });

  it('agree on an extension of several devices of which one is of the vendor, and tell of them', async () => {
    const csv = 'user,domain,vendor\n1000,phones.test,snom\n';
    const { found } = await differences(csv, [
      registration('1000', { ...SNOM, callId: 'a' }),
      registration('1000', { ...YEALINK, callId: 'b' }),
    ]);
    expect(found.map(({ kind }) => kind)).toEqual(['several-devices']);
    expect(found[0]?.devices.map(({ callId }) => callId)).toEqual(['a', 'b']);
  });

  it('look at the selected rows only, but for what is in no row at the whole file', async () => {
    const csv = 'user,domain\n1000,phones.test\n1001,phones.test\n1002,phones.test\n';
    const { lines } = await differences(csv, [registration('1001'), registration('1009')], {
      isSelected: ({ aor }) => aor.user === '1000',
    });
    expect(lines).toEqual(['unlisted 1009@phones.test -', 'missing 1000@phones.test 2']);
  });

  it('take a row that is wrong for one of the phone that it names', async () => {
    const { lines } = await differences('user,domain,mac\n1000,phones.test,zz\n', [registration('1000')]);
    expect(lines).toEqual([]);
  });

  it('leave other profiles out where one is named', async () => {
    const csv = 'user,domain\n1000,phones.test\n1001,phones.test\n';
    const registrations = [registration('1000'), registration('1001', { profile: 'external' })];
    const others = [registration('1002', { profile: 'external' }), registration('1003')];
    const { lines } = await differences(csv, [...registrations, ...others], { sipProfile: 'phones.test' });
    expect(lines).toEqual(['unlisted 1003@phones.test -', 'missing 1001@phones.test 3']);
  });

  it('ask about the first of many that are missing only', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => `${2000 + index},phones.test\n`);
    const { lines, asked } = await differences(`user,domain\n${rows.join('')}`, []);
    expect(lines).toHaveLength(200);
    expect(asked.filter((question) => question.startsWith('exists'))).toHaveLength(50);
    expect(asked.length).toBeLessThan(250);
  });
});

describe('rows that name one device each', () => {
  const CSV =
    'user,domain,call_id,contact,user_agent\n1000,phones.test,a,sip:a,snomD785/1\n1000,phones.test,b,sip:b,Yealink SIP-T46S 1\n';
  const A = registration('1000', { callId: 'a', contact: 'sip:a', userAgent: 'snomD785/1' });
  const B = registration('1000', { callId: 'b', contact: 'sip:b', userAgent: 'Yealink SIP-T46S 1' });

  it('agree with these devices', async () => {
    expect((await differences(CSV, [B, A])).lines).toEqual([]);
  });

  it('miss the one that is off', async () => {
    const { found } = await differences(CSV, [A]);
    expect(found).toMatchObject([
      { kind: 'missing', row: 3, reason: 'this device is not registered, but 1 of the same extension is' },
    ]);
  });

  it('know a device that has restarted by its contact or its User-Agent', async () => {
    const registrations = [
      { ...A, callId: 'new-a' },
      { ...B, callId: 'new-b', contact: 'sip:elsewhere' },
    ];
    expect((await differences(CSV, registrations)).lines).toEqual([]);
  });

  it('know a device that is alone whatever it says now', async () => {
    const csv = 'user,domain,call_id,contact\n1000,phones.test,a,sip:a\n';
    const { lines } = await differences(csv, [registration('1000', { callId: 'z', contact: 'sip:z' })]);
    expect(lines).toEqual([]);
  });

  it('do not stand for another device of the extension', async () => {
    const { lines, found } = await differences(CSV, [A, B, { ...A, callId: 'c', contact: 'sip:c', userAgent: 'x' }]);
    expect(lines).toEqual(['unlisted 1000@phones.test -']);
    expect(found[0]?.devices).toMatchObject([{ callId: 'c' }]);
  });
});
