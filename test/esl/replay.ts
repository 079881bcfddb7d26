import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { Decoder } from '../../src/esl/decoder.js';
import type { Message } from '../../src/esl/message.js';

/** One run against a real FreeSWITCH. */
export interface Recording {
  readonly scenario: string;
  readonly steps: readonly { readonly send?: string; readonly receive: string; readonly closed: boolean }[];
}

const FOLDER = new URL('../fixtures/recordings/', import.meta.url);

/** Every recording, in the order of their names. */
export function recordings(): Recording[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Recording);
}

/** The recording of this name. */
export function recording(scenario: string): Recording {
  const found = recordings().find((one) => one.scenario === scenario);
  if (!found) throw new Error(`no recording ${scenario}`);
  return found;
}

/** All that FreeSWITCH sent in a recording, and the place of the answer to `userauth`, if there is one. */
export function stream({ steps }: Recording): { readonly bytes: Buffer; readonly userauthAt: number | undefined } {
  let userauthAt: number | undefined;
  let text = '';
  for (const { send, receive } of steps) {
    if (send?.startsWith('userauth ')) userauthAt = Buffer.byteLength(text);
    text += receive;
  }
  return { bytes: Buffer.from(text), userauthAt };
}

/** The messages of a stream that comes cut at these places. Throws if the decoder fails or is left in a message. */
export function replay(bytes: Buffer, userauthAt: number | undefined, cuts: Iterable<number> = []): Message[] {
  const decoder = new Decoder();
  const messages: Message[] = [];
  let from = 0;
  const upTo = (to: number): void => {
    for (const message of decoder.push(bytes.subarray(from, to))) messages.push(message);
    from = to;
  };
  let expected = userauthAt === undefined;
  for (const cut of cuts) {
    if (!expected && userauthAt !== undefined && cut >= userauthAt) {
      upTo(userauthAt);
      decoder.expectCutReply();
      expected = true;
    }
    upTo(cut);
  }
  if (!expected && userauthAt !== undefined) {
    upTo(userauthAt);
    decoder.expectCutReply();
  }
  upTo(bytes.length);
  if (decoder.failure) throw decoder.failure;
  if (decoder.midMessage) throw new Error('the stream ends in the middle of a message');
  return messages;
}

/** Whether two lists of messages are the same, without the cost of a deep comparison. */
export function sameMessages(some: readonly Message[], others: readonly Message[]): boolean {
  return some.length === others.length && some.every((message, index) => sameMessage(message, others[index]));
}

function sameMessage(one: Message, other: Message | undefined): boolean {
  if (!other || one.contentType !== other.contentType || !one.body.equals(other.body)) return false;
  const entries = one.headers.entries();
  const others = other.headers.entries();
  return (
    entries.length === others.length &&
    entries.every(([name, value], index) => name === others[index]?.[0] && value === others[index]?.[1])
  );
}
