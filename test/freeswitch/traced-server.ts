import { setImmediate as turn } from 'node:timers/promises';
import { recording } from '../esl/replay.js';
import {
  apiResponse,
  commandReply,
  HungUp,
  type Peer,
  type SentCommand,
  scriptedServer,
} from '../support/scripted-server.js';
import { logBytes, traceText } from './traced.js';

/** What becomes of a command: the connection is cut before or after it is carried out, nobody replies, or it is refused so. */
export type Fault = 'cut-before' | 'cut-after' | 'no-reply' | { readonly reply: string };

/** What `xmlstatus` says of the profile `internal`. */
const STATUS =
  recording('23-profile-status').steps.find(({ send }) => send?.startsWith('api sofia xmlstatus'))?.receive ?? '';

/** A FreeSWITCH as far as its SIP trace goes: profiles `internal` (alias `default`) and `external`, and the log. */
export class TracedServer {
  /** The profiles that are being traced. They stay so when connections end. */
  readonly traced = new Set<string>();
  /** The first lines of the commands of all connections, without the logins. */
  readonly lines: string[] = [];
  /** What goes wrong with a command, by its line and its place among all. */
  fault: (line: string, index: number) => Fault | undefined = () => undefined;
  /** Nobody can connect any more. */
  closed = false;
  /** How many NOTIFYs wait in a queue until the next one comes. */
  held = 0;
  host = '';
  port = 0;
  readonly #peers = new Set<Peer>();
  readonly #logging = new Set<Peer>();
  readonly #queue: SentCommand[] = [];

  static async start(): Promise<TracedServer> {
    const server = new TracedServer();
    const { host, port } = await scriptedServer((peer) => server.#serve(peer));
    return Object.assign(server, { host, port });
  }

  /** A SIP message goes over a profile. */
  sip(profile: string, direction: 'send' | 'recv', text: string): void {
    if (this.traced.has(profile)) this.log(traceText(direction, text));
  }

  /** A line for the log. */
  log(text: string, level?: number, file?: string): void {
    for (const peer of this.#logging) peer.write(logBytes(text, level, file));
  }

  /** Ends all connections. */
  cut(): void {
    for (const { socket } of this.#peers) socket.destroy();
  }

  async #serve(peer: Peer): Promise<void> {
    if (this.closed) return void peer.socket.destroy();
    this.#peers.add(peer);
    void peer.closed.then(() => this.#logging.delete(peer));
    await peer.acceptLogin();
    for (;;) await this.#answer(peer, await peer.command());
  }

  async #answer(peer: Peer, command: SentCommand): Promise<void> {
    const fault = this.fault(command.line, this.lines.push(command.line) - 1);
    if (fault === 'no-reply') return;
    if (fault === 'cut-before') hangUp(peer);
    if (typeof fault === 'object') {
      peer.write(command.line.startsWith('api ') ? apiResponse(fault.reply) : commandReply(fault.reply));
      return;
    }
    const reply = this.#carryOut(peer, command.line);
    if (fault === 'cut-after') hangUp(peer);
    peer.write(reply);
    if (command.line === 'exit') peer.socket.end();
    // An event goes through a queue, so what it does shows behind its reply.
    await turn();
    if (command.line !== 'sendevent NOTIFY') return;
    this.#queue.push(command);
    if (this.held-- > 0) return;
    for (const notify of this.#queue.splice(0)) this.#notify(notify);
  }

  #carryOut(peer: Peer, line: string): string {
    const [, profile = '', state] = /^api sofia profile (\S+) siptrace (on|off)$/.exec(line) ?? [];
    if (state === 'on') this.traced.add(profile);
    if (state === 'off') this.traced.delete(profile);
    if (state !== undefined)
      return apiResponse(`${state === 'on' ? 'Enabled' : 'Disabled'} sip debugging on ${profile}`);
    if (line === 'api sofia tracelevel') return apiResponse('+OK tracelevel is CONSOLE');
    if (line === 'api sofia xmlstatus profile external') return STATUS.replace('>internal<', '>external<');
    if (/^api sofia xmlstatus profile (?:internal|default)$/.test(line)) return STATUS;
    if (line.startsWith('api ')) return apiResponse('Invalid Profile!');
    if (line.startsWith('log ')) this.#logging.add(peer);
    return commandReply(line === 'exit' ? '+OK bye' : '+OK');
  }

  #notify({ headers }: SentCommand): void {
    const { profile = '', 'to-uri': to, 'event-string': event } = Object.fromEntries(headers);
    const message = `NOTIFY ${to} SIP/2.0\nTo: <${to}>\nCall-ID: 1\nCSeq: 1 NOTIFY\nEvent: ${event}\n\n`;
    this.sip(profile, 'send', message);
    this.sip(profile, 'recv', message);
  }
}

function hangUp(peer: Peer): never {
  peer.socket.destroy();
  throw new HungUp('the server hung up');
}
