import { expect, it } from 'vitest';
import { Slots } from '../../src/run/slots.js';

it('has so many at once, also when several start some at the same time', async () => {
  const slots = new Slots(3);
  let now = 0;
  let most = 0;
  let done = 0;
  const task = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    done++;
  };
  const starter = async (): Promise<void> => {
    for (let count = 0; count < 20; count++) await slots.start(task);
  };
  await Promise.all([starter(), starter(), starter()]);
  await slots.idle();
  expect([most, done, now]).toEqual([3, 60, 0]);
});

it('tells whoever starts another one, or waits for the end, what an earlier one threw', async () => {
  const slots = new Slots(1);
  const failing = slots.start(() => Promise.reject(new Error('the first')));
  await expect(failing).rejects.toThrow('the first');
  await expect(slots.start(async () => {})).rejects.toThrow('the first');
  await expect(slots.idle()).rejects.toThrow('the first');
});
