import { describe, expect, it, onTestFinished } from 'vitest';
import {
  EslAuthError,
  EslClosedError,
  EslConnectError,
  EslProtocolError,
  EslTimeoutError,
} from '../../src/esl/index.js';
import { dialectOrder } from '../../src/run/dialect-order.js';
import { run } from '../../src/run/run.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';
import { commandReply, deadPort, scriptedServer } from '../support/scripted-server.js';
import { laneTo, runOver, wordsOf } from './lane-support.js';
import { CHECK_SYNC, entriesOf, fleet, phone, plannerOf } from './support.js';

/** A sandbox for one test, and the users to whom events were sent, in order. */
async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox & { told: string[] }> {
  const told: string[] = [];
  const sandbox = await startSandbox({
    onCommand: (raw) => {
      const user = /^user: (.*)$/m.exec(raw.toString())?.[1];
      if (user !== undefined) told.push(user);
    },
    ...options,
  });
  onTestFinished(() => sandbox.close());
  return Object.assign(sandbox, { told });
}

describe('a run', () => {
  it('tells every phone once and reports what the server said', async () => {
    const { port, told } = await sandboxWith();
    const { outcomes, counts, short, failure } = await runOver({ port, phones: fleet(100) });
    expect({ counts, short, failure }).toEqual({ counts: { accepted: 100 }, short: 0, failure: undefined });
    expect(told).toEqual(Array.from({ length: 100 }, (_, index) => String(1000 + index)));
    expect(outcomes[0]).toEqual({
      aor: '1000@phones.test',
      server: 'switch:8021',
      profile: 'internal',
      vendor: null,
      event: 'NOTIFY check-sync',
      outcome: 'accepted',
      reason: null,
      sipStatus: null,
      eventUuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      row: 2,
      ms: expect.any(Number),
    });
    expect(new Set(outcomes.map(({ eventUuid }) => eventUuid)).size).toBe(100);
  });

  it('reports a refusal with its text, and goes on', async () => {
    const { port } = await sandboxWith({ faults: { refuse: 'no such thing' } });
    const { outcomes, counts, short } = await runOver({ port, phones: fleet(3) });
    expect({ counts, short }).toEqual({ counts: { refused: 3 }, short: 3 });
    expect(outcomes[0]).toMatchObject({ reason: '-ERR no such thing', eventUuid: null, ms: expect.any(Number) });
  });

  it('takes no answer but +OK for accepted', async () => {
    const texts = ['+OKAY', '-ERR', '', 'OK', '+OK', '+OK not-a-uuid'];
    const { port } = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (const text of texts) {
        await peer.command();
        peer.write(commandReply(text));
      }
      await peer.command();
      peer.socket.end(commandReply('+OK bye'));
    });
    const { outcomes } = await runOver({ port, phones: fleet(texts.length), concurrency: 1 });
    expect(outcomes.map(({ outcome, eventUuid }) => [outcome, eventUuid])).toEqual([
      ['refused', null],
      ['refused', null],
      ['refused', null],
      ['refused', null],
      ['accepted', null],
      ['accepted', null],
    ]);
    expect(outcomes[2]?.reason).toBe('an empty reply');
  });

  it('connects only if there is something to send', async () => {
    const { outcomes, counts, connectError } = await runOver({
      port: await deadPort(),
      phones: fleet(3),
      planner: plannerOf(dialectOrder('resync')),
    });
    expect({ counts, connectError }).toEqual({ counts: { skipped: 3 }, connectError: undefined });
    expect(outcomes).toHaveLength(3);
  });

  it('sends nothing without a lane, and hands over the bytes', async () => {
    const bytes: string[] = [];
    const { counts, short } = await run({
      entries: entriesOf(fleet(2)),
      planner: plannerOf(CHECK_SYNC),
      concurrency: 1,
      onOutcome: (_, order) => void bytes.push(String(order)),
    });
    expect({ counts, short }).toEqual({ counts: { planned: 2 }, short: 0 });
    expect(bytes.map((text) => /^user: .*$/m.exec(text)?.[0])).toEqual(['user: 1000', 'user: 1001']);
  });

  it('leaves no connection behind', async () => {
    const sandbox = await sandboxWith();
    await runOver({ port: sandbox.port, phones: fleet(5) });
    await expect.poll(() => sandbox.connections).toBe(0);
  });
});

describe('a run without a connection', () => {
  it('sends nothing, and says for every phone why', async () => {
    const { outcomes, counts, short, connectError } = await runOver({ port: await deadPort(), phones: fleet(40) });
    expect({ counts, short }).toEqual({ counts: { 'not-sent': 40 }, short: 40 });
    expect(connectError).toBeInstanceOf(EslConnectError);
    expect(new Set(outcomes.map(({ reason }) => reason))).toEqual(new Set([connectError?.message]));
  });

  it('tries the password once', async () => {
    const logins: string[] = [];
    const { port } = await scriptedServer(async (peer) => {
      peer.write('Content-Type: auth/request\n\n');
      logins.push((await peer.command()).line);
      peer.write(commandReply('-ERR invalid'));
    });
    const { counts, connectError } = await runOver({ port, phones: fleet(40) });
    expect(counts).toEqual({ 'not-sent': 40 });
    expect(connectError).toBeInstanceOf(EslAuthError);
    expect(logins).toHaveLength(1);
  });

  it('gives up on a server that says nothing, once', async () => {
    const { port, peers } = await scriptedServer(() => {});
    const { counts, connectError } = await runOver({ port, phones: fleet(40), timeoutMs: 100 });
    expect(counts).toEqual({ 'not-sent': 40 });
    expect(connectError).toBeInstanceOf(EslTimeoutError);
    expect(peers).toHaveLength(1);
  });
});

