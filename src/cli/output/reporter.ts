import type { Counts, EvidenceWanted, Outcome } from '../../run/outcome.js';
import type { Survey } from '../../run/survey.js';

/** What a run is, as the output names it. */
export interface RunHead {
  /** The command without its arguments: `resync`, `mwi on`. */
  readonly command: string;
  readonly server: string;
  readonly dryRun: boolean;
  /** What makes a phone one that has been told. */
  readonly evidence: EvidenceWanted;
  /** When it began, ISO 8601. */
  readonly started: string;
  /** Its name in the journals; null if it writes none. */
  readonly run: string | null;
  /** What its outcomes are about. @default 'phone' */
  readonly of?: 'phone' | 'call';
}

export interface RunTail {
  readonly counts: Counts;
  readonly short: number;
  /** How long it took, milliseconds. */
  readonly ms: number;
}

/** One phone of a dry run: its outcome and the bytes that would be sent. */
export interface Preview {
  readonly outcome: Outcome;
  readonly bytes: Buffer | undefined;
}

/** A promise means: wait, the reader is slower than we are. */
export type Wait = Promise<void> | undefined;

/** How much there is to be written. */
export interface Sizes extends Pick<Survey, 'phones'> {
  /** The longest value of each column of a table, characters. */
  readonly widths: Pick<Survey['widths'], 'aor' | 'vendor' | 'event'>;
}

/** Writes a run in one format. */
export interface Reporter {
  begin(head: RunHead, sizes: Sizes): Wait;
  phone(preview: Preview): Wait;
  end(tail: RunTail): Wait;
}
