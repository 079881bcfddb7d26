import { Script } from './script.js';

/*
 * What has to be one step, whoever else is at work on the same run. A slice belongs to the last one who claimed it: what another
 * still wants to write of it is refused, and as an intent is written before its order is sent, that is not sent.
 */

const TALLY = `
local function tally(run)
  local h = redis.call('HMGET', run, 'stopped', 'batch', 'failures', 'batchFailures')
  local batch = tonumber(h[2] or '0')
  local b = redis.call('HGET', run, 'batch:' .. batch) or '0'
  return { h[1] or '', batch + 1, tonumber(string.match(b, '%d+$')), tonumber(h[3] or '0'), tonumber(h[4] or '0') }
end
`;

/** KEYS slice, rows, share, servers; ARGV server, number, phones, a word for this call. The same call again changes nothing. */
export const ADD = new Script(`
if redis.call('HGET', KEYS[1], 'added') == ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'server', ARGV[1], 'added', ARGV[4])
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[2])
redis.call('SADD', KEYS[4], ARGV[1])
return 1
`);

/** KEYS run, news, open; ARGV run id, the first batch as its news, then fields and values. Not of a run that was forgotten meanwhile. */
export const OPEN = new Script(`
if redis.call('HGET', KEYS[1], 'state') ~= 'filling' then return 0 end
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('XADD', KEYS[2], '*', 'batch', ARGV[2])
return 1
`);

/** KEYS run, runs; ARGV run id. Only of a run that was never opened: nobody can have begun with it. */
export const FORGET = new Script(`
if redis.call('HGET', KEYS[1], 'state') ~= 'filling' then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
`);

/** KEYS run, slice, rows, log, news; ARGV token, whether only if nobody has claimed it yet. Of outcomes the log has where in the news they are. */
export const CLAIM = new Script(`${TALLY}
local slice = redis.call('HMGET', KEYS[2], 'done', 'seq', 'server', 'owner')
if not slice[3] then return { 'gone' } end
if slice[1] then return { 'done' } end
if slice[4] and ARGV[2] == '1' then return { 'taken' } end
redis.call('HSET', KEYS[2], 'owner', ARGV[1])
local log = redis.call('LRANGE', KEYS[4], 0, -1)
for i, line in ipairs(log) do
  if string.sub(line, 1, 1) == '@' then
    local id = string.sub(line, 2)
    local entry = redis.call('XRANGE', KEYS[5], id, id)[1]
    log[i] = entry and entry[2][2] or ''
  end
end
return { 'ours', redis.call('LRANGE', KEYS[3], 0, -1), log, tonumber(slice[2] or '0'), tally(KEYS[1]) }
`);

/** KEYS run, slice, log, news; ARGV token, seq, intents, outcomes, orders, failures. The same seq again changes nothing. */
export const APPEND = new Script(`${TALLY}
local slice = redis.call('HMGET', KEYS[2], 'owner', 'seq', 'done')
if slice[1] ~= ARGV[1] or slice[3] then return { 'lost' } end
if tonumber(slice[2] or '0') < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[2], 'seq', ARGV[2])
  if ARGV[3] ~= '' then redis.call('RPUSH', KEYS[3], ARGV[3]) end
  if ARGV[4] ~= '' then redis.call('RPUSH', KEYS[3], '@' .. redis.call('XADD', KEYS[4], '*', 'outcomes', ARGV[4])) end
  if ARGV[5] ~= '0' then redis.call('HINCRBY', KEYS[1], 'orders', ARGV[5]) end
  if ARGV[6] ~= '0' then
    redis.call('HINCRBY', KEYS[1], 'failures', ARGV[6])
    redis.call('HINCRBY', KEYS[1], 'batchFailures', ARGV[6])
  end
end
return { 'ok', tally(KEYS[1]) }
`);

/** KEYS run, news, open, servers; ARGV now, run id. What is due behind a batch that is complete: the next one, or the end. */
export const ADVANCE = new Script(`
local h = redis.call('HMGET', KEYS[1], 'state', 'left', 'nextAt', 'batch', 'batches', 'stopped', 'canary', 'orders', 'keepMs')
if h[1] ~= 'open' or tonumber(h[2]) > 0 then return 0 end
local batch, batches = tonumber(h[4]), tonumber(h[5])
local stopped = h[6]
if not stopped and h[7] == '1' and batch == 0 and tonumber(h[8] or '0') == 0 then
  stopped = 'stop rule: no phone of the canary could be told'
  redis.call('HSET', KEYS[1], 'stopped', stopped)
  redis.call('XADD', KEYS[2], '*', 'stopped', stopped)
end
if batch + 1 >= batches then
  redis.call('HSET', KEYS[1], 'state', 'over')
  redis.call('XADD', KEYS[2], '*', 'over', '')
  redis.call('SREM', KEYS[3], ARGV[2])
  redis.call('DEL', KEYS[4])
  redis.call('PEXPIRE', KEYS[1], h[9])
  redis.call('PEXPIRE', KEYS[2], h[9])
  return 0
end
if not stopped and tonumber(h[3] or '0') > tonumber(ARGV[1]) then return 0 end
batch = batch + 1
local first, stop, before, phones = string.match(redis.call('HGET', KEYS[1], 'batch:' .. batch), '(%d+) (%d+) (%d+) (%d+)')
redis.call('HSET', KEYS[1], 'batch', batch, 'left', stop - first, 'batchFailures', 0)
if not stopped then redis.call('XADD', KEYS[2], '*', 'batch', batch + 1 .. ' ' .. phones .. ' ' .. before) end
return 1
`);

/** KEYS run, slice, rows, log, share; ARGV token, now, number. Says how many slices of its batch are left. */
export const FINISH = new Script(`
local slice = redis.call('HMGET', KEYS[2], 'owner', 'done')
if slice[1] ~= ARGV[1] then return -1 end
if slice[2] then return tonumber(redis.call('HGET', KEYS[1], 'left') or '0') end
redis.call('HSET', KEYS[2], 'done', 1)
redis.call('DEL', KEYS[3], KEYS[4])
redis.call('ZREM', KEYS[5], ARGV[3])
redis.call('PEXPIRE', KEYS[2], redis.call('HGET', KEYS[1], 'keepMs'))
redis.call('HSET', KEYS[1], 'nextAt', ARGV[2] + redis.call('HGET', KEYS[1], 'pauseMs'))
return redis.call('HINCRBY', KEYS[1], 'left', -1)
`);

/** KEYS run, news, open; ARGV reason, run id. The first reason stays. A run that has no phones yet is over then. */
export const STOP = new Script(`
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'open' and state ~= 'listing' then return 0 end
if redis.call('HSETNX', KEYS[1], 'stopped', ARGV[1]) == 1 then redis.call('XADD', KEYS[2], '*', 'stopped', ARGV[1]) end
if state == 'listing' then
  redis.call('HSET', KEYS[1], 'state', 'over')
  redis.call('XADD', KEYS[2], '*', 'over', '')
  redis.call('SREM', KEYS[3], ARGV[2])
  local keepMs = redis.call('HGET', KEYS[1], 'keepMs')
  redis.call('PEXPIRE', KEYS[1], keepMs)
  redis.call('PEXPIRE', KEYS[2], keepMs)
end
return 1
`);
