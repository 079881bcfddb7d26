import type { Buffer } from 'node:buffer';
import { Decoder, encodeMessage, type Message } from '../../src/esl/index.js';
import { readTrace, type TracedMessage } from '../../src/freeswitch/sip-trace-reader.js';

/** The message that these bytes are. */
export function messageOf(bytes: Buffer): Message {
  const [message] = new Decoder().push(bytes);
  if (!message) throw new Error('that is not one message');
  return message;
}

/** A line of FreeSWITCH's log as it comes on the event socket. */
export function logData(text: string | Uint8Array, level = 0, file = 'sofia.c'): Message {
  return messageOf(logBytes(text, level, file));
}

/** The bytes of such a line. */
export function logBytes(text: string | Uint8Array, level = 0, file = 'sofia.c'): Buffer {
  const headers = [
    ['Content-Type', 'log/data'],
    ['Log-Level', `${level}`],
    ['Text-Channel', '1'],
    ['Log-File', file],
    ['Log-Func', 'logger'],
    ['Log-Line', '3636'],
    ['User-Data', ''],
  ] as const;
  return encodeMessage(headers, text);
}

/** What the trace shows of one SIP message. */
export function traceText(direction: 'send' | 'recv', sip: string, peer = '[192.0.2.7]:5060'): string {
  const preposition = direction === 'send' ? 'to' : 'from';
  return `${direction} ${sip.length} bytes ${preposition} udp/${peer} at 01:34:42.890345:\n${'-'.repeat(72)}\n${sip}\n`;
}

/** A SIP message as the trace has it. */
export function traced(
  direction: 'send' | 'recv',
  first: string,
  headers: Readonly<Record<string, string>>,
): TracedMessage {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const message = readTrace(logData(traceText(direction, `${first}\n${lines.join('')}\n`)));
  if (!message) throw new Error(`not readable: ${first}`);
  return message;
}
