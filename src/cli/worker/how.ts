import { QueueError } from '../../queue/errors.js';
import { parseRate, parseRetry } from '../flag-values.js';
import type { HowFlag } from '../part.js';
import type { TaskFlags } from '../task.js';
import { evidenceTimeout } from '../watch.js';

/** The flags that travel with a run; `concurrency` is the worker's own. */
export type How = Partial<Pick<TaskFlags, HowFlag>>;

const TEXTS = ['evidence-timeout', 'rate', 'retry-for', 'sip-profile'] as const satisfies readonly HowFlag[];
const SWITCHES = ['trace', 'check'] as const satisfies readonly HowFlag[];
const WORDS = {
  evidence: ['accepted', 'answered', 'returned'],
  busy: ['skip', 'send', 'wait'],
} as const satisfies Partial<Record<HowFlag, readonly string[]>>;

/** Those of a command that travel. */
export function howOf(flags: How): How {
  const names: readonly string[] = [...TEXTS, ...SWITCHES, ...Object.keys(WORDS)];
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/**
 * The same at the other end, where they are not believed.
 * @throws QueueError, Failure
 */
export function readHow(how: unknown): How {
  if (typeof how !== 'object' || how === null) throw new QueueError('the run does not say how it is to be sent');
  const given = new Map(Object.entries(how));
  const found: Record<string, string | boolean> = {};
  for (const [name, value] of given) {
    const words: readonly string[] | undefined = Object.entries(WORDS).find(([word]) => word === name)?.[1];
    const isText = TEXTS.some((text) => text === name) && typeof value === 'string' && value.length < 200;
    const isSwitch = SWITCHES.some((one) => one === name) && typeof value === 'boolean';
    const isWord = typeof value === 'string' && words?.includes(value);
    if (!isText && !isSwitch && !isWord) {
      throw new QueueError(
        `the run has a setting that this worker does not know: ${name.slice(0, 40)}`,
        'the same version of phonectl on both sides',
      );
    }
    found[name] = value as string | boolean;
  }
  const flags = found as How;
  evidenceTimeout(flags);
  if (flags.rate !== undefined) parseRate(flags.rate);
  parseRetry(flags['retry-for']);
  return flags;
}
