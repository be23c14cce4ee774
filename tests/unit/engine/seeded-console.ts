import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { ErrorCode } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { seedTickets } from '../../builders/seed.ts';
import { everyTicket } from '../../builders/tickets.ts';
import {
  copyFolder,
  makeFolder,
  openTestConsole,
  removeFolder,
  type TestConsole,
} from '../../builders/workspace.ts';

type Command = 'start' | 'pause' | 'resume' | 'cancel' | 'discard' | 'dismiss';

/** A console on a workspace with many tickets. */
export interface SeededConsole {
  readonly folder: string;
  readonly app: TestConsole;
  /** Opens the console again that was closed. */
  reopen(): Promise<void>;
  plan(input?: Record<string, unknown>, selection?: Selection): Promise<Operation>;
  /** The code with which a command is refused, and nothing is changed by it. */
  refused(command: Command, id: number): Promise<ErrorCode>;
}

/** A new console with so many tickets for each test of a file; they are made once and copied. */
export function useSeededConsole(tickets: number): SeededConsole {
  let template: string;
  let folder: string;
  let app: TestConsole;

  beforeAll(() => {
    template = makeFolder();
    seedTickets(template, tickets);
  });
  afterAll(() => removeFolder(template));
  beforeEach(async () => {
    folder = copyFolder(template);
    await reopen();
  });
  afterEach(async () => {
    await app.close();
    expect(app.reports).toEqual([]);
    removeFolder(folder);
  });

  async function reopen(): Promise<void> {
    app = await openTestConsole(folder);
  }

  return {
    get folder() {
      return folder;
    },
    get app() {
      return app;
    },
    reopen,
    plan: (input = { category: 'Everything' }, selection = everyTicket) =>
      app.ask('operations.plan', { action: 'update_category', collection: 'tickets', selection, input }),
    refused: async (command, id) => {
      const before = await app.ask('operations.get', { id });
      const error = await app.ask(`operations.${command}`, { id }).then(
        () => Promise.reject(new Error(`${command} was not refused`)),
        (error: { code: ErrorCode }) => error,
      );
      expect(await app.ask('operations.get', { id })).toEqual(before);
      return error.code;
    },
  };
}
