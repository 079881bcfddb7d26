import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type SandboxFaults, startSandbox } from '../../src/sandbox/index.js';
import { RawClient, sleep, startLab } from './lab.js';

let lab: Awaited<ReturnType<typeof startLab>>;
const clients: RawClient[] = [];

async function start(faults: SandboxFaults, logIn = true): Promise<RawClient> {
  lab = await startLab({ faults });
  return join(logIn);
}

async function join(logIn = true): Promise<RawClient> {
  const client = new RawClient(lab.port);
  clients.push(client);
  if (logIn) await client.logIn();
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await lab.close();
});

const EVENT =
  'sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: phones.test\nevent-string: x\ncontent-type: a/b\n\n';
const OK = /\+OK [0-9a-f-]{36}\n\n/g;

function count(text: string): number {
  return text.match(OK)?.length ?? 0;
}

describe('on purpose, a sandbox', () => {
  it('says nothing', async () => {
    const client = await start({ sayNothing: true }, false);
    client.socket.write('auth ClueCon\n\n');
    expect(await client.take((text) => text !== '', 60)).toBe('');
    expect(client.closed).toBe(false);
  });

  it('speaks another protocol', async () => {
    const client = await start({ banner: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, false);
    client.socket.write('auth ClueCon\n\n');
    await sleep(30);
    expect(client.text).toBe('HTTP/1.1 400 Bad Request\r\n\r\n');
  });

  it('dies instead of answering the n-th event, which it carries out; and lives on', async () => {
    const client = await start({ dieAfter: 3 });
    client.socket.write(EVENT.repeat(5));
    expect(await client.untilClosed()).toBe(true);
    expect(count(client.text)).toBe(2);
    expect(lab.requests).toHaveLength(3);
    expect(count(await (await join()).ask(EVENT))).toBe(1);
  });

  it('sends one reply nobody asked for', async () => {
    const client = await start({ unaskedReplyAfter: 2 });
    client.socket.write(EVENT.repeat(3));
    expect(count(await client.take((text) => count(text) === 4))).toBe(4);
    expect(lab.requests).toHaveLength(3);
  });

  it('never answers the n-th event, nor anything after it', async () => {
    const client = await start({ holdReplyOf: 2 });
    client.socket.write(`${EVENT.repeat(2)}api version\n\n`);
    await sleep(60);
    expect(count(client.text)).toBe(1);
    expect(client.text).not.toContain('api/response');
    expect(client.closed).toBe(false);
    expect(lab.requests).toHaveLength(2);
  });

  it('holds replies back, in order', async () => {
    const client = await start({ delayMs: 60 }, false);
    await client.take((text) => text !== '');
    const begin = performance.now();
    await client.ask('auth ClueCon\n\n');
    expect(performance.now() - begin).toBeGreaterThan(50);
    client.socket.write('api eval a\n\n');
    await sleep(5);
    client.socket.write('api eval b\n\n');
    expect(await client.take((text) => text.endsWith('b'))).toMatch(/\n\naContent[\s\S]*\n\nb$/);
  });

  it('refuses events', async () => {
    const client = await start({ refuse: 'not today' });
    expect(await client.ask(EVENT)).toBe('Content-Type: command/reply\nReply-Text: -ERR not today\n\n');
    expect(lab.requests).toEqual([]);
  });
});

describe('closing', () => {
  it('tells every client, and ends all', async () => {
    const client = await start({});
    const waiting = await join(false);
    await waiting.take((text) => text !== '');
    await lab.close();
    for (const each of [client, waiting]) {
      expect(await each.untilClosed()).toBe(true);
      expect(each.text).toContain('Content-Length: 31\n\nThe system is being shut down.\n');
    }
    expect(lab.connections).toBe(0);
    await lab.close();
  });

  it('does not wait for clients that hang', async () => {
    const client = await start({ holdReplyOf: 1 });
    client.socket.write(EVENT);
    await sleep(20);
    client.socket.pause();
    const begin = performance.now();
    await lab.close();
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it('leaves nothing that keeps the process alive', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    lab = await startLab({ reregisterAfterMs: 60_000, faults: { delayMs: 5 } });
    const client = await join();
    await client.ask(EVENT.replace('event-string: x', 'event-string: reboot'));
    await lab.close();
    await client.untilClosed();
    await sleep(10);
    const after = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    expect(after).toBeLessThanOrEqual(before);
  });
});

describe('starting', () => {
  it('fails if the port is taken', async () => {
    lab = await startLab({});
    await expect(startSandbox({ port: lab.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('listens where it is told', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await sleep(20);
    const address = probe.address();
    probe.close();
    const port = typeof address === 'object' && address ? address.port : 0;
    lab = await startLab({ port });
    expect(lab).toMatchObject({ host: '127.0.0.1', port });
  });
});
