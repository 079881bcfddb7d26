import { NOW, Script } from './script.js';

/*
 * The steps of a run whose phones are listed beside the servers. A list belongs to the last one who began it, and so does the
 * cutting of all lists into slices: what another still wants to write is refused.
 */

/** What the end of each list does: `listed` counts them. */
const LISTED = `
local function listed(run, server, phones)
  redis.call('HSET', run, 'listed:' .. server, phones)
  redis.call('HINCRBY', run, 'rows', phones)
  return redis.call('HINCRBY', run, 'listed', 1)
end
`;

/**
 * KEYS run, runs, open; ARGV run id, when it began, then by twos what the run says of itself. A run that is
 * there stays as it is.
 */
export const BEGIN_LISTING = new Script(`${NOW}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'state', 'listing', 'listed', 0, 'rows', 0, 'beganAt', string.format('%d', now), unpack(ARGV, 3))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
return 1
`);

/** KEYS run, list; ARGV token, server. Whether the list is ours to make; what an earlier one has made of it is gone. */
export const CLAIM_LIST = new Script(`
local h = redis.call('HMGET', KEYS[1], 'state', 'listed:' .. ARGV[2], 'lister:' .. ARGV[2])
if h[1] ~= 'listing' or h[2] then return 0 end
if h[3] ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'lister:' .. ARGV[2], ARGV[1])
  redis.call('DEL', KEYS[2])
end
return 1
`);

/** KEYS run, list; ARGV token, server, number of the chunk, chunk. */
export const ADD_TO_LIST = new Script(`
local h = redis.call('HMGET', KEYS[1], 'state', 'listed:' .. ARGV[2], 'lister:' .. ARGV[2], 'keepMs')
if h[1] ~= 'listing' or h[2] or h[3] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('PEXPIRE', KEYS[2], h[4])
return 1
`);

/** KEYS run; ARGV token, server, phones. */
export const END_LIST = new Script(`${LISTED}
local h = redis.call('HMGET', KEYS[1], 'state', 'listed:' .. ARGV[2], 'lister:' .. ARGV[2])
if h[1] ~= 'listing' or h[2] or h[3] ~= ARGV[1] then return 0 end
listed(KEYS[1], ARGV[2], ARGV[3])
return 1
`);

/**
 * KEYS run, news, list; ARGV server, reason, how long the run must have waited for it, milliseconds, and the token of whoever
 * makes the list, or nothing. From then on it is a server without phones.
 */
export const FAIL_LIST = new Script(`${NOW}${LISTED}
local h = redis.call('HMGET', KEYS[1], 'state', 'listed:' .. ARGV[1], 'lister:' .. ARGV[1], 'beganAt')
if h[1] ~= 'listing' or h[2] then return 0 end
if ARGV[4] ~= '' and h[3] ~= ARGV[4] then return 0 end
if now - tonumber(h[4]) < tonumber(ARGV[3]) then return 0 end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[1], 'unlisted:' .. ARGV[1], ARGV[2])
redis.call('XADD', KEYS[2], '*', 'warning', ARGV[1] .. ': ' .. ARGV[2] .. '; its phones are not told')
listed(KEYS[1], ARGV[1], 0)
return 1
`);

/**
 * KEYS run, servers; ARGV token, how long it is ours unless we go on, milliseconds. Whether it is ours to cut the run, as all lists are there
 * and nobody else is at it: then how many rows there are. What another has cut is gone.
 */
export const CLAIM_CUT = new Script(`${NOW}
local h = redis.call('HMGET', KEYS[1], 'state', 'listed', 'lists', 'cutUntil', 'cutSlices', 'rows')
if h[1] ~= 'listing' or tonumber(h[2]) < tonumber(h[3]) then return -1 end
if h[4] and tonumber(h[4]) > now then return -1 end
for number = 0, tonumber(h[5] or '0') - 1 do
  redis.call('DEL', KEYS[1] .. ':slice:' .. number, KEYS[1] .. ':rows:' .. number)
end
for _, server in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', KEYS[1] .. ':share:' .. server) end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'cutter', ARGV[1], 'cutUntil', string.format('%d', now + ARGV[2]), 'cutSlices', 0, 'cutSeq', 0)
return tonumber(h[6])
`);

/** KEYS run, slice, rows, share, servers; ARGV token, for how long, seq, server, number, entries. The same seq again changes nothing. */
export const ADD_CUT = new Script(`${NOW}
local h = redis.call('HMGET', KEYS[1], 'state', 'cutter', 'cutSeq', 'cutSlices', 'keepMs')
if h[1] ~= 'listing' or h[2] ~= ARGV[1] then return 0 end
if tonumber(h[3]) >= tonumber(ARGV[3]) then return 1 end
redis.call('HSET', KEYS[2], 'server', ARGV[4])
redis.call('RPUSH', KEYS[3], ARGV[6])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[5])
redis.call('SADD', KEYS[5], ARGV[4])
for index = 2, 5 do redis.call('PEXPIRE', KEYS[index], h[5]) end
local slices = math.max(tonumber(h[4]), ARGV[5] + 1)
redis.call('HSET', KEYS[1], 'cutUntil', string.format('%d', now + ARGV[2]), 'cutSeq', ARGV[3], 'cutSlices', slices)
return 1
`);

/** KEYS run, news, open, all lists; ARGV token, run id, the news of the first batch or nothing, rows, fields by twos. Opens it, or ends it. */
export const OPEN_CUT = new Script(`
local h = redis.call('HMGET', KEYS[1], 'state', 'cutter', 'keepMs')
if h[2] ~= ARGV[1] then return 0 end
if h[1] ~= 'listing' then return 1 end
redis.call('HSET', KEYS[1], 'rows', ARGV[4])
for index = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1]) end
for index = 4, #KEYS do redis.call('DEL', KEYS[index]) end
if ARGV[3] ~= '' then
  redis.call('XADD', KEYS[2], '*', 'batch', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'state', 'over')
  redis.call('XADD', KEYS[2], '*', 'over', '')
  redis.call('SREM', KEYS[3], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], h[3])
  redis.call('PEXPIRE', KEYS[2], h[3])
end
return 1
`);
