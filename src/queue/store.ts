import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Entry } from '../inventory/phone.js';
import { QueueError } from './errors.js';
import { firstBatch, firstFields, openFields } from './fields.js';
import { Keys } from './keys.js';
import { type NewsOptions, readNews, timeOf } from './news.js';
import { ADD, ADVANCE, APPEND, CLAIM, FINISH, FORGET, OPEN, STOP } from './scripts.js';
import { type Claimed, type News, type Slice, type SliceBatch, type Tally, WORK_SCHEMA, type Work } from './work.js';

/** What is written of a slice in one step. */
export interface Writing {
  /** Records of a journal, a line each: intents, and orders that were accepted and wait for their evidence. */
  readonly intents: readonly string[];
  /** The same of outcomes. */
  readonly outcomes: readonly string[];
  /** How many orders are about to be sent, and how many have fallen short. */
  readonly orders: number;
  readonly failures: number;
}

/** The state of a run, for those who look at it. */
export interface RunState {
  readonly run: string;
  /** `listing`: its phones are being asked for beside the servers. */
  readonly state: 'filling' | 'listing' | 'open' | 'over';
  readonly stopped: string | undefined;
  readonly work: Work;
  readonly slices: number;
  readonly phones: number;
  /** How many rows its lists have come to, where its phones were listed beside the servers. */
  readonly rows: number;
}

/** Somebody else carries out this slice by now. */
export class SliceLostError extends Error {
  override readonly name = 'SliceLostError';
}

/**
 * The runs of a queue, in Redis. Everything that several processes could do to a run at the same moment is one step there
 * (scripts.ts), and doing it again changes nothing, as a command is sent again when a connection to Redis was lost.
 */
export class RunStore {
  readonly redis: Redis;
  readonly keys: Keys;

  constructor(redis: Redis, prefix: string) {
    this.redis = redis;
    this.keys = new Keys(prefix);
  }

  /** Keeps the name of a run from others that hand one over in the same second. @returns whether nobody had it */
  async reserve(run: string, at: Date): Promise<boolean> {
    return (await this.redis.zadd(this.keys.runs, 'NX', at.getTime(), run)) === 1;
  }

  /** Begins a run, of which nobody does anything before it is opened. */
  async begin(work: Work): Promise<void> {
    const { run, started } = work.head;
    await this.redis.hset(this.keys.run(run), { state: 'filling', ...firstFields(work) });
    await this.redis.zadd(this.keys.runs, Date.parse(started), run);
  }

  /** Adds phones to a slice, a new one or not. */
  async addRows({ run, number, server }: Slice, entries: readonly Entry[]): Promise<void> {
    const { keys } = this;
    const all = [keys.slice(run, number), keys.rows(run, number), keys.share(run, server), keys.servers(run)];
    await ADD.run(this.redis, all, [server, number, JSON.stringify(entries), randomUUID()]);
  }

  /** From now on it is carried out. @throws QueueError if it was forgotten meanwhile */
  async open(run: string, batches: readonly SliceBatch[]): Promise<void> {
    const [batch] = batches;
    if (!batch) throw new Error('a run without phones');
    const all = [this.keys.run(run), this.keys.news(run), this.keys.open];
    const isOpen = await OPEN.run(this.redis, all, [
      run,
      firstBatch(batch),
      ...Object.entries(openFields(batches)).flat(),
    ]);
    if (isOpen === 1 || (await this.redis.hget(this.keys.run(run), 'state')) === 'open') return;
    await this.#clear(run);
    throw new QueueError(`run ${run} was cancelled while it was handed over`);
  }

  /** Forgets a run that was never opened, with all its phones. @returns whether it was such a one */
  async forget(run: string): Promise<boolean> {
    const isForgotten = (await FORGET.run(this.redis, [this.keys.run(run), this.keys.runs], [run])) === 1;
    if (isForgotten) await this.#clear(run);
    return isForgotten;
  }

