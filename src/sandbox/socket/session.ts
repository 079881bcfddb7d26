import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { LongText } from '../api/output.js';
import { uuid } from '../ids.js';
import { type Packet, PacketReader } from '../packet-reader.js';
import { CallEnd } from './call-end.js';
import type { CommandContext, CommandResult } from './command.js';
import { runCommand } from './commands.js';
import type { Control } from './control.js';
import type { SandboxFaults } from './faults.js';
import { Listener } from './listener.js';
import { writeLong } from './long-reply.js';
import type { News } from './news.js';
import { Outbox } from './outbox.js';
import { AUTH_REQUEST, commandReply, disconnectNotice, isCommandReply, rudeRejection } from './reply.js';

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
  /** The server connected itself. */
  readonly outbound: boolean;
  readonly #socket: Socket;
  readonly #context: SessionContext;
  readonly #listener = new Listener();
  readonly #reader: PacketReader;
  readonly #outbox: Outbox;
  #firstCommand: NodeJS.Timeout | undefined;
  /** A command was carried out. */
  #begun = false;
  #callEnd: CallEnd | undefined;
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
    this.#outbox = new Outbox(socket, context.faults.delayMs);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#leave());
    socket.on('drain', () => {
      if (!this.#answering) socket.resume();
    });
    socket.on('data', (bytes) => this.#receive(bytes));
    context.news.join(this.#listener, (message) => this.#outbox.tell(message));
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

  #serve(control: Control): void {
    this.#listener.authenticated = true;
    this.#listener.control = control;
    this.#awaitFirstCommand();
    // The other side may have said all it had to say, and still be told what it was.
    this.#socket.on('end', () => {
      if (this.#over) this.#socket.end();
      else this.#sayGoodbye();
    });
    this.#followCall();
  }

  /** Keeps an eye on the call in its hands, if there is one. */
  #followCall(): void {
    const { control } = this.#listener;
    if (control) this.#callEnd ??= new CallEnd(control, this.#outbox, () => this.#sayGoodbye());
    this.#callEnd?.check();
  }

  #sayGoodbye(): void {
    if (!this.#over) this.#end(this.#farewell());
  }

  #farewell(text?: string): string {
    return disconnectNotice(text, this.#listener.control?.uuid);
  }

  #awaitFirstCommand(): void {
    this.#firstCommand = setTimeout(() => this.#sayGoodbye(), FIRST_COMMAND_MS).unref();
  }

  #greet(): void {
    const { faults, aclDeny } = this.#context;
    if (faults.sayNothing || faults.banner !== undefined) {
      this.#stand();
      this.#outbox.say(faults.sayNothing ? '' : (faults.banner ?? ''));
      this.#outbox.flush();
    } else if (aclDeny) {
      this.#end(rudeRejection() + disconnectNotice());
    } else {
      this.#awaitFirstCommand();
      this.#outbox.say(AUTH_REQUEST);
      this.#outbox.flush();
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
      this.#outbox.held = true;
      const later = this.#obey(packet);
      this.#outbox.held = false;
      if (this.#over) return;
      if (later) {
        this.#waiting.push(...packets.slice(index + 1));
        void this.#answerLater(later);
        return;
      }
      this.#outbox.takeNews();
    }
    if (this.#reader.refused !== undefined) this.#sayGoodbye();
    else this.#outbox.flush();
    this.#followCall();
  }

  /** Until the answer is written, the connection does nothing else, as the server's own thread for it. */
  async #answerLater(later: LongText | Promise<string>): Promise<void> {
    this.#answering = true;
    this.#outbox.held = true;
    this.#outbox.flush();
    this.#socket.pause();
    if (later instanceof Promise) this.#answer(await later);
    else await this.#writeLong(later);
    this.#answering = false;
    this.#outbox.held = false;
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
    if (!lost) this.#outbox.say(text);
  }

  /** Carries a command out; gives what becomes its answer if that is not there at once. */
  #obey(packet: Packet): CommandResult['later'] {
    if (packet.raw) this.#context.onCommand?.(packet.raw);
    const { faults } = this.#context;
    if (faults.refuse !== undefined && this.#listener.authenticated && /^sendevent/i.test(packet.command ?? '')) {
      this.#outbox.say(commandReply(`-ERR ${faults.refuse}`));
      return undefined;
    }
    const result = runCommand(this.#listener, packet, this.#context);
    if (result.fired) this.#answerEvent(result);
    else if (!result.later) this.#answer(result.text);
    if (result.close) this.#sayGoodbye();
    if (result.closeAll) {
      this.#outbox.flush();
      this.#context.shutDown();
    }
    return result.later;
  }

  #answerEvent({ text }: CommandResult): void {
    const { faults } = this.#context;
    const count = this.#context.countEvent();
    if (count === faults.dieAfter || count === faults.holdReplyOf) {
      this.#stand();
      const die = count === faults.dieAfter;
      this.#outbox.flush(() => {
        if (die) this.#socket.destroy();
      });
      return;
    }
    this.#answer(text);
    if (count === faults.unaskedReplyAfter) this.#outbox.say(commandReply(`+OK ${uuid()}`));
  }

  #end(lastWords: string): void {
    this.#over = true;
    this.#outbox.closed = true;
    clearTimeout(this.#firstCommand);
    this.#outbox.say(lastWords);
    this.#giveBack();
    // Closing at once while the client still sends would reset the connection, and cost it the last words.
    this.#outbox.flush(() => {
      this.#socket.end();
      this.#socket.resume();
      this.#outbox.later(() => this.#socket.destroy(), LINGER_MS);
    });
  }

  /** Stands still, by a fault on purpose. */
  #stand(): void {
    this.#over = true;
    this.#stuck = true;
    this.#outbox.closed = true;
  }

  /** Gives the call back, after the command that it is busy with. */
  #giveBack(): void {
    if (this.#answering) return;
    this.#callEnd?.close();
    this.#listener.control?.finish();
  }

  #leave(): void {
    this.#over = true;
    this.#giveBack();
    this.#context.news.leave(this.#listener);
    clearTimeout(this.#firstCommand);
    this.#outbox.clear();
  }
}
