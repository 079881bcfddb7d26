/** Misbehaviour on purpose, for tests of clients. Counts of `sendevent` run over all connections of a sandbox. */
export interface SandboxFaults {
  /** Accepts connections and never says a word. */
  readonly sayNothing?: boolean;
  /** Says this instead of FreeSWITCH's greeting, and nothing after it: another protocol. */
  readonly banner?: string;
  /** Carries out the n-th `sendevent`, and destroys its connection instead of answering; once. */
  readonly dieAfter?: number;
  /** Sends, after the reply to the n-th `sendevent`, one more that nobody asked for; once. */
  readonly unaskedReplyAfter?: number;
  /** Carries out the n-th `sendevent` and never answers it; its connection stands still from then on. */
  readonly holdReplyOf?: number;
  /** Holds every reply back for so many milliseconds. */
  readonly delayMs?: number;
  /** Answers `sendevent` with `-ERR` and this text, and does nothing. */
  readonly refuse?: string;
}
