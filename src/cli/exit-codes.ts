/** What the exit code of phonectl means; the same with and without `--json`. */
export const EXIT = {
  /** Every phone reached what was asked for. */
  ok: 0,
  /** Our mistake; or stdout can't be written, so that nobody would see what became of it. */
  internal: 1,
  /** A flag or an argument is wrong. */
  usage: 2,
  /** Inventory, template or configuration is wrong; nothing was sent. */
  input: 3,
  /** No connection or no login; nothing was sent. */
  connection: 4,
  /** At least one phone fell short. */
  short: 5,
  /** A stop rule ended the run. */
  stopped: 6,
  /** Another run holds the lock (EX_TEMPFAIL of sysexits.h). */
  locked: 75,
  /** There is no such command. */
  noCommand: 127,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
