import type { Outcome } from '../../src/run/outcome.js';
import { type CliResult, jsonOf } from '../support/cli.js';

/** The outcomes in the output of `--json`, by AOR. */
export function outcomes(result: CliResult): Readonly<Record<string, Outcome>> {
  return Object.fromEntries(phonesIn(result).map((outcome) => [outcome.aor, outcome]));
}

/** The word of each outcome in the output of `--json`, in its order. */
export function outcomeWords(result: CliResult): string[] {
  return phonesIn(result).map(({ outcome }) => outcome);
}

/** Outcome and reason of each phone in the output of `--json`, in its order. */
export function outcomeLines(result: CliResult): [outcome: string, reason: string | null][] {
  return phonesIn(result).map(({ outcome, reason }) => [outcome, reason]);
}

/** The word of each outcome in the output of `--json`, by vendor. */
export function outcomesByVendor(result: CliResult): Readonly<Record<string, string>> {
  return Object.fromEntries(phonesIn(result).map(({ vendor, outcome }) => [vendor, outcome]));
}

function phonesIn(result: CliResult): readonly Outcome[] {
  return jsonOf<{ readonly phones?: readonly Outcome[] }>(result).phones ?? [];
}
