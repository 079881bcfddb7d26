import type { FileHandle } from 'node:fs/promises';
import type { Aor } from './aor.js';

/** One phone to be told something: a row of an inventory, or an AOR from the command line. */
export interface Phone {
  readonly aor: Aor;
  /** The SIP profile that the row names; undefined if it names none. */
  readonly profile?: string;
  /** The vendor as people wrote it (`Linksys`, `polycom`); undefined if the row names none. */
  readonly vendor?: string;
  /** The User-Agent of the phone, if the row has one. */
  readonly userAgent?: string;
  /** The server that the row names; undefined if it names none. */
  readonly server?: string;
  /**
   * All columns of the row, own ones too, under their canonical names (`user`, `domain`, `profile`, `vendor`, …).
   * `aor`, `user` and `domain` are always there, whatever columns the file has; `mac` is normalised.
   */
  readonly columns: Readonly<Record<string, string>>;
  /** The line of the file on which the row begins, counted from 1; undefined for an AOR from the command line. */
  readonly row?: number;
}

/** Why a row is not a phone: shown as `file:row`, column, value, what is wrong, what is near. */
export interface RowProblem {
  /** The line of the file on which the row begins; for AORs from the command line their position. Both counted from 1. */
  readonly row: number;
  /** The column, under the name that the file gives it. */
  readonly column?: string;
  /** The value, shortened and with control characters escaped: fit to be shown, not to be used. */
  readonly value?: string;
  readonly problem: string;
  readonly hint?: string;
}

/** One row: a phone, or all that is wrong with it. */
export type Entry = PhoneEntry | ProblemEntry;

export interface PhoneEntry {
  readonly kind: 'phone';
  readonly phone: Phone;
}

export interface ProblemEntry {
  readonly kind: 'problem';
  readonly row: number;
  /** The AOR, escaped to be shown, if the row names one at all. */
  readonly aor?: string;
  readonly problems: readonly RowProblem[];
  /** The columns as they were read, if the row could be taken apart at all. Selection looks at them, nothing else should. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Where phones come from. It can be read more than once: a run plans on the first pass and sends on the second. */
export interface PhoneSource {
  /** How errors name it: the path of the file, `stdin`, `command line`. */
  readonly name: string;
  /** The canonical names of its columns, in the order of the file; known once the first entry has been read. */
  columns(): readonly string[];
  entries(): AsyncIterable<Entry>;
  /** What there is instead of what was looked for, once all entries were read and none was selected. */
  readonly whyNone?: (() => string | undefined) | undefined;
  /** What its file was found to be in, if not in UTF-8. */
  readonly encoding?: string | undefined;
  /** Writes the bytes that it reads to a file; of what came by a pipe and can't be had again. */
  readonly copyTo?: ((file: FileHandle) => Promise<void>) | undefined;
  /** Releases files; safe to call twice. */
  close(): Promise<void>;
}
