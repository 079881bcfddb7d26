import { setMaxListeners } from 'node:events';
import type { RunStore } from '../../queue/store.js';
import { STOP_RULE } from '../../run/stop-rule.js';

export interface EndingOptions {
  readonly store: RunStore;
  readonly run: string;
  /** Of the worker. */
  readonly worker: AbortSignal;
}

/** How often it is looked at whether somebody has ended the run, milliseconds. */
const LOOK_MS = 1000;

/**
 * When a slice ends before its end: the worker is told to end, or somebody ends the run. What is awaited then, evidence and the end of
 * calls, is awaited no longer, as in a run that is interrupted. A stop rule is no such end: what has been sent is still awaited.
 */
export class Ending {
  readonly #controller = new AbortController();
  readonly #options: EndingOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #onWorker = (): void => this.#controller.abort(this.#options.worker.reason);

  constructor(options: EndingOptions) {
    this.#options = options;
    // Every phone that waits for the end of its call listens to it.
    setMaxListeners(0, this.#controller.signal);
    options.worker.addEventListener('abort', this.#onWorker, { once: true });
    if (options.worker.aborted) this.#onWorker();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /** Aborted with the reason of the phones that are left. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#options.worker.removeEventListener('abort', this.#onWorker);
  }

  async #look(): Promise<void> {
    const { store, run } = this.#options;
    // Whatever keeps it from being read is said by those who write.
    const reason = await store.stopReason(run).catch(() => undefined);
    if (reason !== undefined && !reason.startsWith(STOP_RULE)) this.#controller.abort(reason);
  }
}
