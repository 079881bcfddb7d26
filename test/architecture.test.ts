import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = new URL('../src', import.meta.url).pathname;

/** Which rooms a room may import from, beside itself. Imports go down only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  commands: ['cli', 'run', 'config', 'inventory', 'payload', 'vendor', 'freeswitch', 'sandbox'],
  cli: ['queue', 'run', 'config', 'inventory', 'payload', 'vendor', 'freeswitch', 'esl', 'sandbox'],
  queue: ['run', 'config', 'inventory'],
  run: ['inventory', 'payload', 'vendor', 'freeswitch', 'esl'],
  config: [],
  inventory: [],
  payload: ['esl'],
  vendor: [],
  freeswitch: ['esl'],
  sandbox: ['esl'],
  esl: [],
};

/** Which packages a room may import, beside Node's own modules. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  commands: ['@oclif/core'],
  cli: ['@oclif/core', 'csv-stringify'],
  config: ['yaml'],
  queue: ['bullmq', 'ioredis'],
  run: ['p-limit'],
  inventory: ['csv-parse'],
  payload: ['handlebars'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(SRC, from), 'utf8');
  const specifiers = [...text.matchAll(/(?:\bfrom |^import |\bimport\()'([^'\s]+)'/gm)].map(
    ([, specifier]) => specifier ?? '',
  );
  return specifiers.map((specifier) => ({
    from,
    to: specifier.startsWith('.')
      ? relative(SRC, join(SRC, dirname(from), specifier)).replace(/\.js$/, '.ts')
      : specifier,
  }));
});

const local = imports.filter(({ to }) => files.includes(to));

function room(file: string): string {
  return file.split('/')[0] ?? '';
}

describe('the rooms of src', () => {
  it('are those that the rules know', () => {
    expect(new Set(files.map(room))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  it('import downwards only', () => {
    const wrong = local.filter(
      ({ from, to }) => room(from) !== room(to) && !MAY_IMPORT[room(from)]?.includes(room(to)),
    );
    expect(wrong).toEqual([]);
  });

  it('import packages only where they belong', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (files.includes(to) || to.startsWith('node:')) return false;
      return !PACKAGES[room(from)]?.some((name) => to === name || to.startsWith(`${name}/`));
    });
    expect(wrong).toEqual([]);
  });

  it('reach another room that is published only by its index', () => {
    const wrong = local.filter(
      ({ from, to }) => room(from) !== room(to) && room(to) === 'esl' && to !== 'esl/index.ts',
    );
    // The sandbox speaks the same protocol from the other side.
    expect(wrong.filter(({ from }) => room(from) !== 'sandbox')).toEqual([]);
  });

  it('hold no circle of imports', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of local) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, `${[...path, file].join(' → ')}`).not.toContain(file);
      if (done.has(file)) return;
      done.add(file);
      for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    };
    for (const file of files) visit(file, []);
  });
});
