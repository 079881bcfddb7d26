import type { Entry, RowProblem } from '../inventory/phone.js';
import { type Challenged, challengeTo } from './challenge.js';
import { isRebootWord } from './order.js';
import { DUPLICATE, type Outcome } from './outcome.js';
import type { Plans, Settled } from './plan.js';

/** What a run would do, learnt by planning every phone once without keeping any. */
export interface Survey {
  /** Rows selected, broken ones too. */
  readonly phones: number;
  /** Of these, AORs that were typed twice: no phones of their own. */
  readonly repeated: number;
  /** Phones that something will be sent to. */
  readonly orders: number;
  /** Of these, orders from which a phone restarts, as far as their event string tells. */
  readonly restarts: number;
  /** Of these, such as the user's settings say, whatever the order is called. */
  readonly ownRestarts: number;
  readonly invalid: number;
  /** What is wrong, the first of them. */
  readonly faults: readonly Fault[];
  /** What the user should know before counting on the order, by vendor. */
  readonly notes: ReadonlyMap<string, string>;
  /** The servers that rows name, the first few. */
  readonly servers: ReadonlySet<string>;
  /** The SIP profiles of all orders, by server. */
  readonly profiles: ReadonlyMap<string, ReadonlySet<string>>;
  /** What the user should look at though orders are sent, the first of it: `row 5, 1003@x: …`. */
  readonly warnings: readonly Warning[];
  /** How many there are. */
  readonly warned: number;
  /** Orders that phones will answer with a challenge, the first of them. */
  readonly challenged: readonly Challenged[];
  /** Orders that several devices will get. */
  readonly shared: number;
  /** The longest value of each column of a table, characters. */
  readonly widths: Readonly<Record<'aor' | 'vendor' | 'profile' | 'event', number>>;
}

/** What is odd about a phone that is told all the same. */
export interface Warning {
  readonly aor: string;
  readonly row: number | null;
  readonly warning: string;
}

/** A row that nothing can be sent for, with all that is wrong with it. */
export interface Fault {
  readonly outcome: Outcome;
  /** Empty if the row itself is sound and its order is what is wrong. */
  readonly problems: readonly RowProblem[];
}

const MAX_FAULTS = 50;
const MAX_SERVERS = 5;
const MAX_WARNINGS = 10;
const MAX_CHALLENGED = 50;

/**
 * Plans every entry and counts.
 * @throws TemplateError, InventoryError
 */
export async function survey(entries: AsyncIterable<Entry>, planner: Plans): Promise<Survey> {
  planner.restart();
  const widths = { aor: 0, vendor: 0, profile: 0, event: 0 };
  const faults: Fault[] = [];
  const warnings: Warning[] = [];
  const challenged: Challenged[] = [];
  const notes = new Map<string, string>();
  const servers = new Set<string>();
  const profiles = new Map<string, Set<string>>();
  const sums = { phones: 0, repeated: 0, orders: 0, invalid: 0, restarts: 0, ownRestarts: 0, warned: 0, shared: 0 };
  for await (const entry of entries) {
    if (entry.kind === 'phone' && entry.phone.server !== undefined && servers.size < MAX_SERVERS) {
      servers.add(entry.phone.server);
    }
    for (const planned of await planner.plan(entry)) {
      sums.phones++;
      const target = planned.kind === 'order' ? planned.target : planned.outcome;
      for (const column of ['aor', 'vendor', 'profile', 'event'] as const) {
        widths[column] = Math.max(widths[column], target[column]?.length ?? 0);
      }
      if (planned.kind === 'settled') {
        if (planned.outcome.reason === DUPLICATE && target.row === null) sums.repeated++;
        if (planned.outcome.outcome !== 'invalid') continue;
        sums.invalid++;
        if (faults.length < MAX_FAULTS) faults.push(faultOf(entry, planned));
        continue;
      }
      sums.orders++;
      if ((planned.reach?.devices.length ?? 0) > 1) sums.shared++;
      profiles.set(target.server, (profiles.get(target.server) ?? new Set()).add(target.profile));
      if (isRebootWord(target.event ?? '')) {
        sums.restarts++;
        if (planned.isOwn) sums.ownRestarts++;
      }
      if (planned.note !== undefined && target.vendor !== null) notes.set(target.vendor, planned.note);
      const challenge = challenged.length < MAX_CHALLENGED ? challengeTo(planned) : undefined;
      if (challenge) challenged.push(challenge);
      if (planned.warning === undefined) continue;
      sums.warned++;
      const { aor, row } = target;
      if (warnings.length < MAX_WARNINGS) warnings.push({ aor, row, warning: planned.warning });
    }
  }
  return { ...sums, faults, notes, servers, profiles, warnings, challenged, widths };
}

function faultOf(entry: Entry, { outcome }: Settled): Fault {
  return { outcome, problems: entry.kind === 'problem' ? entry.problems : [] };
}
