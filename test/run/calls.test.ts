import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/freeswitch/channels.js';
import { Calls } from '../../src/run/calls.js';
import type { PlannedOrder } from '../../src/run/plan.js';
import { questionsWith, registrarWith, registration } from './registry-support.js';
import { SimulatedClock } from './simulated-clock.js';
import { CHECK_SYNC, only, phone, plannerOf } from './support.js';

function channel(fields: Partial<Channel>): Channel {
  return {
    uuid: 'u',
    name: '',
    presenceId: '',
    callState: 'ACTIVE',
    direction: 'inbound',
    destination: '',
    callUuid: 'c',
    ...fields,
  };
}

async function order(user = '1000'): Promise<PlannedOrder> {
  const { registrar } = await registrarWith({ registrations: [registration(user)] });
  const planned = only(await plannerOf(CHECK_SYNC, { registrar }).plan({ kind: 'phone', phone: phone(user) }));
  if (planned.kind !== 'order') throw new Error(String(planned.outcome.reason));
  return planned;
}

describe('a phone in a call', () => {
  const IN_CALL: [string, Partial<Channel>][] = [
    ['its AOR, which the dialplan sets', { presenceId: '1000@phones.test' }],
    ['its AOR in another case', { presenceId: '1000@PHONES.test' }],
    ['the name of the channel, if it made the call', { name: 'sofia/internal/1000@phones.test' }],
    ['its contact in the name of the channel, if it was called', { name: 'sofia/internal/1000@192.0.2.7:5060' }],
  ];

  it.each(IN_CALL)('is known by %s', async (_, fields) => {
    const { questions } = questionsWith({ channels: () => [channel({}), channel(fields)] });
    const calls = new Calls(questions, new SimulatedClock());
    expect(await calls.has(await order())).toBe(true);
    expect(await calls.has(await order('1001'))).toBe(false);
  });

  it('is looked for in a list that is some seconds old at most', async () => {
    const clock = new SimulatedClock();
    const { questions, asked } = questionsWith({});
    const calls = new Calls(questions, clock);
    const one = await order();
    for (let times = 0; times < 10; times++) await calls.has(one);
    expect(asked).toHaveLength(1);
    await clock.advanceTo(2001);
    await calls.has(one);
    expect(asked).toHaveLength(2);
  });

  it('can be waited for', async () => {
    const clock = new SimulatedClock();
    let lists = 0;
    const { questions } = questionsWith({
      channels: () => (++lists < 4 ? [channel({ presenceId: '1000@phones.test' })] : []),
    });
    const calls = new Calls(questions, clock);
    const { signal } = new AbortController();
    const end = calls.end(await order(), 60_000, signal);
    await clock.advanceTo(5999);
    expect(lists).toBe(3);
    await clock.advanceTo(6001);
    expect(await end).toBe(true);
    expect(lists).toBe(4);
  });

  it('is given up after a time, or on a signal', async () => {
    const clock = new SimulatedClock();
    const { questions } = questionsWith({ channels: () => [channel({ presenceId: '1000@phones.test' })] });
    const controller = new AbortController();
    const calls = new Calls(questions, clock);
    const end = calls.end(await order(), 30_000, controller.signal);
    await clock.advanceTo(30_000);
    expect(await end).toBe(false);
    const other = calls.end(await order(), 30_000, controller.signal);
    await clock.advanceTo(31_000);
    controller.abort();
    expect(await other).toBe(false);
  });
});
