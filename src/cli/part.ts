import type { Entry } from '../inventory/phone.js';
import { Calls } from '../run/calls.js';
import type { Gate } from '../run/gate.js';
import type { Ledger } from '../run/ledger.js';
import type { Order } from '../run/order.js';
import { Pace, REAL_CLOCK } from '../run/pace.js';
import type { Plans } from '../run/plan.js';
import type { EarlierParts, RunOptions } from '../run/run.js';
import type { Connector } from './connector.js';
import { parseRate, parseRetry } from './flag-values.js';
import type { OpenSite } from './sites.js';
import type { TaskFlags } from './task.js';
import { evidenceFor, evidenceTimeout, MAX_REPORTING } from './watch.js';

/** The flags that say how a server is spoken to. */
export type PartFlags = Pick<TaskFlags, 'concurrency'> & Partial<Pick<TaskFlags, HowFlag>>;

/** Those of them that say how an order is to be sent, wherever that is done. */
export type HowFlag =
  | 'evidence'
  | 'evidence-timeout'
  | 'trace'
  | 'busy'
  | 'check'
  | 'rate'
  | 'retry-for'
  | 'sip-profile';

/** Who hears of phones. */
export type Hearers = Pick<RunOptions, 'onOutcome' | 'onAccepted'>;

/** What one server has to do of a run: of the whole of it, or of a slice. */
export interface Part {
  readonly site: OpenSite;
  readonly order: Order;
  readonly flags: PartFlags;
  readonly entries: AsyncIterable<Entry>;
  readonly planner: Plans;
  /** The SIP profiles that orders go through. */
  readonly profiles: readonly string[];
  /** Whether mod_sms reports what phones answer. */
  readonly reports: boolean;
  readonly signal: AbortSignal;
  readonly journal: Ledger | undefined;
  readonly earlier: EarlierParts | undefined;
  readonly rollout: Gate | undefined;
  readonly hears: Hearers;
  /** How sentences begin that are about this server, where it is one of several. */
  readonly at: string;
  readonly say: (line: string) => void;
  /** How many intents are written ahead for each order in flight; else as run() has it. */
  readonly writtenAhead?: number;
  /** Whether other parts of the run have reached the server. */
  readonly wasReached?: boolean;
  /** Shared with other parts; else one of its own. */
  readonly pace?: Pace;
}

/** How it is carried out here, beside the server. */
export async function optionsOf(part: Part): Promise<RunOptions> {
  const { site, order, flags, entries, planner, profiles, reports, signal, at, say } = part;
  const { connector, lookUp, offline } = site;
  const evidence = offline ? undefined : await evidenceFor({ flags, profiles, reports, connector, lookUp, signal });
  if (evidence?.traces) {
    say(
      `note: ${at}to see the answers, FreeSWITCH traces SIP on ${profiles.join(', ')} until they are in; each message of all phones there costs it a log line meanwhile`,
    );
  }
  return {
    ...part.hears,
    entries,
    planner,
    concurrency: reports ? Math.min(flags.concurrency, MAX_REPORTING) : flags.concurrency,
    holdsSlot: reports,
    ...(flags.evidence && { wanted: flags.evidence }),
    ...(evidence && { evidence }),
    ...(lookUp && {
      busy: { calls: new Calls(lookUp.questions, REAL_CLOCK), policy: flags.busy, ...evidenceTimeout(flags) },
    }),
    lane: {
      connect: () => (offline ? Promise.reject(offline) : connector.open({ maxInFlight: flags.concurrency, signal })),
      pace: part.pace ?? new Pace(rateOf(order, connector, flags)),
      signal,
      retryMs: parseRetry(flags['retry-for']),
      ...(part.wasReached && { wasReached: true }),
      onChange: (change) =>
        say(
          change.kind === 'back' ? `note: ${connector.name} is back` : `warning: ${at}${change.reason}; trying again`,
        ),
    },
    journal: part.journal,
    writtenAhead: part.writtenAhead,
    earlier: part.earlier,
    rollout: part.rollout,
  };
}

/** Orders a second; message lamps have a rate of their own in the settings. */
export function rateOf(order: Order, connector: Connector, flags: Pick<PartFlags, 'rate'>): number {
  const rate = flags.rate ?? connector.setting(order.toMailbox ? 'mwi-rate' : 'rate')?.value;
  return rate === undefined ? order.rate : parseRate(rate);
}
