import { Script } from './script.js';

/** KEYS workers; ARGV server, what its worker tells of itself as JSON. When that was is said by Redis, as machines differ. */
export const TELL = new Script(`
local t = redis.call('TIME')
local told = cjson.decode(ARGV[2])
told.at = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(told))
return 1
`);
