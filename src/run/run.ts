import type { EslError } from '../esl/index.js';
import type { Entry } from '../inventory/phone.js';
import { Lane, type LaneOptions } from './lane.js';
import { type Counts, fellShort, type Outcome } from './outcome.js';
import { type Planned, type Planner, settled } from './plan.js';
import { Slots } from './slots.js';

export interface RunOptions {
  readonly entries: AsyncIterable<Entry>;
  readonly planner: Planner;
  /** How to reach the server; without it the run is dry: nothing is sent, and orders are `planned`. */
  readonly lane?: LaneOptions;
  /** Orders in flight. */
  readonly concurrency: number;
  /**
   * Hears of every phone, as they come, and in a dry run of the bytes of its order. A promise holds the run back until
   * it resolves.
   */
  readonly onOutcome: (outcome: Outcome, bytes?: Buffer) => Promise<void> | undefined;
}

export interface RunResult {
  readonly counts: Counts;
  /** Phones that did not get what was asked for. */
  readonly short: number;
  /** Why nothing could be sent at all, if that was so. */
  readonly connectError: EslError | undefined;
  /** Why the connection was lost on the way, if it was. */
  readonly lost: EslError | undefined;
  /** What else ended the run before its end, if something did: an inventory that changed under way, a mistake of ours. */
  readonly failure: unknown;
}

type Ready = Planned & { readonly kind: 'order' };

/** Sends every phone its order, each at most once, and says what became of it. Never rejects. */
export async function run({ entries, planner, lane: reach, concurrency, onOutcome }: RunOptions): Promise<RunResult> {
  const lane = reach && new Lane(reach);
  const slots = new Slots(concurrency);
  const counts: Counts = {};
  let short = 0;
  let failure: unknown;

  const report = async (outcome: Outcome, bytes?: Buffer): Promise<void> => {
    counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
    if (fellShort(outcome)) short++;
    await onOutcome(outcome, bytes);
  };
  const send = async (way: Lane, { target, command }: Ready): Promise<void> => {
    await report({ ...target, sipStatus: null, ...(await way.send(command)) });
  };

  planner.restart();
  try {
    for await (const entry of entries) {
      const planned = await planner.plan(entry);
      if (planned.kind === 'settled') {
        await report(planned.outcome);
      } else if (!lane) {
        await report(settled(planned.target, 'planned', null).outcome, planned.command.bytes);
      } else {
        const obstacle = await lane.turn();
        if (obstacle === undefined) await slots.start(() => send(lane, planned));
        else await report(settled(planned.target, 'not-sent', obstacle).outcome);
      }
    }
  } catch (error) {
    failure = error;
  }
  await slots.idle().catch((error: unknown) => {
    failure ??= error;
  });
  await lane?.close();
  return { counts, short, connectError: lane?.connectError, lost: lane?.lost, failure };
}
