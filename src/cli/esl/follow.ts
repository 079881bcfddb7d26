import { type EventSocket, Gap, type Message } from '../../esl/index.js';
import type { Connector } from '../connector.js';
import { parseDuration } from '../flag-values.js';
import { Interrupt } from '../interrupt.js';
import type { Wait } from '../output/reporter.js';
import type { Terminal } from '../terminal.js';
import { toSentFailure } from './failures.js';
import { parseRetryFor } from './flags.js';
import { Outages } from './outages.js';

/** When a follower ends by itself. */
export interface FollowFlags {
  readonly count?: number | undefined;
  readonly for?: string | undefined;
  readonly 'retry-for'?: string | undefined;
}

export interface FollowOptions {
  readonly connector: Connector;
  readonly terminal: Terminal;
  readonly flags: FollowFlags;
  /** Subscribes. */
  readonly setUp: (socket: EventSocket) => Promise<void>;
  /** Whether the connection is tied to a call, so that its end is the end of all. */
  readonly isTied?: boolean;
  /** What is missed while the connection is gone: `events`. */
  readonly what: string;
  /** Prints one message. False if there was nothing to print, so that it does not count. */
  readonly print: (message: Message) => Wait | false;
}

/** A source of news that ends when it is closed. */
interface Source {
  readonly messages: AsyncIterable<Message | Gap>;
  close(): Promise<void>;
}

/**
 * Prints what a server tells, as fast as it can be printed: until there was enough of it, time is up, the call is over, nobody reads
 * it any more, or somebody ends it. Says goodbye on every way out.
 * @throws Failure, EslError
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { terminal, flags } = options;
  const forMs = flags.for === undefined ? undefined : parseDuration('for', flags.for);
  const interrupt = new Interrupt();
  const outages = new Outages(options);
  try {
    const source = await (options.isTied ? openTied(options) : openLasting(options, outages));
    interrupt.begin();
    let leaving: Promise<void> | undefined;
    const leave = (): void => {
      leaving ??= source.close();
    };
    interrupt.signal.addEventListener('abort', leave, { once: true });
    terminal.onBroken(leave);
    const timer = forMs === undefined ? undefined : setTimeout(leave, forMs);
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    try {
      for await (const item of source.messages) {
        if (leaving !== undefined) break;
        if (item instanceof Gap) {
          outages.back(item);
          continue;
        }
        const printed = options.print(item);
        if (printed === false) continue;
        if (printed !== undefined) await printed;
        if (--left === 0) break;
      }
    } finally {
      clearTimeout(timer);
      leave();
      await leaving;
    }
  } catch (error) {
    if (interrupt.exitCode === undefined) throw toSentFailure(error);
  } finally {
    interrupt.release();
    outages.end();
  }
  if (interrupt.exitCode !== undefined) process.exitCode = interrupt.exitCode;
}

async function openTied({ connector, setUp }: FollowOptions): Promise<Source> {
  const socket = await connector.openSocket();
  const messages = socket.messages();
  try {
    await setUp(socket);
  } catch (error) {
    await socket.close();
    throw error;
  }
  return { messages, close: () => socket.close() };
}

async function openLasting({ connector, flags, setUp }: FollowOptions, outages: Outages): Promise<Source> {
  const retryMs = parseRetryFor(flags['retry-for']);
  const lasting = await connector.openLasting({
    retryMs,
    setUp,
    onLost: (error) => {
      // Else it is the error that ends the command.
      if (retryMs > 0) outages.lost(error);
    },
  });
  return { messages: lasting.messages(), close: () => lasting.close() };
}
