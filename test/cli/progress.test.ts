import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatCounts, formatDuration, Progress } from '../../src/cli/progress.js';
import { Terminal } from '../../src/cli/terminal.js';
import { FakeStream } from './streams.js';

function terminal(isTTY: boolean, columns = 80) {
  const stdout = new FakeStream();
  const stderr = Object.assign(new FakeStream(), { isTTY, columns });
  return { stdout, stderr, term: new Terminal(stdout.asStdout, stderr.asStdout, {}) };
}

describe('the progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says done of all, rate, time left and outcomes, on one line that it takes away in the end', () => {
    const { stderr, stdout, term } = terminal(true);
    const progress = new Progress(term, 'resync', 100);
    for (let phone = 0; phone < 20; phone++) progress.count(phone === 0 ? 'refused' : 'accepted');
    vi.advanceTimersByTime(2000);
    const last = stderr.text.split('\r').at(-1);
    expect(last).toBe('\u001b[Kresync 20 of 100  10/s  8 s left  19 accepted, 1 refused');
    expect(stderr.text).not.toContain('\n');
    progress.stop();
    expect(stderr.text.endsWith('\r\u001b[K')).toBe(true);
    expect(stdout.text).toBe('');
  });

  it('says how many were accepted whose evidence is still out', () => {
    const { stderr, term } = terminal(true, 100);
    const progress = new Progress(term, 'reboot', 100);
    for (let phone = 0; phone < 5; phone++) progress.wait();
    progress.count('returned', true);
    progress.count('skipped');
    vi.advanceTimersByTime(1000);
    expect(stderr.text.split('\r').at(-1)).toBe(
      '\u001b[Kreboot 2 of 100  2/s  49 s left  1 returned, 1 skipped  4 accepted and still out',
    );
    progress.stop();
  });

  it('takes no pace from phones that had their outcome before anybody looked on', () => {
    const { stderr, term } = terminal(true);
    const progress = new Progress(term, 'follow', 100);
    for (let phone = 0; phone < 80; phone++) progress.countEarlier('accepted');
    for (let phone = 0; phone < 10; phone++) progress.count('accepted');
    vi.advanceTimersByTime(1000);
    expect(stderr.text.split('\r').at(-1)).toBe('\u001b[Kfollow 90 of 100  10/s  1 s left  90 accepted');
    progress.stop();
  });

  it('does not show up in runs that are over soon', () => {
    const { stderr, term } = terminal(true);
    const progress = new Progress(term, 'resync', 100);
    vi.advanceTimersByTime(400);
    progress.stop();
    expect(stderr.text).toBe('');
  });

  it('makes way for messages and for output, and comes back', () => {
    const { stderr, term } = terminal(true);
    const progress = new Progress(term, 'resync', 100);
    vi.advanceTimersByTime(1000);
    term.say('note');
    expect(stderr.text.endsWith('left\r\u001b[Knote\n')).toBe(true);
    vi.advanceTimersByTime(100);
    expect(stderr.text.endsWith('left')).toBe(true);
    void term.write('row\n');
    void term.flush();
    expect(stderr.text.endsWith('\r\u001b[K')).toBe(true);
    progress.stop();
  });

  it('fits the terminal', () => {
    const { stderr, term } = terminal(true, 20);
    const progress = new Progress(term, 'a very long label indeed', 100);
    vi.advanceTimersByTime(1000);
    progress.stop();
    for (const line of stderr.text.split('\r\u001b[K')) expect(line.length).toBeLessThan(20);
  });

  it('is never shown where there is no terminal, nor for one phone', () => {
    for (const [isTTY, total] of [
      [false, 100],
      [true, 1],
    ] as const) {
      const { stderr, term } = terminal(isTTY);
      const progress = new Progress(term, 'resync', total);
      progress.count('accepted');
      vi.advanceTimersByTime(60_000);
      progress.stop();
      expect(stderr.text).toBe('');
    }
  });
});

describe('words for people', () => {
  it('list outcomes in one order, and those that occurred only', () => {
    expect(formatCounts({ invalid: 1, accepted: 20, 'not-sent': 0 })).toBe('20 accepted, 1 invalid');
    expect(formatCounts({})).toBe('');
  });

  it.each([
    [12_345, '12 s'],
    [119_400, '119 s'],
    [125_000, '2:05 min'],
    [3_600_000, '60:00 min'],
  ])('say %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
