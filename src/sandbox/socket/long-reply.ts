import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { LongText } from '../api/output.js';
import { byteLength, encodeBytes } from '../wire/byte-text.js';

/**
 * Writes a long `api/response`: once over it for its length, and again piece by piece, no faster than the client reads. In
 * between others get their turn. Ends early, without a word, when the connection does.
 */
export async function writeLong(socket: Socket, text: LongText): Promise<void> {
  let length = 0;
  for (const piece of text.pieces()) {
    length += byteLength(piece);
    await turn();
  }
  if (!socket.writable) return;
  socket.write(`Content-Type: api/response\nContent-Length: ${length}\n\n`);
  for (const piece of text.pieces()) {
    if (!socket.writable) return;
    if (socket.write(encodeBytes(piece))) await turn();
    else await drained(socket);
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}
