import {
  type Command,
  EslError,
  EslRefusedError,
  EslTimeoutError,
  EslUnfinishedError,
  EslUnsafeError,
  PreparedCommand,
} from '../../esl/index.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** The bytes of a command of the user's own. @throws Failure if they would corrupt it, or the next one */
export function prepare(command: () => Command): PreparedCommand {
  try {
    return new PreparedCommand(command());
  } catch (error) {
    throw error instanceof EslUnsafeError ? unsafe(error) : error;
  }
}

function unsafe({ message, hint }: EslUnsafeError): Failure {
  return new Failure(message, EXIT.input, { hint });
}

/**
 * What went wrong with a command of the user's own, if it had been written: its exit code must not say that nothing was sent.
 * Any other error as it is.
 */
export function toSentFailure(error: unknown, hint?: string): unknown {
  if (!(error instanceof EslError)) return error;
  if (error instanceof EslUnsafeError) return unsafe(error);
  if (error instanceof EslRefusedError) return new Failure(error.message, EXIT.short, { hint: error.hint });
  if (error instanceof EslUnfinishedError) {
    const moreTime = error.hangupCause === undefined ? hint : undefined;
    return new Failure(error.message, EXIT.short, { hint: moreTime ?? error.hint });
  }
  if (!error.written) return error;
  const tryThis = error instanceof EslTimeoutError ? (hint ?? error.hint) : error.hint;
  return new Failure(`${error.message}; it may have been carried out`, EXIT.short, { hint: tryThis });
}
