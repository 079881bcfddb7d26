import type { RunState } from '../../queue/store.js';
import type { News, WorkSizes } from '../../queue/work.js';
import type { OutcomeRecord } from '../../run/journal/record.js';
import { type Counts, type EvidenceWanted, fellShort } from '../../run/outcome.js';
import type { OutputFlags } from '../output/create.js';
import type { Reporter } from '../output/reporter.js';
import { plural } from '../plural.js';
import { Progress } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import { toOutcome } from '../to-outcome.js';
import { recordsOf } from './news-records.js';

export interface SightOptions {
  readonly flags: Pick<OutputFlags, 'quiet'>;
  readonly terminal: Terminal;
  /** How many phones it has, if that is known, and how wide a table of them is. */
  readonly sizes: WorkSizes;
  /** What the progress calls it. */
  readonly verb: string;
  /** Lines that have been said already; workers may come to the same. */
  readonly said?: readonly string[];
}

/** A run of which it is known how many phones it has. */
interface Shown {
  readonly progress: Progress;
  readonly phones: number;
  /** How many phones its batches have. */
  readonly cut: number;
  readonly evidence: EvidenceWanted;
}

/** What was seen of a run, and shown: takes in its news, one after the other. */
export class Sight {
  readonly counts: Counts = {};
  short = 0;
  /** Why it was stopped, if so. */
  stopped: string | undefined;
  /** Whether it was seen to its end. */
  isOver = false;
  readonly #options: SightOptions;
  readonly #reporter: Reporter;
  readonly #earlier: number;
  #servers: readonly string[] = [];
  /** What has been noted, and of which server first. */
  readonly #noted = new Map<string, string>();
  #shown: Shown | undefined;
  #began: number | undefined;
  #last = 0;

  /** @param earlier what was told up to then counts for no pace, milliseconds since 1970 */
  constructor(options: SightOptions, reporter: Reporter, earlier: number) {
    this.#options = options;
    this.#reporter = reporter;
    this.#earlier = earlier;
  }

  /** From its first word to its last, by the clock of the queue, milliseconds. */
  get ms(): number {
    return this.#began === undefined ? 0 : this.#last - this.#began;
  }

  /** Phones that have no outcome. */
  get missing(): number {
    const told = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    return Math.max(0, (this.#shown?.phones ?? 0) - told);
  }

  /** Begins to show it, once; not before it is known how many phones it has, unless nothing more comes. */
  async begin({ run, state, work, phones: cut, rows }: RunState, isLast = false): Promise<void> {
    if (this.#shown) return;
    const { command, evidence, started, servers } = work.head;
    this.#servers = servers;
    if (state === 'listing' && !isLast) return this.#say(`note: ${servers.join(', ')}: asking who is registered`);
    const { terminal, verb, sizes } = this.#options;
    const phones = sizes.phones || rows;
    const head = { command, server: servers.join(', '), dryRun: false, evidence, started, run };
    await this.#reporter.begin(head, { ...sizes, phones });
    this.#shown = { progress: new Progress(terminal, verb, phones), phones, cut, evidence };
  }

  /** Counts and shows. @returns what became of phones */
  async take(news: News): Promise<readonly OutcomeRecord[]> {
    this.#began ??= news.at;
    this.#last = news.at;
    if (news.kind === 'over') this.isOver = true;
    if (news.kind === 'stopped') this.stopped = news.reason;
    if (news.kind === 'note' || news.kind === 'warning') this.#hear(news.kind, news.text);
    if (news.kind === 'batch') this.#tellOfBatch(news);
    if (news.kind !== 'outcomes') return [];
    const records = recordsOf(news.lines);
    for (const record of records) await this.#count(record, news.at);
    return records;
  }

  /** Shows no progress any more. */
  pause(): void {
    this.#shown?.progress.stop();
  }

  async #count(record: OutcomeRecord, at: number): Promise<void> {
    const outcome = toOutcome(record);
    const { outcome: word } = outcome;
    this.counts[word] = (this.counts[word] ?? 0) + 1;
    if (fellShort(outcome, this.#shown?.evidence)) this.short++;
    if (at <= this.#earlier) this.#shown?.progress.countEarlier(word);
    else this.#shown?.progress.count(word);
    await this.#reporter.phone({ outcome, bytes: undefined });
  }

  #tellOfBatch({ number, phones, before }: Extract<News, { kind: 'batch' }>): void {
    const { cut = 0 } = this.#shown ?? {};
    if (number === 1 && phones >= cut) return;
    this.#say(`batch ${number}: ${plural(phones, 'phone')}, ${cut - before - phones} to follow`);
  }

  /**
   * What has been said before it was handed over is not said again, with or without the name of a server; nor what has been noted of
   * another server, as what is to be known of a make is the same at each.
   */
  #hear(kind: 'note' | 'warning', text: string): void {
    const line = `${kind}: ${text}`;
    const { said = [] } = this.#options;
    if (said.some((one) => sameNote(line, one))) return;
    const server = this.#servers.find((one) => text.startsWith(`${one}: `));
    if (kind === 'note' && server !== undefined) {
      const noted = text.slice(server.length + 2);
      const first = this.#noted.get(noted) ?? server;
      this.#noted.set(noted, first);
      if (first !== server) return;
    }
    this.#say(line);
  }

  #say(line: string): void {
    const { flags, terminal } = this.#options;
    if (!flags.quiet) terminal.say(printable(line));
  }
}

function sameNote(news: string, line: string): boolean {
  const [level = '', text = ''] = line.split(/: (.*)/s, 2);
  return news.startsWith(`${level}: `) && news.endsWith(`: ${text}`);
}
