import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/run/outcome.js';
import { type SandboxFaults, startSandbox } from '../../src/sandbox/index.js';
import { commandReply, scriptedServer } from '../support/scripted-server.js';
import { runOver } from './lane-support.js';
import { fleet } from './support.js';

describe('orders in flight', () => {
  it.each([1, 5, 16])('are never more than %d, and as many as that', async (concurrency) => {
    let most = 0;
    const total = concurrency * 4;
    const { port } = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      let unanswered = 0;
      let answered = 0;
      const reader = (async () => {
        while (answered + unanswered < total) {
          await peer.command();
          most = Math.max(most, ++unanswered);
        }
      })();
      while (answered < total) {
        // Long enough for one too many to show up; a slow machine only makes it find less.
        await sleep(5);
        if (unanswered === 0) continue;
        unanswered--;
        answered++;
        peer.write(commandReply('+OK'));
      }
      await reader;
      await peer.command();
      peer.socket.end(commandReply('+OK bye'));
    });
    const { counts } = await runOver({ port, phones: fleet(total), concurrency });
    expect(counts).toEqual({ accepted: total });
    expect(most).toBe(concurrency);
  });

  it('wait for a listener that is slow', async () => {
    const told: string[] = [];
    const sandbox = await startSandbox({ onCommand: (raw) => void told.push(raw.toString()) });
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let heard = 0;
    const running = runOver({
      port: sandbox.port,
      phones: fleet(200),
      concurrency: 8,
      onOutcome: () => {
        heard++;
        return gate;
      },
    });
    await expect.poll(() => heard).toBe(8);
    await sleep(30);
    expect(heard).toBe(8);
    const events = () => told.filter((text) => text.startsWith('sendevent')).length;
    expect(events()).toBe(8);
    release();
    expect((await running).counts).toEqual({ accepted: 200 });
    expect(events()).toBe(200);
    await sandbox.close();
  });

  it('are read from the inventory no further ahead than that', async () => {
    let read = 0;
    const sandbox = await startSandbox({ faults: { holdReplyOf: 1 } });
    const controller = new AbortController();
    function* counted() {
      for (const one of fleet(1000)) {
        read++;
        yield one;
      }
    }
    const running = runOver({
      port: sandbox.port,
      phones: counted(),
      concurrency: 4,
      timeoutMs: 400,
      signal: controller.signal,
    });
    await sleep(100);
    expect(read).toBeLessThanOrEqual(5);
    expect((await running).outcomes).toHaveLength(1000);
    await sandbox.close();
  });
});

describe('a run that is stopped', () => {
  it('before it begins, sends nothing and does not connect', async () => {
    const sandbox = await startSandbox();
    const signal = AbortSignal.abort('interrupted');
    const { outcomes, counts, connectError } = await runOver({ port: sandbox.port, phones: fleet(5), signal });
    expect({ counts, connectError }).toEqual({ counts: { 'not-sent': 5 }, connectError: undefined });
    expect(outcomes[0]?.reason).toBe('interrupted');
    await sandbox.close();
  });

  it('waits for the replies that are due, and sends no more', async () => {
    let told = 0;
    const sandbox = await startSandbox({
      faults: { delayMs: 50 },
      onCommand: (raw) => {
        if (raw.toString().startsWith('sendevent')) told++;
      },
    });
    const controller = new AbortController();
    const running = runOver({
      port: sandbox.port,
      phones: fleet(100),
      concurrency: 4,
      signal: controller.signal,
      onOutcome: ({ outcome }) => {
        if (outcome === 'accepted') controller.abort('interrupted');
        return undefined;
      },
    });
    const { counts, outcomes, lost } = await running;
    expect(lost).toBeUndefined();
    expect(counts.accepted).toBe(told);
    expect(counts).toEqual({ accepted: told, 'not-sent': 100 - told });
    expect(told).toBeLessThanOrEqual(9);
    expect(outcomes.find(({ outcome }) => outcome === 'not-sent')?.reason).toBe('interrupted');
    await sandbox.close();
  });

  it('does not wait for its next turn', async () => {
    const sandbox = await startSandbox();
    const controller = new AbortController();
    const { counts } = await runOver({
      port: sandbox.port,
      phones: fleet(100),
      rate: 0.001,
      signal: controller.signal,
      onOutcome: () => {
        controller.abort('interrupted');
        return undefined;
      },
    });
    expect(counts).toEqual({ accepted: 1, 'not-sent': 99 });
    await sandbox.close();
  });

  it('does not wait for ever for a reply that does not come', async () => {
    const sandbox = await startSandbox({ faults: { holdReplyOf: 2 } });
    const controller = new AbortController();
    const { counts } = await runOver({
      port: sandbox.port,
      phones: fleet(10),
      concurrency: 1,
      timeoutMs: 3_600_000,
      signal: controller.signal,
      onOutcome: () => {
        setTimeout(() => controller.abort('interrupted'), 50);
        return undefined;
      },
    });
    expect(counts).toEqual({ accepted: 1, unknown: 1, 'not-sent': 8 });
    await sandbox.close();
  });
});

describe('whatever goes wrong', () => {
  it('no phone is told twice, none is forgotten, and what is said to be sent or not sent is true', async () => {
    const nth = fc.integer({ min: 1, max: 30 });
    const faults: fc.Arbitrary<SandboxFaults> = fc.oneof(
      fc.record({ dieAfter: nth }),
      fc.record({ holdReplyOf: nth }),
      fc.record({ unaskedReplyAfter: nth }),
      fc.record({ dieAfter: nth, delayMs: fc.integer({ min: 1, max: 10 }) }),
      fc.constant({ refuse: 'no' }),
    );
    await fc.assert(
      fc.asyncProperty(
        faults,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.option(fc.integer({ min: 1, max: 20 })),
        async (fault, phones, concurrency, stopAfter) => {
          const told: string[] = [];
          const sandbox = await startSandbox({
            faults: fault,
            onCommand: (raw) => told.push(...(/^user: (.*)$/m.exec(raw.toString())?.slice(1) ?? [])),
          });
          const controller = new AbortController();
          let heard = 0;
          const { outcomes } = await runOver({
            port: sandbox.port,
            phones: fleet(phones),
            concurrency,
            timeoutMs: 60,
            signal: controller.signal,
            onOutcome: () => {
              if (++heard === stopAfter) controller.abort('stopped');
              return undefined;
            },
          });
          await sandbox.close();
          expect(told).toEqual([...new Set(told)]);
          expect(outcomes.map(({ aor }) => aor).sort()).toEqual(fleet(phones).map(({ columns }) => columns.aor));
          for (const { aor, outcome } of outcomes) judge(outcome, told.includes(aor.split('@')[0] ?? ''));
        },
      ),
      { numRuns: 60 },
    );
  });
});

function judge(outcome: Outcome['outcome'], told: boolean): void {
  if (outcome === 'accepted' || outcome === 'refused') expect(told, outcome).toBe(true);
  else if (outcome !== 'unknown') expect({ outcome, told }).toEqual({ outcome: 'not-sent', told: false });
}
