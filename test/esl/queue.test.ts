import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../src/esl/queue.js';

describe('Queue', () => {
  it('is first in, first out, through any number of pushes and shifts', () => {
    const rounds = fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 3000 })), { maxLength: 8 });
    fc.assert(
      fc.property(rounds, (steps) => {
        const queue = new Queue<number>();
        let pushed = 0;
        let shifted = 0;
        for (const [pushes, shifts] of steps) {
          for (let count = 0; count < pushes; count++) queue.push(pushed++);
          for (let count = 0; count < shifts; count++) {
            const next = shifted < pushed ? shifted++ : undefined;
            if (queue.peek() !== next || queue.shift() !== next) throw new Error(`not ${next}`);
          }
          expect(queue.length).toBe(pushed - shifted);
        }
      }),
    );
  });
});
