/** What is wrong with the queue: that it can't be reached, that it refused a login, that it is not fit to hold runs. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  /** What to try. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Whether a server has refused a command: an answer, and no loss of the connection. */
export function isReply(error: unknown): error is Error & { name: 'ReplyError' } {
  return error instanceof Error && error.name === 'ReplyError';
}
