import { randomUUID } from 'node:crypto';
import type { Command } from './command.js';
import * as commands from './commands.js';
import type { Connection, SendOptions } from './connection.js';
import { EslClosedError, type EslError, EslRefusedError, EslUnfinishedError } from './errors.js';
import type { EslEvent } from './event.js';
import type { AnyEventName } from './event-names.js';
import { CALL_ENDS, type EndEvent, type Expected, ExpectedEvents, idHeader } from './expected-events.js';
import type { HangupCause } from './hangup-causes.js';
import type { Header } from './headers.js';
import type { LogLevel, LogLine } from './log-line.js';
import type { Message } from './message.js';
import type { EventsOptions, News, NewsKinds, ReadOptions, WhichEvents } from './news.js';
import { type Reply, withoutLineEnds } from './reply.js';
import { filterKey, Subscriptions } from './subscriptions.js';

export interface WaitOptions {
  /** How long, milliseconds; Infinity is as long as the connection stands. */
  readonly timeoutMs?: number;
  /** Gives up waiting. What FreeSWITCH does with the command stays as it is. */
  readonly signal?: AbortSignal;
}

export interface BackgroundOptions extends WaitOptions {
  /** @default a new one */
  readonly jobUuid?: string;
}

/** How a background job ended. */
export interface Job {
  readonly jobUuid: string;
  /** False for `-ERR` and `-USAGE`: an API command may answer anything else. */
  readonly ok: boolean;
  /** What it answered, without its last line ends. */
  readonly text: string;
  readonly event: EslEvent<'BACKGROUND_JOB'>;
}

/** How long a job and an application may take if nothing else is said, milliseconds. */
const LONG_MS = 60_000;

/**
 * An event socket of FreeSWITCH with a method for each of its commands, inbound (`openSocket`) or outbound (`OutboundCall`).
 * Commands may be given without waiting: each promise gets its own reply, however many are under way and whatever comes
 * between. `api` and `bgapi` resolve with whatever FreeSWITCH answered; the others reject with an EslRefusedError for
 * `-ERR`. All reject with another EslError when the connection ends first; its `written` says whether the command may
 * have been carried out. Nothing is ever sent twice.
 */
export class EventSocket {
  /** For commands that have no method here. */
  readonly connection: Connection;
  readonly #news: News;
  readonly #expected: ExpectedEvents;
  readonly #subscriptions = new Subscriptions();
  /** Subscriptions under way that somebody waits for. */
  readonly #subscribing = new Map<EndEvent, Promise<void>>();
  #passes: readonly Pass[] = [];
  /** Set once this login has been refused the events that tell of the ends of calls. */
  #missesCallEnds = false;
  #subscribingToCallEnds: Promise<void> | undefined;
  #tiedTo: string | undefined;

  /** @param news what gets the messages of the connection that are no replies */
  constructor(connection: Connection, news: News) {
    this.connection = connection;
    this.#news = news;
    news.comesFrom(connection);
    this.#expected = new ExpectedEvents(news, connection);
    void connection.closed.then((error) => {
      const loss = isOver(error) ? undefined : error;
      this.#expected.end(loss);
      news.end(loss);
    });
  }

  /** How errors name the other side: `host:port`. */
  get name(): string {
    return this.connection.name;
  }

  /** Resolves when the connection has ended, with the reason, or undefined after `close()`. Never rejects. */
  get closed(): Promise<EslError | undefined> {
    return this.connection.closed;
  }

  /** Any command. Resolves with its reply, `-ERR` included. */
  async send(command: Command, options?: SendOptions): Promise<Reply> {
    this.#subscriptions.sending(command.line);
    const reply = await this.connection.send(command, options);
    if (reply.ok) this.#subscriptions.sent(command.line);
    return reply;
  }

  /**
   * An API command (`status`, `originate …`). FreeSWITCH reads nothing from this connection and writes nothing to it until
   * it is done: for what takes long, `bgapi`, or another connection and a longer `replyTimeoutMs`.
   */
  api(command: string, options?: SendOptions): Promise<Reply> {
    return this.send(commands.api(command), options);
  }

