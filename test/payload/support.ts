import { Buffer } from 'node:buffer';
import { encodeCommand } from '../../src/esl/index.js';
import { Catalog } from '../../src/payload/catalog.js';
import type { Values } from '../../src/payload/part.js';
import { type Payload, toCommand } from '../../src/payload/payload.js';
import { type Packet, PacketReader } from '../../src/sandbox/index.js';
import { recording } from '../esl/replay.js';

/** The templates that come with phonectl. */
export const shipped = new Catalog(new URL('../../templates', import.meta.url).pathname);

/** What is known of every phone, as a run puts it together. */
export const PHONE: Values = {
  user: '1000',
  host: 'phones.test',
  domain: 'phones.test',
  aor: '1000@phones.test',
  profile: 'internal',
  named_profile: '',
};

/** The command of a shipped template for one phone, as text. */
export async function commandOf(template: string, values: Values = {}): Promise<string> {
  const { render } = await shipped.load(template);
  return encodeCommand(toCommand(render({ ...PHONE, ...values }))).toString();
}

/** What FreeSWITCH reads from a stream of commands; the stream has to end where a command ends. */
export function readAll(...chunks: (string | Uint8Array)[]): Packet[] {
  const reader = new PacketReader();
  const packets = chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
  const [last, ...others] = reader.push(Buffer.from('last\n\n'));
  if (last?.event.get('command') !== 'last\n\n' || others.length > 0) throw new Error('the stream has a rest');
  return packets;
}

/** The payload that FreeSWITCH takes from a `sendevent`; undefined for other commands. */
export function payloadOf(packet: Packet): Payload | undefined {
  const event = /^sendevent ?(.*)$/.exec(packet.command ?? '')?.[1];
  if (event === undefined) return undefined;
  const headers = packet.headers.entries().filter(([name]) => name.toLowerCase() !== 'content-length');
  return { event: event.trim(), headers, body: packet.body ?? '' };
}

/** The payloads of a recording in their order, each with the text that was sent. */
export function recordedPayloads(scenario: string): { text: string; payload: Payload }[] {
  return recording(scenario).steps.flatMap(({ send: text = '' }) => {
    if (!text.startsWith('sendevent')) return [];
    return readAll(text).flatMap((packet) => {
      const payload = payloadOf(packet);
      return payload ? [{ text, payload }] : [];
    });
  });
}

/** A payload from an object, which keeps the order. */
export function payload(event: string, headers: Readonly<Record<string, string>>, body = ''): Payload {
  return { event, headers: Object.entries(headers), body };
}
