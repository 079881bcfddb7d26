import type { Redis } from 'ioredis';
import type { News } from './work.js';

export interface NewsOptions {
  /** A connection of its own, as it waits on it. */
  readonly redis: Redis;
  /** Whether to wait for what is still to come. */
  readonly isLive: boolean;
  /** Once it is aborted, a connection that is closed is no error. */
  readonly signal?: AbortSignal;
}

/** All that a run says, from its beginning; ends with `over`, and without it once the signal is aborted. @param key of the stream */
export async function* readNews(
  key: string,
  { redis, isLive, signal }: NewsOptions,
): AsyncGenerator<News, void, undefined> {
  let last = '0';
  while (!signal?.aborted) {
    const read = isLive
      ? redis.xread('COUNT', 200, 'BLOCK', 1000, 'STREAMS', key, last)
      : redis.xread('COUNT', 200, 'STREAMS', key, last);
    const found = await read.catch((error: unknown) => {
      if (signal?.aborted) return null;
      throw error;
    });
    const entries = found?.[0]?.[1] ?? [];
    for (const [id, [kind = '', text = '']] of entries) {
      last = id;
      const news = newsOf(timeOf(id), kind, text);
      if (news) yield news;
      if (news?.kind === 'over') return;
    }
    if (entries.length === 0 && !isLive) return;
  }
}

/** The id of an entry of a stream begins with its time, milliseconds since 1970. */
export function timeOf(id: string): number {
  return Number(id.split('-')[0]);
}

function newsOf(at: number, kind: string, text: string): News | undefined {
  if (kind === 'outcomes') return { at, kind, lines: text };
  if (kind === 'stopped') return { at, kind, reason: text };
  if (kind === 'note' || kind === 'warning') return { at, kind, text };
  if (kind === 'over') return { at, kind };
  if (kind !== 'batch') return undefined;
  const [number = 0, phones = 0, before = 0] = text.split(' ').map(Number);
  return { at, kind, number, phones, before };
}
