import { SipTraceError } from '../freeswitch/sip-trace-error.js';
import { OUTCOMES, UNTOLD } from '../run/outcome.js';
import type { RunResult } from '../run/run.js';
import { EXIT } from './exit-codes.js';
import { Failure, toFailure } from './failure.js';
import type { Interrupt } from './interrupt.js';
import { plural } from './plural.js';
import type { Terminal } from './terminal.js';

export interface Done {
  readonly exitCode: number;
  /** What to tell the user beside the outcomes. */
  readonly failure?: Failure;
  /** What to type next, where a run is not done. */
  readonly goOn?: readonly string[];
}

/** What a run comes to: its exit code, and what went wrong with the run itself. */
export function conclude(
  { counts, short, connectError, lost, failure, stopped }: RunResult,
  interrupt: Interrupt,
  terminal: Terminal,
): Done {
  if (failure !== undefined) {
    const { message, exitCode, hint } = toFailure(failure);
    const told = OUTCOMES.filter((word) => !UNTOLD.has(word)).reduce((sum, word) => sum + (counts[word] ?? 0), 0);
    // The code of an inventory that is wrong says that nothing was sent.
    if (told === 0 || exitCode === EXIT.internal)
      return { exitCode: interrupt.exitCode ?? exitCode, failure: new Failure(message, exitCode, { hint }) };
    const left = failure instanceof SipTraceError ? '' : '; the phones that are left were not told';
    const after = `after ${plural(told, 'order')}: ${message}${left}`;
    return { exitCode: interrupt.exitCode ?? EXIT.short, failure: new Failure(after, EXIT.short, { hint }) };
  }
  if (terminal.broken && !terminal.failure && counts['not-sent']) {
    const left = `${interrupt.signal.reason}; ${plural(counts['not-sent'], 'phone')} not told`;
    return { exitCode: EXIT.short, failure: new Failure(left, EXIT.short) };
  }
  if (stopped !== undefined) {
    const left = counts['not-sent'] ? `; ${plural(counts['not-sent'], 'phone')} not told` : '';
    const exitCode = interrupt.exitCode ?? EXIT.stopped;
    return { exitCode, failure: new Failure(`${stopped}${left}`, exitCode) };
  }
  // A server that hangs up once all is answered does no harm; replies that match no command may be anybody's.
  const isShort = short > 0 || lost?.code === 'protocol';
  const exitCode = interrupt.exitCode ?? (connectError ? EXIT.connection : isShort ? EXIT.short : EXIT.ok);
  const error = connectError ?? (isShort ? lost : undefined);
  return error ? { exitCode, failure: new Failure(error.message, exitCode, { hint: error.hint }) } : { exitCode };
}
