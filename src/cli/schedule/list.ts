import type { Schedule, ScheduleState } from '../../queue/schedules.js';
import type { RunState } from '../../queue/store.js';
import { shellLine } from '../output/shell.js';
import { plural } from '../plural.js';
import { formatDuration } from '../progress.js';
import { printable } from '../terminal.js';
import { formatDue } from './format.js';
import { withSchedules } from './with-schedules.js';

/** A schedule, and where it stands. */
export interface ListedSchedule {
  readonly schedule: Schedule;
  /** Milliseconds since 1970; one that has passed waits for a worker. */
  readonly next: number | undefined;
  readonly state: ScheduleState;
  /** Where the last run stands; undefined if there was none, or if it is forgotten. */
  readonly lastState: RunState['state'] | undefined;
}

/** The schedules of a queue. @throws QueueError, ConfigError */
export async function listSchedules(via: string | undefined): Promise<ListedSchedule[]> {
  return withSchedules(via, async (schedules, store) => {
    const listed: ListedSchedule[] = [];
    for (const schedule of await schedules.all()) {
      const { name } = schedule;
      const state = await schedules.state(name);
      const lastState = state.last && (await store.state(state.last.run).catch(() => undefined))?.state;
      listed.push({ schedule, next: await schedules.next(name), state, lastState });
    }
    return listed;
  });
}

/** For people: a block for each. */
export function describeSchedules(listed: readonly ListedSchedule[], now: number): string {
  if (listed.length === 0) return 'no schedules\n';
  return listed.map((one) => describeSchedule(one, now)).join('\n');
}

function describeSchedule({ schedule, next, state: { last, missed }, lastState }: ListedSchedule, now: number): string {
  const { name, cron, tz, graceMs, work } = schedule;
  const lines: [name: string, value: string][] = [
    ['sends', lineOf(schedule)],
    ['through', work.head.servers.join(', ')],
    ['when', `${cron} (${tz}), up to ${formatDuration(graceMs)} late`],
    ['next', next === undefined ? 'never' : nextOf(schedule, next, now)],
    ['last', last ? `${formatDue(schedule, last.due)}: run ${last.run}, ${lastState ?? 'forgotten'}` : 'never'],
  ];
  if (missed) {
    const times = `${plural(missed.count, 'time')}, last on ${formatDue(schedule, missed.due)}`;
    lines.push(['missed', `${times}: ${missed.reason}`]);
  }
  return `${name}\n${lines.map(([what, value]) => `  ${what.padEnd(9)}${printable(value)}\n`).join('')}`;
}

function nextOf(schedule: Schedule, next: number, now: number): string {
  const due = formatDue(schedule, next);
  return next < now - OVERDUE_MS ? `${due}: overdue, no worker has taken it` : due;
}

/** Within so long a worker takes what is due, milliseconds. */
const OVERDUE_MS = 5000;

export function scheduleToJson({ schedule, next, state: { last, missed }, lastState }: ListedSchedule): object {
  const { name, cron, tz, graceMs, added, work, phones } = schedule;
  const { command, args, servers, source } = work.head;
  return {
    name,
    cron,
    tz,
    graceMs,
    added,
    command,
    args,
    servers,
    source,
    phones: source === 'registrations' ? null : phones.length,
    next: timeOf(next),
    last: last ? { run: last.run, due: timeOf(last.due), state: lastState ?? null } : null,
    missed: missed ? { count: missed.count, due: timeOf(missed.due), reason: missed.reason } : null,
  };
}

function lineOf({ work: { head } }: Schedule): string {
  return shellLine(['phonectl', ...head.command.split(' '), ...head.args]);
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
