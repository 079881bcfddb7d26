import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bus } from '../../src/sandbox/bus.js';
import { Directory } from '../../src/sandbox/phones/directory.js';
import { Registry } from '../../src/sandbox/phones/registry.js';
import { Delivery } from '../../src/sandbox/sofia/delivery.js';
import { notifyRegistration } from '../../src/sandbox/sofia/notify.js';
import { Returns } from '../../src/sandbox/sofia/returns.js';
import { makeProfile } from '../../src/sandbox/sofia/sip-profile.js';
import { Sofia } from '../../src/sandbox/sofia/sofia.js';
import { SipTrace } from '../../src/sandbox/sofia/trace.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function silentPhone() {
  const profile = makeProfile({ name: 'internal' });
  const registry = new Registry('phones.test', [profile]);
  const bus = new Bus();
  const trace = new SipTrace(bus);
  const directory = new Directory('phones.test', [], registry);
  const delivery = new Delivery(directory, bus, trace, new Returns(registry, directory, bus, trace, undefined));
  const sofia = new Sofia(registry, delivery, trace);
  const { registration } = registry.add({ user: '1000', answer: null });
  const sent: { readonly second: number; readonly branch: string | undefined }[] = [];
  const begin = Date.now();
  bus.on('log', ({ text }) => {
    sent.push({ second: Math.round((Date.now() - begin) / 1000), branch: /branch=(\w+)/.exec(text)?.[1] });
  });
  const notify = () => {
    const content = { event: 'check-sync', contentType: 'text/plain', body: '' };
    if (registration) notifyRegistration(sofia, profile, registration, content, 'uuid');
  };
  return { trace, profile, sent, notify };
}

describe('a request that nobody answers', () => {
  it('goes out again as recorded, in the same transaction, and ends after half a minute', () => {
    const { trace, profile, sent, notify } = silentPhone();
    trace.turn(profile, true);
    notify();
    vi.advanceTimersByTime(120_000);
    expect(sent.map(({ second }) => second)).toEqual([0, 1, 3, 7, 11, 15, 19, 23, 27, 31]);
    expect(new Set(sent.map(({ branch }) => branch)).size).toBe(1);
  });

  it('costs nothing while nobody traces, and ends with the trace', () => {
    const { trace, profile, sent, notify } = silentPhone();
    notify();
    expect(vi.getTimerCount()).toBe(0);
    trace.turn(profile, true);
    notify();
    trace.turn(profile, false);
    vi.advanceTimersByTime(120_000);
    expect(sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
