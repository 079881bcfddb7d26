import { connect } from '../../src/esl/index.js';
import type { Phone } from '../../src/inventory/phone.js';
import type { LaneOptions } from '../../src/run/lane.js';
import type { Outcome } from '../../src/run/outcome.js';
import { Pace } from '../../src/run/pace.js';
import type { Planner } from '../../src/run/plan.js';
import { type RunResult, run } from '../../src/run/run.js';
import { CHECK_SYNC, entriesOf, plannerOf } from './support.js';

/** A run for a test; what is left out is harmless. */
export interface TestRun {
  readonly port: number;
  readonly phones: Iterable<Phone>;
  readonly planner?: Planner;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly timeoutMs?: number;
  readonly password?: string;
  readonly signal?: AbortSignal;
  /** Called before an outcome is kept; a promise holds the run back. */
  readonly onOutcome?: (outcome: Outcome) => Promise<void> | undefined;
}

/** How to reach a server on the loopback. */
export function laneTo(
  options: Pick<TestRun, 'port' | 'concurrency' | 'rate' | 'timeoutMs' | 'password' | 'signal'>,
): LaneOptions {
  const { port, concurrency = 16, rate = 0, timeoutMs = 20_000, password = 'ClueCon' } = options;
  return {
    connect: () =>
      connect({
        host: '127.0.0.1',
        port,
        password,
        maxInFlight: concurrency,
        connectTimeoutMs: timeoutMs,
        replyTimeoutMs: timeoutMs,
      }),
    pace: new Pace(rate),
    signal: options.signal ?? new AbortController().signal,
  };
}

/** Runs a check-sync over some phones, and keeps every outcome in the order in which they were reported. */
export async function runOver(options: TestRun): Promise<RunResult & { outcomes: Outcome[] }> {
  const outcomes: Outcome[] = [];
  const result = await run({
    entries: entriesOf(options.phones),
    planner: options.planner ?? plannerOf(CHECK_SYNC),
    lane: laneTo(options),
    concurrency: options.concurrency ?? 16,
    onOutcome: (outcome) => {
      outcomes.push(outcome);
      return options.onOutcome?.(outcome);
    },
  });
  return { ...result, outcomes };
}

/** The words of outcomes by the user of the phone. */
export function wordsOf(outcomes: readonly Outcome[]): Record<string, string> {
  return Object.fromEntries(outcomes.map(({ aor, outcome }) => [aor.split('@')[0] ?? '', outcome]));
}
