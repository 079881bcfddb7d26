import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { Failure, toFailure, usageError } from '../../src/cli/failure.js';
import { ConfigError } from '../../src/config/errors.js';
import { EslConnectError } from '../../src/esl/index.js';
import { InventoryError } from '../../src/inventory/errors.js';
import { parseWhere } from '../../src/inventory/where.js';
import { TemplateError } from '../../src/payload/errors.js';
import { QueueError } from '../../src/queue/errors.js';

function oclifError(message: string): Error {
  return Object.assign(new Error(message), { oclif: { exit: 2 } });
}

describe('what ends a command', () => {
  it('has the exit code of its kind, and its hint', () => {
    const failures = [
      new EslConnectError('a', { hint: 'h' }),
      new InventoryError('b', { file: 'f', hint: 'h' }),
      new TemplateError('t', 2, 'c', 'h'),
      new ConfigError('d', 'h'),
      usageError('e', 'h'),
    ].map(toFailure);
    expect(failures.map(({ exitCode }) => exitCode)).toEqual([
      EXIT.connection,
      EXIT.input,
      EXIT.input,
      EXIT.input,
      EXIT.usage,
    ]);
    expect(failures.map(({ message }) => message)).toEqual(['a', 'f: b', 'template t, line 2: c', 'd', 'e']);
    for (const { hint } of failures) expect(hint).toBe('h');
  });

  it('is the fault of the queue, or of what was asked of it', () => {
    const codes = ([undefined, 'argument', 'run'] as const).map((fault) => toFailure(new QueueError('a', 'h', fault)));
    expect(codes.map(({ exitCode }) => exitCode)).toEqual([EXIT.connection, EXIT.usage, EXIT.input]);
  });

  it('is a usage error for a --where that says nothing', () => {
    let thrown: unknown;
    try {
      parseWhere('nonsense');
    } catch (error) {
      thrown = error;
    }
    expect(toFailure(thrown)).toMatchObject({ exitCode: EXIT.usage, message: '--where nonsense: compares nothing' });
  });

  it('stays what it is if it is one already', () => {
    const failure = new Failure('x', EXIT.short);
    expect(toFailure(failure)).toBe(failure);
  });

  it('is one line of what oclif says, without its advice', () => {
    const said =
      'Missing 1 required arg:\nevent  the event\n\nNote: --where, --map allow multiple.\nSee more help with --help';
    expect(toFailure(oclifError(said))).toMatchObject({
      message: 'Missing 1 required arg: event  the event',
      hint: 'see --help',
      exitCode: EXIT.usage,
    });
    const two = 'The following errors occurred:\n  --a\n  --b\nSee more help with --help';
    expect(toFailure(oclifError(two)).message).toBe('The following errors occurred: --a --b');
  });

  it('does not repeat what was given to a flag that there is not: it may be a secret', () => {
    const message = 'Nonexistent flags: --password=5ecret, with = a comma, -x=y\nSee more help with --help';
    expect(toFailure(oclifError(message)).message).toBe('Nonexistent flags: --password, -x');
  });

  it('is our mistake otherwise', () => {
    for (const thrown of [new TypeError('x is not a function'), 'text', undefined, null]) {
      const { exitCode, message, hint } = toFailure(thrown);
      expect(exitCode).toBe(EXIT.internal);
      expect(message).toMatch(/^internal error: /);
      expect(hint).toContain('PHONECTL_DEBUG=1');
    }
  });
});
