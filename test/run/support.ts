import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { isAor, parseAor } from '../../src/inventory/aor.js';
import type { Entry, Phone } from '../../src/inventory/phone.js';
import { openInventory } from '../../src/inventory/read-csv.js';
import { Catalog } from '../../src/payload/catalog.js';
import type { Order } from '../../src/run/order.js';
import { type Planned, Planner, type PlannerOptions } from '../../src/run/plan.js';
import { templateOrder } from '../../src/run/template-order.js';

const SHIPPED = new URL('../../templates', import.meta.url).pathname;

/** A phone of `phones.test` with these columns, as a row of an inventory or an AOR of the command line gives it. */
export function phone(user: string, columns: Readonly<Record<string, string>> = {}, row?: number): Phone {
  const aor = parseAor(user.includes('@') ? user : `${user}@phones.test`);
  if (!isAor(aor)) throw new Error(`${user}: ${aor.problem}`);
  const { profile, vendor, user_agent: userAgent, server } = columns;
  return {
    aor,
    columns: { ...columns, aor: `${aor.user}@${aor.host}`, user: aor.user, domain: aor.host },
    ...(profile && { profile }),
    ...(vendor && { vendor }),
    ...(userAgent && { userAgent }),
    ...(server && { server }),
    ...(row !== undefined && { row }),
  };
}

/** Users from 1000 on. */
export function fleet(count: number): Phone[] {
  return Array.from({ length: count }, (_, index) => phone(String(1000 + index), {}, index + 2));
}

/** Entries as a source gives them. */
export async function* entriesOf(phones: Iterable<Phone>): AsyncGenerator<Entry, void> {
  for (const one of phones) yield { kind: 'phone', phone: one };
}

/** The entries of a CSV. */
export async function readCsv(text: string): Promise<Entry[]> {
  const source = await openInventory({ path: '-', stdin: Readable.from([Buffer.from(text)]) });
  const entries: Entry[] = [];
  for await (const entry of source.entries()) entries.push(entry);
  await source.close();
  return entries;
}

/** The shipped templates, and these of the user's own, which are gone when the test is over. */
export function catalogOf(own: Readonly<Record<string, string>> = {}): Catalog {
  const folder = mkdtempSync(join(tmpdir(), 'phonectl-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(own)) writeFileSync(join(folder, `${name}.hbs`), text);
  return new Catalog(SHIPPED, folder);
}

/** A planner through the shipped templates. */
export function plannerOf(order: Order, options: Partial<PlannerOptions> = {}): Planner {
  const catalog = new Catalog(SHIPPED);
  const began = new Date('2026-03-09T06:05:00Z');
  return new Planner({ order, catalog, server: 'switch:8021', sipProfile: undefined, began, ...options });
}

/** An order that any phone can get. */
export const CHECK_SYNC: Order = templateOrder({ verb: 'send check-sync', template: 'check-sync' });

/** The one phone that an entry came to. Throws if it is none or several. */
export function only(planned: readonly Planned[]): Planned {
  const [one, ...others] = planned;
  if (!one || others.length > 0) throw new Error(`${planned.length} phones`);
  return one;
}

/** The bytes of a planned order as text. Throws if the phone was settled without one. */
export function bytesOf(planned: Planned): string {
  if (planned.kind === 'settled') {
    const { outcome, reason } = planned.outcome;
    throw new Error(`${outcome}: ${reason}`);
  }
  return planned.command.bytes.toString();
}

/** Outcome and reason of a phone that was settled without an order. */
export function settledAs(planned: Planned): string {
  if (planned.kind === 'order') throw new Error(`it has an order: ${planned.target.event}`);
  return `${planned.outcome.outcome}: ${planned.outcome.reason}`;
}
