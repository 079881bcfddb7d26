import { Rollout } from '../run/rollout.js';
import { usageError } from './failure.js';
import { parseAmount, parseSpan } from './flag-values.js';
import { plural } from './plural.js';
import type { Task, TaskFlags } from './task.js';

/** `--canary` is one phone first and then all, each until it has come back. */
const CANARY = '1,100%';

/** What `--canary` stands for, in the place of the flags that it stands for. */
export function withCanary(task: Task): Task {
  const { flags, order } = task;
  if (!flags.canary) return task;
  if (flags.evidence === 'answered') throw usageError('--canary waits until phones come back, not for their answer');
  const evidence = order.returns ? ('returned' as const) : ('answered' as const);
  return { ...task, flags: { ...flags, batch: CANARY, evidence } };
}

type RolloutFlags = Pick<TaskFlags, 'batch' | 'pause' | 'canary' | 'max-failures'>;

/** @throws Failure if one of the flags is wrong */
export function judgeRollout(flags: RolloutFlags): void {
  rolloutNumbers(flags);
}

/** Batches and stop rule, if there are any. */
export function rolloutFor(
  flags: RolloutFlags,
  { total, signal, say }: { total: number; signal: AbortSignal; say: (line: string) => void },
): Rollout | undefined {
  const numbers = rolloutNumbers(flags);
  if (numbers.batches.length === 0 && numbers.maxFailures === undefined) return undefined;
  return new Rollout({
    ...numbers,
    total,
    isCanary: flags.canary ?? false,
    signal,
    onBatch: ({ number, size, before }) => {
      const left = Math.min(size, total - before);
      say(`batch ${number}: ${plural(left, 'phone')}, ${total - before - left} to follow`);
    },
  });
}

/** The numbers behind the flags. @throws Failure if one of them is wrong */
export function rolloutNumbers({ batch, pause, 'max-failures': limit }: RolloutFlags) {
  const sizes = batch?.split(',').map((size) => parseAmount('batch', size, 1));
  return {
    batches: sizes ?? [],
    maxFailures: limit === undefined ? undefined : parseAmount('max-failures', limit, 0),
    pauseMs: pause === undefined ? 0 : parseSpan('pause', pause),
  };
}