  /**
   * An API command in the background: resolves when it has ended. Subscribes to BACKGROUND_JOB first, if nobody has.
   * @throws EslRefusedError if this login may not use the command or the event, EslUnfinishedError after the timeout
   */
  async bgapi(command: string, options: BackgroundOptions = {}): Promise<Job> {
    const { jobUuid = randomUUID() } = options;
    const what = `the result of bgapi ${command} (job ${jobUuid})`;
    const event = await this.#longResult(
      this.#toEnd({ name: 'BACKGROUND_JOB', id: jobUuid, what }, options, () =>
        this.#order(commands.bgapi(command, jobUuid)),
      ),
    );
    const text = withoutLineEnds(event.body ?? '');
    return { jobUuid, ok: !/^-(?:ERR|USAGE)/.test(text), text, event };
  }

  /** Fires an event. Resolves with its uuid; that FreeSWITCH took it says nothing about what became of it. */
  async sendEvent(name: string, headers: readonly Header[] = [], body?: string | Uint8Array): Promise<string> {
    const { text } = await this.#order(commands.sendEvent(name, headers, body));
    return text.replace(/^\+OK ?/, '');
  }

  /** Subscribes to more events. @throws EslRefusedError for names that FreeSWITCH does not know, or this login may not have */
  async subscribe(selection: commands.EventSelection, format: commands.EventFormat = this.#subscriptions.format) {
    await this.#order(commands.event(format, selection));
  }

  /** `nixevent`: takes back a subscription; of `ALL` but these, if `ALL` was subscribed to. */
  async unsubscribe(selection: commands.EventSelection): Promise<void> {
    await this.#order(commands.nixEvent(selection));
  }

  /** `noevents`: takes back all subscriptions. */
  async unsubscribeAll(): Promise<void> {
    await this.#order(commands.NO_EVENTS);
  }

  /** Lets only those events through of which some filter fits: `filter('Unique-ID', uuid)`. */
  async filter(header: string, value: string): Promise<void> {
    // Who waits for an event already would do so in vain.
    const isFirst = this.#subscriptions.filters.length === 0;
    const waiting = isFirst ? this.#expected.waiting.map((expected) => this.#letThrough(expected)) : [];
    await Promise.all([...waiting, this.#order(commands.filter(header, value))]);
  }

  /** `filter delete`: takes back one filter, without a value all of a header, without a header all. */
  async deleteFilter(header?: string, value?: string): Promise<void> {
    await this.#order(header === undefined ? commands.FILTER_DELETE_ALL : commands.filterDelete(header, value));
    // Our own ones alone would keep out everything else.
    const ours = this.#passes.map(({ header, value }) => filterKey(header, value));
    if (this.#subscriptions.filters.every((filter) => ours.includes(filter))) await this.#takeBack(this.#passes);
  }

  /**
   * Ties this connection to one call, whose end will end it: the one of `uuid`, else that of an outbound socket. It works the
   * other way round as well: a call that is parked is let go when this connection ends.
   */
  async myEvents(uuid?: string, format?: commands.EventFormat): Promise<void> {
    if (uuid === undefined) {
      await this.#order(commands.myEvents(format && { format }));
      return;
    }
    // The only way to a format, and with an event that never comes by itself.
    if (format && format !== this.#subscriptions.format) await this.subscribe({ names: ['CHANNEL_DATA'] }, format);
    await this.#order(commands.myEvents({ uuid }));
    this.#tiedTo = uuid;
  }

  /** Of the call that this connection is tied to. */
  async divertEvents(on: boolean): Promise<void> {
    await this.#order(commands.divertEvents(on));
  }

  /** Keeps the connection behind the end of its call, for so many seconds or until it is closed from here. */
  async linger(seconds?: number): Promise<void> {
    await this.#order(commands.linger(seconds));
  }

  /** Takes back `linger`. */
  async noLinger(): Promise<void> {
    await this.#order(commands.NO_LINGER);
  }

  /** Brings log lines up to a level. */
  async log(level?: LogLevel | number): Promise<void> {
    await this.#order(commands.log(level));
  }

  /** Takes back `log`. */
  async noLog(): Promise<void> {
    await this.#order(commands.NO_LOG);
  }

  /**
   * A variable of the call that this connection is tied to; undefined if it is not set, or empty. FreeSWITCH cuts values
   * at 511 bytes, and a value that holds an empty line or begins with `~` breaks its protocol and ends the connection: for what
   * others may have written, `api('uuid_getvar UUID NAME')` on a full socket.
   */
  async getVariable(name: string): Promise<string | undefined> {
    const { text, message } = await this.send(commands.getVariable(name));
    if (text === NOT_FOUND) return undefined;
    // A line of the value that holds a colon looks like another header.
    const { block = '' } = message.headers;
    const at = block.indexOf(REPLY_TEXT);
    return at < 0 ? text : withoutLineEnds(block.slice(at + REPLY_TEXT.length));
  }

  /** On an outbound socket: the dialplan goes on once the socket is closed. */
  async resume(): Promise<void> {
    await this.#order(commands.RESUME);
  }

  /**
   * Has a call carry out an application: the one of `uuid`, else the one that this connection is tied to. Resolves as soon as
   * it is queued; on a synchronous outbound socket when it is done, so there it may take any time.
   */
  async execute(order: commands.Execute, uuid?: string): Promise<void> {
    await this.#order(commands.execute(order, uuid), { replyTimeoutMs: this.executeMs });
  }

  /**
   * The same, and resolves when it is done, with its CHANNEL_EXECUTE_COMPLETE (of the first turn, if `loops` says several).
   * Subscribes to that first, if nobody has, and to the ends of calls, and so to those of all calls; on an outbound socket
   * `myEvents` before it brings only those of its own, and one that is not full can't do without. Whether it failed, the event's
   * `Application-Response` tells: `isFailedResponse`.
   * @throws EslUnfinishedError after the timeout, or when the call has ended without it, with `hangupCause`
   */
  executeToEnd(order: commands.Execute, options: WaitOptions & { readonly uuid?: string } = {}) {
    const { eventUuid = randomUUID() } = order;
    const what = `the end of ${order.application} (${eventUuid})`;
    const command = commands.execute({ ...order, eventUuid }, options.uuid);
    const callUuid = options.uuid ?? this.callUuid;
    const expected = { name: 'CHANNEL_EXECUTE_COMPLETE', id: eventUuid, callUuid, what } as const;
    return this.#toEnd(expected, options, () => this.#order(command, { replyTimeoutMs: this.executeMs }));
  }

  /** Ends a call: the one of `uuid`, else the one that this connection is tied to. */
  async hangUp(cause?: HangupCause | (string & {}), uuid?: string): Promise<void> {
    await this.#order(commands.hangUp(cause, uuid));
  }

  /** Sends a call's audio to a socket, and takes it from there. */
  async unicast(order?: commands.Unicast, uuid?: string): Promise<void> {
    await this.#order(commands.unicast(order, uuid));
  }

  /** Takes FreeSWITCH out of a call's media. */
  async noMedia(nomediaUuid: string, uuid?: string): Promise<void> {
    await this.#order(commands.noMedia(nomediaUuid, uuid));
  }

  /** Any other `sendmsg`. */
  async sendMessage(callCommand: string, headers: readonly Header[] = [], uuid?: string): Promise<void> {
    await this.#order(commands.sendMessage(callCommand, headers, uuid));
  }

  /** Calls the listener with all news of this kind, until the function that it gives back is called. It must be quick. */
  on<Kind extends keyof NewsKinds>(kind: Kind, listener: (item: NewsKinds[Kind]) => void): () => void {
    return this.#news.on(kind, listener);
  }

  /**
   * Events from now on, decoded; only those of these names, if any are given. A reader that is slow holds back the
   * connection, and with it FreeSWITCH, which drops events of a listener that has 100,000 waiting. The iteration ends with
   * the call that the connection is tied to, after `close()` or by the signal of `events({ names, signal })`, and rejects with the
   * EslError if the connection was lost.
   */
  events<Name extends AnyEventName = AnyEventName>(...names: Name[]): AsyncIterable<EslEvent<Name>>;
  events<Name extends AnyEventName = AnyEventName>(options: EventsOptions<Name>): AsyncIterable<EslEvent<Name>>;
  events<Name extends AnyEventName>(...which: WhichEvents<Name>): AsyncIterable<EslEvent<Name>> {
    return this.#news.events(which);
  }

  /** Log lines from now on, read like `events`. */
  logs(options?: ReadOptions): AsyncIterable<LogLine> {
    return this.#news.logs(options);
  }

  /** Everything from now on that is no reply, as it came, read like `events`. */
  messages(options?: ReadOptions): AsyncIterable<Message> {
    return this.#news.messages(options);
  }

  /** Says `exit` once all commands are answered, and waits for the end. */
  close(): Promise<void> {
    return this.connection.close();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.connection.destroy();
  }

  /** How long the reply to an `execute` may take, milliseconds. */
  protected get executeMs(): number {
    return LONG_MS;
  }

  /** The call that commands without a uuid are for, as far as is known. */
  protected get callUuid(): string | undefined {
    return this.#tiedTo;
  }

  /** The own call has ended, and the connection goes on: `linger`. */
  protected callIsOver(): void {
    if (this.callUuid !== undefined) this.#expected.callEnds(this.callUuid);
  }

  async #order(command: Command, options?: SendOptions): Promise<Reply> {
    const reply = await this.send(command, options);
    if (reply.ok) return reply;
    const said = this.connection.toShow(reply.text);
    throw new EslRefusedError(`${this.name} refused ${command.line}: ${said}`, { reply: said, written: true });
  }

  /** Has the connection take events of any length as long as a result is awaited that may be long. */
  async #longResult<T>(result: Promise<T>): Promise<T> {
    this.connection.awaitLongResult();
    try {
      return await result;
    } finally {
      this.connection.doneAwaitingLongResult();
    }
  }

  /** Gives an order, and waits for the event that tells of its end. */
  async #toEnd<Name extends EndEvent>(
    expected: End<Name>,
    { timeoutMs = LONG_MS, signal }: WaitOptions,
    order: () => Promise<unknown>,
  ): Promise<EslEvent<Name>> {
    const { name, id } = expected;
    const end = this.#expected.next({ ...expected, timeoutMs, signal });
    let isOrdered = false;
    try {
      await Promise.race([this.#prepareFor(expected), end]);
      isOrdered = true;
      // If the order fails, that is the error, and nobody waits for its end.
      const [event] = await Promise.all([end, order()]);
      return event;
    } catch (error) {
      this.#expected.abandon(name, id);
      if (isOrdered || !(error instanceof EslUnfinishedError)) throw error;
      const { message, hangupCause } = error;
      throw new EslUnfinishedError(`${message}; it was not even ordered`, { cause: error, hangupCause });
    } finally {
      void this.#takeBack(this.#passes.filter((pass) => pass.for === id)).catch(() => {});
    }
  }

  /** Sees to it that an event will come. */
  async #prepareFor(expected: End<EndEvent>): Promise<void> {
    const { name, callUuid } = expected;
    // The end of the own call ends the connection, or is told by a notice.
    const isOther = callUuid !== undefined && callUuid !== this.callUuid;
    await Promise.all([this.#subscribeTo(name), isOther && this.#subscribeToCallEnds()]);
    // Once there are filters, an event that none of them fits does not come.
    if (this.#subscriptions.filters.length > 0) await this.#letThrough(expected);
  }

  async #subscribeTo(name: EndEvent): Promise<void> {
    while (!this.#subscriptions.has(name)) {
      const subscribing = this.#subscribing.get(name) ?? this.subscribe({ names: [name] });
      this.#subscribing.set(name, subscribing);
      await subscribing.finally(() => this.#subscribing.delete(name));
    }
  }

  /** Without them, a call that ends is noticed no sooner than the timeout; so a login that may not have them goes on. */
  async #subscribeToCallEnds(): Promise<void> {
    const names = CALL_ENDS.filter((name) => !this.#subscriptions.has(name));
    if (names.length === 0 || this.#missesCallEnds) return;
    this.#subscribingToCallEnds ??= this.subscribe({ names })
      .catch((error: unknown) => {
        if (!(error instanceof EslRefusedError)) throw error;
        this.#missesCallEnds = true;
      })
      .finally(() => {
        this.#subscribingToCallEnds = undefined;
      });
    await this.#subscribingToCallEnds;
  }

  /** Sets filters for an event that somebody waits for, and for the end of its call, which nothing but the call tells. */
  async #letThrough({ name, id, callUuid }: Omit<End<EndEvent>, 'what'>): Promise<void> {
    const passes: Pass[] = [{ header: idHeader(name), value: id, for: id }];
    if (callUuid !== undefined && !this.#isFilteredByUser('Unique-ID', callUuid)) {
      passes.push({ header: 'Unique-ID', value: callUuid, for: id });
    }
    this.#passes = [...this.#passes, ...passes];
    await Promise.all(passes.map(({ header, value }) => this.#order(commands.filter(header, value))));
  }

  #isFilteredByUser(header: string, value: string): boolean {
    const isOurs = this.#passes.some((pass) => pass.header === header && pass.value === value);
    return !isOurs && this.#subscriptions.filters.includes(filterKey(header, value));
  }

  async #takeBack(passes: readonly Pass[]): Promise<void> {
    if (passes.length === 0) return;
    this.#passes = this.#passes.filter((pass) => !passes.includes(pass));
    const { filters } = this.#subscriptions;
    const set = passes.filter(({ header, value }) => {
      const isShared = this.#passes.some((pass) => pass.header === header && pass.value === value);
      return !isShared && filters.includes(filterKey(header, value));
    });
    if (this.connection.open) await Promise.all(set.map(({ header, value }) => this.deleteFilter(header, value)));
  }
}

/** A filter of ours, beside those of the user. */
interface Pass {
  readonly header: string;
  readonly value: string;
  /** The id of the event that somebody waits for. */
  readonly for: string;
}

/** What is waited for, apart from how long. */
type End<Name extends EndEvent> = Pick<Expected<Name>, 'name' | 'id' | 'callUuid' | 'what'>;

/** What FreeSWITCH answers to `getvar` of a variable that is not set or is empty, too (`parse_command`: an empty reply). */
const NOT_FOUND = '-ERR command not found';
const REPLY_TEXT = '\nReply-Text: ';

/**
 * Whether the connection ended because the call that it was tied to has ended. FreeSWITCH names the call, too, when it shuts
 * down and when it leaves a listener that was too slow, but then says so (`kill_listener`).
 */
function isOver(error: EslError | undefined): boolean {
  if (!(error instanceof EslClosedError) || error.sessionUuid === undefined) return false;
  return error.notice?.startsWith('Disconnected, goodbye') ?? false;
}
