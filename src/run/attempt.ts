import { type Connection, EslError, type PreparedCommand } from '../esl/index.js';
import type { Outcome } from './outcome.js';

/** What came of writing one command. */
export type Attempt = Pick<Outcome, 'outcome' | 'reason' | 'eventUuid' | 'ms'>;

/** Writes a command, waits for its reply, and says what that means for the phone. */
export async function attempt(connection: Connection, command: PreparedCommand): Promise<Attempt> {
  const started = performance.now();
  try {
    const { text } = await connection.send(command);
    const ms = Math.round(performance.now() - started);
    if (!/^\+OK(?: |$)/.test(text))
      return { outcome: 'refused', reason: connection.toShow(text) || 'an empty reply', eventUuid: null, ms };
    const eventUuid = /^\+OK ([0-9a-f-]{36})$/.exec(text)?.[1] ?? null;
    return { outcome: 'accepted', reason: null, eventUuid, ms };
  } catch (error) {
    if (!(error instanceof EslError)) throw error;
    if (!error.written) return notSent(error.message);
    return { outcome: 'unknown', reason: `${error.message}; it may have happened`, eventUuid: null, ms: null };
  }
}

/** What became of a command that was not written. */
export function notSent(reason: string): Attempt {
  return { outcome: 'not-sent', reason, eventUuid: null, ms: null };
}
