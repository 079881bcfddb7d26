import { type Counts, OUTCOMES } from '../run/outcome.js';
import type { Terminal } from './terminal.js';

const REDRAW_MS = 100;
/** Runs that are over sooner don't need it. */
const START_MS = 500;

/** One line on stderr that rewrites itself: done of all, rate, time left, outcomes so far. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #label: string;
  readonly #total: number;
  readonly #started = performance.now();
  readonly #counts: Record<string, number> = {};
  #done = 0;
  /** Those of them that were done before anybody looked on. */
  #earlier = 0;
  #waiting = 0;
  #shown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal, label: string, total: number) {
    this.#terminal = terminal;
    this.#label = label;
    this.#total = total;
    if (!terminal.showsProgress || total < 2) return;
    terminal.clearLine = () => this.#hide();
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS).unref();
  }

  /** An order was accepted, and its evidence is still out. */
  wait(): void {
    this.#waiting++;
  }

  /** A phone has its outcome. */
  count(outcome: string, wasWaiting = false): void {
    this.#done++;
    if (wasWaiting) this.#waiting--;
    this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
  }

  /** A phone had its outcome already: it says nothing of how fast the others come. */
  countEarlier(outcome: string): void {
    this.#earlier++;
    this.count(outcome);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#hide();
    this.#terminal.clearLine = () => {};
  }

  #draw(): void {
    const elapsed = performance.now() - this.#started;
    if (elapsed < START_MS) return;
    const rate = ((this.#done - this.#earlier) / elapsed) * 1000;
    const left = rate > 0 ? formatDuration(Math.ceil((this.#total - this.#done) / rate) * 1000) : '?';
    const parts = [
      `${this.#label} ${this.#done} of ${this.#total}`,
      `${Math.round(rate)}/s`,
      `${left} left`,
      formatCounts(this.#counts),
      this.#waiting > 0 ? `${this.#waiting} accepted and still out` : '',
    ].filter(Boolean);
    this.#terminal.stderr.write(`\r\u001b[K${parts.join('  ').slice(0, (this.#terminal.stderr.columns || 80) - 1)}`);
    this.#shown = true;
  }

  #hide(): void {
    if (!this.#shown) return;
    this.#terminal.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}

/** `8 accepted, 1 skipped`, in the order in which outcomes are always listed. */
export function formatCounts(counts: Counts): string {
  return OUTCOMES.flatMap((outcome) => (counts[outcome] ? [`${counts[outcome]} ${outcome}`] : [])).join(', ');
}

/** `4 ms`, `1.4 s`, `12 s`, `3:05 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
