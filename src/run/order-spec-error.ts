/** Something that was to be an order and is none here. `message` says why, `hint` what to try. */
export class OrderSpecError extends Error {
  override readonly name = 'OrderSpecError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
