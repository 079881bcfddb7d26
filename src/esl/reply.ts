import type { Message } from './message.js';

/** What FreeSWITCH answered to one command. `ok` is false for `-ERR` only: an `api` may answer anything else. */
export interface Reply {
  readonly ok: boolean;
  /** The Reply-Text of a `command/reply`, the body of an `api/response`, trailing line ends removed. */
  readonly text: string;
  readonly message: Message;
}

/**
 * Reads a `command/reply` or `api/response`. An `api` that the user may not call is answered by a `command/reply`
 * (mod_event_socket.c), so the reply to a command is whichever of the two comes next.
 */
export function toReply(message: Message): Reply {
  const replyText = message.headers.get('reply-text');
  const text = withoutLineEnds(replyText ?? message.body.toString());
  return { ok: !text.startsWith('-ERR'), text, message };
}

/** A text without the line ends behind it. Not a regular expression, which would take quadratic time on many line ends in a row. */
export function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end--;
  return text.slice(0, end);
}
