import type { Entry } from '../inventory/phone.js';
import type { RunRecord } from '../run/journal/record.js';
import type { Amount, StopRule } from '../run/stop-rule.js';

/** The version of what is handed over. A worker of another one leaves a run alone. */
export const WORK_SCHEMA = 1;

/** A run as it is handed over: all that a worker has to know besides the phones. JSON. */
export interface Work {
  readonly schema: typeof WORK_SCHEMA;
  /** What the first line of its journal says. */
  readonly head: RunRecord;
  /** Where its phones came from, as sentences about a row of them begin: the path of the inventory. */
  readonly phones?: string;
  /** What every phone is to be told; run/order-spec.ts reads it. */
  readonly order: unknown;
  /** The templates of the user's own; payload/pack.ts reads it. */
  readonly templates: unknown;
  /** How: the flags that concern sending, as they were given. */
  readonly how: unknown;
  readonly rule: StopRule;
  /** Between two batches, milliseconds. */
  readonly pauseMs: number;
  /** How long after its beginning what has not been sent yet is sent no more, milliseconds; else whenever its worker is there. */
  readonly expireMs?: number;
  /** What a table of it needs, as far as who planned it knows: how many phones, and the longest value of each column, characters. */
  readonly sizes?: WorkSizes;
  /** Of a run whose phones are listed beside the servers: how they are selected, and cut into slices then. */
  readonly listing?: Listing;
}

export interface WorkSizes {
  readonly phones: number;
  readonly widths: Readonly<Record<'aor' | 'vendor' | 'event', number>>;
}

/** How a run is made of phones that only the servers know. */
export interface Listing {
  /** Conditions on the registrations, as `--where` has them. */
  readonly where: readonly string[];
  /** How many phones at most, of all servers together; null for all. */
  readonly limit: number | null;
  /** How many phones a slice has at most. */
  readonly perSlice: number;
  readonly batches: readonly Amount[];
}

/** A part of a run for one server, as much as is lost sight of together if its worker dies. */
export interface Slice {
  readonly run: string;
  /** Counted from 0, in the order of the batches. */
  readonly number: number;
  readonly server: string;
}

/** The slices that are carried out together, each complete before those of the next batch begin. */
export interface SliceBatch {
  /** Its first slice, and the one behind its last. */
  readonly first: number;
  readonly end: number;
  /** How many phones it has. */
  readonly phones: number;
}

/** A slice that is ours to carry out. */
export interface Claimed {
  readonly entries: readonly Entry[];
  /** The lines that earlier claims of it wrote, each some records of a journal. */
  readonly log: readonly string[];
  /** The number of the last write to that log. */
  readonly seq: number;
  readonly tally: Tally;
}

/** Where the whole run stands. */
export interface Tally {
  /** Why nothing more may be sent, if so. */
  readonly stopped: string | undefined;
  /** The batch that is under way, counted from 1, and its phones. */
  readonly batch: number;
  readonly size: number;
  readonly failures: number;
  readonly batchFailures: number;
}

/** What a run says while it is under way, in its order, and when it came to the queue: milliseconds since 1970, by its clock. */
export type News = { readonly at: number } & NewsText;

type NewsText =
  | { readonly kind: 'outcomes'; readonly lines: string }
  | { readonly kind: 'batch'; readonly number: number; readonly phones: number; readonly before: number }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'note' | 'warning'; readonly text: string }
  | { readonly kind: 'over' };
