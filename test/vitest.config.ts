import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    env: { NO_COLOR: '1', PHONECTL_CONFIG: '' },
    // Most of them wait, for processes and for time to pass: on two cores one file at a time would leave half of them idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
