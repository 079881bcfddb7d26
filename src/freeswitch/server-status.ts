import { AnswerFault } from './errors.js';

/** What `api status` says (`status_function`, mod_commands.c). */
export interface ServerStatus {
  readonly uptimeSeconds: number;
  /** Whether it takes calls: not while it starts, is paused or shuts down. */
  readonly ready: boolean;
  /** `1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit` */
  readonly version: string;
  /** Legs of calls just now. */
  readonly sessions: number;
  readonly maxSessions: number;
}

const UPTIME = /^UP (\d+) years?, (\d+) days?, (\d+) hours?, (\d+) minutes?, (\d+) seconds?,/;
const READY = /^FreeSWITCH \(Version (.*)\) is (not )?ready$/m;
const SESSIONS = /^(\d+) session\(s\) - peak/m;
const MAX_SESSIONS = /^(\d+) session\(s\) max$/m;

/** A year is 365 days in `switch_core_measure_time` (switch_core.c). @throws AnswerFault */
export function readServerStatus(text: string): ServerStatus {
  const uptime = UPTIME.exec(text);
  const ready = READY.exec(text);
  const sessions = SESSIONS.exec(text)?.[1];
  const maxSessions = MAX_SESSIONS.exec(text)?.[1];
  if (!uptime || !ready || sessions === undefined || maxSessions === undefined)
    throw new AnswerFault('it is no status');
  const [years = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = uptime.slice(1).map(Number);
  return {
    uptimeSeconds: (((years * 365 + days) * 24 + hours) * 60 + minutes) * 60 + seconds,
    ready: ready[2] === undefined,
    version: ready[1] ?? '',
    sessions: Number(sessions),
    maxSessions: Number(maxSessions),
  };
}
