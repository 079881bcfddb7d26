import type { Socket } from 'node:net';
import { BodyStream, type StreamedReply } from './body-stream.js';
import { type Call, replyCall, streamCall } from './call.js';
import { type Command, PreparedCommand } from './command.js';
import { Deadline } from './deadline.js';
import type { BodySink, Decoder, MessageSink } from './decoder.js';
import {
  EslClosedError,
  type EslError,
  type EslErrorOptions,
  EslProtocolError,
  EslTimeoutError,
  EslTooLargeError,
} from './errors.js';
import { GatheredWriter } from './gathered-writer.js';
import { type Message, REPLY_TYPES } from './message.js';
import { Queue } from './queue.js';
import type { Reply } from './reply.js';
import { SocketFlow } from './socket-flow.js';
import { tell } from './tell.js';

export interface ConnectionOptions {
  /** How errors name the server: `host:port`. */
  readonly name: string;
  /**
   * How long a reply may take once its command is the oldest one without, milliseconds; for one that is streamed, how long
   * each piece of it may take. @default 10000
   */
  readonly replyTimeoutMs?: number;
  /** Commands written and not yet answered. @default 16 */
  readonly maxInFlight?: number;
  /**
   * Bytes of one event, or log line, unless the result of a `bgapi` is awaited: that may be as long as a reply. A longer one is not
   * kept: it comes without its body, and can't be decoded. The longest that somebody else can make with `sendevent` is as
   * long (mod_event_socket.c). @default 16777216
   */
  readonly maxEventBytes?: number;
  /** Everything that is not a reply: events, log lines, notices. */
  readonly onMessage?: (message: Message) => void;
  /** What no error may show, also where the server says it back: the password. */
  readonly secret?: string;
}

export interface SendOptions {
  /** Of this command (streamed: of each piece), instead of the connection's; Infinity waits as long as the connection stands. */
  readonly replyTimeoutMs?: number;
}

/** How long the goodbye may take, milliseconds: nobody needs its answer. */
const GOODBYE_MS = 1000;

/**
 * No body is longer that comes before the first reply, that is, from who may be anybody; nor one of a reply to anything but an
 * `api`, which has none in FreeSWITCH. Bytes.
 */
const LITTLE = 1024 * 1024;

/** A connection that is silent for so long is looked after, milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/** Makes the error of one command out of what ended the connection, as it depends on whether it had been written. */
type Failure = (written: boolean) => EslError;

/**
 * One connection to an event socket. FreeSWITCH answers commands strictly in order and without ids, so every command,
 * of whatever kind, has its place in one queue, and the next reply belongs to the oldest one. Therefore a reply that is
 * overdue ends the connection: nobody ever gets another command's reply. A connection that has ended stays ended.
 */
export class Connection {
  /** Resolves when the connection has ended, with the reason, or undefined after `close()`. Never rejects. */
  readonly closed: Promise<EslError | undefined>;
  /** How errors name the server: `host:port`. */
  readonly name: string;

  readonly #socket: Socket;
  readonly #decoder: Decoder;
  readonly #sink: MessageSink;
  readonly #replyTimeoutMs: number;
  readonly #maxInFlight: number;
  readonly #maxEventBytes: number;
  readonly #secret: string | undefined;
  readonly #onMessage: ((message: Message) => void) | undefined;
  readonly #waiting = new Queue<Call>();
  readonly #inFlight = new Queue<Call>();
  readonly #writer: GatheredWriter;
  readonly #flow: SocketFlow;
  readonly #deadline = new Deadline((ms) => this.#overdue(ms));
  #blocked = false;
  #closing = false;
  #failure: Failure | undefined;
  #notice: string | undefined;
  /** The call that is over, if that is why the server closes. */
  #sessionUuid: string | undefined;
  /** The body that is behind with its reader, so that nothing is read from the socket meanwhile. */
  #heldBy: BodyStream | undefined;
  /** Replies and pieces of replies so far: how `#overdue` sees that something came. */
  #heard = 0;
  /** How many wait for a result that may be long. */
  #longResults = 0;
  #settleClosed: (reason: EslError | undefined) => void = () => {};

