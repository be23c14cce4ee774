import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const minutes = 60_000;

/** One project per kind of promise; `npm test` runs them in this order, one after another. */
export default defineConfig({
  plugins: [react()],
  test: {
    // Processes, not threads: the code under test starts worker threads of its own and loads a native module in them.
    pool: 'forks',
    environment: 'node',
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['tests/unit/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: { name: 'conformance', include: ['tests/conformance/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: { name: 'migrations', include: ['tests/migrations/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          // So that a test can make the threads of its consoles fail.
          execArgv: ['--import', new URL('tests/faults/sabotage.ts', import.meta.url).href],
          testTimeout: 2 * minutes,
          hookTimeout: minutes,
          fileParallelism: false,
          // Tests that say so run two at a time.
          maxConcurrency: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/global-setup.ts'],
          testTimeout: 2 * minutes,
          hookTimeout: 2 * minutes,
          fileParallelism: false,
        },
      },
    ],
  },
});
