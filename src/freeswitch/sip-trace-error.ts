/**
 * `not-allowed`: this login may not log, or not use `api sofia`; nothing was sent. `no-profile`: no such SIP profile is
 * running. `interrupted`: the signal was aborted before the trace ran. `left-on`: it could not be switched off.
 */
export type SipTraceFault = 'not-allowed' | 'no-profile' | 'interrupted' | 'left-on';

/** A SIP trace that could not be started, or not be stopped. */
export class SipTraceError extends Error {
  readonly code: SipTraceFault;
  /** What to do about it; of `left-on`, the commands that the administrator has to type. */
  readonly hint: string | undefined;

  constructor(
    code: SipTraceFault,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}
