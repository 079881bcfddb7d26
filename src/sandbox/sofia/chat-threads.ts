/** So many threads work off texts (`chat_thread_start(1)`, switch_loadable_module.c: the queues 0 and 1). */
const THREADS = 2;

/**
 * FreeSWITCH's queues for texts (`chat_queue_message`, switch_loadable_module.c): each text goes to the next queue in turn,
 * and waits there until those before it are done. A text that waits for its answer holds its thread.
 */
export class ChatThreads {
  readonly #last = Array.from({ length: THREADS }, () => Promise.resolve());
  #next = 0;

  /** Does this when its turn has come. */
  queue(work: () => Promise<void>): void {
    const thread = this.#next;
    this.#next = (thread + 1) % THREADS;
    this.#last[thread] = (this.#last[thread] ?? Promise.resolve()).then(work);
  }
}
