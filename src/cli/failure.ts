import { ConfigError } from '../config/errors.js';
import { EslError } from '../esl/index.js';
import { QuestionError } from '../freeswitch/errors.js';
import { SipTraceError } from '../freeswitch/sip-trace-error.js';
import { InventoryError } from '../inventory/errors.js';
import { WhereError } from '../inventory/where.js';
import { PackError, TemplateError } from '../payload/errors.js';
import { QueueError, type QueueFault } from '../queue/errors.js';
import { JournalError } from '../run/journal/errors.js';
import type { LockHeldError } from '../run/lock.js';
import { OrderSpecError } from '../run/order-spec-error.js';
import { EXIT } from './exit-codes.js';

/** An error that ends a command: one line that says what failed and why, what to try, and the exit code. */
export class Failure extends Error {
  readonly exitCode: number;
  readonly hint: string | undefined;
  /** More lines for people, such as the faults of an inventory. */
  readonly details: readonly string[];

  constructor(
    message: string,
    exitCode: number,
    options: { hint?: string | undefined; details?: readonly string[] } = {},
  ) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.hint = options.hint;
    this.details = options.details ?? [];
  }
}

/** A wrong flag or argument. */
export function usageError(message: string, hint?: string): Failure {
  return new Failure(message, EXIT.usage, { hint });
}

const OF_QUEUE: Readonly<Record<QueueFault, number>> = {
  queue: EXIT.connection,
  argument: EXIT.usage,
  run: EXIT.input,
};

/** Whatever was thrown, as a Failure. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof EslError || error instanceof QuestionError || error instanceof SipTraceError)
    return new Failure(error.message, EXIT.connection, { hint: error.hint });
  if (error instanceof QueueError) return new Failure(error.message, OF_QUEUE[error.fault], { hint: error.hint });
  if (isLockHeld(error)) return new Failure(error.message, EXIT.locked, { hint: error.hint });
  if (
    error instanceof InventoryError ||
    error instanceof TemplateError ||
    error instanceof PackError ||
    error instanceof ConfigError ||
    error instanceof JournalError ||
    error instanceof OrderSpecError
  ) {
    return new Failure(error.message, EXIT.input, { hint: error.hint });
  }
  if (error instanceof WhereError) return usageError(error.message, error.hint);
  const { message, oclif } = (error ?? {}) as { message?: string; oclif?: { exit?: number } };
  if (oclif?.exit === 2) return usageError(firstParagraph(message ?? ''), 'see --help');
  const hint = 'this is a mistake in phonectl; PHONECTL_DEBUG=1 shows where';
  return new Failure(`internal error: ${message ?? String(error)}`, EXIT.internal, { hint });
}

/** Told by its name, as its module is loaded only where locks are. */
function isLockHeld(error: unknown): error is LockHeldError {
  return error instanceof Error && error.name === 'LockHeldError';
}

/** What oclif says, without its advice, in one line. */
function firstParagraph(message: string): string {
  const [said = ''] = message.split(/\n(?:See more help|\s*\n)/, 1);
  // A flag that there is not may have been given a password: --password=…, or fs_cli's -p….
  const isFlag = /^Nonexistent flag/.test(said);
  const shown = isFlag ? said.replace(/=.*?(?=, -|$)/gs, '').replace(/( -\w)\S+?(?=,? |$)/g, '$1') : said;
  return shown.replace(/\s*\n\s*/g, ' ').trim();
}
