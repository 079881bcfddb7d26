import { type FileHandle, open, readFile, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Attempt } from '../attempt.js';
import { GatheredWrites } from '../gathered-writes.js';
import type { Ledger } from '../ledger.js';
import { DUPLICATE, type Outcome, type Target, type Traits } from '../outcome.js';
import { JournalError, writeProblem } from './errors.js';
import type { Dialled, JournalRecord, OutcomeRecord, ResumedRecord, RunRecord } from './record.js';

/** What one phone takes in a journal: an intent and an outcome, with room for long names. Bytes. */
const BYTES_PER_PHONE = 1200;

/** How the first line of a journal begins, and more than it can hold, bytes. */
const HEAD_BEGINS = '{"kind":"run"';
const MAX_HEAD = 1 << 20;

/**
 * Writes what a run is about to do before it does it, and what came of it after, as JSON lines.
 *
 * Each write is followed by a sync: an intent is on the disk, not only on its way there, before its order is on the wire.
 */
export class Journal implements Ledger {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #lines = new GatheredWrites<string>((lines) => this.#append(lines));
  #failure: JournalError | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Begins a journal.
   * @throws JournalError if it can't be written, if it is there already, or if there is no room for so many phones
   */
  static async create(path: string, head: RunRecord): Promise<Journal> {
    await removeUnbegun(path);
    const journal = await Journal.#open(path, 'ax');
    await journal.#judgeRoom(head.phones * BYTES_PER_PHONE);
    await journal.#write(head);
    return journal;
  }

  /**
   * Goes on with a journal; a line that broke off is ended first.
   * @throws JournalError
   */
  static async goOn(path: string, resumed: Omit<ResumedRecord, 'kind' | 'at'>): Promise<Journal> {
    const journal = await Journal.#open(path, 'a');
    await journal.keep(['', JSON.stringify({ kind: 'resumed', at: Date.now(), ...resumed } satisfies JournalRecord)]);
    return journal;
  }

  /** A disk that fills up under way would end the run in the middle; better it does not begin. */
  async #judgeRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.path)).catch(() => ({ bavail: Infinity, bsize: 1 }));
    if (bavail * bsize >= bytes) return;
    await this.#file.close();
    await rm(this.path, { force: true });
    throw new JournalError(
      `the journal ${this.path} needs some ${Math.ceil(bytes / 2 ** 20)} MiB, and its disk has ${Math.floor((bavail * bsize) / 2 ** 20)} MiB left`,
      'make room, or write it elsewhere: --journal FILE',
    );
  }

  static async #open(path: string, flags: string): Promise<Journal> {
    try {
      return new Journal(path, await open(path, flags, 0o600));
    } catch (error) {
      throw writeProblem(path, error);
    }
  }

  /** Why nothing can be written any more. From then on no order may be sent. */
  get failure(): JournalError | undefined {
    return this.#failure;
  }

  /**
   * An order is about to be written: resolves when that is on the disk.
   * @throws JournalError
   */
  async intent(target: Target, traits: Traits, dialled?: Dialled): Promise<void> {
    await this.#write({ kind: 'intent', at: Date.now(), ...target, ...traits, ...dialled });
  }

  /** It was accepted, and its evidence is still out. */
  accepted(target: Target, traits: Traits, { eventUuid, ms }: Attempt): void {
    this.#note({ kind: 'accepted', at: Date.now(), eventUuid, ms, ...target, ...traits });
  }

  /** What became of a phone. */
  outcome(outcome: Outcome, traits: Traits, dialled?: Dialled): void {
    if (isRepeated(outcome)) return;
    this.#note({ kind: 'outcome', at: Date.now(), ...outcome, ...traits, ...dialled });
  }

  /**
   * What became of phones as another process wrote it down: resolves when that is on the disk.
   * @throws JournalError
   */
  async copy(records: readonly OutcomeRecord[]): Promise<void> {
    await this.keep(records.filter((record) => !isRepeated(record)).map((record) => JSON.stringify(record)));
  }

  /**
   * Records that are lines already: resolves when they are on the disk.
   * @throws JournalError
   */
  async keep(lines: readonly string[]): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (lines.length > 0) await this.#lines.add(lines.join('\n'));
  }

  /**
   * Ends it: all is on the disk when this resolves.
   * @param ms how long it took, as its summary says
   * @param at when it ended, milliseconds since 1970
   * @throws JournalError if not all of it could be written
   */
  async end(exitCode: number, ms?: number, at = Date.now()): Promise<void> {
    try {
      await this.#write({ kind: 'end', at, exitCode, ...(ms !== undefined && { ms: Math.round(ms) }) });
    } finally {
      await this.#file.close();
    }
  }

  /** Gives it up without a word in it: nothing has been sent. */
  async abandon(): Promise<void> {
    await this.#lines.idle().catch(() => {});
    await this.#file.close();
  }

  #note(record: JournalRecord): void {
    // Whoever waits for a write, the next intent or the end, is told.
    this.#write(record).catch(() => {});
  }

  #write(record: JournalRecord): Promise<void> {
    return this.keep([JSON.stringify(record)]);
  }

  async #append(lines: readonly string[]): Promise<void> {
    if (this.#failure) throw this.#failure;
    const text = `${lines.join('\n')}\n`;
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) {
        written += (await this.#file.write(bytes, written)).bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      this.#failure = writeProblem(this.path, error);
      throw this.#failure;
    }
  }
}

/** Whether no journal has it: an AOR that was typed twice is one phone, and its first outcome is the one that counts. */
export function isRepeated({ row, reason }: Pick<Outcome, 'row' | 'reason'>): boolean {
  return row === null && reason === DUPLICATE;
}

/** A process that was killed before its first line was whole has done nothing else. */
async function removeUnbegun(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > MAX_HEAD) return;
  const text = await readFile(path, 'utf8');
  if (!text.includes('\n') && (text === '' || text.startsWith(HEAD_BEGINS))) await rm(path, { force: true });
}
