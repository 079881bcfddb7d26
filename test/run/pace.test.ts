import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/run/pace.js';
import { SimulatedClock, settle } from './simulated-clock.js';

/** A pace on a simulated clock, and when its turns came. */
function paced(rate: number) {
  const clock = new SimulatedClock();
  const pace = new Pace(rate, clock);
  const times: number[] = [];
  const take = (count: number, signal?: AbortSignal): void => {
    for (let turn = 0; turn < count; turn++) void pace.turn(signal).then(() => times.push(clock.now()));
  };
  return { clock, pace, times, take };
}

/** How many turns a window of so many milliseconds holds at most, wherever it begins. */
function busiest(times: readonly number[], windowMs: number): number {
  let most = 0;
  for (const [from, begin] of times.entries()) {
    most = Math.max(most, times.slice(from).filter((time) => time < begin + windowMs).length);
  }
  return most;
}

describe('a pace', () => {
  it('lets through as many as it says, evenly', async () => {
    const { clock, times, take } = paced(10);
    take(25);
    await clock.advanceTo(10_000);
    expect(times).toHaveLength(25);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(100);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(98);
  });

  it('begins without a burst, however many are waiting', async () => {
    const { clock, times, take } = paced(10);
    take(500);
    await settle();
    expect(times).toEqual([0]);
    await clock.advanceTo(50);
    expect(times).toEqual([0]);
  });

  it('makes up for nothing after a pause', async () => {
    const { clock, times, take } = paced(10);
    take(3);
    await clock.advanceTo(60_000);
    take(500);
    await settle();
    expect(times.filter((time) => time >= 60_000)).toEqual([60_000]);
    await clock.advanceTo(61_000 - 3);
    expect(times.filter((time) => time >= 60_000)).toHaveLength(10);
  });

  it('makes up for nothing when the machine has slept while many waited', async () => {
    const { clock, times, take } = paced(10);
    take(500);
    await clock.advanceTo(1000);
    const before = times.length;
    await clock.jump(3_600_000);
    expect(times.length - before).toBe(1);
    await clock.advanceTo(clock.now() + 1000 - 3);
    expect(times.length - before).toBe(10);
  });

  it('exceeds its rate in no window, with any number of workers, pauses, naps and late timers', async () => {
    const step = fc.record({
      ask: fc.integer({ min: 0, max: 40 }),
      advance: fc.integer({ min: 0, max: 3000 }),
      nap: fc.constantFrom(0, 0, 0, 5000),
      late: fc.constantFrom(0, 0.7, 1.9, 15, 400),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0.5, 1, 7, 50, 100, 333, 1500),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        async (rate, steps) => {
          const { clock, times, take } = paced(rate);
          for (const { ask, advance, nap, late } of steps) {
            clock.lateness = () => late;
            take(ask);
            await clock.advanceTo(clock.now() + advance);
            if (nap > 0) await clock.jump(nap);
          }
          // Turns may lag behind their times by two milliseconds, so that late timers don't add up.
          for (const windowMs of [100, 1000, 5000]) {
            expect(busiest(times, windowMs)).toBeLessThanOrEqual(Math.ceil(((windowMs + 2) * rate) / 1000) + 1);
          }
          for (const [index, time] of times.entries()) {
            const fifth = times[index + 5];
            if (fifth !== undefined) expect(fifth - time).toBeGreaterThanOrEqual(5000 / rate - 2.001);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps up its rate although timers come a little late', async () => {
    const { clock, times, take } = paced(100);
    clock.lateness = () => 1.5;
    take(1000);
    await clock.advanceTo(10_100);
    expect(times).toHaveLength(1000);
  });

  it('keeps up a rate that is finer than any timer', async () => {
    const { clock, times, take } = paced(5000);
    clock.lateness = () => 1;
    take(5000);
    await clock.advanceTo(1010);
    expect(times).toHaveLength(5000);
    expect(busiest(times, 100)).toBeLessThanOrEqual(511);
  });

  it('waits for nobody at rate 0', async () => {
    const { clock, times, take } = paced(0);
    take(10_000);
    await settle();
    expect(times).toHaveLength(10_000);
    expect(clock.waits).toEqual([]);
  });

  it('gives turns in the order in which they were asked for', async () => {
    const { clock, pace } = paced(100);
    const order: number[] = [];
    for (let turn = 0; turn < 20; turn++) void pace.turn().then(() => order.push(turn));
    await clock.advanceTo(1000);
    expect(order).toEqual(Array.from({ length: 20 }, (_, turn) => turn));
  });

  it('lets all go at once when it is aborted, and leaves no timer behind', async () => {
    const { clock, times, take } = paced(1);
    const controller = new AbortController();
    take(50, controller.signal);
    await clock.advanceTo(500);
    expect(times).toEqual([0]);
    controller.abort();
    await settle();
    await settle();
    await clock.advanceTo(500);
    expect(times).toHaveLength(50);
    expect(clock.sleeping).toBe(0);
  });

  it('does not count those who were let go as turns', async () => {
    const { clock, times, take } = paced(1);
    take(1);
    await settle();
    take(10, AbortSignal.abort());
    await clock.advanceTo(10);
    expect(times).toHaveLength(11);
    take(1);
    await clock.advanceTo(990);
    expect(times).toHaveLength(11);
    await clock.advanceTo(1000);
    expect(times).toHaveLength(12);
  });

  it('never asks for a wait that is too long for a timer, which would end at once', async () => {
    const { clock, times, take } = paced(1e-9);
    take(2);
    await clock.advanceTo(20_000_000_000);
    expect(times).toEqual([0]);
    expect(clock.waits.length).toBeGreaterThan(1);
    expect(Math.max(...clock.waits)).toBeLessThan(2 ** 31);
  });
});

describe('the clock that is used', () => {
  it('waits in real time, and not at all once the signal is aborted', async () => {
    const pace = new Pace(50);
    const started = performance.now();
    for (let turn = 0; turn < 4; turn++) await pace.turn();
    expect(performance.now() - started).toBeGreaterThanOrEqual(3 * 20 - 4);
    const slow = new Pace(1e-6);
    await slow.turn();
    const controller = new AbortController();
    const waiting = slow.turn(controller.signal);
    controller.abort();
    await waiting;
    await slow.turn(AbortSignal.abort());
  });
});
