import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Phone } from '../../src/inventory/phone.js';
import { Catalog } from '../../src/payload/catalog.js';
import { packedName, packTemplates, unpackTemplates } from '../../src/payload/pack.js';
import { dialectOrder } from '../../src/run/dialect-order.js';
import { mwiOrder, mwiResendOrder } from '../../src/run/mwi-order.js';
import { MWI_RATE, type Order } from '../../src/run/order.js';
import { orderOf, renameTemplates } from '../../src/run/order-spec.js';
import { OrderSpecError } from '../../src/run/order-spec-error.js';
import { templateOrder } from '../../src/run/template-order.js';
import { findVendor } from '../../src/vendor/find.js';
import { useVendors } from '../../src/vendor/known.js';
import type { Vendor } from '../../src/vendor/vendor.js';
import { bytesOf, only, phone, plannerOf } from './support.js';

const SHIPPED = new URL('../../templates', import.meta.url).pathname;
const NONE = { new: 0, old: 0, urgent_new: 0, urgent_old: 0 };
const TEXT = { text: 'Canteen {{x}} "<&>"\r\n\ud800 ☃', subject: '', content_type: '' };

const ACME: Vendor = {
  key: 'acme',
  label: 'Acme',
  names: [],
  userAgents: [/^Acme/],
  samples: [],
  challenge: 'unknown',
  notes: [],
  resync: { template: 'notify', values: { event: 'acme-sync' }, certainty: 'configured', source: 'settings' },
  reboot: { none: 'no reboot is set for acme' },
};

afterEach(() => useVendors({ vendors: [], bySite: new Map() }));

function vendor(name: string): Vendor {
  const found = findVendor(name);
  if (found.kind !== 'vendor') throw new Error(`${name} is ${found.kind}`);
  return found.vendor;
}

function message(values: Readonly<Record<string, string>>): Order {
  const reporting = templateOrder({ verb: 'message', template: 'sms-message', values });
  return templateOrder({ verb: 'message', template: 'send-message', values, reporting });
}

/** What each command that sends makes of its arguments. */
const ORDERS: Readonly<Record<string, Order>> = {
  resync: dialectOrder('resync'),
  'resync --default-vendor linksys': dialectOrder('resync', vendor('linksys')),
  reboot: dialectOrder('reboot'),
  'reboot --default-vendor snom': dialectOrder('reboot', vendor('snom')),
  send: templateOrder({ verb: 'send snom-text', template: 'snom-text', values: TEXT, returns: true }),
  'send, of lamps': templateOrder({ verb: 'send message-waiting', template: 'message-waiting', rate: MWI_RATE }),
  'send --set __proto__=x': templateOrder({
    verb: 'send x',
    template: 'x',
    values: Object.fromEntries([['__proto__', 'x']]),
  }),
  message: message(TEXT),
  'message --subject': templateOrder({ verb: 'message', template: 'send-message', values: { ...TEXT, subject: 'x' } }),
  notify: templateOrder({ verb: 'notify', template: 'notify', values: { event: 'x', body: '' }, returns: true }),
  info: templateOrder({ verb: 'info', template: 'send-info', values: { body: 'x', from_uri: '' } }),
  'info --to-uri': templateOrder({ verb: 'info', template: 'send-info-uri', values: { to_uri: 'sip:1@192.0.2.5' } }),
  'mwi on': mwiOrder('on', { new: undefined, old: undefined }, { ...NONE, new: 1 }),
  'mwi on --new 3 --old 1': mwiOrder('on', { new: 3, old: 1 }, { ...NONE, new: 1 }),
  'mwi off': mwiOrder('off', { ...NONE, old: 2 }, NONE),
  'mwi resend': mwiResendOrder(),
  'feature dnd on': templateOrder({ verb: 'feature dnd on', template: 'feature-dnd', values: { dnd: 'on' } }),
  'feature forward always': templateOrder({
    verb: 'feature forward always',
    template: 'feature-forward',
    values: { forward_immediate: '2000', forward_immediate_enabled: 'true', ring_count: '' },
  }),
  'template render': templateOrder({ verb: 'render', template: 'snom-text' }),
};

