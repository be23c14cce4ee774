import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from './workspace.ts';

/** How the tests of a file get their console. */
interface Use {
  /** One for all of them is faster; one for each begins in an empty workspace. */
  readonly per: 'file' | 'test';
  /** Puts records into the workspace before it is opened. */
  readonly fill?: (folder: string) => unknown;
  readonly open?: (folder: string) => Promise<TestConsole>;
}

/** A console that is opened before the tests of a file and closed behind them. What it reported until then and no test took away is a failure. */
export function useConsole({ per, fill, open = openTestConsole }: Use): TestConsole {
  const [before, after] = per === 'file' ? [beforeAll, afterAll] : [beforeEach, afterEach];
  let app: TestConsole;

  before(async () => {
    const folder = makeFolder();
    await fill?.(folder);
    app = await open(folder);
  });
  after(async () => {
    await app.close();
    expect(app.reports).toEqual([]);
    removeFolder(app.folder);
  });

  return {
    get folder() {
      return app.folder;
    },
    get console() {
      return app.console;
    },
    get reports() {
      return app.reports;
    },
    get notices() {
      return app.notices;
    },
    ask: (...asked) => app.ask(...asked),
    event: (name, test) => app.event(name, test),
    run: (draft) => app.run(draft),
    ended: (id) => app.ended(id),
    handle: (path) => app.handle(path),
    close: () => app.close(),
  };
}
