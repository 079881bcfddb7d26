import { rm } from 'node:fs/promises';
import { JournalError } from '../../run/journal/errors.js';
import { Journal } from '../../run/journal/journal.js';
import type { OutcomeRecord, RunRecord } from '../../run/journal/record.js';
import { pathOf } from '../keeping.js';
import { lockJournal } from '../locks.js';
import { keepsJournal } from '../prepare.js';
import type { Task } from '../task.js';

/**
 * The journal, on the machine that sent it, of a run that others carry out: head, outcomes and end, so that its report needs no queue
 * afterwards. It decides about nothing: what becomes of the run is in the queue.
 */
export class OwnJournal {
  /** How `run report` calls it. */
  readonly run: string;
  readonly #journal: Journal;
  readonly #lock: { release(): Promise<void> };
  readonly #say: (line: string) => void;
  #isBroken = false;

  private constructor(run: string, journal: Journal, lock: { release(): Promise<void> }, say: (line: string) => void) {
    this.run = run;
    this.#journal = journal;
    this.#lock = lock;
    this.#say = say;
  }

  /**
   * Begins it, if the task wants one.
   * @param say hears that it can't be gone on with
   * @throws JournalError, LockHeldError
   */
  static async begin(task: Task, head: RunRecord, say: (line: string) => void): Promise<OwnJournal | undefined> {
    if (task.flags.detach || !keepsJournal(task)) return undefined;
    const journal = await Journal.create(await pathOf(task, head.run), head);
    const lock = await lockJournal(journal.path, head.run);
    return new OwnJournal(task.flags.journal ?? head.run, journal, lock, say);
  }

  async copy(records: readonly OutcomeRecord[]): Promise<void> {
    await this.#try(() => this.#journal.copy(records));
  }

  /** @param ms how long it took, as its summary says */
  async end(exitCode: number, ms: number): Promise<void> {
    await this.#try(() => this.#journal.end(exitCode, ms));
    await this.#lock.release();
  }

  /** What was not seen to its end has none. */
  async leave(): Promise<void> {
    await this.#journal.abandon();
    await this.#lock.release();
  }

  /** Nothing was handed over. */
  async remove(): Promise<void> {
    await this.leave();
    await rm(this.#journal.path, { force: true });
  }

  /** The run goes on whether or not this disk is full. */
  async #try(write: () => Promise<void>): Promise<void> {
    if (this.#isBroken) return;
    try {
      await write();
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      this.#isBroken = true;
      this.#say(`warning: ${error.message}; the run goes on, and the queue has what became of it: run report --via`);
    }
  }
}
