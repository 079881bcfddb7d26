import type { Socket } from 'node:net';
import { drained } from './drained.js';

const EVENTS_A_PIECE = 32;

/** One event of a call as JSON, of the usual length of those with channel variables. */
export const EVENT_JSON = JSON.stringify({
  'Event-Name': 'CHANNEL_ANSWER',
  'Core-UUID': '0f7a2d3c-6a4b-4f0e-9a52-6a1c5f1f0a11',
  'FreeSWITCH-Hostname': 'bench',
  'Event-Date-Timestamp': '1795768200000000',
  'Event-Sequence': '4711',
  'Unique-ID': '1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10',
  'Channel-Name': 'sofia/internal/1000000@bench.example.com',
  'Caller-Caller-ID-Name': 'Zoë "Reception" Müller',
  ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`variable_bench_${at}`, `value ${at} of a channel`])),
});

/** The same as a message on the wire. */
export const EVENT = Buffer.from(
  `Content-Length: ${Buffer.byteLength(EVENT_JSON)}\nContent-Type: text/event-json\n\n${EVENT_JSON}`,
);

const PIECE = Buffer.concat(Array.from({ length: EVENTS_A_PIECE }, () => EVENT));

/** Writes so many events, as fast as the other side reads. */
export async function pour(socket: Socket, count: number): Promise<void> {
  for (let left = count; left > 0 && !socket.destroyed; left -= EVENTS_A_PIECE) {
    const piece = left >= EVENTS_A_PIECE ? PIECE : PIECE.subarray(0, left * EVENT.length);
    if (socket.write(piece)) continue;
    await drained(socket);
  }
}
