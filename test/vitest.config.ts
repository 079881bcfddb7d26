import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    env: { NO_COLOR: '1', PHONECTL_CONFIG: '' },
    // Most of them wait, for processes and for time to pass: on two cores one file at a time would leave half of them idle.
    maxWorkers: '100%',
    // What is waited for may take as long as it does on a busy machine; a second, as usual, is less than a start can take there.
    expect: { poll: { timeout: 25_000 } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
