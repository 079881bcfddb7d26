import { KEEP_MS } from './fields.js';
import { NOW, Script } from './script.js';
import type { RunStore } from './store.js';

/** A run that tells phones which another one would tell as well. */
export interface Holder {
  readonly run: string;
  /** Since when, milliseconds since 1970 by the clock of the queue. */
  readonly since: number;
}

/** For so long a run is taken for one that is still being handed over, milliseconds: whoever did that may have died. */
const HANDING_MS = 5 * 60_000;

/**
 * KEYS held; ARGV run, the key of a run before its id, how long one is handed over, how long this is kept, milliseconds, then what is
 * held. All of it is the run's own then; else whose the first of it is that is not to be had, and since when.
 */
const HOLD = new Script(`${NOW}
for index = 5, #ARGV do
  local run, since = string.match(redis.call('HGET', KEYS[1], ARGV[index]) or '', '^(%S+) (%d+)$')
  if run and run ~= ARGV[1] then
    local state = redis.call('HGET', ARGV[2] .. run, 'state')
    local isBegun = state == 'open' or state == 'listing'
    local isHanded = state ~= 'over' and now - tonumber(since) < tonumber(ARGV[3])
    if isBegun or isHanded then return { run, tonumber(since) } end
  end
end
for index = 5, #ARGV do redis.call('HSET', KEYS[1], ARGV[index], ARGV[1] .. ' ' .. string.format('%d', now)) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {}
`);

/** KEYS held; ARGV run, then what it holds, as far as it does. */
const RELEASE = new Script(`
for index = 2, #ARGV do
  local holder = redis.call('HGET', KEYS[1], ARGV[index]) or ''
  if string.match(holder, '^%S+') == ARGV[1] then redis.call('HDEL', KEYS[1], ARGV[index]) end
end
`);

/** The phones that a run is for. */
export interface Fleet {
  readonly servers: readonly string[];
  /** What they are called together. */
  readonly phones: string;
}

/**
 * Keeps other runs off the same phones of the same servers until this one is over.
 * @returns who has them, if another does
 */
export async function hold(store: RunStore, run: string, fleet: Fleet): Promise<Holder | undefined> {
  const { redis, keys } = store;
  const args = [run, keys.run(''), HANDING_MS, KEEP_MS, ...namesOf(fleet)];
  const [holder, since] = (await HOLD.run(redis, [keys.held], args)) as [string?, number?];
  return holder === undefined ? undefined : { run: holder, since: Number(since) };
}

/** A run that has not begun leaves them to others. */
export async function release({ redis, keys }: RunStore, run: string, fleet: Fleet): Promise<void> {
  await RELEASE.run(redis, [keys.held], [run, ...namesOf(fleet)]);
}

function namesOf({ servers, phones }: Fleet): string[] {
  return servers.map((server) => `${server}\n${phones}`);
}