const PHONES: readonly Phone[] = [
  phone('1000'),
  phone('1001', { vendor: 'snom' }),
  phone('1002', { user_agent: 'snomD785/10.1.54.13' }),
  phone('1003', { user_agent: 'Yealink SIP-T46U 108.86.0.20' }),
  phone('1004', { user_agent: 'Yealink SIP-T46U 108.86.0.20', call_id: 'a', contact: 'sip:1004@192.0.2.7' }),
  phone('1005', { vendor: 'yealink', contact: 'sip:1005@192.0.2.7' }),
  phone('1006', { vendor: 'cisco' }),
  phone('1007', { vendor: 'cisco', model: 'SPA504G' }),
  phone('1008', { vendor: 'no such maker' }),
  phone('1009', { user_agent: 'Nobody/1.0' }),
  phone('1010', { vendor: 'acme' }),
  phone('1011', { user_agent: 'Acme 1' }),
  phone('1012', { new: '4', old: '2', urgent_new: '1', text: 'own', event: 'own', dnd: 'off' }),
  phone('1013', { new: 'many' }),
];

function again(spec: unknown): Order {
  return orderOf(JSON.parse(JSON.stringify(spec)));
}

/** All that a run looks at. */
function traits({ choose, needsOwn, reporting, ...flags }: Order): unknown {
  return {
    ...flags,
    choices: PHONES.map((one) => choose(one, 'fs:8021')),
    own: needsOwn && PHONES.map((one) => needsOwn(one)),
    reporting: reporting && traits(reporting),
  };
}

function errorOf(spec: unknown): string {
  try {
    orderOf(spec);
  } catch (error) {
    if (!(error instanceof OrderSpecError)) throw error;
    expect(error.hint).not.toBe('');
    return error.message;
  }
  throw new Error('it is an order');
}

describe('an order that went to another process', () => {
  it.each(Object.entries(ORDERS))('is the same for every phone: %s', (_, order) => {
    const sent = JSON.stringify(order.spec);
    expect(traits(orderOf(JSON.parse(sent)))).toEqual({ ...(traits(order) as object), spec: JSON.parse(sent) });
    expect(traits(orderOf(order.spec))).toMatchObject({ verb: order.verb, rate: order.rate });
  });

  it('has the values of a user under any name', () => {
    const { choose } = again(ORDERS['send --set __proto__=x']?.spec);
    const choice = choose(phone('1000'));
    expect(choice.kind === 'template' && Object.entries(choice.values ?? {})).toEqual([['__proto__', 'x']]);
  });

  it('is for the vendors of the user, where they are known', () => {
    useVendors({
      vendors: [ACME],
      bySite: new Map([['fs:8021', new Map([['snom', { resync: { none: 'not here' } }]])]]),
    });
    const order = dialectOrder('resync', ACME);
    expect(order.spec).toEqual({ kind: 'dialect', order: 'resync', defaultVendor: 'acme' });
    expect(traits(again(order.spec))).toEqual(traits(order));
    expect(again(order.spec).choose(phone('1'))).toMatchObject({ template: 'notify', vendor: 'acme' });
    useVendors({ vendors: [], bySite: new Map() });
    expect(errorOf(order.spec)).toBe(
      'the order takes vendor "acme" for phones whose vendor is not known, and there is no such vendor here',
    );
  });

  it('has its templates under the names that they travel by', () => {
    const nameOf = (template: string) => template.replace('./', 'own-');
    const reporting = templateOrder({ verb: 'send', template: './b' });
    const { spec } = templateOrder({ verb: 'send ./a', template: './a', reporting });
    expect(again(renameTemplates(spec, nameOf))).toMatchObject({
      verb: 'send ./a',
      spec: { template: 'own-a', reporting: { template: 'own-b' } },
    });
    expect(renameTemplates(mwiResendOrder().spec, nameOf)).toEqual(mwiResendOrder().spec);
  });

  it('comes to the same bytes with the templates that it was sent with', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'order-spec-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'fire.hbs');
    await writeFile(
      path,
      'sendevent NOTIFY\nprofile: internal\nevent-string: {{what}}\ncontent-type: text/plain\nuser: {{user}}\nhost: {{host}}\n',
    );
    const here = new Catalog(SHIPPED);
    const order = templateOrder({ verb: 'send', template: path, values: { what: 'x' }, returns: true });
    const message = JSON.stringify({
      spec: renameTemplates(order.spec, packedName),
      pack: await packTemplates(here, [path]),
    });
    const { spec, pack } = JSON.parse(message) as { readonly spec: unknown; readonly pack: unknown };
    const there = new Catalog(SHIPPED, await unpackTemplates(pack, join(folder, 'there')));
    const planned = async (one: Order, catalog: Catalog) =>
      bytesOf(only(await plannerOf(one, { catalog }).plan({ kind: 'phone', phone: phone('1000') })));
    expect(await planned(orderOf(spec), there)).toBe(await planned(order, here));
  });
});

