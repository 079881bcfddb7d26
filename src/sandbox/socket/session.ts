import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { LongText } from '../api/output.js';
import { uuid } from '../ids.js';
import { type Packet, PacketReader } from '../packet-reader.js';
import { encodeBytes } from '../wire/byte-text.js';
import type { CommandContext, CommandResult } from './command.js';
import { runCommand } from './commands.js';
import type { Control } from './control.js';
import type { SandboxFaults } from './faults.js';
import { Listener } from './listener.js';
import { writeLong } from './long-reply.js';
import type { News } from './news.js';
import { AUTH_REQUEST, commandReply, disconnectNotice, isCommandReply, lingerNotice, rudeRejection } from './reply.js';

/** How long the server waits for the first command of a connection, in milliseconds (mod_event_socket.c: 25 seconds). */
const FIRST_COMMAND_MS = 25_000;

/** How long a client gets to close its side after the server's last words, in milliseconds. */
const LINGER_MS = 1000;

/** What all connections of a sandbox share. */
export interface SessionContext extends CommandContext {
  readonly faults: SandboxFaults;
  readonly news: News;
  /** Every address is outside the ACL. */
  readonly aclDeny: boolean;
  /** The bytes of every command, for tests. */
  readonly onCommand?: ((raw: Buffer) => void) | undefined;
  /** Counts a `sendevent`, over all connections, from 1. */
  countEvent(): number;
  /** Ends every connection, as the unloading of the module does. */
  shutDown(): void;
}

/** One connection to the event socket, or of its own to a client that waits for calls. */
export class Session {
  readonly #socket: Socket;
  readonly #context: SessionContext;
  readonly #listener = new Listener();
  readonly #reader: PacketReader;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** The server connected itself. */
  readonly outbound: boolean;
  #firstCommand: NodeJS.Timeout | undefined;
  /** A command was carried out. */
  #begun = false;
  /** The call is over, and the connection stays for a while. */
  #lingering = false;
  #unwatch: (() => void) | undefined;
  #output = '';
  /** Events and log lines; they go out behind the reply to the command that is being carried out. */
  #news: string[] = [];
  #obeying = false;
  /** A long answer is being written, or a call is busy with the last command; commands wait. */
  #answering = false;
  readonly #waiting: Packet[] = [];
  /** No command is read any more. */
  #over = false;
  /** By a fault on purpose, and without a farewell. */
  #stuck = false;

