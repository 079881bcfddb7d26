import { byteLength, cutBytes } from '../wire/byte-text.js';
import { localNow } from '../wire/clock.js';
import { levelName } from '../wire/log-level.js';
import type { LogLine } from '../wire/log-line.js';

const REPLY_BUFFER = 512;
const GOODBYE = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
const REJECTION = 'Access Denied, go away.\n';

/** The reply to what is no command, or not one of this connection's. */
export const NOT_FOUND = commandReply('-ERR command not found');

/** The greeting of the server. */
export const AUTH_REQUEST = 'Content-Type: auth/request\n\n';

/** A `command/reply`. The server makes its text in a buffer of 512 bytes; what does not fit is lost. */
export function commandReply(text: string): string {
  return `Content-Type: command/reply\nReply-Text: ${cutBytes(text, REPLY_BUFFER - 1)}\n\n`;
}

/**
 * A `command/reply` with headers of its own. They and their closing empty line share the 512 bytes, one of which marks them
 * as such: a long list loses its end, and the empty line with it.
 */
export function headerReply(headers: string): string {
  return `Content-Type: command/reply\n${cutBytes(headers, REPLY_BUFFER - 2)}`;
}

/** Whether an answer is a `command/reply`. */
export function isCommandReply(answer: string): boolean {
  return answer.startsWith('Content-Type: command/reply\n');
}

/** An `api/response`. */
export function apiResponse(output: string): string {
  const text = output === '' ? '-ERR no reply\n' : output;
  return `Content-Type: api/response\nContent-Length: ${byteLength(text)}\n\n${text}`;
}

/** The notice before the server closes (`send_disconnect`); with the uuid of the call that the connection controls. */
export function disconnectNotice(text: string = GOODBYE, call?: string): string {
  const about = call === undefined ? '' : `Controlled-Session-UUID: ${call}\nContent-Disposition: disconnect\n`;
  return `Content-Type: text/disconnect-notice\n${about}Content-Length: ${byteLength(text)}\n\n${text}`;
}

/** The notice that a call is over while its connection stays for so many seconds; -1: until the client closes. */
export function lingerNotice(call: string, channelName: string, seconds: number): string {
  return (
    `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${call}\nContent-Disposition: linger\n` +
    `Channel-Name: ${channelName}\nLinger-Time: ${seconds}\nContent-Length: 0\n\n`
  );
}

/** What an address outside `apply-inbound-acl` gets instead of a greeting. */
export function rudeRejection(): string {
  return `Content-Type: text/rude-rejection\nContent-Length: ${REJECTION.length}\n\n${REJECTION}`;
}

/** A line of the log (`listener_run`, mod_event_socket.c). */
export function logMessage({ level, text, source }: LogLine): string {
  const { file, func, line, channel } = source;
  const place = `${localNow()} 95.00% [${levelName(level)}] ${file}:${line}`;
  const data = `${channel === 1 ? '' : `${place} `}${text}\n`;
  return (
    `Content-Type: log/data\nContent-Length: ${byteLength(data)}\nLog-Level: ${level}\nText-Channel: ${channel}\n` +
    `Log-File: ${file}\nLog-Func: ${func}\nLog-Line: ${line}\nUser-Data: \n\n${data}`
  );
}