describe('what is no order', () => {
  const { spec: template } = message({});
  const { spec: lamp } = mwiOrder('on', {}, NONE);
  it.each<[unknown, string]>([
    [undefined, 'the order is missing, and no object'],
    [null, 'the order is null, and no object'],
    ['reboot', 'the order is "reboot", and no object'],
    [[], 'the order is a list, and no object'],
    [{}, 'kind of the order is missing; it has to be dialect or template or lamp or mailbox-lamp'],
    [{ kind: 'toString' }, 'kind of the order is "toString"'],
    [Object.create({ kind: 'mailbox-lamp' }), 'kind of the order is missing'],
    [{ kind: 'x'.repeat(100) }, `kind of the order is "${'x'.repeat(60)}"…; it`],
    [{ kind: 'a\n\u001b[2J' }, 'kind of the order is "a\\n\\u001b[2J"; it'],
    [{ kind: 'dialect', order: 'explode' }, 'order of the order is "explode"; it has to be resync or reboot'],
    [{ kind: 'dialect', order: 'resync', defaultVendor: 3 }, 'defaultVendor of the order is 3; it has to be a text'],
    [{ kind: 'dialect', order: 'resync', defaultVendor: 'Linksys' }, 'the order takes vendor "Linksys"'],
    [{ kind: 'dialect', order: 'resync', force: true }, 'the order has a field that is not known: "force"'],
    [{ kind: 'mailbox-lamp', lamp: 'on' }, 'the order has a field that is not known: "lamp"'],
    [{ ...template, template: '' }, 'template of the order is ""; it has to be a text'],
    [{ ...template, template: '/etc/passwd' }, 'the order names its template by a path, "/etc/passwd"'],
    [{ ...template, template: 'passwd.hbs' }, 'the order names its template by a path, "passwd.hbs"'],
    [{ ...template, verb: undefined }, 'verb of the order is missing'],
    [{ ...template, values: [] }, 'values of the order is a list; it has to be an object'],
    [{ ...template, values: { a: 1 } }, 'values of the order is an object; it has to be texts, and "a" is none'],
    [{ ...template, rate: 0 }, 'rate of the order is 0; it has to be a number of events a second'],
    [{ ...template, rate: Number.POSITIVE_INFINITY }, 'rate of the order is null; it has to be'],
    [{ ...template, rate: '5' }, 'rate of the order is "5"; it has to be'],
    [{ ...template, returns: 'no' }, 'returns of the order is "no"; it has to be true or false'],
    [{ ...template, reporting: 'x' }, 'reporting of the order is "x", and no object'],
    [
      { ...template, reporting: template },
      'reporting of the order is an object; it has to be an order that has no such order itself',
    ],
    [{ ...lamp, lamp: true }, 'lamp of the order is true; it has to be on or off'],
    [{ ...lamp, given: { new: -1 } }, 'new of given of the order is -1; it has to be a number of messages'],
    [{ ...lamp, given: { new: 1e9 } }, 'new of given of the order is 1000000000; it has to be a number of messages'],
    [{ ...lamp, given: { old: '1' } }, 'old of given of the order is "1"; it has to be a number of messages'],
    [{ ...lamp, given: { newest: 1 } }, 'given of the order has a field that is not known: "newest"'],
    [{ ...lamp, given: undefined }, 'given of the order is missing, and no object'],
    [{ ...lamp, defaults: { new: 1 } }, 'old of defaults of the order is missing; it has to be a number of messages'],
    [{ ...lamp, defaults: { ...NONE, x: 1 } }, 'defaults of the order has a field that is not known: "x"'],
  ])('is refused, in words: %j', (spec, problem) => {
    expect(errorOf(spec)).toContain(problem);
  });

  it('is refused however deep it goes', () => {
    let deep: unknown = template;
    for (let depth = 0; depth < 100_000; depth++) deep = { ...template, reporting: deep };
    expect(errorOf(deep)).toContain('reporting of the order is an object');
  });
});
