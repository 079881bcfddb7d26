import { NOW, Script } from './script.js';

/** KEYS workers; ARGV server, what its worker tells of itself as JSON. Redis says when. */
export const TELL = new Script(`${NOW}
local told = cjson.decode(ARGV[2])
told.at = now
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(told))
return 1
`);
