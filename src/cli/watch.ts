import type { Evidence } from '../run/evidence/evidence.js';
import type { Order } from '../run/order.js';
import type { EvidenceWanted } from '../run/outcome.js';
import type { Connector } from './connector.js';
import { type Failure, usageError } from './failure.js';
import { parseDuration } from './flag-values.js';
import type { LookUp } from './look-up.js';

/** The flags that say how sure a run has to be. */
export interface CertaintyFlags {
  readonly check?: boolean | undefined;
  readonly busy?: 'skip' | 'send' | 'wait' | undefined;
  readonly evidence?: EvidenceWanted;
  readonly 'evidence-timeout'?: string | undefined;
  readonly trace?: boolean;
}

/** FreeSWITCH gives up on an answer after 32 s (timer F, RFC 3261); phones take a minute or two to restart. */
const TIMEOUTS = { accepted: '120s', answered: '35s', returned: '120s' } as const;

/** How long the evidence of a phone, or the end of its call, may take. */
export function evidenceTimeout({ evidence = 'accepted', 'evidence-timeout': given }: CertaintyFlags): {
  timeoutMs: number;
  timeout: string;
} {
  const timeout = given ?? TIMEOUTS[evidence];
  return { timeoutMs: parseDuration('evidence-timeout', timeout), timeout };
}

/** @throws Failure if what is asked for can't be had together, or not of this order */
export function judgeCertainty(flags: CertaintyFlags, { verb, returns, reporting }: Order): void {
  const { evidence = 'accepted', trace = true, busy } = flags;
  evidenceTimeout(flags);
  if (evidence === 'returned' && !returns) {
    throw usageError(`--evidence returned: phones do not register again for ${verb}`, '--evidence answered');
  }
  if (evidence === 'answered' && !trace && !reporting) throw withoutTrace();
  if (flags.check === false && busy !== undefined && busy !== 'send') {
    throw usageError(`--busy ${busy} with --no-check: without asking the server nobody knows who is in a call`);
  }
}

/** For an order whose answers nobody would see. */
export function withoutTrace(): Failure {
  return usageError('--evidence answered with --no-trace: without the trace nobody sees what phones answer');
}

/** How many texts wait for their report at once: each holds one of FreeSWITCH's chat threads meanwhile (mod_sms.c). */
export const MAX_REPORTING = 4;

export interface WatchOptions {
  readonly flags: CertaintyFlags;
  /** The SIP profiles that orders go through. */
  readonly profiles: readonly string[];
  /** Whether mod_sms reports the answers. */
  readonly reports: boolean;
  readonly connector: Connector;
  readonly lookUp: LookUp | undefined;
  readonly signal: AbortSignal;
}

/** Who watches what phones do; undefined if `accepted` is enough. */
export async function evidenceFor(options: WatchOptions): Promise<Evidence | undefined> {
  const { flags, profiles, reports, connector, lookUp, signal } = options;
  const { evidence = 'accepted', trace = true } = flags;
  if (evidence === 'accepted') return undefined;
  // Most runs do without, and short ones are short because they load little.
  const { Evidence } = await import('../run/evidence/evidence.js');
  return new Evidence({
    wanted: evidence,
    connect: (onMessage) => connector.open({ onMessage }),
    traced: reports || !trace ? [] : profiles,
    reports,
    ...evidenceTimeout(flags),
    askedAt: lookUp?.askedAt ?? Date.now(),
    signal,
  });
}
