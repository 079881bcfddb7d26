import { describe, expect, it } from 'vitest';
import type { Entry, Phone } from '../../src/inventory/phone.js';
import { dialectOrder } from '../../src/run/dialect-order.js';
import { DUPLICATE } from '../../src/run/outcome.js';
import type { Planned, Planner } from '../../src/run/plan.js';
import { templateOrder } from '../../src/run/template-order.js';
import { bytesOf, CHECK_SYNC, catalogOf, only, phone, plannerOf, readCsv, settledAs } from './support.js';

const SHOW = `sendevent NOTIFY
profile: {{profile}}
event-string: x
user: {{user}}
host: {{host}}
content-type: text/plain

{{aor}} {{domain}} {{named_profile}}|{{what}}`;

async function plan(planner: Planner, one: Phone): Promise<Planned> {
  return only(await planner.plan({ kind: 'phone', phone: one }));
}

describe('the values of an order', () => {
  it('come from the flags, else from the columns', async () => {
    const catalog = catalogOf({ show: SHOW });
    const what = async (values: Record<string, string>, columns: Record<string, string>) => {
      const order = templateOrder({ verb: 'send', template: 'show', values });
      const planned = await plan(plannerOf(order, { catalog }), phone('1000', columns));
      return bytesOf(planned).split('|')[1];
    };
    expect(await what({ what: 'flag' }, { what: 'column' })).toBe('flag');
    expect(await what({}, { what: 'column' })).toBe('column');
    // Who sets a flag to nothing means it.
    expect(await what({ what: '' }, { what: 'column' })).toBe('');
    expect(await what({}, { what: '' })).toBe('');
  });

  it('never say that the phone is another one', async () => {
    const lies = {
      user: '9',
      host: 'evil',
      domain: 'evil',
      aor: '9@evil',
      profile: 'evil',
      named_profile: 'evil',
      what: '',
    };
    const planner = plannerOf(templateOrder({ verb: 'send', template: 'show', values: lies }), {
      catalog: catalogOf({ show: SHOW }),
    });
    const bytes = bytesOf(await plan(planner, phone('1000', { named_profile: 'evil', host: 'evil' })));
    expect(bytes).toContain('profile: internal\nevent-string: x\nuser: 1000\nhost: phones.test\n');
    expect(bytes).toContain('1000@phones.test phones.test |');
    expect(bytes).not.toContain('evil');
  });

  it('have the SIP profile of the row, else that of the flag, else the stock one; named_profile has no stock one', async () => {
    const order = templateOrder({ verb: 'send', template: 'show', values: { what: '' } });
    const catalog = catalogOf({ show: SHOW });
    const named = { profile: 'wss' };
    const byFlag = plannerOf(order, { catalog, sipProfile: 'external' });
    expect(bytesOf(await plan(byFlag, phone('1', named)))).toMatch(/profile: wss\n[\s\S]* wss\|/);
    expect(bytesOf(await plan(byFlag, phone('1')))).toMatch(/profile: external\n[\s\S]* external\|/);
    expect(bytesOf(await plan(plannerOf(order, { catalog }), phone('1')))).toMatch(/profile: internal\n[\s\S]* \|/);
  });

  it('are never taken for templates', async () => {
    const order = templateOrder({ verb: 'send', template: 'show', values: { what: '{{aor}} {{{user}}} {{#if x}}' } });
    const bytes = bytesOf(await plan(plannerOf(order, { catalog: catalogOf({ show: SHOW }) }), phone('1000')));
    expect(bytes.split('|')[1]).toBe('{{aor}} {{{user}}} {{#if x}}');
  });
});

describe('a planned phone', () => {
  it('is named by the event, the vendor, the row and where it goes', async () => {
    const planned = await plan(plannerOf(dialectOrder('resync')), phone('1000', { vendor: 'Linksys' }, 7));
    expect(planned).toMatchObject({
      kind: 'order',
      target: {
        aor: '1000@phones.test',
        server: 'switch:8021',
        profile: 'internal',
        vendor: 'cisco-spa',
        event: 'NOTIFY resync',
        row: 7,
      },
    });
  });

  it('has the same bytes each time the same rows are planned', async () => {
    const csv = 'user,domain,vendor,name\n1,a.test,snom,"O\'Brien & <b>"\n2,a.test,poly,x\n1,a.test,snom,again\n3,,,\n';
    const entries = await readCsv(csv);
    const planner = plannerOf(dialectOrder('resync'));
    const pass = async () => {
      planner.restart();
      const all: string[] = [];
      for (const entry of entries) {
        const planned = only(await planner.plan(entry));
        all.push(planned.kind === 'order' ? bytesOf(planned) : JSON.stringify(planned.outcome));
      }
      return all;
    };
    const first = await pass();
    expect(await pass()).toEqual(first);
    expect(first).toHaveLength(4);
  });
});

describe('a phone that is there twice', () => {
  it('is told once', async () => {
    const planner = plannerOf(CHECK_SYNC);
    bytesOf(await plan(planner, phone('1000')));
    expect(settledAs(await plan(planner, phone('1000')))).toBe(`skipped: ${DUPLICATE}`);
    expect(settledAs(await plan(planner, phone('1000', { profile: 'internal' })))).toBe(`skipped: ${DUPLICATE}`);
    planner.restart();
    bytesOf(await plan(planner, phone('1000')));
  });

  it('is another phone with another user, domain or SIP profile', async () => {
    const planner = plannerOf(CHECK_SYNC);
    for (const one of [
      phone('1000'),
      phone('1000@other.test'),
      // FreeSWITCH looks up the domain with its case: one of the two may reach nobody.
      phone('1000@PHONES.test'),
      phone('1000', { profile: 'external' }),
      phone('01000'),
      phone('A'),
      phone('a'),
    ]) {
      bytesOf(await plan(planner, one));
    }
  });

  it('is told by the first row that it can be told by', async () => {
    const planner = plannerOf(dialectOrder('resync'));
    expect(settledAs(await plan(planner, phone('1000')))).toMatch(/^skipped: no vendor/);
    expect(settledAs(await plan(planner, phone('1000', { vendor: 'Cisco' })))).toMatch(/^invalid: vendor "Cisco"/);
    expect(bytesOf(await plan(planner, phone('1000', { vendor: 'Snom' })))).toContain('check-sync;reboot=false');
    expect(settledAs(await plan(planner, phone('1000', { vendor: 'Snom' })))).toBe(`skipped: ${DUPLICATE}`);
  });
});

