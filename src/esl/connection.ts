import type { Socket } from 'node:net';
import { type Command, PreparedCommand } from './command.js';
import type { Decoder } from './decoder.js';
import {
  EslClosedError,
  type EslError,
  type EslErrorOptions,
  EslProtocolError,
  EslTimeoutError,
  EslTooLargeError,
} from './errors.js';
import { type Message, REPLY_TYPES } from './message.js';
import { Queue } from './queue.js';
import { type Reply, toReply } from './reply.js';

export interface ConnectionOptions {
  /** How errors name the server: `host:port`. */
  readonly name: string;
  /** How long a reply may take once its command is the oldest one without, milliseconds. @default 10000 */
  readonly replyTimeoutMs?: number;
  /** Commands written and not yet answered. @default 16 */
  readonly maxInFlight?: number;
  /** Everything that is not a reply: events, log lines, notices. */
  readonly onMessage?: (message: Message) => void;
}

interface Call {
  readonly command: PreparedCommand;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: EslError) => void;
}

/** Commands that leave in one system call at most. */
const GATHERED = 4;

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

  readonly #socket: Socket;
  readonly #decoder: Decoder;
  readonly #name: string;
  readonly #replyTimeoutMs: number;
  readonly #maxInFlight: number;
  readonly #onMessage: ((message: Message) => void) | undefined;
  readonly #waiting = new Queue<Call>();
  readonly #inFlight = new Queue<Call>();
  #blocked = false;
  #gathered = 0;
  #closing = false;
  #failure: Failure | undefined;
  #notice: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settleClosed: (reason: EslError | undefined) => void = () => {};

  /** Takes over a connected socket. For a socket that has to log in first: `connect`. */
  constructor(socket: Socket, decoder: Decoder, options: ConnectionOptions) {
    this.#socket = socket;
    this.#decoder = decoder;
    this.#name = options.name;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? 10_000;
    this.#maxInFlight = options.maxInFlight ?? 16;
    this.#onMessage = options.onMessage;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    socket.setNoDelay(true);
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
  send(command: Command | PreparedCommand): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const prepared = command instanceof PreparedCommand ? command : new PreparedCommand(command);
      if (this.#failure) return reject(this.#failure(false));
      if (this.#closing) return reject(new EslClosedError(`${this.#name}: the connection is being closed`));
      this.#waiting.push({ command: prepared, resolve, reject });
      this.#pump();
    });
  }

  /**
   * Says `exit` once all commands are answered, and waits for the end. Leaves no socket and no timer behind. If the answer
   * is not that to an `exit`, some reply before it was nobody's, and `closed` says so.
   */
  async close(): Promise<void> {
    if (this.open) {
      const goodbye = this.send({ line: 'exit' });
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

  #pump(): void {
    while (!this.#blocked && !this.#failure && this.#inFlight.length < this.#maxInFlight) {
      const call = this.#waiting.shift();
      if (!call) return;
      this.#inFlight.push(call);
      if (this.#inFlight.length === 1) this.#startTimer();
      this.#write(call.command.bytes);
    }
  }

  /**
   * Commands that are written within one turn of the event loop leave in few system calls: not in one, so that the server
   * has something to do while the rest is made.
   */
  #write(bytes: Buffer): void {
    if (this.#gathered === 0) {
      this.#socket.cork();
      setImmediate(() => this.#release());
    }
    this.#blocked = !this.#socket.write(bytes);
    if (++this.#gathered === GATHERED) this.#release();
  }

  #release(): void {
    this.#gathered = 0;
    this.#socket.uncork();
  }

  #receive(chunk: Buffer): void {
    if (this.#failure) return;
    for (const message of this.#decoder.push(chunk)) this.#dispatch(message);
    const reason = this.#decoder.failure;
    if (reason) this.#fail((written) => this.#outOfStep(reason, written));
    this.#pump();
  }

  #dispatch(message: Message): void {
    if (this.#failure) return;
    if (REPLY_TYPES.has(message.contentType)) {
      this.#settle(message);
      return;
    }
    this.#tell(message);
    if (message.contentType === 'text/disconnect-notice' && message.headers.get('content-disposition') !== 'linger') {
      this.#notice = message.body.toString().trim();
      this.#fail(this.#closedBy('the server closed the connection'));
    }
  }

  /** A listener that throws must not take the replies behind this message with it, so its error surfaces later. */
  #tell(message: Message): void {
    try {
      this.#onMessage?.(message);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #settle(message: Message): void {
    const call = this.#inFlight.peek();
    const wrongKind = message.contentType === 'api/response' && call?.command.isApi === false;
    if (!call || wrongKind) {
      this.#mismatch(call ? 'an api/response to a command that is no api' : 'a reply that nobody asked for');
      return;
    }
    this.#inFlight.shift();
    if (this.#inFlight.length > 0 || this.#isStuck) this.#timer?.refresh();
    else this.#stopTimer();
    call.resolve(toReply(message));
  }

  /** A server that answers but reads no more leaves nothing in flight, and commands that wait for ever. */
  get #isStuck(): boolean {
    return this.#blocked && this.#waiting.length > 0;
  }

  #mismatch(what: string): void {
    const reason = `${this.#name} sent ${what}: replies and commands no longer match`;
    this.#fail((written) => new EslProtocolError(reason, { written }));
  }

  #startTimer(): void {
    this.#stopTimer();
    this.#timer = setTimeout(() => this.#overdue(), this.#replyTimeoutMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** After a pause of this process the reply may be in the socket already, so what is there is read before judging. */
  #overdue(): void {
    const oldest = this.#inFlight.peek();
    setImmediate(() => {
      if (this.#inFlight.peek() !== oldest || !(oldest || this.#isStuck)) return;
      const late = `no reply from ${this.#name} within ${this.#replyTimeoutMs} ms`;
      this.#fail(
        (written) => new EslTimeoutError(late, { written, hint: 'is FreeSWITCH overloaded? allow it more time' }),
      );
    });
  }

  #fail(failure: Failure): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#stopTimer();
    this.#socket.destroy();
    for (let call = this.#inFlight.shift(); call; call = this.#inFlight.shift()) call.reject(failure(true));
    for (let call = this.#waiting.shift(); call; call = this.#waiting.shift()) call.reject(failure(false));
    this.#settleClosed(this.#closing ? undefined : failure(false));
  }

  #closedBy(what: string, options: EslErrorOptions = {}): Failure {
    return (written) => {
      const notice = this.#notice;
      const says = notice ? `; it says: ${notice.split('\n', 1)[0]}` : '';
      return new EslClosedError(`${this.#name}: ${what}${says}`, { ...options, notice, written });
    };
  }

  #outOfStep(reason: EslError, written: boolean): EslError {
    const Kind = reason instanceof EslTooLargeError ? EslTooLargeError : EslProtocolError;
    return new Kind(`${this.#name}: ${reason.message}`, { cause: reason, written });
  }

  #midMessage(): string {
    return this.#decoder.midMessage ? ' in the middle of a message' : '';
  }
}
