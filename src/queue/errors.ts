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
