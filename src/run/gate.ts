/** What lets the orders of a run out, and may end it before its end. */
export interface Gate {
  /** Waits until an order may go out. Says why it may not, if so. */
  admit(): Promise<string | undefined>;
  /** An admitted order has come to its outcome. */
  settle(isFailure: boolean): void;
  /** Why the run ends before its end, if it does. */
  readonly stopped: string | undefined;
}
