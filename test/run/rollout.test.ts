import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/run/pace.js';
import { type Batch, Rollout, type RolloutOptions } from '../../src/run/rollout.js';

/** A clock that stands still, and notes what was waited for. */
class Waits implements Clock {
  readonly waited: number[] = [];
  now(): number {
    return 0;
  }
  wait(ms: number): Promise<void> {
    this.waited.push(ms);
    return Promise.resolve();
  }
}

function lab(options: Partial<RolloutOptions> = {}) {
  const abort = new AbortController();
  const clock = new Waits();
  const batches: Batch[] = [];
  const rollout = new Rollout({
    batches: [],
    total: 100,
    pauseMs: 0,
    maxFailures: undefined,
    isCanary: false,
    signal: abort.signal,
    clock,
    onBatch: (batch) => batches.push(batch),
    ...options,
  });
  return { rollout, abort, clock, batches };
}

/** Whether a promise has settled after all that can happen without time passing. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return settled;
}

describe('batches', () => {
  it('go out one after the other, each complete before the next', async () => {
    const { rollout, batches } = lab({ batches: [{ count: 1 }, { count: 3 }] });
    for (const size of [1, 3, 3]) {
      for (let seat = 0; seat < size; seat++) expect(await rollout.admit()).toBeUndefined();
      const next = rollout.admit();
      for (let seat = 1; seat < size; seat++) rollout.settle(false);
      expect(await isSettled(next)).toBe(false);
      rollout.settle(false);
      expect(await next).toBeUndefined();
      rollout.settle(false);
      // That one had the first seat of the next batch.
      for (let seat = 1; seat < 3; seat++) {
        await rollout.admit();
        rollout.settle(false);
      }
    }
    expect(batches.map(({ size }) => size)).toEqual([1, 3, 3, 3, 3, 3]);
  });

  it('have the sizes that were asked for, of all phones', async () => {
    const { rollout, batches } = lab({ batches: [{ count: 1 }, { count: 10 }, { share: 0.25 }] });
    for (let phone = 0; phone < 100; phone++) {
      expect(await rollout.admit()).toBeUndefined();
      rollout.settle(false);
    }
    expect(batches.map(({ size, before }) => [before, size])).toEqual([
      [0, 1],
      [1, 10],
      [11, 25],
      [36, 25],
      [61, 25],
      [86, 25],
    ]);
  });

  it('of a share of few phones have one phone at least', async () => {
    const { rollout, batches } = lab({ batches: [{ share: 0.01 }], total: 3 });
    await rollout.admit();
    expect(batches).toEqual([{ number: 1, size: 1, before: 0 }]);
  });

  it('are parted by the pause, which comes after the last outcome', async () => {
    const { rollout, clock } = lab({ batches: [{ count: 2 }], pauseMs: 30_000 });
    await rollout.admit();
    await rollout.admit();
    const third = rollout.admit();
    expect(await isSettled(third)).toBe(false);
    expect(clock.waited).toEqual([]);
    rollout.settle(false);
    rollout.settle(false);
    expect(await third).toBeUndefined();
    expect(clock.waited).toEqual([30_000]);
  });

  it('end with the run: who waits is told why', async () => {
    const { rollout, abort } = lab({ batches: [{ count: 1 }] });
    await rollout.admit();
    const second = rollout.admit();
    abort.abort('interrupted');
    expect(await second).toBe('interrupted');
  });

  it('without any all go out at once', async () => {
    const { rollout, batches } = lab({ total: 2 });
    for (let phone = 0; phone < 5; phone++) expect(await rollout.admit()).toBeUndefined();
    expect(batches).toEqual([]);
  });
});

describe('a stop rule', () => {
  it('of a number counts the whole run, and lets that many fall short', async () => {
    const { rollout } = lab({ maxFailures: { count: 2 } });
    for (const isFailure of [true, false, true]) {
      expect(await rollout.admit()).toBeUndefined();
      rollout.settle(isFailure);
    }
    expect(rollout.stopped).toBeUndefined();
    expect(await rollout.admit()).toBeUndefined();
    rollout.settle(true);
    expect(await rollout.admit()).toBe('stop rule: 3 fell short, and --max-failures is 2');
    expect(rollout.stopped).toBe('stop rule: 3 fell short, and --max-failures is 2');
  });

  it('of a share counts the batch', async () => {
    const { rollout } = lab({ batches: [{ count: 10 }], maxFailures: { share: 0.1 } });
    for (let phone = 0; phone < 20; phone++) {
      expect(await rollout.admit()).toBeUndefined();
      rollout.settle(phone % 10 === 0);
    }
    for (const isFailure of [true, true]) {
      expect(await rollout.admit()).toBeUndefined();
      rollout.settle(isFailure);
    }
    expect(await rollout.admit()).toBe('stop rule: 2 of a batch of 10 fell short, and --max-failures is 10%');
  });

  it('of a canary needs no number: its one phone must not fall short', async () => {
    const { rollout } = lab({ batches: [{ count: 1 }, { share: 1 }], isCanary: true });
    await rollout.admit();
    rollout.settle(true);
    expect(await rollout.admit()).toBe('stop rule: the canary fell short');
  });

  it('wakes those who wait for the end of the batch', async () => {
    const { rollout } = lab({ batches: [{ count: 2 }], maxFailures: { count: 0 } });
    await rollout.admit();
    await rollout.admit();
    const third = rollout.admit();
    rollout.settle(true);
    expect(await third).toBe('stop rule: 1 fell short, and --max-failures is 0');
  });
});
