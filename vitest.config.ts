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
    // On a machine that is busy with other things all takes many times as long; what is wrong is known in the end all the same.
    testTimeout: minutes,
    hookTimeout: minutes,
    // Less than a test has, so that it says what did not come.
    expect: { poll: { timeout: minutes / 2 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          ...shippedThreads('unit'),
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts'],
          ...shippedThreads('conformance'),
        },
      },
      {
        extends: true,
        test: { name: 'migrations', include: ['tests/migrations/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          // So that a test can make the threads of its consoles fail.
          ...shippedThreads('faults', 'sabotage'),
          testTimeout: 2 * minutes,
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
