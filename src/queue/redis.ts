import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import type { QueueAddress } from '../config/queue.js';
import { refusal, unanswered, whyLost } from './refusal.js';

export interface OpenOptions {
  /** Told when an open connection is lost, and why; once until it is back. */
  readonly onLost?: (reason: string) => void;
  /** Told when it is back. */
  readonly onBack?: () => void;
  /** What the server calls the connection (`CLIENT LIST`). */
  readonly name?: string;
  /** How long the first connection and its login may take, milliseconds. @default 10,000 */
  readonly timeoutMs?: number;
}

const FIRST_TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 2000;
/** Longer than any command of ours waits at the server: it has vanished without a word, as with its machine. */
const SILENCE_MS = 30_000;

/**
 * Opens a connection to the queue that is connected and logged in. If it is lost it comes back by itself, for ever; commands wait
 * meanwhile, and what was under way is said again, so that the server may do it twice. Whoever opens it ends it, with `quit` or
 * `disconnect`.
 * @throws QueueError if it can't be reached or refuses the login
 */
export async function openRedis(
  address: QueueAddress,
  { onLost, onBack, name, timeoutMs = FIRST_TIMEOUT_MS }: OpenOptions = {},
): Promise<Redis> {
  const { host, port, db, user, password, tls } = address;
  let wasOpen = false;
  let isLost = false;
  let problem: Error | undefined;
  const redis = new Redis({
    host,
    port,
    db,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(tls && {
      tls: {
        // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: it gets a password.
        rejectUnauthorized: true,
        ...(tls.ca !== undefined && { ca: tls.ca }),
        ...(isIP(host) === 0 && { servername: host }),
      },
    }),
    ...(name !== undefined && { connectionName: name }),
    connectTimeout: timeoutMs,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    // Who waits for the first connection is to know why there is none.
    retryStrategy: (times) => (wasOpen ? pauseMs(times) : null),
  });
  redis.on('error', (error: Error) => {
    // What comes after the first is its consequence; later on, what was before has been got over.
    problem = wasOpen ? error : (problem ?? error);
  });
  const end = await firstEnd(redis, timeoutMs);
  // A database that there is not is an error and no end: ioredis would go on with another one.
  if (end !== 'ready' || problem) {
    redis.disconnect();
    throw end === 'timeout' ? unanswered(address, timeoutMs) : refusal(address, problem);
  }
  wasOpen = true;
  redis.on('reconnecting', () => {
    if (isLost) return;
    isLost = true;
    onLost?.(whyLost(problem));
  });
  redis.on('ready', () => {
    problem = undefined;
    if (!isLost) return;
    isLost = false;
    onBack?.();
  });
  return redis;
}

/** How the first connection came out. */
function firstEnd(redis: Redis, timeoutMs: number): Promise<'ready' | 'end' | 'timeout'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), timeoutMs);
    for (const end of ['ready', 'end'] as const) {
      redis.once(end, () => {
        clearTimeout(timer);
        resolve(end);
      });
    }
  });
}

/** 50 ms, and each time twice as long. */
function pauseMs(times: number): number {
  return Math.min(50 * 2 ** (times - 1), LONGEST_PAUSE_MS);
}