describe('a run that loses its connection', () => {
  it('does not know about orders in flight, and does not send the others', async () => {
    const { port, told } = await sandboxWith({ faults: { dieAfter: 5 } });
    const { outcomes, counts, lost, connectError } = await runOver({ port, phones: fleet(20), concurrency: 4 });
    expect(connectError).toBeUndefined();
    expect(lost).toBeInstanceOf(EslClosedError);
    expect(outcomes).toHaveLength(20);
    expect(counts.unknown).toBeGreaterThanOrEqual(1);
    expect(counts.unknown).toBeLessThanOrEqual(4);
    expect(counts.accepted).toBeLessThanOrEqual(4);
    expect(wordsOf(outcomes)['1004']).toBe('unknown');
    for (const { outcome, reason } of outcomes) {
      if (outcome === 'unknown') expect(reason).toMatch(/it may have happened$/);
      if (outcome === 'not-sent') expect(reason).not.toMatch(/may have happened/);
    }
    expect(new Set(told).size).toBe(told.length);
  });

  it('gives up on a reply that is overdue, and takes no other one for it', async () => {
    const { port } = await sandboxWith({ faults: { holdReplyOf: 3 } });
    const { outcomes, lost } = await runOver({ port, phones: fleet(10), concurrency: 2, timeoutMs: 300 });
    expect(lost).toBeInstanceOf(EslTimeoutError);
    const words = Object.values(wordsOf(outcomes));
    expect(words.slice(2)).toEqual(['unknown', 'unknown', ...Array.from({ length: 6 }, () => 'not-sent')]);
  });

  it('stops at a reply that nobody asked for, one order at a time', async () => {
    const { port, told } = await sandboxWith({ faults: { unaskedReplyAfter: 3 } });
    const { outcomes, lost } = await runOver({ port, phones: fleet(10), concurrency: 1 });
    expect(lost).toBeInstanceOf(EslProtocolError);
    expect(Object.values(wordsOf(outcomes))).toEqual([
      ...Array.from({ length: 3 }, () => 'accepted'),
      ...Array.from({ length: 7 }, () => 'not-sent'),
    ]);
    expect(told).toHaveLength(3);
  });

  it('is over when the server says goodbye', async () => {
    const sandbox = await sandboxWith();
    let closing: Promise<void> | undefined;
    const { outcomes, lost } = await runOver({
      port: sandbox.port,
      phones: fleet(50),
      concurrency: 1,
      onOutcome: (outcome) => {
        if (outcome.aor.startsWith('1009@')) closing = sandbox.close();
        return undefined;
      },
    });
    await closing;
    expect(outcomes).toHaveLength(50);
    expect(lost?.message).toContain('The system is being shut down');
    expect(wordsOf(outcomes)['1049']).toBe('not-sent');
    expect(new Set(sandbox.told).size).toBe(sandbox.told.length);
  });
});

describe('a run whose inventory fails under way', () => {
  it('reports what is done by then, and why it ended', async () => {
    const { port, told } = await sandboxWith();
    const broken = new Error('the disk failed');
    const outcomes: string[] = [];
    const { counts, failure } = await run({
      entries: (async function* () {
        yield* entriesOf(fleet(5));
        throw broken;
      })(),
      planner: plannerOf(CHECK_SYNC),
      lane: laneTo({ port }),
      concurrency: 16,
      onOutcome: ({ outcome }) => void outcomes.push(outcome),
    });
    expect(failure).toBe(broken);
    expect(counts).toEqual({ accepted: 5 });
    expect(outcomes).toHaveLength(5);
    expect(told).toHaveLength(5);
  });

  it('ends with the mistake of a listener, and sends no more', async () => {
    const { port, told } = await sandboxWith();
    const broken = new Error('no room');
    const { failure } = await runOver({
      port,
      phones: fleet(50),
      concurrency: 1,
      onOutcome: ({ aor }) => (aor.startsWith('1003@') ? Promise.reject(broken) : undefined),
    });
    expect(failure).toBe(broken);
    expect(told.length).toBeLessThanOrEqual(5);
  });

  it('tells a phone that is there twice once', async () => {
    const { port, told } = await sandboxWith();
    const { counts, short } = await runOver({ port, phones: [phone('1'), phone('2'), phone('1'), phone('1')] });
    expect({ counts, short, told }).toEqual({ counts: { accepted: 2, skipped: 2 }, short: 0, told: ['1', '2'] });
  });
});
