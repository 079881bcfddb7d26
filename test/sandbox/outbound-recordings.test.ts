import { afterEach, describe, expect, it } from 'vitest';
import { Callee } from './callee.js';
import { maskCall, maskReplies, RawClient, type Recording, readRecording, startLab } from './lab.js';

const LINGER_MS = 5000;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Has the sandbox connect as FreeSWITCH was had to, replays the client's side, and compares every answer. */
async function replay({ steps }: Recording, flags: string): Promise<void> {
  const callee = new Callee();
  const port = await callee.listen();
  const lab = await startLab();
  closing.push(
    () => callee.close(),
    () => lab.close(),
  );
  const inbound = new RawClient(lab.port);
  await inbound.logIn();
  const variables = 'origination_uuid=11111111-2222-3333-4444-555555555555,origination_caller_id_number=1003';
  inbound.socket.write(`api originate {${variables}}loopback/5000/public '&socket(127.0.0.1:${port}${flags})'\n\n`);
  const mask = (text: string) => maskCall(maskReplies(text)).replace(/(127\.0\.0\.1%3A)\d+/g, '$1<port>');
  const client = await callee.next();
  for (const { send, receive, closed } of steps) {
    if (send !== undefined) client.socket.write(send);
    const expected = mask(receive);
    const answer = await client.take((text) => mask(text) === expected, closed ? LINGER_MS : 1500);
    expect(mask(answer), `answer to ${JSON.stringify(send)}`).toBe(expected);
    if (closed) expect(await client.untilClosed(), 'closed').toBe(true);
  }
  inbound.socket.destroy();
}

describe('a connection of its own', () => {
  it('is served as in 19, async full, to the byte', async () => {
    await replay(readRecording('19-outbound-async-full'), ' async full');
  }, 10_000);

  it('is served as in 19, sync and not full, to the byte', async () => {
    await replay(readRecording('19-outbound-sync'), '');
  });
});
