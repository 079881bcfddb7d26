import type { RunRecord } from '../../run/journal/record.js';
import { type Counts, type OutcomeWord, UNTOLD } from '../../run/outcome.js';
import { shellLine } from './shell.js';

/** What a run came to. */
export interface RunSoFar {
  /** How `run resume` calls it. */
  readonly run: string;
  readonly head: RunRecord;
  readonly counts: Counts;
  /** Phones that did not get what was asked for. */
  readonly short: number;
  /** Whether others may still be at work on it, of a run that was handed to workers. */
  readonly isUnderWay?: boolean;
}

/** What an administrator would type next, to the letter. */
export function nextSteps(soFar: RunSoFar): string[] {
  const { run, head, counts, short } = soFar;
  // Who called can call again.
  if (head.source === 'calls') return [];
  if (head.via !== undefined) return atWorkers(soFar, head.via);
  const { 'not-sent': notSent = 0, unknown = 0 } = counts;
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0) - notSent;
  const steps: string[] = [];
  // Where nobody was told, the same command does it, too.
  const isBegun = Object.keys(counts).some((word) => !UNTOLD.has(word as OutcomeWord));
  if (isBegun && head.phones > known) steps.push(shellLine(['phonectl', 'run', 'resume', run]));
  if (unknown > 0 && /^(?:resync|mwi)/.test(head.command)) {
    steps.push(shellLine(['phonectl', 'run', 'resume', run, '--retry-unknown']));
  }
  if (short > notSent + unknown) steps.push(failedFrom(head, run));
  return steps;
}

/** Nothing of such a run is ever sent from here; what is left of it is another run. */
function atWorkers({ run, head, counts, short, isUnderWay }: RunSoFar, via: string): string[] {
  if (isUnderWay) return [shellLine(['phonectl', 'run', 'follow', head.run, '--via', via])];
  const { unknown = 0 } = counts;
  const steps = short > unknown ? [failedFrom(head, run)] : [];
  if (unknown > 0 && /^(?:resync|mwi)/.test(head.command)) steps.push(failedFrom(head, run, '--retry-unknown'));
  return steps;
}

/** The same order for those that fell short. */
function failedFrom(head: RunRecord, run: string, ...more: readonly string[]): string {
  const args = again(head).filter((word) => !more.includes(word));
  // Behind a bare -- all would be phones.
  const end = args.indexOf('--');
  args.splice(end < 0 ? args.length : end, 0, '--failed-from', run, ...more);
  return shellLine(['phonectl', ...head.command.split(' '), ...args]);
}

/**
 * The arguments of a run for another one: without its journal, and without where its phones came from, where that can't be
 * read again or means others by now.
 */
function again({ args, source }: RunRecord): string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    const isPipe = source === 'pipe' && (/^(?:--inventory=|-i)-$/.test(word) || /^(?:--inventory|-i)$/.test(word));
    const takesNext = /^--(?:failed-from|journal|inventory)$/.test(word) || word === '-i';
    if (word === '--registered' || /^--(?:failed-from|journal)=/.test(word)) continue;
    if (isPipe || (takesNext && /^--[fj]/.test(word))) at += takesNext ? 1 : 0;
    else kept.push(word);
  }
  return kept;
}
