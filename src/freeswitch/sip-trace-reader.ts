import type { Message } from '../esl/index.js';
import { readSipMessage, type SipMessage } from './sip-message.js';

/** One SIP message that went to or came from a profile that is being traced. */
export interface TracedMessage {
  /** Seen from FreeSWITCH. */
  readonly direction: 'sent' | 'received';
  /** The other side, `192.0.2.7:5060` or `[2001:db8::7]:5060`. */
  readonly peer: string;
  /** `udp`, `tcp`, `tls`, `ws`, `wss`. */
  readonly transport: string;
  readonly message: SipMessage;
}

/** `send 827 bytes to udp/[127.0.0.1]:7000 at 01:34:42.890345:` (`tport_stamp`, sofia-sip's tport_logging.c). */
const STAMP = /^(send|sent|recv) \d+ bytes (?:to|from) ([a-z]+)\/\[([^\]]*)\]:(\d+)\S* at [\d:.]+:$/;

/** What stamp and separator have at most together (`TPORT_STAMP_SIZE`, `MSG_SEPARATOR`). */
const HEAD_LENGTH = 144 + 73;

/**
 * The SIP message in one `log/data` message; undefined for any other log line, and for what a phone sends to keep its
 * way through a NAT open.
 *
 * One message is one log line since sofia-sip 1.13 (2019). What the line holds is not the very bytes: CRLF has become
 * LF, a NUL ends the text, and stamp, separator and message together are cut after 15,999 bytes (`tport_log_msg`).
 * Headers come first, so it is the body that suffers.
 */
export function readTrace({ contentType, body }: Message): TracedMessage | undefined {
  if (contentType !== 'log/data') return undefined;
  const [first = '', second = '', ...rest] = body.toString('latin1', 0, HEAD_LENGTH).split('\n', 3);
  const stamp = rest.length > 0 && /^-+$/.test(second) ? STAMP.exec(first) : undefined;
  if (!stamp) return undefined;
  const message = readSipMessage(body.toString('utf8', first.length + 1 + second.length + 1));
  if (!message) return undefined;
  const [, verb, transport = '', host = '', port = ''] = stamp;
  const peer = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return { direction: verb === 'recv' ? 'received' : 'sent', peer, transport, message };
}
