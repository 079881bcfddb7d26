import type { Outcome } from '../../src/run/outcome.js';
import { type CliOptions, type CliResult, linesOf, runCli } from './cli.js';

/** A run, and what became of each phone. */
export interface Told extends CliResult {
  /** In the order in which they came. */
  readonly phones: readonly Outcome[];
}

/** Runs a command that sends to its end, with one outcome a line. */
export async function tell(args: readonly string[], options?: CliOptions): Promise<Told> {
  return toldBy(await runCli([...args, '-o', 'jsonl'], options));
}

/** The outcomes in the output of `-o jsonl`. */
export function toldBy(result: CliResult): Told {
  return { ...result, phones: linesOf(result.stdout).map((line) => JSON.parse(line) as Outcome) };
}

/** `1000 skipped: in a call`: the user of each phone, its outcome and the reason; in the order of the users. */
export function summed({ phones }: Told): string[] {
  return phones
    .map(({ aor, outcome, reason }) => `${aor.split('@')[0]} ${outcome}${reason ? `: ${reason}` : ''}`)
    .sort();
}
