import type { Redis } from 'ioredis';
import { type Check, failed, passed, warned } from '../run/check-up-check.js';
import { isReply } from './errors.js';

/** The oldest Redis that has what the queue is made of; every Valkey has it. */
const OLDEST = [6, 2] as const;
/** Of its limit, from when on it is told that it fills. */
const NEARLY_FULL = 0.9;

/** What `INFO` says, by its names. */
type Info = ReadonlyMap<string, string>;

/**
 * Whether a server is fit to hold runs: what it is, whether it takes writes, throws nothing away, outlives a power cut, has memory left.
 * It is only asked; nothing is changed there. @throws what is no answer of the server
 */
export async function fitness(redis: Redis): Promise<Check[]> {
  let info: Info;
  try {
    info = parseInfo(await redis.info());
  } catch (error) {
    if (!isReply(error)) throw error;
    const detail = `what it is may not be asked, and whether it keeps runs is unknown: ${error.message}`;
    return [failed('queue version', detail, 'in redis-cli: ACL SETUSER, and the name of the user, +info')];
  }
  return [version(info), role(info), policy(info), persistence(info), memory(info)];
}

function version(info: Info): Check {
  const name = 'queue version';
  const valkey = info.get('valkey_version');
  if (valkey !== undefined) return passed(name, `Valkey ${valkey}`);
  const redis = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = redis.split('.').map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNew) return passed(name, `Redis ${redis}`);
  return failed(
    name,
    `Redis ${redis || 'of an unknown version'}, which is too old`,
    `Redis ${OLDEST.join('.')} or newer, or Valkey`,
  );
}

function role(info: Info): Check {
  const name = 'queue role';
  if (info.get('cluster_enabled') === '1')
    return failed(
      name,
      'it is part of a cluster, over which the keys of a run would be scattered',
      'a server of its own',
    );
  if (info.get('role') === 'slave') {
    const master = `${info.get('master_host')}:${info.get('master_port')}`;
    return failed(name, `it is the replica of ${master} and takes no writes`, `the address of ${master}`);
  }
  return passed(name, 'takes writes');
}

function policy(info: Info): Check {
  const name = 'queue eviction';
  const found = info.get('maxmemory_policy');
  if (found === 'noeviction') return passed(name, 'maxmemory-policy is noeviction: nothing is thrown away');
  const hint = 'redis-cli config set maxmemory-policy noeviction; and in redis.conf';
  if (found === undefined) return warned(name, 'whether it throws runs away when its memory is full is unknown', hint);
  return failed(name, `maxmemory-policy is ${found}: when its memory is full, runs are thrown away`, hint);
}

function persistence(info: Info): Check {
  const name = 'queue persistence';
  if (info.get('aof_last_write_status') === 'err' || info.get('rdb_last_bgsave_status') === 'err')
    return failed(
      name,
      'it can not write its files, and may refuse every write for that',
      'its log says why; is its disk full?',
    );
  if (info.get('aof_enabled') === '1')
    return passed(name, 'appendonly is on: a power cut costs a second at most, unless appendfsync is no');
  return warned(
    name,
    'appendonly is off: a power cut or a crash loses what was handed over and done since its last snapshot',
    'redis-cli config set appendonly yes; and in redis.conf',
  );
}

function memory(info: Info): Check {
  const name = 'queue memory';
  const used = Number(info.get('used_memory') ?? 0);
  const limit = Number(info.get('maxmemory') ?? 0);
  if (limit === 0) return passed(name, `${megabytes(used)} used, no limit`);
  const detail = `${megabytes(used)} of ${megabytes(limit)} used`;
  if (used < limit * NEARLY_FULL) return passed(name, detail);
  return warned(
    name,
    `${detail}: when it is full, runs are refused`,
    'redis-cli config set maxmemory, and a larger value',
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `name:value` a line, and headlines after `#` (redis.io, INFO). */
function parseInfo(text: string): Info {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const));
}