  /** A call that the connection was made for is in its hands from the beginning. */
  constructor(socket: Socket, context: SessionContext, control?: Control) {
    this.outbound = control !== undefined;
    this.#socket = socket;
    this.#context = context;
    this.#reader = new PacketReader({ keepRaw: context.onCommand !== undefined });
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#leave());
    socket.on('drain', () => {
      if (!this.#answering) socket.resume();
    });
    socket.on('data', (bytes) => this.#receive(bytes));
    context.news.join(this.#listener, (message) => this.#hear(message));
    if (control) this.#serve(control);
    else this.#greet();
  }

  /** Ends the connection with the notice of a server that shuts down. */
  shutDown(): void {
    if (this.#stuck || this.#answering) this.#socket.destroy();
    else if (!this.#over) this.#end(this.#farewell('The system is being shut down.\n'));
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #hear(message: string): void {
    if (this.#over) return;
    if (this.#news.push(message) === 1 && !this.#obeying) queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    if (!this.#answering) this.#flush();
  }

  #serve(control: Control): void {
    this.#listener.authenticated = true;
    this.#listener.control = control;
    this.#awaitFirstCommand();
    // The other side may have said all it had to say, and still be told what it was.
    this.#socket.on('end', () => {
      if (!this.#over) this.#end(this.#farewell());
    });
    this.#followCall();
  }

  /** Tells of the end of the call in its hands, and ends with it unless it is to linger. */
  #followCall(): void {
    const { control } = this.#listener;
    if (!control || this.#unwatch) return;
    this.#unwatch = control.thread.watch(() => this.#tellOfEnd());
    this.#tellOfEnd();
  }

  #tellOfEnd(): void {
    const { control } = this.#listener;
    if (!control?.callOver || this.#over || this.#obeying || this.#answering || this.#lingering) return;
    this.#flush();
    if (control.linger === undefined) {
      this.#end(this.#farewell());
      return;
    }
    this.#lingering = true;
    this.#output += lingerNotice(control.uuid, control.thread.channel.channelName, control.linger);
    this.#flush();
    if (control.linger !== -1) this.#startTimer(() => this.#endLinger(), lingerMs(control.linger));
  }

  #endLinger(): void {
    if (!this.#over) this.#end(this.#farewell());
  }

  #farewell(text?: string): string {
    return disconnectNotice(text, this.#listener.control?.uuid);
  }

  #awaitFirstCommand(): void {
    this.#firstCommand = setTimeout(() => this.#end(this.#farewell()), FIRST_COMMAND_MS).unref();
  }

  #greet(): void {
    const { faults, aclDeny } = this.#context;
    if (faults.sayNothing || faults.banner !== undefined) {
      this.#over = true;
      this.#stuck = true;
      this.#write(faults.sayNothing ? '' : (faults.banner ?? ''));
    } else if (aclDeny) {
      this.#end(rudeRejection() + disconnectNotice());
    } else {
      this.#awaitFirstCommand();
      this.#write(AUTH_REQUEST);
    }
  }

  #receive(bytes: Uint8Array): void {
    if (this.#over) return;
    const packets = this.#reader.push(bytes);
    if (this.#answering) this.#waiting.push(...packets);
    else this.#obeyAll(packets);
  }

  #obeyAll(packets: readonly Packet[]): void {
    for (const [index, packet] of packets.entries()) {
      clearTimeout(this.#firstCommand);
      this.#obeying = true;
      const later = this.#obey(packet);
      this.#obeying = false;
      if (this.#over) return;
      if (later) {
        this.#flush();
        this.#waiting.push(...packets.slice(index + 1));
        void this.#answerLater(later);
        return;
      }
      this.#takeNews();
    }
    if (this.#reader.refused !== undefined) this.#end(this.#farewell());
    else this.#flush();
    this.#followCall();
    this.#tellOfEnd();
  }

  /** Until the answer is written, the connection does nothing else, as the server's own thread for it. */
  async #answerLater(later: LongText | Promise<string>): Promise<void> {
    this.#answering = true;
    this.#socket.pause();
    if (later instanceof Promise) this.#answer(await later);
    else await this.#writeLong(later);
    this.#answering = false;
    if (this.#over) {
      this.#giveBack();
      return;
    }
    this.#socket.resume();
    this.#obeyAll(this.#waiting.splice(0));
  }

  async #writeLong(text: LongText): Promise<void> {
    const { delayMs } = this.#context.faults;
    if (delayMs) await wait(delayMs, undefined, { ref: false });
    await writeLong(this.#socket, text);
  }

  /** Of the first command on a connection of its own the server loses the reply: `connect` and `api` write without one. */
  #answer(text: string): void {
    const lost = this.outbound && !this.#begun && isCommandReply(text);
    this.#begun = true;
    if (!lost) this.#output += text;
  }

  /** Carries a command out; gives what becomes its answer if that is not there at once. */
  #obey(packet: Packet): CommandResult['later'] {
    if (packet.raw) this.#context.onCommand?.(packet.raw);
    const { faults } = this.#context;
    if (faults.refuse !== undefined && this.#listener.authenticated && /^sendevent/i.test(packet.command ?? '')) {
      this.#output += commandReply(`-ERR ${faults.refuse}`);
      return undefined;
    }
    const result = runCommand(this.#listener, packet, this.#context);
    if (result.fired) this.#answerEvent(result);
    else if (!result.later) this.#answer(result.text);
    if (result.close) this.#end(this.#farewell());
    if (result.closeAll) {
      this.#flush();
      this.#context.shutDown();
    }
    return result.later;
  }

  #answerEvent({ text }: CommandResult): void {
    const { faults } = this.#context;
    const count = this.#context.countEvent();
    if (count === faults.dieAfter || count === faults.holdReplyOf) {
      this.#over = true;
      this.#stuck = true;
      const die = count === faults.dieAfter;
      this.#flush(() => {
        if (die) this.#socket.destroy();
      });
      return;
    }
    this.#answer(text);
    if (count === faults.unaskedReplyAfter) this.#output += commandReply(`+OK ${uuid()}`);
  }

  #end(lastWords: string): void {
    this.#over = true;
    clearTimeout(this.#firstCommand);
    this.#output += lastWords;
    this.#giveBack();
    // Closing at once while the client still sends would reset the connection, and cost it the last words.
    this.#flush(() => {
      this.#socket.end();
      this.#socket.resume();
      this.#startTimer(() => this.#socket.destroy(), LINGER_MS);
    });
  }

  #takeNews(): void {
    if (this.#news.length === 0) return;
    this.#output += this.#news.join('');
    this.#news = [];
  }

  #flush(after?: () => void): void {
    if (!this.#over) this.#takeNews();
    const text = this.#output;
    this.#output = '';
    const { delayMs } = this.#context.faults;
    if (!delayMs) {
      this.#write(text, after);
      return;
    }
    this.#startTimer(() => this.#write(text, after), delayMs);
  }

  #write(text: string, after?: () => void): void {
    if (text === '' || this.#socket.destroyed) after?.();
    // A client that does not read is not read from either, as with the server's blocking socket.
    else if (!this.#socket.write(encodeBytes(text), () => after?.())) this.#socket.pause();
  }

  #startTimer(run: () => void, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs).unref();
    this.#timers.add(timer);
  }

  /** Gives the call back, after the command that it is busy with. */
  #giveBack(): void {
    if (this.#answering) return;
    this.#unwatch?.();
    this.#listener.control?.finish();
  }

  #leave(): void {
    this.#over = true;
    this.#giveBack();
    this.#context.news.leave(this.#listener);
    clearTimeout(this.#firstCommand);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** How long to linger: until the server's clock of whole seconds shows more than so many. */
function lingerMs(seconds: number): number {
  const now = Date.now();
  return (Math.floor(now / 1000) + seconds + 1) * 1000 - now;
}
