import { Script } from './script.js';

/* What has become of what was due. The same may come twice, as BullMQ delivers a job once at least. */

/** KEYS state; ARGV due, run. */
export const RECORD_DUE = new Script(`
if tonumber(redis.call('HGET', KEYS[1], 'seen') or '0') >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'seen', ARGV[1], 'lastDue', ARGV[1], 'lastRun', ARGV[2])
return 1
`);

/** KEYS state; ARGV due, how many, reason. */
export const RECORD_MISSED = new Script(`
if tonumber(redis.call('HGET', KEYS[1], 'seen') or '0') >= tonumber(ARGV[1]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'missed', ARGV[2])
redis.call('HSET', KEYS[1], 'seen', ARGV[1], 'missedDue', ARGV[1], 'missedWhy', ARGV[3])
return 1
`);
