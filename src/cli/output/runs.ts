import type { RunRecord } from '../../run/journal/record.js';
import { plural } from '../plural.js';
import { formatCounts } from '../progress.js';
import type { ListedRun, RunSummary } from '../run-journals.js';
import { printable } from '../terminal.js';
import { describeStanding, type Standing } from '../via/describe-standing.js';
import { formatColumns } from './columns.js';
import { nextSteps } from './next-steps.js';
import { shellLine } from './shell.js';

/** Runs as columns, with their age and size. */
export function describeRuns(runs: readonly ListedRun[], now: number): string {
  if (runs.length === 0) return 'no runs\n';
  const rows = runs.map(({ run, head, bytes, modified }) => [
    run,
    head?.command ?? '?',
    head ? phonesOf(head) : '?',
    formatAge(now - modified.getTime()),
    formatBytes(bytes),
    head?.servers.join(', ') ?? 'no journal that this version can read',
  ]);
  const bytes = runs.reduce((sum, one) => sum + one.bytes, 0);
  const table = formatColumns(['RUN', 'COMMAND', 'PHONES', 'AGE', 'SIZE', 'SERVER'], rows);
  return `${table}\n${plural(runs.length, 'run')}, ${formatBytes(bytes)}\n`;
}

export function listedToJson({ run, head, bytes, modified }: ListedRun): object {
  const { command = null, started = null, servers = [], evidence = null } = head ?? {};
  const phones = head ? selected(head) : null;
  return { run, command, started, modified: modified.toISOString(), phones, servers, evidence, bytes };
}

/** How many phones were selected, where that was known before they came. */
function phonesOf(head: RunRecord): string {
  return head.source === 'calls' ? '-' : String(selected(head) ?? '-');
}

/** The same as a number; null where only the servers of a queue knew who is registered. */
function selected({ source, via, phones }: RunRecord): number | null {
  return source === 'registrations' && via !== undefined && phones === 0 ? null : phones;
}

function phonesOrCalls({ head, counts, awaited }: RunSummary): [name: string, value: string] {
  const known = formatCounts(counts);
  const all = known && awaited > 0 ? `${known}, ${awaited} without an outcome yet` : known;
  if (head.source === 'calls') return ['calls', all || 'none has come'];
  const phones = selected(head) ?? Object.values(counts).reduce((sum, count) => sum + count, 0);
  return ['phones', `${phones}: ${all || 'none has an outcome'}`];
}

/** One run, and how to go on with it. */
export function describeRun(summary: RunSummary): string {
  const { head, path, bytes, standing } = summary;
  const steps = nextSteps({ ...summary, isUnderWay: !summary.end });
  const lines = [
    ['run', head.run],
    ['command', shellLine(['phonectl', ...head.command.split(' '), ...head.args])],
    ['in', head.cwd],
    ['began', head.started],
    ['ended', endedOf(summary)],
    ['server', head.servers.join(', ')],
    phonesOrCalls(summary),
    standing ? ['queue', standing.via] : ['journal', `${path}, ${formatBytes(bytes)}`],
    ...steps.map((step, index) => [index === 0 ? 'go on' : '', step]),
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(9)}${printable(value)}\n`).join('');
}

function endedOf({ head, end, standing }: RunSummary): string {
  if (end) return `${new Date(end.at).toISOString()}, exit ${end.exitCode}`;
  if (standing) return `no, ${describeStanding(standing)}`;
  if (head.via === undefined) return 'not in order: it was killed, or is under way';
  return `not seen here: it goes on at the workers of ${head.via}`;
}

export function runToJson(summary: RunSummary): object {
  const { head, end, counts, path, bytes, short, awaited, standing } = summary;
  const { run, command, args, cwd, started, version, servers, evidence, source } = head;
  const ended = end ? new Date(end.at).toISOString() : null;
  const what = {
    run,
    command,
    args,
    cwd,
    started,
    ended,
    exitCode: end?.exitCode ?? null,
    version,
    servers,
    evidence,
    source,
  };
  const queued = head.via === undefined ? {} : { via: head.via, awaited, ...(standing && standingToJson(standing)) };
  const kept = standing ? {} : { journal: path, bytes };
  const goOn = nextSteps({ ...summary, isUnderWay: !end });
  return { ...what, phones: selected(head), summary: counts, short, ...queued, ...kept, goOn };
}

function standingToJson({ state, stopped, slices, done, unlisted, silent }: Standing): object {
  return { state, stopped: stopped ?? null, slices, slicesDone: done, unlisted, silent };
}

/** A run of a queue, for the list. */
export interface QueuedRun {
  readonly run: string;
  readonly head: RunRecord;
  readonly standing: Standing;
}

/** The runs of a queue as columns, with their age and how far they are. */
export function describeQueued(runs: readonly QueuedRun[], now: number): string {
  if (runs.length === 0) return 'no runs\n';
  const rows = runs.map(({ run, head, standing }) => [
    run,
    head.command,
    phonesOf(head),
    formatAge(now - Date.parse(head.started)),
    stateOf(standing),
    head.servers.join(', '),
  ]);
  const table = formatColumns(['RUN', 'COMMAND', 'PHONES', 'AGE', 'STATE', 'SERVER'], rows);
  return `${table}\n${plural(runs.length, 'run')}\n`;
}

function stateOf({ state, stopped, slices, done, silent }: Standing): string {
  if (state === 'filling') return 'not begun';
  if (state === 'listing') return `being listed${silent.length > 0 ? `, waits for ${silent.join(', ')}` : ''}`;
  if (state === 'over') return stopped === undefined ? 'over' : 'stopped';
  return `${done} of ${slices} slices${silent.length > 0 ? `, waits for ${silent.join(', ')}` : ''}`;
}

export function queuedToJson({ run, head, standing }: QueuedRun): object {
  const { command, started, servers, evidence } = head;
  return { run, command, started, phones: selected(head), servers, evidence, ...standingToJson(standing) };
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** `812 B`, `1.4 MiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

/** `3 min`, `5 h`, `12 d`. */
function formatAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
