import { type Counts, type EvidenceWanted, fellShort } from '../outcome.js';
import type { OutcomeRecord } from './record.js';

/** What phones are counted by. */
export const GROUPINGS = ['vendor', 'model', 'firmware', 'server'] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** Phones that have something in common. */
export interface Group {
  /** Whose model or firmware it is: two vendors may use the same words. Null by server, and where it is not known. */
  readonly vendor: string | null;
  /** Null for phones of which it is not known. */
  readonly name: string | null;
  readonly phones: number;
  readonly short: number;
  readonly counts: Counts;
}

/** Outcomes over time, in buckets of one width without a gap. */
export interface Timeline {
  /** When the first bucket begins, milliseconds since 1970. */
  readonly from: number;
  /** Of one bucket, milliseconds. */
  readonly width: number;
  readonly buckets: readonly Counts[];
}

/** What is kept of a phone that fell short. */
export type ShortPhone = Pick<
  OutcomeRecord,
  'aor' | 'server' | 'profile' | 'vendor' | 'model' | 'firmware' | 'outcome' | 'reason' | 'sipStatus' | 'row'
>;

/** The name of the group that takes what is beyond `MAX_GROUPS`. */
export const OTHERS = '(others)';

/** More are named by nobody but a mistake or an attacker. */
export const MAX_GROUPS = 10_000;
export const MAX_SHORT = 5000;
/** A text is cut here: texts come from phones, and many are kept. */
export const MAX_TEXT = 300;
/** No more buckets of time than this, and seldom less than a third of it. */
export const MAX_BUCKETS = 90;

/** Sums up a run, phone by phone, in memory that does not grow with their number. */
export class Tally {
  readonly wanted: EvidenceWanted;
  readonly #total = new Sum(null, null);
  readonly #groups: Readonly<Record<Grouping, Groups>> = {
    vendor: new Groups(),
    model: new Groups(),
    firmware: new Groups(),
    server: new Groups(),
  };
  readonly #histogram = new Histogram();
  readonly #shortPhones: ShortPhone[] = [];

  /** @param wanted what counts as having come far enough */
  constructor(wanted: EvidenceWanted) {
    this.wanted = wanted;
  }

  add(phone: OutcomeRecord): void {
    const isShort = fellShort(phone, this.wanted);
    this.#total.add(phone, isShort);
    for (const grouping of GROUPINGS) {
      const owner = grouping === 'model' || grouping === 'firmware' ? phone.vendor : null;
      this.#groups[grouping].of(cut(owner), cut(phone[grouping])).add(phone, isShort);
    }
    this.#histogram.add(phone);
    if (isShort && this.#shortPhones.length < MAX_SHORT) this.#shortPhones.push(excerpt(phone));
  }

  /** How many there are in all. */
  get phones(): number {
    return this.#total.phones;
  }

  /** How many fell short. */
  get short(): number {
    return this.#total.short;
  }

  get counts(): Counts {
    return this.#total.counts;
  }

  /** The first of those that fell short, in the order in which they came; no more than `MAX_SHORT`. */
  get shortPhones(): readonly ShortPhone[] {
    return this.#shortPhones;
  }

  /** Undefined if nobody has an outcome. */
  get timeline(): Timeline | undefined {
    return this.#histogram.timeline;
  }

  /** Those with the most that fell short first, then the largest; last of all `OTHERS`, if there are too many. */
  groups(grouping: Grouping): readonly Group[] {
    return this.#groups[grouping].sorted();
  }
}

class Sum implements Group {
  readonly vendor: string | null;
  readonly name: string | null;
  readonly counts: Counts = {};
  phones = 0;
  short = 0;

  constructor(vendor: string | null, name: string | null) {
    this.vendor = vendor;
    this.name = name;
  }

  add({ outcome }: Pick<OutcomeRecord, 'outcome'>, isShort: boolean): void {
    this.phones++;
    if (isShort) this.short++;
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
  }
}

class Groups {
  readonly #groups = new Map<string, Sum>();
  #others: Sum | undefined;

  of(vendor: string | null, name: string | null): Sum {
    // Of null and '' only one is a name.
    const key = JSON.stringify([vendor, name]);
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size >= MAX_GROUPS) {
      this.#others ??= new Sum(null, OTHERS);
      return this.#others;
    }
    const sum = new Sum(vendor, name);
    this.#groups.set(key, sum);
    return sum;
  }

  sorted(): Sum[] {
    const groups = [...this.#groups.values()].sort((a, b) => b.short - a.short || b.phones - a.phones);
    return this.#others ? [...groups, this.#others] : groups;
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Widths that people can read off an axis. Each divides the next, so that buckets can be merged. */
const WIDTHS = [
  100,
  500,
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];
/** The end of the year 9999. */
const MAX_TIME = 253_402_300_799_999;

/** Counts by time, of which nobody knows how long it will be: too many buckets are merged into wider ones. */
class Histogram {
  #step = 0;
  #width = WIDTHS[0] ?? SECOND;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  /** By their number since 1970, so that they may come in any order. */
  #buckets = new Map<number, Counts>();

  add({ at, outcome }: Pick<OutcomeRecord, 'at' | 'outcome'>): void {
    // A journal is a file, and a file can say anything.
    if (typeof at !== 'number' || !(at >= 0 && at <= MAX_TIME)) return;
    this.#reach(at);
    while (this.#last - this.#first >= MAX_BUCKETS) this.#widen();
    merge(this.#buckets, Math.floor(at / this.#width), { [outcome]: 1 });
  }

  get timeline(): Timeline | undefined {
    if (this.#buckets.size === 0) return undefined;
    const length = this.#last - this.#first + 1;
    const buckets = Array.from({ length }, (_, index) => this.#buckets.get(this.#first + index) ?? {});
    return { from: this.#first * this.#width, width: this.#width, buckets };
  }

  #reach(at: number): void {
    const bucket = Math.floor(at / this.#width);
    this.#first = Math.min(this.#first, bucket);
    this.#last = Math.max(this.#last, bucket);
  }

  #widen(): void {
    const wider = WIDTHS[++this.#step] ?? this.#width * 2;
    const factor = wider / this.#width;
    const buckets = new Map<number, Counts>();
    for (const [bucket, counts] of this.#buckets) merge(buckets, Math.floor(bucket / factor), counts);
    this.#buckets = buckets;
    this.#first = Math.floor(this.#first / factor);
    this.#last = Math.floor(this.#last / factor);
    this.#width = wider;
  }
}

function merge(buckets: Map<number, Counts>, bucket: number, counts: Counts): void {
  const sum = buckets.get(bucket);
  if (!sum) {
    buckets.set(bucket, { ...counts });
    return;
  }
  for (const [outcome, count] of Object.entries(counts) as [keyof Counts, number][]) {
    sum[outcome] = (sum[outcome] ?? 0) + count;
  }
}

function excerpt(phone: OutcomeRecord): ShortPhone {
  const { outcome, sipStatus, row } = phone;
  return {
    aor: cut(phone.aor),
    server: cut(phone.server),
    profile: cut(phone.profile),
    vendor: cut(phone.vendor),
    model: cut(phone.model),
    firmware: cut(phone.firmware),
    outcome,
    reason: cut(phone.reason),
    sipStatus,
    row,
  };
}

function cut(text: string): string;
function cut(text: string | null): string | null;
function cut(text: string | null): string | null {
  // A journal of another version may lack a field.
  if (typeof text !== 'string') return null;
  if (text.length <= MAX_TEXT) return text;
  // A slice alone would hold on to all of the text.
  return `${Buffer.from(text.slice(0, MAX_TEXT - 1)).toString()}…`;
}
