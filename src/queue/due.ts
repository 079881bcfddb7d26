import { createHash } from 'node:crypto';
import { runIdAt } from '../run/journal/run-id-at.js';
import { REGISTRATIONS } from '../run/lock.js';
import { countDue, dueAfter, latestDue } from './cron.js';
import { QueueError } from './errors.js';
import { hold } from './hold.js';
import type { RunQueues } from './jobs.js';
import { ListLostError, RunLists } from './lists.js';
import type { DueJob, Schedule, Schedules } from './schedules.js';
import type { RunStore } from './store.js';
import { WORK_SCHEMA } from './work.js';

/** Of more that were missed at once nobody needs the number. */
const MOST_MISSED = 1000;

const ABSENT = 'no worker was there';

/** By what the phones of a schedule are listed, as they are the same whoever does so. */
const LISTER = 'schedule';

export interface DueOptions {
  readonly store: RunStore;
  readonly queues: RunQueues;
  readonly schedules: Schedules;
}

/** What came of what was due: a run, or a sentence about why there is none; undefined if it had been seen to before. */
export type DueEnd = { readonly run: string } | { readonly missed: string } | undefined;

/**
 * Makes a run of what is due by a schedule; of several due times of which nobody took care only the last can become one, and that only
 * if it is not too late for it. Doing it again makes no second one, as a run has its name by the schedule and the due time.
 * @param due milliseconds since 1970
 * @throws QueueError if it can't be read here: another worker may
 */
export async function seeToDue(options: DueOptions, { name, id }: DueJob, due: number, now: number): Promise<DueEnd> {
  const { store, schedules } = options;
  const schedule = await schedules.find(name);
  // Removed, or another one of the same name by now.
  if (schedule?.id !== id) return undefined;
  const latest = latestDue(schedule, due, now);
  const { seen, last } = await schedules.state(name);
  if (latest <= seen) return undefined;
  const run = runIdOf(schedule, latest);
  const isBegun = (await store.redis.exists(store.keys.run(run))) === 1;
  const first = due > seen ? due : (dueAfter(schedule, seen) ?? latest);
  const before = countDue(schedule, first, latest, MOST_MISSED);
  if (now - latest > schedule.graceMs && !isBegun) {
    return missed(options, schedule, latest, before + 1, ABSENT);
  }
  if (before > 0) await missed(options, schedule, latestDue(schedule, first, latest - 1), before, ABSENT);
  if (last && last.run !== run && (await isUnderWay(store, last.run))) {
    return missed(options, schedule, latest, 1, `run ${last.run} was still under way`);
  }
  const { servers } = schedule.work.head;
  const holder = schedule.phones.length === 0 && (await hold(store, run, { servers, phones: REGISTRATIONS }));
  if (holder) return missed(options, schedule, latest, 1, `run ${holder.run} was telling the same phones`);
  await begin(options, schedule, run, latest);
  await schedules.record(name, latest, run);
  return { run };
}

/** `20261127-030000-3f9a1c2d`, in the time zone of the schedule: the same on whichever worker. */
export function runIdOf({ id, tz }: Pick<Schedule, 'id' | 'tz'>, due: number): string {
  const hash = createHash('sha256').update(`${id} ${due}`).digest('hex').slice(0, 8);
  return runIdAt(new Date(due), tz, hash);
}

async function begin(
  { store, queues }: DueOptions,
  { work, phones }: Schedule,
  run: string,
  due: number,
): Promise<void> {
  if (work.schema !== WORK_SCHEMA) {
    throw new QueueError(
      `it was added by phonectl ${work.head.version}, and this one can't read it`,
      'the same version on both sides',
    );
  }
  const lists = new RunLists(store);
  await lists.begin({ ...work, head: { ...work.head, run, started: new Date(due).toISOString() } });
  const [server] = work.head.servers;
  if (phones.length > 0 && server !== undefined) {
    const entries = async function* () {
      yield* phones;
    };
    await lists.put(run, server, entries(), LISTER).catch((error: unknown) => {
      // That they are listed already is all the same.
      if (!(error instanceof ListLostError)) throw error;
    });
    if (await lists.open(run)) await queues.release(run);
  }
  await queues.releaseLists(run);
}

async function missed(
  { schedules }: DueOptions,
  { name }: Schedule,
  due: number,
  count: number,
  reason: string,
): Promise<DueEnd> {
  await schedules.recordMissed(name, due, count, reason);
  return { missed: reason };
}

/** Whether a run is neither over nor forgotten. */
async function isUnderWay(store: RunStore, run: string): Promise<boolean> {
  const state = await store.redis.hget(store.keys.run(run), 'state');
  return state !== null && state !== 'over';
}