  /** Who died while handing it over told nobody how many slices there are, so they are looked for. */
  async #clear(run: string): Promise<void> {
    const pattern = `${this.keys.run(run).replace(/[\\*?[\]]/g, '\\$&')}:*`;
    let cursor = '0';
    do {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
      cursor = next;
      if (keys.length > 0) await this.redis.unlink(...keys);
    } while (cursor !== '0');
  }

  /** The batch that is under way, and the servers that something is left for in it. */
  async due(run: string): Promise<{ readonly batch: number; readonly servers: readonly string[] }> {
    const { batch, first, end } = await this.#underWay(run);
    const servers = (await this.redis.smembers(this.keys.servers(run))).sort();
    const counts = await Promise.all(
      servers.map((server) => this.redis.zcount(this.keys.share(run, server), first, end - 1)),
    );
    return { batch, servers: servers.filter((_, index) => counts[index]) };
  }

  /** Whether anything of a run is left for a server, in whichever batch. */
  async isLeftFor(run: string, server: string): Promise<boolean> {
    return (await this.redis.exists(this.keys.share(run, server))) === 1;
  }

  /** What is left for a server in the batch that is under way, or in that one if it is. */
  async dueAt(run: string, server: string, inBatch?: number): Promise<Slice[]> {
    const { batch, first, end } = await this.#underWay(run);
    if (inBatch !== undefined && inBatch !== batch) return [];
    const numbers = await this.redis.zrangebyscore(this.keys.share(run, server), first, end - 1);
    return numbers.map((number) => ({ run, number: Number(number), server }));
  }

  /** The first slice of the batch that is under way, and the one behind its last: none of a run that is not. */
  async #underWay(run: string): Promise<{ readonly batch: number; readonly first: number; readonly end: number }> {
    const [state, number] = await this.redis.hmget(this.keys.run(run), 'state', 'batch');
    const batch = Number(number ?? 0);
    if (state !== 'open') return { batch, first: 0, end: 0 };
    const [first = 0, end = 0] = ((await this.redis.hget(this.keys.run(run), `batch:${batch}`)) ?? '')
      .split(' ')
      .map(Number);
    return { batch, first, end };
  }

  /**
   * Makes a slice ours, whoever had it before; undefined if there is nothing left to do for it.
   * @param isFresh only if nobody has claimed it yet
   */
  async claim({ run, number }: Slice, token: string, isFresh = false): Promise<Claimed | undefined> {
    const { keys } = this;
    const all = [keys.run(run), keys.slice(run, number), keys.rows(run, number), keys.log(run, number), keys.news(run)];
    const [kind, rows, log, seq, tally] = (await CLAIM.run(this.redis, all, [token, isFresh ? 1 : 0])) as [
      string,
      string[],
      string[],
      number,
      RawTally,
    ];
    if (kind !== 'ours') return undefined;
    const entries = rows.flatMap((chunk) => JSON.parse(chunk) as Entry[]);
    return { entries, log, seq, tally: tallyOf(tally) };
  }

  /**
   * Writes down what is about to be done for a slice, and what came of it.
   * @throws SliceLostError if it is somebody else's by now: then nothing was written
   */
  async append({ run, number }: Slice, token: string, seq: number, writing: Writing): Promise<Tally> {
    const { intents, outcomes, orders, failures } = writing;
    const { keys } = this;
    const all = [keys.run(run), keys.slice(run, number), keys.log(run, number), keys.news(run)];
    const args = [token, seq, intents.join('\n'), outcomes.join('\n'), orders, failures];
    const [kind, tally] = (await APPEND.run(this.redis, all, args)) as [string, RawTally];
    if (kind !== 'ok') throw new SliceLostError(`slice ${number} of run ${run} is somebody else's`);
    return tallyOf(tally);
  }

  /** A slice is done. @returns how many of its batch are left */
  async finish({ run, number, server }: Slice, token: string): Promise<number> {
    const { keys } = this;
    const slice = [keys.slice(run, number), keys.rows(run, number), keys.log(run, number)];
    const all = [keys.run(run), ...slice, keys.share(run, server)];
    return Number(await FINISH.run(this.redis, all, [token, Date.now(), number]));
  }

  /** Goes on to the next batch, or to the end, if that is due. @returns whether there is a next batch now */
  async advance(run: string): Promise<boolean> {
    const all = [this.keys.run(run), this.keys.news(run), this.keys.open, this.keys.servers(run)];
    return Number(await ADVANCE.run(this.redis, all, [Date.now(), run])) === 1;
  }

  /** Nothing more of it is sent, by anybody. @returns whether it was under way */
  async stop(run: string, reason: string): Promise<boolean> {
    const all = [this.keys.run(run), this.keys.news(run), this.keys.open];
    return Number(await STOP.run(this.redis, all, [reason, run])) === 1;
  }

  /** Why nothing more of it is sent, if so. */
  async stopReason(run: string): Promise<string | undefined> {
    return (await this.redis.hget(this.keys.run(run), 'stopped')) ?? undefined;
  }

  /** Tells those who follow a run. */
  async say(run: string, kind: 'note' | 'warning', text: string): Promise<void> {
    await this.redis.xadd(this.keys.news(run), '*', kind, text);
  }

  /** Whether there is such a run. */
  async has(run: string): Promise<boolean> {
    return (await this.redis.exists(this.keys.run(run))) === 1;
  }

  /** @throws QueueError if there is no such run, or if it is of another version */
  async state(run: string): Promise<RunState> {
    const fields = ['state', 'stopped', 'work', 'slices', 'phones', 'rows'] as const;
    const [state, stopped, work, slices, phones, rows] = await this.redis.hmget(this.keys.run(run), ...fields);
    if (!state || !work)
      throw new QueueError(`there is no run "${run}" in the queue`, 'phonectl run list --via queue', 'run');
    return {
      run,
      state: state as RunState['state'],
      stopped: stopped ?? undefined,
      work: parseWork(work),
      slices: Number(slices ?? 0),
      phones: Number(phones ?? 0),
      rows: Number(rows ?? 0),
    };
  }

  /** The runs that there are, those that began last first. */
  async runs(): Promise<string[]> {
    const listed = await this.redis.zrevrange(this.keys.runs, 0, -1);
    const asked = this.redis.pipeline();
    for (const run of listed) asked.exists(this.keys.run(run));
    const answers = (await asked.exec()) ?? [];
    const isGone = (index: number): boolean => answers[index]?.[1] === 0;
    // Those that Redis has forgotten by now, as they have been over for so long.
    const gone = listed.filter((_, index) => isGone(index));
    if (gone.length > 0) await this.redis.zrem(this.keys.runs, ...gone);
    return listed.filter((_, index) => !isGone(index));
  }

  /** How many slices of a run are done. */
  async slicesDone(run: string): Promise<number> {
    const [batch, left] = await this.redis.hmget(this.keys.run(run), 'batch', 'left');
    const ofBatch = await this.redis.hget(this.keys.run(run), `batch:${batch ?? 0}`);
    const end = Number(ofBatch?.split(' ')[1] ?? 0);
    return end - Number(left ?? 0);
  }

  /** When a run told of itself last, milliseconds since 1970 by the clock of the queue; undefined if it never has. */
  async lastNewsAt(run: string): Promise<number | undefined> {
    const [last] = await this.redis.xrevrange(this.keys.news(run), '+', '-', 'COUNT', 1);
    return last && timeOf(last[0]);
  }

  /** Whether it is us who look after the runs now: of many workers one is enough. @param ms for so long nobody else does */
  async maySweep(ms: number): Promise<boolean> {
    return (await this.redis.set(this.keys.swept, '1', 'PX', ms, 'NX')) === 'OK';
  }

  /** The runs that are under way. */
  async openRuns(): Promise<string[]> {
    return this.redis.smembers(this.keys.open);
  }

  /** All that a run says, from its beginning. */
  news(run: string, options: NewsOptions): AsyncGenerator<News, void, undefined> {
    return readNews(this.keys.news(run), options);
  }
}

type RawTally = [stopped: string, batch: number, size: number, failures: number, batchFailures: number];

function tallyOf([stopped, batch, size, failures, batchFailures]: RawTally): Tally {
  return { stopped: stopped || undefined, batch, size, failures, batchFailures };
}

function parseWork(text: string): Work {
  const work = JSON.parse(text) as Work;
  if (work.schema === WORK_SCHEMA) return work;
  throw new QueueError(
    `run ${work.head?.run ?? '?'} was handed over by phonectl ${work.head?.version ?? '?'}, and this one can't read it`,
    'the same version on both sides',
    'run',
  );
}
