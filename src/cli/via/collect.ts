import { rmSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stateFolder } from '../../config/state.js';
import { QueueError } from '../../queue/errors.js';
import type { RunState } from '../../queue/store.js';
import { isRecord } from '../../run/journal/is-record.js';
import { Journal } from '../../run/journal/journal.js';
import { Past } from '../../run/journal/past.js';
import { readHead } from '../../run/journal/reader.js';
import { journalPath } from '../../run/journal/store.js';
import { fellShort } from '../../run/outcome.js';
import { EXIT } from '../exit-codes.js';
import { Interrupt } from '../interrupt.js';
import { isJournalInUse } from '../locks.js';
import { endOf, type OpenRun } from '../run-journals.js';
import type { Standing } from './describe-standing.js';
import { recordsOf } from './news-records.js';
import { nobodyOf } from './nobody.js';
import { type OpenQueue, openQueue, queueAddress } from './open-queue.js';
import { leftOut } from './shortfall.js';
import { standingOf } from './standing.js';
import { whichRun } from './which-run.js';

/** A run that others carry out, as far as the queue knows it by now. */
export interface CollectedRun extends OpenRun {
  readonly standing: Standing;
}

/**
 * Reads all that a queue has of a run into a journal, which is there as long as the function is under way.
 * @param text the id of the run, the beginning of it, or `last`
 * @throws QueueError, ConfigError, JournalError
 */
export async function withCollected<T>(
  text: string,
  via: string,
  use: (collected: CollectedRun) => Promise<T>,
): Promise<T> {
  const queue = await openQueue(await queueAddress(via, '--via'));
  // Who loses patience leaves nothing behind: a signal ends the process, and that removes the folder.
  const interrupt = new Interrupt();
  const folder = await mkdtemp(join(tmpdir(), 'phonectl-run-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const state = await queue.store.state(await whichRun(queue, text));
    // Before what it has told: so nothing is done of which nothing is shown.
    const standing = await standingOf(queue, state);
    const path = join(folder, 'run.jsonl');
    await writeJournal(queue, state, path);
    return await use({ path, head: await readHead(path), past: await Past.read(path), standing });
  } finally {
    process.off('exit', remove);
    remove();
    interrupt.release();
    await queue.close();
  }
}

/**
 * Makes the journal of a run whole that this machine has begun, and has not seen the end of.
 * @throws QueueError, JournalError
 */
export async function completeOwn(queue: OpenQueue, run: string): Promise<void> {
  const path = journalPath(stateFolder(process.env), run);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere || (await endOf(path)) || (await isJournalInUse(path))) return;
  const folder = await mkdtemp(join(dirname(path), '.collected-'));
  try {
    const whole = join(folder, 'run.jsonl');
    await writeJournal(queue, await queue.store.state(run), whole);
    await rename(whole, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a run came to, whoever looked on. */
export function exitOf({ stopped, short }: { readonly stopped: string | undefined; readonly short: number }): number {
  if (stopped !== undefined) return EXIT.stopped;
  return short > 0 ? EXIT.short : EXIT.ok;
}

async function writeJournal(queue: OpenQueue, state: RunState, path: string): Promise<void> {
  const { store } = queue;
  const { run, work } = state;
  const head: unknown = work.head;
  if (!isRecord(head) || head.kind !== 'run') {
    throw new QueueError(
      `what the queue has of run ${run} can't be read`,
      'the same version of phonectl on both sides',
      'run',
    );
  }
  const journal = await Journal.create(path, head);
  let [short, began, stopped]: [number, number | undefined, string | undefined] = [0, undefined, undefined];
  for await (const news of store.news(run, { redis: store.redis, isLive: false })) {
    began ??= news.at;
    if (news.kind === 'stopped') stopped = news.reason;
    if (news.kind === 'outcomes') {
      const records = recordsOf(news.lines);
      short += records.filter((record) => fellShort(record, head.evidence)).length;
      await journal.copy(records);
    }
    if (news.kind !== 'over') continue;
    const failure =
      (await nobodyOf(queue, await store.state(run))) ?? (stopped ? undefined : await leftOut(queue, state));
    return journal.end(failure?.exitCode ?? exitOf({ stopped, short }), news.at - began, news.at);
  }
  await journal.abandon();
}
