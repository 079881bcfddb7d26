import { EslError } from '../esl/index.js';
import { NotAllowedError, QuestionError } from '../freeswitch/errors.js';
import { SipTraceError } from '../freeswitch/sip-trace-error.js';

/** One thing that was looked at. */
export interface Check {
  /** `connection`, `api show`, `mod_sms`, … Stable. */
  readonly name: string;
  /** `failed`: nothing can be done through this server. `warning`: something can't, or should not stay so. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** What was found, and what it means for orders. */
  readonly detail: string;
  /** What to try; null if nothing needs to be. */
  readonly hint: string | null;
}

export function passed(name: string, detail: string): Check {
  return { name, state: 'ok', detail, hint: null };
}

export function warned(name: string, detail: string, hint: string | undefined): Check {
  return { name, state: 'warning', detail, hint: hint ?? null };
}

export function failed(name: string, detail: string, hint: string | undefined): Check {
  return { name, state: 'failed', detail, hint: hint ?? null };
}

/**
 * A check that asks for something a run can do without. What goes wrong is a warning, with what is lost by it.
 * @throws what is no answer of a server, our own mistakes that is
 */
export async function attempt(name: string, loss: string, ask: () => Promise<Check>): Promise<Check> {
  try {
    return await ask();
  } catch (error) {
    const { detail, hint } = explain(error);
    return warned(name, `${detail}; ${loss}`, hint);
  }
}

/** Why a question has no answer, in the server's own words where it said any. @throws what is no error of a server */
export function explain(error: unknown): { readonly detail: string; readonly hint: string | undefined } {
  if (error instanceof NotAllowedError && !/permission denied/.test(error.message)) {
    return { detail: `${error.message} (-ERR permission denied)`, hint: error.hint };
  }
  if (error instanceof EslError || error instanceof QuestionError || error instanceof SipTraceError) {
    return { detail: error.message, hint: error.hint };
  }
  throw error;
}
