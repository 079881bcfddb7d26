import { setTimeout as wait } from 'node:timers/promises';
import { openRedis } from '../../queue/redis.js';
import type { News } from '../../queue/work.js';
import { isThere, Workers } from '../../queue/workers.js';
import { isRecord } from '../../run/journal/is-record.js';
import type { OutcomeRecord } from '../../run/journal/record.js';
import { type Counts, fellShort } from '../../run/outcome.js';
import { conclude, type Done } from '../conclude.js';
import type { Interrupt } from '../interrupt.js';
import { createReporter, type OutputFlags } from '../output/create.js';
import type { Sizes } from '../output/reporter.js';
import { plural } from '../plural.js';
import { Progress } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import { toOutcome } from '../to-outcome.js';
import type { OpenQueue } from './open-queue.js';

export interface FollowOptions {
  readonly run: string;
  readonly flags: OutputFlags;
  readonly terminal: Terminal;
  readonly widths: Sizes['widths'];
  /** What the progress calls it. */
  readonly verb: string;
  readonly interrupt: Interrupt;
}

/** How often it is looked at whether somebody goes on with the run, milliseconds. */
const CARE_MS = 2000;

/** Shows what becomes of a run that others carry out, from its beginning to its end. @throws QueueError */
export async function followRun(queue: OpenQueue, options: FollowOptions): Promise<Done> {
  const { run, flags, terminal, widths, verb, interrupt } = options;
  const { store } = queue;
  const state = await store.state(run);
  const { head } = state.work;
  const say = (line: string): void => {
    if (!flags.quiet) terminal.say(printable(line));
  };
  const reporter = await createReporter(flags, terminal);
  const progress = new Progress(terminal, verb, state.phones);
  const { command, evidence, started } = head;
  const begun = Date.now();
  const server = head.servers.join(', ');
  await reporter.begin({ command, server, dryRun: false, evidence, started, run }, { phones: head.phones, widths });
  const counts: Counts = {};
  let short = 0;
  let stopped: string | undefined;
  const over = new AbortController();
  const caring = care(queue, run, over.signal, say);
  const redis = await openRedis(queue.address);
  try {
    for await (const news of store.news(run, { redis, isLive: true })) {
      if (news.kind === 'stopped') stopped = news.reason;
      if (news.kind === 'note') say(`note: ${news.text}`);
      if (news.kind === 'batch' && (news.number > 1 || news.phones < state.phones)) say(batchLine(news, state.phones));
      if (news.kind !== 'outcomes') continue;
      for (const record of recordsOf(news.lines)) {
        const outcome = toOutcome(record);
        counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
        if (fellShort(outcome, evidence)) short++;
        progress.count(outcome.outcome);
        await reporter.phone({ outcome, bytes: undefined });
      }
    }
  } finally {
    over.abort();
    progress.stop();
    redis.disconnect();
    await caring;
  }
  await reporter.end({ counts, short, ms: Date.now() - begun });
  const isRule = stopped !== undefined && interrupt.exitCode === undefined && !interrupt.signal.aborted;
  const result = { counts, short, connectError: undefined, lost: undefined, failure: undefined };
  return conclude({ ...result, stopped: isRule ? stopped : undefined }, interrupt, terminal);
}

/** The outcomes of a piece of news. */
export function recordsOf(lines: string): OutcomeRecord[] {
  return lines.split('\n').flatMap((line) => {
    const record: unknown = JSON.parse(line);
    return isRecord(record) && record.kind === 'outcome' ? [record] : [];
  });
}

function batchLine({ number, phones, before }: Extract<News, { kind: 'batch' }>, total: number): string {
  return `batch ${number}: ${plural(phones, 'phone')}, ${total - before - phones} to follow`;
}

/** Looks that the run goes on, and says which servers it waits for. */
async function care(
  { store, queues }: OpenQueue,
  run: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const said = new Set<string>();
  const workers = new Workers(store);
  const look = async (): Promise<void> => {
    await store.advance(run);
    await queues.release(run);
    const there = await workers.all();
    for (const server of new Set((await store.due(run)).map((one) => one.server))) {
      const worker = there.get(server);
      const isGone = !worker || !isThere(worker, Date.now());
      if (isGone && !said.has(server)) say(`warning: the worker of ${server} does not answer; its phones wait for it`);
      if (isGone) said.add(server);
      else said.delete(server);
    }
  };
  while (!signal.aborted) {
    await wait(CARE_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await look().catch(() => {});
  }
}
