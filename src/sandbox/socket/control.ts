import type { CallThread } from '../calls/call-thread.js';

/** How a connection came to control a call. */
export interface ControlOptions {
  /** FreeSWITCH connected, with the application `socket`. */
  readonly outbound: boolean;
  /** Messages wait for the call instead of being obeyed before they are answered. */
  readonly async: boolean;
  /** It may say what an inbound connection may, too. */
  readonly full: boolean;
}

/** The call in the hands of one connection (`listener->session`, mod_event_socket.c). */
export class Control {
  readonly thread: CallThread;
  readonly outbound: boolean;
  readonly async: boolean;
  readonly full: boolean;
  /** So many seconds the connection stays after the call, -1 for as long as the client likes; undefined: not at all. */
  linger: number | undefined;
  /** Settled when the connection is over. */
  readonly over: Promise<void>;
  readonly #letGo: () => void;
  #connected = false;
  #finished = false;
  #settle: () => void = () => undefined;

  constructor(thread: CallThread, { outbound, async, full }: ControlOptions) {
    this.thread = thread;
    this.outbound = outbound;
    this.async = async;
    this.full = full;
    this.#letGo = thread.hold();
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get uuid(): string {
    return this.thread.channel.uuid;
  }

  /** Whether the client has said `connect`, or is gone: the call need not wait for it any longer. */
  get settled(): boolean {
    return this.#connected || this.#finished;
  }

  /**
   * Whether the connection has seen all of the call. Where it is the call's own thread that serves the connection, the call
   * can't go on to its report before.
   */
  get callOver(): boolean {
    return this.async ? this.thread.reported : this.thread.channel.down;
  }

  connect(): void {
    this.#connected = true;
    this.thread.wake();
  }

  /** Gives the call back. Once is enough. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.thread.release();
    this.#letGo();
    this.#settle();
  }
}
