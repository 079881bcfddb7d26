import type { Message } from './message.js';

/** The levels of FreeSWITCH's log, from 0 (switch_log.c); `console` is shown whatever level is asked for. */
export const LOG_LEVELS = ['console', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One `log/data` message (`listener_run`, mod_event_socket.c). */
export interface LogLine {
  /** 0 to 7, and more for FreeSWITCH's debug1 and further ones; -1 if the message does not say. */
  readonly level: number;
  /** Where in FreeSWITCH it was written. */
  readonly file: string;
  readonly func: string;
  readonly line: number;
  /** The UUID of the call it is about, or what else was given with it; often empty. */
  readonly userData: string;
  /** As it would stand in the log file, without its last line end. May hold line ends. */
  readonly text: string;
}

/** Reads a `log/data` message. */
export function toLogLine({ headers, body }: Message): LogLine {
  return {
    level: toNumber(headers.get('log-level'), -1),
    file: headers.get('log-file') ?? '',
    func: headers.get('log-func') ?? '',
    line: toNumber(headers.get('log-line'), 0),
    userData: headers.get('user-data') ?? '',
    text: body.toString().replace(/\r?\n$/, ''),
  };
}

function toNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : otherwise;
}
