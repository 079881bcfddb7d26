import { Buffer } from 'node:buffer';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';

/** All of stdin as text. @throws Failure if it is longer than so many bytes, or not UTF-8 */
export async function readStdin(maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) throw new Failure(`stdin: it is longer than ${maxBytes} bytes`, EXIT.input);
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new Failure('stdin: it is not UTF-8', EXIT.input);
  }
}
