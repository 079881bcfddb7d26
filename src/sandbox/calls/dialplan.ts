import type { Step } from './call-thread.js';

/** Answered and parked, as in the configuration with which the recordings were made. */
const DEFAULT_NUMBER = '5000';
const DEFAULT_STEPS: readonly Step[] = [step('answer'), step('park')];

/** What happens to calls, by the number that was dialled. */
export class Dialplan {
  readonly #steps = new Map<string, readonly Step[]>([[DEFAULT_NUMBER, DEFAULT_STEPS]]);

  /** Each number has one application with its data behind a blank. */
  constructor(numbers: Readonly<Record<string, string>> = {}) {
    for (const [number, application] of Object.entries(numbers)) this.#steps.set(number, [step(application)]);
  }

  /** The actions for a number; undefined: there is no way to go. */
  find(number: string): readonly Step[] | undefined {
    return this.#steps.get(number);
  }
}

/** An action, from its text: `APPLICATION DATA`. */
export function step(text: string): Step {
  const blank = text.indexOf(' ');
  return blank < 0
    ? { application: text, data: '' }
    : { application: text.slice(0, blank), data: text.slice(blank + 1) };
}
