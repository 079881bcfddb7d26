import { Decoder } from '../../../src/esl/index.js';
import { type Bench, inTurn } from '../bench.js';
import { EVENT } from '../sink/events.js';

const REPLY = Buffer.from('Content-Type: command/reply\nReply-Text: +OK 5f0c2f6e-9b1d-4a5c-8d8e-0123456789ab\n\n');
const END = Buffer.from('\n\n');
/** As they come from a socket. */
const CHUNK = 64 * 1024;
const BYTES = 200e6;
const SMALL_BYTES = 2e6;

/** The codec without a socket, beside a bare search for empty lines. */
export async function codec({ figures, rounds, small, say }: Bench): Promise<void> {
  const bytes = small ? SMALL_BYTES : BYTES;
  say('codec');
  for (const [name, message] of [
    ['replies', REPLY],
    ['events', EVENT],
  ] as const) {
    const stream = Buffer.concat(Array.from({ length: Math.ceil(1e6 / message.length) }, () => message));
    const contenders = [
      { contender: 'phonectl', read: decode },
      { contender: 'Buffer.indexOf', read: scan },
    ];
    // What is not yet compiled is slow in either.
    for (const { read } of contenders) read(stream, bytes / 10);
    await inTurn(rounds, contenders, async ({ contender, read }) => {
      const from = performance.now();
      const messages = read(stream, bytes);
      const seconds = (performance.now() - from) / 1000;
      const place = { part: 'codec', case: name, contender };
      figures.add({ ...place, measure: 'MB/s' }, bytes / 1e6 / seconds);
      figures.add({ ...place, measure: 'messages/s' }, messages / seconds);
    });
  }
}

function decode(stream: Buffer, bytes: number): number {
  const decoder = new Decoder();
  let messages = 0;
  const sink = {
    message: () => {
      messages++;
    },
  };
  forChunks(stream, bytes, (chunk) => decoder.read(chunk, sink));
  if (decoder.failure) throw decoder.failure;
  return messages;
}

function scan(stream: Buffer, bytes: number): number {
  let messages = 0;
  forChunks(stream, bytes, (chunk) => {
    for (let at = chunk.indexOf(END); at >= 0; at = chunk.indexOf(END, at + END.length)) messages++;
  });
  return messages;
}

/** The stream again and again: it ends with a message. */
function forChunks(stream: Buffer, bytes: number, take: (chunk: Buffer) => void): void {
  for (let done = 0; done < bytes; done += stream.length) {
    for (let at = 0; at < stream.length; at += CHUNK) take(stream.subarray(at, at + CHUNK));
  }
}
