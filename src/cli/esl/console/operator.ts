import { randomUUID } from 'node:crypto';
import {
  type Command,
  commands,
  decodeEvent,
  EslError,
  EslEventError,
  type EventSocket,
  isEvent,
  type Message,
  type PreparedCommand,
} from '../../../esl/index.js';
import { readMessage, readPayload, WrittenPayloadError } from '../../../payload/written.js';
import { EXIT } from '../../exit-codes.js';
import { Failure } from '../../failure.js';
import { EventPrinter } from '../../output/events.js';
import { LogPrinter } from '../../output/log.js';
import type { Wait } from '../../output/reporter.js';
import { printable, type Terminal } from '../../terminal.js';
import { hintFor, writeStreamed, writeWhole } from '../answer.js';
import { prepare, toSentFailure } from '../failures.js';
import { prepareEvent } from '../send-event.js';
import type { Intent } from './intent.js';
import { grant, Wishes } from './wishes.js';
import { helpText, meantBy } from './words.js';

export interface OperatorOptions {
  readonly terminal: Terminal;
  /** The connection as it stands. @throws Failure, EslError if there is none */
  readonly socket: () => Promise<EventSocket>;
  /** How long an answer may take, milliseconds. */
  readonly waitMs: number;
  /** Whether events that FreeSWITCH would drop are refused. */
  readonly check: boolean;
}

/** What can be carried out as it stands. */
export type Order = Exclude<Intent, { kind: 'nothing' | 'quit' | 'begin' }>;

/** Carries out what was typed, and prints what comes of it. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #wishes = new Wishes();
  readonly #log: LogPrinter;
  #events: EventPrinter;
  #hasJobs = false;
  /** Jobs in the background whose results are awaited. */
  #jobs = 0;
  /** Whether something has been sent. */
  hasSent = false;

  constructor(options: OperatorOptions) {
    this.#options = options;
    this.#log = new LogPrinter('text', undefined, options.terminal);
    this.#events = new EventPrinter('text', options.terminal);
  }

  /** Asks a new connection for what the one before was asked. @throws Failure, EslError */
  async renew(socket: EventSocket): Promise<void> {
    for (const wish of this.#wishes.all) await grant(socket, wish);
  }

  /**
   * Carries out a line, and prints the answer.
   * @returns what there is to say if the answer is that it failed
   * @throws Failure, EslError
   */
  async carryOut(order: Order): Promise<Failure | undefined> {
    switch (order.kind) {
      case 'help':
        await this.#options.terminal.write(helpText());
        return undefined;
      case 'api':
        return this.#api(order.command);
      case 'bgapi':
        return this.#background(order.command);
      case 'wish':
        // What comes first may come before the answer.
        if (order.output !== undefined) this.#show(order.output);
        await this.#send(async (socket) => {
          await grant(socket, order.wish);
          // Who wants no more events still wants the results of his jobs.
          const isLess = order.wish.kind === 'noevents' || order.wish.kind === 'nixevent';
          if (isLess && this.#jobs > 0) await socket.subscribe({ names: ['BACKGROUND_JOB'] });
        });
        this.#wishes.add(order.wish);
        await this.#options.terminal.write('+OK\n');
        return undefined;
    }
  }

  /** Sends an event, or an order to a call, as it was written. Resolves and throws like `carryOut`. */
  async sendWritten(text: string): Promise<Failure | undefined> {
    const prepared = this.#read(text);
    const { ok, answer } = await this.#send(async ({ connection }) => {
      const reply = await connection.send(prepared);
      return { ok: reply.ok, answer: connection.toShow(reply.text) };
    });
    await writeWhole(answer, this.#options.terminal);
    return ok ? undefined : failed(text.slice(0, text.indexOf('\n')), answer);
  }

  /** Prints what the server tells by itself. */
  print(message: Message): Wait {
    if (this.#isOwnJob(message)) return undefined;
    const printed = isEvent(message) ? this.#events.print(message) : this.#log.print(message);
    return printed === false ? undefined : printed;
  }

  /** Says what has not been said yet. */
  end(): void {
    this.#events.end();
  }

  #show(output: ConstructorParameters<typeof EventPrinter>[0]): void {
    this.#events.end();
    this.#events = new EventPrinter(output, this.#options.terminal);
  }

  async #api(command: string): Promise<Failure | undefined> {
    const { terminal, waitMs } = this.#options;
    const prepared = prepare(() => consoleCommand(command));
    const answer = await this.#send(async ({ connection }) =>
      writeStreamed(await connection.stream(prepared, { replyTimeoutMs: waitMs }), terminal),
    );
    return answer.isRefusal ? failed(command, answer.begin) : undefined;
  }

  async #background(command: string): Promise<Failure | undefined> {
    const { terminal, waitMs } = this.#options;
    const jobUuid = randomUUID();
    prepare(() => commands.bgapi(command, jobUuid));
    this.#hasJobs = true;
    terminal.say(`job ${jobUuid}: ${printable(command)}`);
    this.#jobs++;
    const { ok, text, event } = await this.#send((socket) =>
      socket.bgapi(command, { jobUuid, timeoutMs: waitMs }),
    ).finally(() => {
      this.#jobs--;
    });
    terminal.say(`job ${jobUuid} has ended:`);
    await writeWhole(event.body ?? '', terminal);
    return ok ? undefined : failed(`/bgapi ${command}`, text);
  }

  async #send<T>(order: (socket: EventSocket) => Promise<T>): Promise<T> {
    const socket = await this.#options.socket();
    try {
      const result = await order(socket);
      this.hasSent = true;
      return result;
    } catch (error) {
      if (error instanceof EslError && error.written) this.hasSent = true;
      throw toSentFailure(error);
    }
  }

  #read(text: string): PreparedCommand {
    const { terminal } = this.#options;
    const warn = (warnings: readonly string[]): void => {
      for (const warning of warnings) terminal.say(printable(`warning: ${warning}`));
    };
    try {
      if (/^\s*sendmsg\s/i.test(text)) {
        const { uuid, headers, body, warnings } = readMessage(text);
        warn(warnings);
        return prepare(() => ({ line: `sendmsg ${uuid}`, headers, body }));
      }
      const { payload, warnings } = readPayload(text);
      warn(warnings);
      return prepareEvent(payload, this.#options, terminal);
    } catch (error) {
      if (!(error instanceof WrittenPayloadError)) throw error;
      throw new Failure(`line ${error.line} of it: ${error.message}; nothing was sent`, EXIT.input);
    }
  }

  /** Whether it only comes because the result of a job was waited for. */
  #isOwnJob(message: Message): boolean {
    if (!this.#hasJobs || !isEvent(message) || this.#wishes.wants('BACKGROUND_JOB')) return false;
    try {
      return decodeEvent(message).name === 'BACKGROUND_JOB';
    } catch (error) {
      if (error instanceof EslEventError) return false;
      throw error;
    }
  }
}

/**
 * A command as fs_cli sends it: aliases and `;;` between several are understood (`switch_console_execute`). Beside a header the gate
 * refuses what FreeSWITCH would take for an order to reload its event socket; but here that is what is meant.
 */
function consoleCommand(command: string): Command {
  const line = `api ${command}`;
  return /mod_event_socket/i.test(command) ? { line } : { line, headers: [['console_execute', 'true']] };
}

function failed(command: string, answer: string): Failure {
  const isUnknown = /Command not found/i.test(answer);
  const hint = isUnknown ? (meantBy(command) ?? 'help lists what there is') : hintFor(answer);
  return new Failure(`${command} failed`, EXIT.short, { hint });
}
