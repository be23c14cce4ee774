import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { threadsFolder } from './tests/threads/folder.ts';

const minutes = 60_000;
/** The console's threads start as they would be shipped, not from source; `preloads` run before each file of tests. */
function shippedThreads(project: string, ...preloads: readonly string[]) {
  return {
    globalSetup: ['tests/threads/setup.ts'],
    execArgv: ['redirect', ...preloads].flatMap((name) => ['--import', loaded(project, name)]),
  };
}

/** An entry of the bundle that `tests/threads/setup.ts` makes. */
function loaded(project: string, name: string): string {
  return pathToFileURL(join(threadsFolder(process.pid, project), `${name}.cjs`)).href;
}

/** One project per kind of promise; `npm test` runs them in this order, one after another. */
export default defineConfig({
  plugins: [react()],
  test: {
    // Processes, not threads: the code under test starts worker threads of its own and loads a native module in them.
    pool: 'forks',
    environment: 'node',
    restoreMocks: true,
    unstubEnvs: true,
    // How long something that must come may take to come on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
          ...shippedThreads('unit'),
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts'],
          testTimeout: 30_000,
          ...shippedThreads('conformance'),
        },
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
          ...shippedThreads('faults', 'sabotage'),
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
