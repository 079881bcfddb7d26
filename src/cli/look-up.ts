import { NotAllowedError } from '../freeswitch/errors.js';
import { Questions } from '../freeswitch/questions.js';
import { Registrar } from '../run/registrar.js';
import type { Connector } from './connector.js';
import { EXIT } from './exit-codes.js';
import { Failure, usageError } from './failure.js';

/** What a server was asked before anything is sent, and the connection to ask on. */
export interface LookUp {
  readonly questions: Questions;
  readonly registrar: Registrar;
  /** When, milliseconds since 1970. */
  readonly askedAt: number;
  close(): Promise<void>;
}

/**
 * Connects to ask who is registered.
 * @param sipProfile the one that the user named
 * @throws EslError, QuestionError; Failure if that profile does not exist
 */
export async function openLookUp(connector: Connector, sipProfile: string | undefined): Promise<LookUp> {
  const questions = new Questions(await connector.open());
  try {
    const registrar = await Registrar.open(questions);
    if (sipProfile !== undefined && !registrar.profile(sipProfile)) {
      throw usageError(`--sip-profile: ${registrar.noProfile(sipProfile)}`);
    }
    return { questions, registrar, askedAt: Date.now(), close: () => questions.close() };
  } catch (error) {
    await questions.close();
    throw error;
  }
}

/** Of a login that may not ask: how to do without. */
export function withoutRight(error: unknown): unknown {
  if (!(error instanceof NotAllowedError)) return error;
  return new Failure(error.message, EXIT.connection, { hint: 'send without looking who is there: --no-check' });
}
