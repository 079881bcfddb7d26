import { describeProblem } from '../inventory/row-problem.js';
import type { Census } from '../run/census.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { plural, wrongRows } from './plural.js';

/** The end of a command whose inventory has rows that are wrong: each of them, up to a number that can be read. */
export function wrongRowsFailure(
  { wrong, phones, problems, moreProblems }: Census,
  name: string,
  hint?: string,
): Failure {
  const details = problems.map((problem) => describeProblem(name, problem));
  if (moreProblems > 0) details.push(`… and ${moreProblems} more`);
  return new Failure(`${name}: ${wrongRows(wrong)}; ${plural(phones, 'good one')}`, EXIT.input, { details, hint });
}
