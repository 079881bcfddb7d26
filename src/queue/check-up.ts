import type { QueueAddress } from '../config/queue.js';
import { type Check, failed, passed, warned } from '../run/check-up-check.js';
import { isLoopback } from '../run/loopback.js';
import { isReply, QueueError } from './errors.js';
import { fitness } from './fitness.js';
import { openRedis } from './redis.js';
import { RunStore } from './store.js';
import { isThere, Workers } from './workers.js';

/**
 * Looks whether runs can be handed over by a queue: whether it is reached, and fit to hold them. Nothing is changed there.
 * @param timeoutMs how long connection and login may take, and how long the answer, milliseconds
 */
export async function checkQueue(address: QueueAddress, timeoutMs: number): Promise<Check[]> {
  const checks: Check[] = [];
  let isGivenUp = false;
  try {
    const redis = await openRedis(address, { name: 'phonectl-doctor', timeoutMs });
    checks.push(passed('queue', `${address.name} takes connections and the login${loginOf(address)}`));
    if (!isLoopback(address.host)) checks.push(...exposures(address));
    const timer = setTimeout(() => {
      isGivenUp = true;
      redis.disconnect();
    }, timeoutMs);
    try {
      checks.push(...(await fitness(redis)));
      checks.push(...(await workersOf(new RunStore(redis, address.prefix))));
    } finally {
      clearTimeout(timer);
      redis.disconnect();
    }
  } catch (error) {
    if (error instanceof QueueError) checks.push(failed('queue', error.message, error.hint));
    else if (isGivenUp)
      checks.push(failed('queue', `queue ${address.name} did not answer within ${timeoutMs} ms`, undefined));
    else throw error;
  }
  return checks;
}

/** Who carries out what is handed over. @throws what is no answer of the server */
async function workersOf(store: RunStore): Promise<Check[]> {
  const name = 'queue workers';
  const hint = 'beside the FreeSWITCH: phonectl worker --server NAME --queue URL';
  let workers: Awaited<ReturnType<Workers['all']>>;
  try {
    workers = await new Workers(store).all();
  } catch (error) {
    if (!isReply(error)) throw error;
    return [warned(name, `which there are may not be asked: ${error.message}`, `~${store.keys.all} in its ACL`)];
  }
  if (workers.size === 0) return [warned(name, 'none has told of itself yet', hint)];
  return [...workers.values()].map((worker) => {
    const { server, host, version, since, at } = worker;
    if (!isThere(worker)) return warned(name, `that of ${server} was heard of last at ${timeOf(at)}`, hint);
    return passed(name, `${server}: phonectl ${version} on ${host}, since ${timeOf(since)}`);
  });
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function loginOf({ user, passwordFrom }: QueueAddress): string {
  const who = user === undefined ? '' : ` as ${user}`;
  return passwordFrom === undefined ? `${who} without a password` : who;
}

/** What strangers can do, where others than this machine reach it. */
function exposures({ host, port, tls, password }: QueueAddress): Check[] {
  const seen = `the queue is not encrypted: who sees the way to ${host} reads its password, the phones and what they are told`;
  const open = 'the queue wants no password: whoever reaches its port has phones told what he likes';
  return [
    ...(tls ? [] : [warned('queue wire', seen, `TLS (rediss://), a VPN, or ssh -L ${port}:127.0.0.1:${port} ${host}`)]),
    ...(password === undefined ? [warned('queue login', open, 'requirepass in redis.conf, or a user in its ACL')] : []),
  ];
}