  /** Takes over a connected socket. For a socket that has to log in first: `connect`. */
  constructor(socket: Socket, decoder: Decoder, options: ConnectionOptions) {
    this.#socket = socket;
    this.#writer = new GatheredWriter(socket);
    this.#flow = new SocketFlow(socket, {
      isBodyHeld: () => this.#heldBy !== undefined,
      isAwaitingReply: () => this.#inFlight.length > 0 || this.#waiting.length > 0,
    });
    this.#decoder = decoder;
    this.#sink = {
      message: (message) => this.#dispatch(message),
      bodyOf: (head) => this.#bodyOf(head),
      limitOf: (head) => this.#limitOf(head),
    };
    this.name = options.name;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? 10_000;
    this.#maxInFlight = options.maxInFlight ?? 16;
    this.#maxEventBytes = options.maxEventBytes ?? 16 * 1024 * 1024;
    this.#onMessage = options.onMessage;
    this.#secret = options.secret;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    socket.setNoDelay(true);
    // Whoever only listens would never notice that the other side is gone. FreeSWITCH does the same.
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
    socket.on('error', (cause) => this.#fail(this.#closedBy('the connection broke', { cause })));
    const onEnd = (): void => this.#fail(this.#closedBy(`the server closed the connection${this.#midMessage()}`));
    // No reply can come after the server's end of the stream, also while bytes of ours still wait to be written.
    socket.on('end', onEnd).on('close', onEnd);
  }

  /** Whether commands can still be sent. */
  get open(): boolean {
    return this.#failure === undefined && !this.#closing;
  }

  /**
   * Sends one command and resolves with its reply, `-ERR` included.
   * @throws EslUnsafeError (nothing was written, the connection goes on), or any EslError that says by `written`
   * whether the command may have been carried out
   */
  send(command: Command | PreparedCommand, { replyTimeoutMs }: SendOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#enqueue(replyCall(prepare(command), resolve, reject, replyTimeoutMs));
    });
  }

  /** What the server says, as an error may show it: without the password. */
  toShow(text: string): string {
    return this.#secret ? text.replaceAll(this.#secret, '***') : text;
  }

  /**
   * Stops reading from the socket, for a reader of news that is behind, until `releaseNews` was called as often. While a
   * reply is awaited, or news by `awaitNews`, it is read all the same: whoever reads the news may be the one who waits.
   */
  holdNews(): void {
    this.#flow.holdNews(1);
  }

  /** Takes back one `holdNews`. */
  releaseNews(): void {
    this.#flow.holdNews(-1);
  }

  /** Reads from the socket whoever holds it, for an event that somebody waits for, until `doneAwaitingNews`. */
  awaitNews(): void {
    this.#flow.awaitNews(1);
  }

  /** Takes back one `awaitNews`. */
  doneAwaitingNews(): void {
    this.#flow.awaitNews(-1);
  }

  /** Takes events as long as replies, for the result of a `bgapi` that somebody waits for, until `doneAwaitingLongResult`. */
  awaitLongResult(): void {
    this.#longResults++;
  }

  /** Takes back one `awaitLongResult`. */
  doneAwaitingLongResult(): void {
    this.#longResults--;
  }

  /**
   * Sends one command and resolves as soon as its reply begins, with the body as a stream: for answers that are too long to be
   * held in memory, so `maxBodyBytes` does not apply. While its reader is slow, nothing is read from the socket, events
   * included: use a connection of its own. Throws like `send`; what goes wrong later rejects the iteration.
   */
  stream(command: Command | PreparedCommand, { replyTimeoutMs }: SendOptions = {}): Promise<StreamedReply> {
    return new Promise((resolve, reject) => {
      const body = new BodyStream(() => this.#release(body));
      this.#enqueue(streamCall(prepare(command), body, resolve, reject, replyTimeoutMs));
    });
  }

  /**
   * Says `exit` once all commands are answered, and waits for the end, a second at most. What comes meanwhile is nobody's any
   * more. Leaves no socket and no timer behind. If the answer is not that to an `exit`, some reply before it was nobody's, and
   * `closed` says so.
   */
  async close(): Promise<void> {
    if (this.open) {
      const goodbye = this.send({ line: 'exit' }, { replyTimeoutMs: Math.min(this.#replyTimeoutMs, GOODBYE_MS) });
      this.#closing = true;
      const reply = await goodbye.catch(() => undefined);
      if (reply && reply.text !== '+OK bye') {
        this.#closing = false;
        this.#mismatch('something else than a goodbye');
      }
      this.#socket.destroySoon();
    }
    this.#closing = true;
    await this.closed;
  }

  /** Ends the connection at once. Commands under way fail as written, the others as not written. */
  destroy(): void {
    this.#closing = true;
    this.#fail(this.#closedBy('the connection was given up'));
  }

  #enqueue(call: Call): void {
    if (this.#failure) {
      call.reject(this.#failure(false));
    } else if (this.#closing) {
      call.reject(new EslClosedError(`${this.name}: the connection is being closed`));
    } else {
      this.#waiting.push(call);
      this.#flow.update();
      this.#pump();
    }
  }

  #pump(): void {
    while (!this.#blocked && !this.#failure && this.#inFlight.length < this.#maxInFlight) {
      const call = this.#waiting.shift();
      if (!call) return;
      this.#inFlight.push(call);
      if (this.#inFlight.length === 1) this.#startTimer();
      this.#blocked = !this.#writer.write(call.command.bytes);
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#failure) return;
    this.#decoder.read(chunk, this.#sink);
    const reason = this.#decoder.failure;
    if (reason) this.#fail((written) => this.#outOfStep(reason, written));
    this.#pump();
  }

  #dispatch(message: Message): void {
    if (this.#failure) return;
    if (!isWhole(message)) {
      this.#mismatch('what is left of another message');
      return;
    }
    if (REPLY_TYPES.has(message.contentType)) {
      this.#settle(message);
      return;
    }
    if (this.#onMessage && !this.#isLeaving) tell(this.#onMessage, message);
    if (message.contentType === 'text/disconnect-notice' && message.headers.get('content-disposition') !== 'linger') {
      this.#notice = this.toShow(message.body.toString().trim());
      this.#sessionUuid = message.headers.get('controlled-session-uuid');
      this.#fail(this.#closedBy('the server closed the connection'));
    }
  }

  #settle(message: Message): void {
    const call = this.#callFor(message);
    if (!call) return;
    this.#retire();
    call.settle(message);
  }

  /** The call that this reply belongs to. If there is none, the connection is out of step, and ends. */
  #callFor(message: Message): Call | undefined {
    const call = this.#inFlight.peek();
    if (!call) this.#mismatch('a reply that nobody asked for');
    else if (call.command.isGetVariable && isGlued(message)) this.#mismatch('a variable that FreeSWITCH does not end');
    else if (message.contentType !== 'api/response' || call.command.isApi) return call;
    else this.#mismatch('an api/response to a command that is no api');
    return undefined;
  }

  /** The oldest command has its reply. */
  #retire(): void {
    this.#heard++;
    this.#inFlight.shift();
    if (this.#inFlight.length > 0 || this.#isStuck) this.#startTimer();
    else this.#deadline.stop();
    this.#flow.update();
  }

  /** Whether nothing is awaited any more but the answer to our goodbye. */
  get #isLeaving(): boolean {
    return this.#closing && this.#inFlight.length + this.#waiting.length <= 1;
  }

  #limitOf({ contentType }: Message): number {
    if (REPLY_TYPES.has(contentType)) {
      return this.#inFlight.peek()?.command.isApi ? Number.POSITIVE_INFINITY : LITTLE;
    }
    if (this.#heard === 0) return LITTLE;
    return this.#longResults > 0 ? Number.POSITIVE_INFINITY : this.#maxEventBytes;
  }

  /** Passes over the body of an event that is too long, or comes too late, to be kept. */
  #passedOver(head: Message): BodySink | undefined {
    if (head.contentType === 'text/disconnect-notice' || this.#heard === 0) return undefined;
    const isTooLong = Number(head.headers.get('content-length')) > this.#limitOf(head);
    return isTooLong || this.#isLeaving ? { piece: () => {}, end: () => this.#dispatch(head) } : undefined;
  }

  #bodyOf(head: Message): BodySink | undefined {
    if (this.#failure) return undefined;
    if (!REPLY_TYPES.has(head.contentType)) return this.#passedOver(head);
    if (!this.#inFlight.peek()?.begin) return undefined;
    const body = this.#callFor(head)?.begin?.(head);
    if (!body) return undefined;
    return {
      piece: (bytes) => {
        if (this.#failure) return;
        this.#heard++;
        body.push(bytes);
        if (body.full) this.#hold(body);
        else this.#deadline.restart();
      },
      end: () => {
        if (this.#failure) return;
        body.end();
        if (this.#heldBy) this.#letGo();
        this.#retire();
      },
    };
  }

  /** The time that its own reader takes is not the server's. */
  #hold(body: BodyStream): void {
    this.#heldBy = body;
    this.#flow.update();
    this.#deadline.stop();
  }

  #release(body: BodyStream): void {
    if (this.#heldBy === body && !body.full && !this.#failure) this.#letGo();
  }

  #letGo(): void {
    this.#heldBy = undefined;
    this.#flow.update();
    this.#startTimer();
  }

  /** A server that answers but reads no more leaves nothing in flight, and commands that wait for ever. */
  get #isStuck(): boolean {
    return this.#blocked && this.#waiting.length > 0;
  }

  #mismatch(what: string): void {
    const reason = `${this.name} sent ${what}: replies and commands no longer match`;
    this.#fail((written) => new EslProtocolError(reason, { written }));
  }

  #startTimer(): void {
    this.#deadline.start(this.#inFlight.peek()?.replyTimeoutMs ?? this.#replyTimeoutMs);
  }

  /** After a pause of this process the reply may be in the socket already, so what is there is read before judging. */
  #overdue(ms: number): void {
    const oldest = this.#inFlight.peek();
    const heard = this.#heard;
    setImmediate(() => {
      if (this.#heard !== heard || this.#inFlight.peek() !== oldest || !(oldest || this.#isStuck)) return;
      const late = `no reply from ${this.name} within ${ms} ms`;
      this.#fail(
        (written) => new EslTimeoutError(late, { written, hint: 'is FreeSWITCH overloaded? allow it more time' }),
      );
    });
  }

  #fail(failure: Failure): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#deadline.stop();
    this.#socket.destroy();
    for (let call = this.#inFlight.shift(); call; call = this.#inFlight.shift()) call.reject(failure(true));
    for (let call = this.#waiting.shift(); call; call = this.#waiting.shift()) call.reject(failure(false));
    this.#settleClosed(this.#closing ? undefined : failure(false));
  }

  #closedBy(what: string, options: EslErrorOptions = {}): Failure {
    return (written) => {
      const notice = this.#notice;
      const says = notice ? `; it says: ${notice.split('\n', 1)[0]}` : '';
      const sessionUuid = this.#sessionUuid;
      return new EslClosedError(`${this.name}: ${what}${says}`, { ...options, notice, sessionUuid, written });
    };
  }

  #outOfStep(reason: EslError, written: boolean): EslError {
    const Kind = reason instanceof EslTooLargeError ? EslTooLargeError : EslProtocolError;
    const why = this.toShow(reason.message);
    return new Kind(`${this.name}: ${why}`, { cause: why === reason.message ? reason : undefined, written });
  }

  #midMessage(): string {
    return this.#decoder.midMessage ? ' in the middle of a message' : '';
  }
}

function prepare(command: Command | PreparedCommand): PreparedCommand {
  return command instanceof PreparedCommand ? command : new PreparedCommand(command);
}

/**
 * Whether a message has a content type, on one line. FreeSWITCH's own all do; what is left of a variable with an empty line in
 * it does not, and would be passed over, and with it the reply that it has run into.
 */
function isWhole({ contentType }: Message): boolean {
  return contentType !== '' && !contentType.includes('\n');
}

/**
 * Whether this is the value of a variable that begins with `~`, and what came behind it: FreeSWITCH takes such a reply for one
 * that has headers of its own, and leaves out its name and its end (`listener_run`, mod_event_socket.c).
 */
function isGlued({ headers }: Message): boolean {
  return headers.entries()[1]?.[0].toLowerCase() !== 'reply-text';
}
