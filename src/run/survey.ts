import type { Entry, RowProblem } from '../inventory/phone.js';
import { isRebootWord } from './order.js';
import type { Outcome } from './outcome.js';
import type { Planned, Planner } from './plan.js';

/** What a run would do, learnt by planning every phone once without keeping any. */
export interface Survey {
  /** Rows selected, broken ones too. */
  readonly phones: number;
  /** Phones that something will be sent to. */
  readonly orders: number;
  /** Of these, orders from which a phone restarts, as far as their event string tells. */
  readonly restarts: number;
  readonly invalid: number;
  /** What is wrong, the first of them. */
  readonly faults: readonly Fault[];
  /** What the user should know before counting on the order, by vendor. */
  readonly notes: ReadonlyMap<string, string>;
  /** The servers that rows name, the first few. */
  readonly servers: ReadonlySet<string>;
  /** The longest value of each column of a table, characters. */
  readonly widths: Readonly<Record<'aor' | 'vendor' | 'profile' | 'event', number>>;
}

/** A row that nothing can be sent for, with all that is wrong with it. */
export interface Fault {
  readonly outcome: Outcome;
  /** Empty if the row itself is sound and its order is what is wrong. */
  readonly problems: readonly RowProblem[];
}

const MAX_FAULTS = 50;
const MAX_SERVERS = 5;

/**
 * Plans every entry and counts.
 * @throws TemplateError, InventoryError
 */
export async function survey(entries: AsyncIterable<Entry>, planner: Planner): Promise<Survey> {
  planner.restart();
  const widths = { aor: 0, vendor: 0, profile: 0, event: 0 };
  const faults: Fault[] = [];
  const notes = new Map<string, string>();
  const servers = new Set<string>();
  let phones = 0;
  let orders = 0;
  let invalid = 0;
  let restarts = 0;
  for await (const entry of entries) {
    const planned = await planner.plan(entry);
    phones++;
    const target = planned.kind === 'order' ? planned.target : planned.outcome;
    for (const column of ['aor', 'vendor', 'profile', 'event'] as const) {
      widths[column] = Math.max(widths[column], target[column]?.length ?? 0);
    }
    if (entry.kind === 'phone' && entry.phone.server !== undefined && servers.size < MAX_SERVERS) {
      servers.add(entry.phone.server);
    }
    if (planned.kind === 'order') {
      orders++;
      if (isRebootWord(target.event ?? '')) restarts++;
      if (planned.note !== undefined && target.vendor !== null) notes.set(target.vendor, planned.note);
      continue;
    }
    if (planned.outcome.outcome !== 'invalid') continue;
    invalid++;
    if (faults.length < MAX_FAULTS) faults.push(faultOf(entry, planned));
  }
  return { phones, orders, restarts, invalid, faults, notes, servers, widths };
}

function faultOf(entry: Entry, { outcome }: Planned & { kind: 'settled' }): Fault {
  return { outcome, problems: entry.kind === 'problem' ? entry.problems : [] };
}
