import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    env: { NO_COLOR: '1', PHONECTL_CONFIG: '' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
