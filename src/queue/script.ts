import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** For scripts that need the time: `now`, milliseconds since 1970 by the clock of Redis, as machines may differ. */
export const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/** Lua that Redis carries out as one step. Redis forgets it when it restarts, and is told again then. */
export class Script {
  readonly #lua: string;
  readonly #sha1: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha1 = createHash('sha1').update(lua).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const operands = [keys.length, ...keys, ...args];
    try {
      return await redis.call('EVALSHA', this.#sha1, ...operands);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.call('EVAL', this.#lua, ...operands);
    }
  }
}
