import { EslProtocolError } from './errors.js';
import { type Header, Headers } from './headers.js';
import type { Message } from './message.js';
import { percentDecode } from './percent.js';

/** What FreeSWITCH tells of a call when an outbound session begins. */
export interface ChannelData {
  /** The call: its `Unique-ID`. */
  readonly uuid: string;
  /** All that is known of it, decoded: `Caller-Destination-Number`, `variable_sip_call_id`, … */
  readonly headers: Headers;
  /** Whether applications are carried out beside the socket; `static` is without `async` in the dialplan. */
  readonly mode: 'async' | 'static';
  /** Whether `api`, `sendevent`, `event`, `linger`, `log` may be used; `single-channel` is without `full` in the dialplan. */
  readonly control: 'full' | 'single-channel';
}

/**
 * Reads the reply to `connect`: one flat block, percent-encoded as an event is, with the reply's own headers at its end
 * (`parse_command`, mod_event_socket.c).
 * @throws EslProtocolError
 */
export function toChannelData(message: Message): ChannelData {
  const entries = message.headers.entries().map(([name, value]): Header => [name, percentDecode(value)]);
  const headers = new Headers(entries);
  const uuid = headers.get('unique-id');
  if (uuid === undefined) throw new EslProtocolError('the answer to connect is not a call');
  return {
    uuid,
    headers,
    mode: headers.get('socket-mode') === 'async' ? 'async' : 'static',
    control: headers.get('control') === 'full' ? 'full' : 'single-channel',
  };
}
