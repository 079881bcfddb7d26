import { isTemplatePath } from '../payload/catalog.js';
import { knownVendors } from '../vendor/known.js';
import type { OrderKind, Vendor } from '../vendor/vendor.js';
import { dialectOrder } from './dialect-order.js';
import { mwiOrder, mwiResendOrder } from './mwi-order.js';
import type { Order } from './order.js';
import type { GivenCounts, MessageCounts, OrderSpec } from './order-data.js';
import { OrderSpecError } from './order-spec-error.js';
import { SpecFields } from './spec-fields.js';
import { templateOrder } from './template-order.js';

export type { OrderSpec };

const ORDER_KINDS = ['resync', 'reboot'] as const satisfies readonly OrderKind[];
const LAMPS = ['on', 'off'] as const;
const COUNTS = ['new', 'old', 'urgent_new', 'urgent_old'] as const satisfies readonly (keyof MessageCounts)[];
/** As many as a count has room for. */
const MAX_COUNT = 999_999_999;

const READERS: Readonly<Record<OrderSpec['kind'], (fields: SpecFields) => Order>> = {
  dialect: readDialect,
  template: readTemplate,
  lamp: (fields) => mwiOrder(fields.oneOf('lamp', LAMPS), givenCounts(fields), allCounts(fields)),
  'mailbox-lamp': () => mwiResendOrder(),
};
const KINDS = Object.keys(READERS) as OrderSpec['kind'][];

/**
 * The order that a spec stands for: for every phone it chooses what the order chooses that the spec is of, provided that the
 * same vendors are known.
 * @param spec of another process, and so not believed: a template is named, and no path, for which a file of this machine
 *   would be read. `renameTemplates` gives those of a user's own the names that they travel by.
 * @throws OrderSpecError
 */
export function orderOf(spec: unknown): Order {
  return read(new SpecFields(spec, 'the order'));
}

/** The same with its templates under other names. */
export function renameTemplates(spec: OrderSpec, nameOf: (template: string) => string): OrderSpec {
  if (spec.kind !== 'template') return spec;
  const { reporting } = spec;
  return {
    ...spec,
    template: nameOf(spec.template),
    ...(reporting && { reporting: renameTemplates(reporting, nameOf) }),
  };
}

function read(fields: SpecFields): Order {
  const order = READERS[fields.oneOf('kind', KINDS)](fields);
  fields.refuseOthers();
  return order;
}

function readDialect(fields: SpecFields): Order {
  const key = fields.has('defaultVendor') ? fields.text('defaultVendor') : undefined;
  return dialectOrder(fields.oneOf('order', ORDER_KINDS), key === undefined ? undefined : vendorOf(key));
}

function vendorOf(key: string): Vendor {
  // By its key alone: a name may mean another vendor where others are known.
  const vendor = knownVendors().find((one) => one.key === key);
  if (vendor) return vendor;
  throw new OrderSpecError(
    `the order takes vendor ${SpecFields.show(key)} for phones whose vendor is not known, and there is no such vendor here`,
    'put it into the settings here, as it is in those of the machine that the order comes from; vendor list shows all',
  );
}

function readTemplate(fields: SpecFields): Order {
  return templateOrder({
    verb: fields.text('verb'),
    template: templateOf(fields),
    values: fields.texts('values'),
    rate: fields.number('rate', (rate) => rate > 0, 'a number of events a second'),
    returns: fields.flag('returns'),
    ...(fields.has('reporting') && { reporting: readReporting(fields) }),
  });
}

function templateOf(fields: SpecFields): string {
  const template = fields.text('template');
  if (!isTemplatePath(template)) return template;
  throw new OrderSpecError(
    `the order names its template by a path, ${SpecFields.show(template)}, which is another file on each machine`,
    'put the template into a folder of templates, and name it',
  );
}

function readReporting(fields: SpecFields): Order {
  const reporting = fields.inner('reporting');
  // One within the other has no end.
  if (reporting.has('reporting')) throw fields.wrong('reporting', 'an order that has no such order itself');
  return read(reporting);
}

function givenCounts(fields: SpecFields): GivenCounts {
  const given = fields.inner('given');
  const counts = COUNTS.filter((name) => given.has(name)).map((name) => [name, count(given, name)]);
  given.refuseOthers();
  return Object.fromEntries(counts);
}

function allCounts(fields: SpecFields): MessageCounts {
  const defaults = fields.inner('defaults');
  const counts = {
    new: count(defaults, 'new'),
    old: count(defaults, 'old'),
    urgent_new: count(defaults, 'urgent_new'),
    urgent_old: count(defaults, 'urgent_old'),
  };
  defaults.refuseOthers();
  return counts;
}

function count(fields: SpecFields, name: keyof MessageCounts): number {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_COUNT;
  return fields.number(name, isCount, 'a number of messages');
}
