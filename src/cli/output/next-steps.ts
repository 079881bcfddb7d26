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
}

/** What an administrator would type next, to the letter. */
export function nextSteps({ run, head, counts, short }: RunSoFar): string[] {
  const { 'not-sent': notSent = 0, unknown = 0 } = counts;
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0) - notSent;
  const steps: string[] = [];
  // Where nobody was told, the same command does it, too.
  const isBegun = Object.keys(counts).some((word) => !UNTOLD.has(word as OutcomeWord));
  if (isBegun && head.phones > known) steps.push(shellLine(['phonectl', 'run', 'resume', run]));
  if (unknown > 0 && /^(?:resync|mwi)/.test(head.command)) {
    steps.push(shellLine(['phonectl', 'run', 'resume', run, '--retry-unknown']));
  }
  if (short > notSent + unknown) {
    const again = [...head.command.split(' '), ...withoutSource(head), '--failed-from', run];
    steps.push(shellLine(['phonectl', ...again]));
  }
  return steps;
}

/** The arguments of a run without where its phones came from, where that can't be read again or means others by now. */
function withoutSource({ args, source }: RunRecord): string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--registered' || /^--failed-from=/.test(word)) continue;
    if (word === '--failed-from') at++;
    else if (source === 'pipe' && /^(?:--inventory=-|-i-)$/.test(word)) continue;
    else if (source === 'pipe' && /^(?:--inventory|-i)$/.test(word)) at++;
    else kept.push(word);
  }
  return kept;
}
