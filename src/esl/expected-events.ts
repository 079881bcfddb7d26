import { EslClosedError, type EslError, EslUnfinishedError, EslUnsafeError } from './errors.js';
import type { EslEvent } from './event.js';
import type { News } from './news.js';

/** The events that tell how an order ended, and their header that tells which order's end it is. */
const ID_HEADERS = { BACKGROUND_JOB: 'Job-UUID', CHANNEL_EXECUTE_COMPLETE: 'Application-UUID' } as const;

/** An event that tells how an order ended. */
export type EndEvent = keyof typeof ID_HEADERS;

/**
 * The events of a call that tell that it ends, in the order in which they come. Between the first and the other two an
 * application that was under way still tells of its end (`switch_channel_perform_hangup`, switch_channel.c).
 */
export const CALL_ENDS = ['CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY'] as const;

/** How long an application may still take to tell of its end behind the end of its call, milliseconds. */
const AFTERMATH_MS = 2000;

/** One such event that will come. */
export interface Expected<Name extends EndEvent> {
  readonly name: Name;
  readonly id: string;
  /** The call in which it will happen, if any: once that has ended, it is not waited for. */
  readonly callUuid?: string | undefined;
  /** What it is, for errors. */
  readonly what: string;
  /** Milliseconds; may be Infinity. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A connection that has to go on reading while somebody waits, even if some reader is behind. */
export interface AwaitedSource {
  awaitNews(): void;
  doneAwaitingNews(): void;
}

interface Waiting {
  readonly name: EndEvent;
  readonly id: string;
  readonly callUuid: string | undefined;
  readonly what: string;
  /** Runs from the end of the call on. */
  aftermath?: NodeJS.Timeout;
  resolve(event: EslEvent): void;
  reject(error: EslError): void;
}

/** The header by which an event of this name tells what ended. */
export function idHeader(name: EndEvent): string {
  return ID_HEADERS[name];
}

/** Waits for the ends of orders, any number of them with one listener. */
export class ExpectedEvents {
  readonly #news: News;
  readonly #source: AwaitedSource;
  readonly #waiting = new Map<string, Waiting>();
  #unlisten: (() => void) | undefined;

  constructor(news: News, source: AwaitedSource) {
    this.#news = news;
    this.#source = source;
  }

  /** What is waited for. */
  get waiting(): readonly { readonly name: EndEvent; readonly id: string; readonly callUuid: string | undefined }[] {
    return [...this.#waiting.values()];
  }

  /**
   * Resolves with the event. Rejects with an EslUnfinishedError or an EslClosedError.
   * @throws EslUnsafeError if it is waited for already, EslUnfinishedError if it was given up before it began
   */
  next<Name extends EndEvent>(expected: Expected<Name>): Promise<EslEvent<Name>> {
    const { name, id, what, signal } = expected;
    if (this.#waiting.has(`${name} ${id}`)) throw new EslUnsafeError(`${what} is waited for already`);
    if (signal?.aborted) throw new EslUnfinishedError(`${what} is not waited for: it was given up before`);
    return this.#next(expected);
  }

  async #next<Name extends EndEvent>(expected: Expected<Name>): Promise<EslEvent<Name>> {
    const { name, id, callUuid, what, timeoutMs, signal } = expected;
    const key = `${name} ${id}`;
    this.#listen();
    let timer: NodeJS.Timeout | undefined;
    let onAbort = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        const settle = (event: EslEvent): void => resolve(event as EslEvent<Name>);
        this.#waiting.set(key, { name, id, callUuid, what, resolve: settle, reject });
        onAbort = () => reject(unfinished(what, 'is not waited for any more'));
        signal?.addEventListener('abort', onAbort, { once: true });
        if (timeoutMs === Number.POSITIVE_INFINITY) return;
        timer = setTimeout(
          () => reject(unfinished(what, `did not come within ${timeoutMs} ms; it may still go on`)),
          timeoutMs,
        );
      });
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#waiting.get(key)?.aftermath);
      signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(key);
      this.#rest();
    }
  }

  /** Ends the wait for an order that was not taken. */
  abandon(name: EndEvent, id: string): void {
    const waiting = this.#waiting.get(`${name} ${id}`);
    waiting?.reject(unfinished(waiting.what, 'is not waited for any more'));
  }

  /** A call has hung up. Ends the wait for what does not come soon behind that. */
  callEnds(uuid: string, cause?: string): void {
    for (const waiting of this.#inCall(uuid)) {
      const end = (): void => waiting.reject(callEnded(waiting.what, cause));
      waiting.aftermath ??= setTimeout(end, AFTERMATH_MS).unref();
    }
  }

  #listen(): void {
    if (this.#unlisten) return;
    this.#unlisten = this.#news.on('event', (event) => this.#receive(event));
    this.#source.awaitNews();
  }

  #rest(): void {
    if (this.#waiting.size > 0 || !this.#unlisten) return;
    this.#unlisten();
    this.#unlisten = undefined;
    this.#source.doneAwaitingNews();
  }

  /** No more events come; `error` is why, if that was no orderly end. */
  end(error: EslError | undefined): void {
    for (const { reject, what } of this.#waiting.values()) {
      if (error) reject(new EslClosedError(`${what} did not come: ${error.message}`, { cause: error, written: true }));
      else reject(unfinished(what, 'did not come before the connection ended'));
    }
  }

  #receive(event: EslEvent): void {
    const header = ID_HEADERS[event.name as EndEvent];
    const id = header && event.headers.get(header);
    if (id !== undefined) this.#waiting.get(`${event.name} ${id}`)?.resolve(event);
    else if (isCallEnd(event.name)) this.#receiveCallEnd(event);
  }

  #receiveCallEnd({ name, headers }: EslEvent): void {
    const uuid = headers.get('unique-id');
    if (uuid === undefined) return;
    const cause = headers.get('hangup-cause');
    if (name === 'CHANNEL_HANGUP') this.callEnds(uuid, cause);
    else for (const waiting of this.#inCall(uuid)) waiting.reject(callEnded(waiting.what, cause));
  }

  #inCall(uuid: string): readonly Waiting[] {
    return [...this.#waiting.values()].filter(({ callUuid }) => callUuid === uuid);
  }
}

function isCallEnd(name: string): boolean {
  return (CALL_ENDS as readonly string[]).includes(name);
}

function callEnded(what: string, hangupCause = 'UNKNOWN'): EslUnfinishedError {
  return new EslUnfinishedError(`${what} did not come: the call ended before it (${hangupCause})`, {
    hangupCause,
    written: true,
    // What FreeSWITCH does with a call that is to carry out what it does not know (`switch_core_session_execute_application`).
    hint: hangupCause === 'DESTINATION_OUT_OF_ORDER' ? 'does this FreeSWITCH know the application?' : undefined,
  });
}

function unfinished(what: string, why: string): EslUnfinishedError {
  return new EslUnfinishedError(`${what} ${why}`, { written: true });
}
