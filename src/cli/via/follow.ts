import { openRedis } from '../../queue/redis.js';
import type { RunState } from '../../queue/store.js';
import type { News, WorkSizes } from '../../queue/work.js';
import type { OutcomeRecord } from '../../run/journal/record.js';
import type { Counts } from '../../run/outcome.js';
import { conclude, type Done } from '../conclude.js';
import { EXIT } from '../exit-codes.js';
import type { Interrupt } from '../interrupt.js';
import { createReporter, type OutputFlags } from '../output/create.js';
import { printable } from '../terminal.js';
import { care } from './care.js';
import { nobodyOf } from './nobody.js';
import type { OpenQueue } from './open-queue.js';
import { leftOut, lostByQueue } from './shortfall.js';
import { Sight, type SightOptions } from './sight.js';

/** The columns of a table whose values only the servers know, characters. */
export const UNKNOWN_WIDTHS: WorkSizes['widths'] = { aor: 24, vendor: 12, event: 30 };

export interface FollowOptions extends SightOptions {
  readonly run: string;
  readonly flags: OutputFlags;
  readonly interrupt: Interrupt;
  /** Whether an interrupt ends the following; else the run is ended, and followed until it is. */
  readonly leaves?: boolean;
  /** Keeps what becomes of the phones. */
  readonly journal?: { copy(records: readonly OutcomeRecord[]): Promise<void> } | undefined;
}

/** What was seen of a run. */
export interface Followed {
  readonly done: Done;
  readonly counts: Counts;
  readonly short: number;
  /** From its first word to its last, by the clock of the queue, milliseconds. */
  readonly ms: number;
  /** Whether it was seen to its end. */
  readonly isOver: boolean;
}

/**
 * Shows what becomes of a run that others carry out, from its beginning to its end.
 * @throws QueueError; Failure if it came to no phones
 */
export async function followRun(queue: OpenQueue, options: FollowOptions): Promise<Followed> {
  const { run, flags, terminal, interrupt, journal, leaves = false } = options;
  const state = await queue.store.state(run);
  await judgeEmpty(queue, state);
  const reporter = await createReporter(flags, terminal);
  const sight = new Sight(options, reporter, (await queue.store.lastNewsAt(run)) ?? 0);
  await sight.begin(state);
  const isGone = await watch(queue, options, leaves ? interrupt.signal : undefined, async (news) => {
    // How many phones there are is known only once all servers have listed theirs.
    if (news.kind === 'batch') await sight.begin(await queue.store.state(run));
    if (news.kind === 'over') await judgeEmpty(queue, await queue.store.state(run));
    const records = await sight.take(news);
    if (records.length > 0) await journal?.copy(records);
  }).finally(() => sight.pause());
  await sight.begin(isGone ? state : await queue.store.state(run), true);
  const { counts, short, ms, isOver } = sight;
  await reporter.end({ counts, short, ms });
  return { done: await endOf(queue, state, sight, options, isGone), counts, short, ms, isOver };
}

/**
 * Hears the news of a run, and looks meanwhile that it goes on.
 * @param leaving once it is aborted, no more are heard
 * @returns whether the queue has lost it
 * @throws QueueError, and what `take` throws
 */
async function watch(
  queue: OpenQueue,
  { run, flags, terminal }: FollowOptions,
  leaving: AbortSignal | undefined,
  take: (news: News) => Promise<void>,
): Promise<boolean> {
  const redis = await openRedis(queue.address);
  const [over, ending] = [new AbortController(), new AbortController()];
  const end = (): void => {
    ending.abort();
    redis.disconnect();
  };
  if (leaving?.aborted) end();
  else leaving?.addEventListener('abort', end, { once: true });
  let isGone = false;
  const warn = (line: string): void => terminal.say(printable(line));
  const caring = care(queue, run, over.signal, {
    note: flags.quiet ? () => {} : warn,
    // With --quiet, too: it may wait for ever.
    warn,
    onGone: () => {
      isGone = true;
      end();
    },
  });
  try {
    for await (const news of queue.store.news(run, { redis, isLive: true, signal: ending.signal })) await take(news);
  } finally {
    over.abort();
    leaving?.removeEventListener('abort', end);
    redis.disconnect();
    await caring;
  }
  return isGone;
}

/** What a run comes to for whoever has followed it. */
async function endOf(
  queue: OpenQueue,
  state: RunState,
  { counts, short, stopped, isOver, missing }: Sight,
  { interrupt, terminal }: FollowOptions,
  isGone: boolean,
): Promise<Done> {
  if (isGone) {
    const failure = lostByQueue(queue, state, missing);
    return { exitCode: interrupt.exitCode ?? failure.exitCode, failure };
  }
  const isRule = stopped !== undefined && interrupt.exitCode === undefined && !interrupt.signal.aborted;
  const result = { counts, short, connectError: undefined, lost: undefined, failure: undefined };
  const done = conclude({ ...result, stopped: isRule ? stopped : undefined }, interrupt, terminal);
  const failure = isOver && done.exitCode === EXIT.ok ? await leftOut(queue, state) : undefined;
  return failure ? { exitCode: failure.exitCode, failure } : done;
}

/** @throws Failure if a run is over as no phone was found for it */
async function judgeEmpty(queue: OpenQueue, state: RunState): Promise<void> {
  const nobody = await nobodyOf(queue, state);
  if (nobody) throw nobody;
}
