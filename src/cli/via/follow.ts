import { openRedis } from '../../queue/redis.js';
import type { RunState } from '../../queue/store.js';
import type { News, WorkSizes } from '../../queue/work.js';
import type { OutcomeRecord } from '../../run/journal/record.js';
import { type Counts, fellShort } from '../../run/outcome.js';
import { conclude, type Done } from '../conclude.js';
import type { Interrupt } from '../interrupt.js';
import { createReporter, type OutputFlags } from '../output/create.js';
import type { Reporter } from '../output/reporter.js';
import { plural } from '../plural.js';
import { Progress } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import { toOutcome } from '../to-outcome.js';
import { care } from './care.js';
import { recordsOf } from './news-records.js';
import { nobodyOf } from './nobody.js';
import type { OpenQueue } from './open-queue.js';

/** The columns of a table whose values only the servers know, characters. */
export const UNKNOWN_WIDTHS: WorkSizes['widths'] = { aor: 24, vendor: 12, event: 30 };

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
  /** Lines that have been said already; workers may come to the same. */
  readonly said?: readonly string[];
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
  const { run, flags, terminal, interrupt, journal, said = [] } = options;
  const leaving = options.leaves ? interrupt.signal : new AbortController().signal;
  const { store } = queue;
  const say = (line: string): void => {
    if (!flags.quiet) terminal.say(printable(line));
  };
  const state = await store.state(run);
  await judgeEmpty(queue, state);
  const { evidence, servers } = state.work.head;
  const reporter = await createReporter(flags, terminal);
  // How many phones there are is known only once all servers have listed theirs.
  let shown = state.state === 'listing' ? undefined : await begin(state, reporter, options);
  if (!shown) say(`note: ${servers.join(', ')}: asking who is registered`);
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
      if (news.kind === 'note' || news.kind === 'warning') {
        const line = `${news.kind}: ${news.text}`;
        if (!said.some((one) => sameNote(line, one))) say(line);
      }
      if (news.kind === 'batch') {
        shown ??= await begin(await store.state(run), reporter, options);
        if (news.number > 1 || news.phones < shown.cut) say(batchLine(news, shown.cut));
      }
      if (news.kind === 'over') await judgeEmpty(queue, await store.state(run));
      if (news.kind !== 'outcomes') continue;
      const records = recordsOf(news.lines);
      for (const record of records) {
        const outcome = toOutcome(record);
        counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
        if (fellShort(outcome, evidence)) short++;
        if (news.at <= earlier) shown?.progress.countEarlier(outcome.outcome);
        else shown?.progress.count(outcome.outcome);
        await reporter.phone({ outcome, bytes: undefined });
      }
      await journal?.copy(records);
    }
    shown ??= await begin(await store.state(run), reporter, options);
  } finally {
    over.abort();
    leaving.removeEventListener('abort', leave);
    shown?.progress.stop();
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

/** Whether a worker says the same, with or without the name of its server. */
function sameNote(news: string, line: string): boolean {
  const [level = '', text = ''] = line.split(/: (.*)/s, 2);
  return news.startsWith(`${level}: `) && news.endsWith(`: ${text}`);
}

function batchLine({ number, phones, before }: Extract<News, { kind: 'batch' }>, total: number): string {
  return `batch ${number}: ${plural(phones, 'phone')}, ${total - before - phones} to follow`;
}

/** A run of which it is known how many phones it has. */
interface Shown {
  readonly progress: Progress;
  /** How many phones its batches have. */
  readonly cut: number;
}

async function begin(
  { run, work, phones: cut, rows }: RunState,
  reporter: Reporter,
  { terminal, verb, sizes }: FollowOptions,
): Promise<Shown> {
  const { command, evidence, started, servers } = work.head;
  const head = { command, server: servers.join(', '), dryRun: false, evidence, started, run };
  const phones = sizes.phones || rows;
  await reporter.begin(head, { ...sizes, phones });
  return { progress: new Progress(terminal, verb, phones), cut };
}

/** @throws Failure if a run is over as no phone was found for it */
async function judgeEmpty(queue: OpenQueue, state: RunState): Promise<void> {
  const nobody = await nobodyOf(queue, state);
  if (nobody) throw nobody;
}
