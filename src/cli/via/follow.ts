import { setTimeout as wait } from 'node:timers/promises';
import { openRedis } from '../../queue/redis.js';
import type { News, WorkSizes } from '../../queue/work.js';
import type { OutcomeRecord } from '../../run/journal/record.js';
import { type Counts, fellShort } from '../../run/outcome.js';
import { conclude, type Done } from '../conclude.js';
import type { Interrupt } from '../interrupt.js';
import { createReporter, type OutputFlags } from '../output/create.js';
import { plural } from '../plural.js';
import { Progress } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import { toOutcome } from '../to-outcome.js';
import { recordsOf } from './news-records.js';
import type { OpenQueue } from './open-queue.js';
import { silentServers } from './standing.js';

export interface FollowOptions {
  readonly run: string;
  readonly flags: OutputFlags;
  readonly terminal: Terminal;
  readonly sizes: WorkSizes;
  /** What the progress calls it. */
  readonly verb: string;
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

/** How often it is looked at whether somebody goes on with the run, milliseconds. */
const CARE_MS = 2000;

/** Shows what becomes of a run that others carry out, from its beginning to its end. @throws QueueError */
export async function followRun(queue: OpenQueue, options: FollowOptions): Promise<Followed> {
  const { run, flags, terminal, sizes, verb, interrupt, journal } = options;
  const leaving = options.leaves ? interrupt.signal : new AbortController().signal;
  const { store } = queue;
  const state = await store.state(run);
  const { head } = state.work;
  const say = (line: string): void => {
    if (!flags.quiet) terminal.say(printable(line));
  };
  const reporter = await createReporter(flags, terminal);
  const progress = new Progress(terminal, verb, sizes.phones);
  const { command, evidence, started } = head;
  const server = head.servers.join(', ');
  await reporter.begin({ command, server, dryRun: false, evidence, started, run }, sizes);
  const counts: Counts = {};
  let short = 0;
  let stopped: string | undefined;
  let [began, last]: [number | undefined, number] = [undefined, 0];
  let isOver = false;
  const over = new AbortController();
  const caring = care(queue, run, over.signal, say);
  const redis = await openRedis(queue.address);
  const earlier = (await store.lastNewsAt(run)) ?? 0;
  const leave = (): void => redis.disconnect();
  leaving.addEventListener('abort', leave, { once: true });
  try {
    for await (const news of store.news(run, { redis, isLive: true, signal: leaving })) {
      began ??= news.at;
      last = news.at;
      if (news.kind === 'over') isOver = true;
      if (news.kind === 'stopped') stopped = news.reason;
      if (news.kind === 'note') say(`note: ${news.text}`);
      if (news.kind === 'batch' && (news.number > 1 || news.phones < state.phones)) say(batchLine(news, state.phones));
      if (news.kind !== 'outcomes') continue;
      const records = recordsOf(news.lines);
      for (const record of records) {
        const outcome = toOutcome(record);
        counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
        if (fellShort(outcome, evidence)) short++;
        if (news.at <= earlier) progress.countEarlier(outcome.outcome);
        else progress.count(outcome.outcome);
        await reporter.phone({ outcome, bytes: undefined });
      }
      await journal?.copy(records);
    }
  } finally {
    over.abort();
    leaving.removeEventListener('abort', leave);
    progress.stop();
    redis.disconnect();
    await caring;
  }
  const ms = began === undefined ? 0 : last - began;
  await reporter.end({ counts, short, ms });
  const isRule = stopped !== undefined && interrupt.exitCode === undefined && !interrupt.signal.aborted;
  const result = { counts, short, connectError: undefined, lost: undefined, failure: undefined };
  const done = conclude({ ...result, stopped: isRule ? stopped : undefined }, interrupt, terminal);
  return { done, counts, short, ms, isOver };
}

function batchLine({ number, phones, before }: Extract<News, { kind: 'batch' }>, total: number): string {
  return `batch ${number}: ${plural(phones, 'phone')}, ${total - before - phones} to follow`;
}

/** Looks that the run goes on, and says which servers it waits for. */
async function care(queue: OpenQueue, run: string, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const { store, queues } = queue;
  let said: readonly string[] = [];
  const look = async (): Promise<void> => {
    await store.advance(run);
    await queues.release(run);
    const silent = await silentServers(queue, run);
    for (const server of silent) {
      if (!said.includes(server)) say(`warning: the worker of ${server} does not answer; its phones wait for it`);
    }
    said = silent;
  };
  while (!signal.aborted) {
    await wait(CARE_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await look().catch(() => {});
  }
}
