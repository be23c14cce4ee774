import { afterEach, beforeEach } from 'vitest';
import { noRemotes, type Remotes } from '../../../src-main/remotes/remote.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

/** So many tickets make an operation large. */
export const large = 10_000;

/** A console over a workspace of its own for each test, whose clock stands still. */
export function useBackups() {
  let folder: string;
  let time: TestTime;
  let app: TestConsole;

  beforeEach(() => {
    folder = makeFolder();
    time = createTestTime(Date.now());
  });
  afterEach(async () => {
    await app.close();
    removeFolder(folder);
  });

  return {
    get folder() {
      return folder;
    },
    get time() {
      return time;
    },
    get app() {
      return app;
    },
    openWith: async (tickets: number, remotes: Remotes = noRemotes): Promise<void> => {
      const [source = 'desk'] = remotes.keys();
      fillTickets(
        folder,
        makeTickets(tickets, () => ({ source })),
      );
      app = await openTestConsole(folder, time, time, remotes);
    },
    plan: (category: string): Promise<Operation> =>
      app.ask('operations.plan', {
        action: 'update_category',
        collection: 'tickets',
        selection: everyTicket,
        input: { category },
      }),
    backupMade: (): Promise<unknown> => app.event('backups.changed', ({ failure }) => failure === null),
    reasons: async (): Promise<string[]> => {
      const { backups } = await app.ask('backups.list', {});
      return backups.map(({ reason }) => reason);
    },
  };
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.catch((error: unknown) => error);
  return outcome instanceof BulkheadError ? outcome.code : 'no error';
}
