/**
 * What is at fault: the queue itself; what was asked of it, a name that it does not have or has already; or a run that is not there or can't be
 * read, as with a journal.
 */
export type QueueFault = 'queue' | 'argument' | 'run';

/** What is wrong with the queue, that it can't be reached, that it refused a login, that it is not fit to hold runs; or with what was asked of it. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  /** What to try. */
  readonly hint: string | undefined;
  readonly fault: QueueFault;

  constructor(message: string, hint?: string, fault: QueueFault = 'queue') {
    super(message);
    this.hint = hint;
    this.fault = fault;
  }
}

/** Whether a server has refused a command: an answer, and no loss of the connection. */
export function isReply(error: unknown): error is Error & { name: 'ReplyError' } {
  return error instanceof Error && error.name === 'ReplyError';
}
