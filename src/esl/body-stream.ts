import type { Buffer } from 'node:buffer';
import { Backlog } from './backlog.js';
import type { Message } from './message.js';

/** A reply whose body is read while it comes. */
export interface StreamedReply {
  /** The reply without its body: a `command/reply` has its text here, as Reply-Text, and no body. */
  readonly head: Message;
  /** The body of an `api/response`. It has to be read to its end, or discarded: replies behind it wait for that. */
  readonly body: BodyStream;
}

/** So many bytes may wait for their reader before the socket is paused, bytes. */
const HELD_BYTES = 256 * 1024;

/**
 * The body of one reply in pieces as they came, for one reader: `for await (const piece of body)`. What has come waits in
 * a bounded queue while the reader is busy. What a reader that leaves early does not want is read from the socket all the
 * same, so that the connection stays in step. Iteration rejects with an EslError when the connection ends first.
 */
export class BodyStream extends Backlog<Buffer> {
  /** @param onRoom called when the reader has made room, that is, when `full` may have become false */
  constructor(onRoom: () => void) {
    super({ capacity: HELD_BYTES, weigh: ({ length }) => length, onTaken: onRoom });
  }
}
