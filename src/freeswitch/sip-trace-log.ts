import type { Connection, Message } from '../esl/index.js';
import { SipTraceError } from './sip-trace-error.js';

/** `switch_log_level2str`, switch_log.c; the most important first. */
const LEVELS = ['console', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** What tells of dropped log lines has this level. */
const CRITICAL = LEVELS.indexOf('crit');

/**
 * Has FreeSWITCH send its log to this connection, no more of it than the SIP trace needs. The trace has the level
 * `console` unless an administrator has set another (`sofia tracelevel`).
 * @throws SipTraceError if this login may not, EslError
 */
export async function openLog(connection: Connection): Promise<void> {
  const text = await ask(connection, 'api sofia tracelevel', "sofia to the user's esl-allowed-api");
  const traced = LEVELS.indexOf(/tracelevel is (\w+)/i.exec(text)?.[1]?.toLowerCase() ?? '');
  await ask(connection, `log ${LEVELS[Math.max(traced, CRITICAL)]}`, "esl-allowed-log=true to the user's params");
}

/**
 * Whether a log line says that lines were dropped for a reader that was too slow (`socket_logger`, mod_event_socket.c).
 * It does not say for which one. After 500 lost lines the reader is disconnected.
 */
export function tellsLoss({ contentType, headers, body }: Message): boolean {
  if (contentType !== 'log/data' || headers.get('Log-File') !== 'mod_event_socket.c') return false;
  return /Lost \[\d+\] log lines!|Log enqueue ERROR/.test(body.toString('latin1', 0, 500));
}

async function ask(connection: Connection, line: string, permission: string): Promise<string> {
  const { text } = await connection.send({ line });
  if (!text.startsWith('-ERR permission denied')) return text;
  const hint = `add ${permission} in the directory, or log in with the password of the event socket`;
  throw new SipTraceError('not-allowed', `this login may not trace SIP: the server refused ${line}`, { hint });
}