describe('several devices of one extension, where nobody is asked', () => {
  const rows = (...callIds: string[]) =>
    callIds.map((call_id, index) => phone('1000', { vendor: 'snom', ...(call_id && { call_id }) }, index + 2));

  /** What two passes over these rows come to, as a run makes them. */
  async function twice(planner: Planner, phones: readonly Phone[]): Promise<string[][]> {
    const passes: string[][] = [];
    for (const _ of [1, 2]) {
      planner.restart();
      const said: string[] = [];
      for (const one of phones) {
        const planned = await plan(planner, one);
        said.push(
          planned.kind === 'settled' ? settledAs(planned) : (/^call-id: (.*)$/m.exec(bytesOf(planned))?.[1] ?? 'all'),
        );
      }
      passes.push(said);
    }
    return passes;
  }

  it('are told one by one by the Call-IDs of their rows', async () => {
    const [first, second] = await twice(plannerOf(dialectOrder('resync')), rows('a@1', 'b@2', 'a@1', 'b@2', 'c@3'));
    const duplicate = `skipped: ${DUPLICATE}`;
    // That the first is one of several only later rows tell: in the pass that sends it is known.
    expect(second).toEqual(['a@1', 'b@2', duplicate, duplicate, 'c@3']);
    expect(first).toEqual(['all', ...(second ?? []).slice(1)]);
  });

  it('are not told twice by a row that names none of them', async () => {
    const planner = plannerOf(dialectOrder('resync'));
    expect((await twice(planner, rows('', 'a@1', 'b@2')))[1]).toEqual([
      'all',
      ...Array(2).fill(`skipped: ${DUPLICATE}`),
    ]);
  });

  it('are one phone for an order that goes to the extension', async () => {
    const order = templateOrder({ verb: 'message', template: 'send-message', values: { text: 'x' } });
    expect((await twice(plannerOf(order), rows('a@1', 'b@2')))[1]).toEqual(['all', `skipped: ${DUPLICATE}`]);
  });

  it('a phone that is alone in the file is told by its name, as its Call-ID may be new by now', async () => {
    expect((await twice(plannerOf(dialectOrder('resync')), rows('a@1', 'a@1')))[1]).toEqual([
      'all',
      `skipped: ${DUPLICATE}`,
    ]);
  });
});

describe('an order that can not be made', () => {
  it('says which column or value is missing, and in which line of which template', async () => {
    const planner = plannerOf(templateOrder({ verb: 'send', template: 'show' }), {
      catalog: catalogOf({ show: SHOW }),
    });
    expect(settledAs(await plan(planner, phone('1000')))).toBe(
      'invalid: template show, line 8: there is no column or value "what"',
    );
  });

  it('says which column was empty, where a header that is needed came out empty', async () => {
    const planner = plannerOf(templateOrder({ verb: 'notify', template: 'notify', values: { event: '' } }));
    expect(settledAs(await plan(planner, phone('1000')))).toMatch(
      /^invalid: NOTIFY needs event-string .*\(empty: event\)$/,
    );
  });

  it.each(['a\nb', 'a\rb', 'a\0b', '\ud800', 'ARRAY::a'])('refuses %j in a header', async (event) => {
    const planner = plannerOf(templateOrder({ verb: 'notify', template: 'notify', values: { event } }));
    expect(settledAs(await plan(planner, phone('1000')))).toMatch(/^invalid: .*event-string/);
  });

  it('refuses what is too long, and does not repeat it', async () => {
    const event = 'x'.repeat(100_000);
    const planner = plannerOf(templateOrder({ verb: 'notify', template: 'notify', values: { event } }));
    expect(settledAs(await plan(planner, phone('1000'))).slice(0, 300)).toMatch(/^invalid: it has 100\d+ bytes; above/);
  });

  it('throws for a template that is wrong for every phone, before any is planned', async () => {
    const planner = plannerOf(templateOrder({ verb: 'send', template: 'broken' }), {
      catalog: catalogOf({ broken: 'sendevent NOTIFY\nprofile: {{#if x}}\n' }),
    });
    await expect(plan(planner, phone('1000'))).rejects.toThrow(/template broken, line 2/);
    const absent = plannerOf(templateOrder({ verb: 'send', template: 'no-such-thing' }));
    await expect(plan(absent, phone('1000'))).rejects.toThrow('there is no such template');
  });

  it('says all that is wrong with a broken row', async () => {
    const [entry] = await readCsv('user,domain,mac\nbad user,x.test,00:15\n');
    if (!entry) throw new Error('no entry');
    const planned = only(await plannerOf(CHECK_SYNC).plan(entry satisfies Entry));
    expect(settledAs(planned)).toMatch(/^invalid: user: holds a blank; mac: has 4 hexadecimal digits/);
    expect(planned).toMatchObject({ outcome: { aor: 'bad user@x.test', row: 2, event: null, vendor: null } });
  });
});
