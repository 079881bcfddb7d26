import type { Control } from './control.js';
import type { Outbox } from './outbox.js';
import { lingerNotice } from './reply.js';

/** The end of the call in the hands of a connection: its notice, and how long the connection outlives it (`read_packet`). */
export class CallEnd {
  readonly #control: Control;
  readonly #outbox: Outbox;
  readonly #end: () => void;
  readonly #unwatch: () => void;
  #told = false;

  /** `end` ends the connection with its last words. */
  constructor(control: Control, outbox: Outbox, end: () => void) {
    this.#control = control;
    this.#outbox = outbox;
    this.#end = end;
    this.#unwatch = control.thread.watch(() => this.check());
  }

  /** Tells of the end if it has come, once; not while a command is being carried out. */
  check(): void {
    const { thread, callOver, linger, uuid } = this.#control;
    if (!callOver || this.#told || this.#outbox.held || this.#outbox.closed) return;
    this.#told = true;
    this.#outbox.flush();
    if (linger === undefined) {
      this.#end();
      return;
    }
    this.#outbox.say(lingerNotice(uuid, thread.channel.channelName, linger));
    this.#outbox.flush();
    if (linger !== -1) this.#outbox.later(this.#end, lingerMs(linger));
  }

  /** Looks no more: the connection is over. */
  close(): void {
    this.#unwatch();
  }
}

/** How long to linger: until the server's clock of whole seconds shows more than so many. */
function lingerMs(seconds: number): number {
  const now = Date.now();
  return (Math.floor(now / 1000) + seconds + 1) * 1000 - now;
}
