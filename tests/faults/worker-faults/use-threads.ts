import { EventEmitter, once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect } from 'vitest';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import { seedTickets } from '../../builders/seed.ts';
import { everyTicket } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { leaveNewThreadsAlone, sabotageNewThreads } from '../fault.ts';

/** A console for each test, over a workspace of so many tickets, with a hand on its threads. */
export function useThreads(count: number) {
  let folder: string;
  let app: TestConsole;
  const threads = new Map<string, Set<Worker>>();
  const ends = new EventEmitter();

  function watch(worker: Worker): void {
    const name = worker.threadName ?? '';
    const alike = threads.get(name) ?? new Set();
    threads.set(name, alike.add(worker));
    worker.once('exit', () => {
      alike.delete(worker);
      ends.emit(name);
    });
  }

  /** The living threads of a name. */
  function living(name: string): readonly Worker[] {
    return [...(threads.get(name) ?? [])];
  }

  beforeEach(async () => {
    folder = makeFolder();
    seedTickets(folder, count);
    process.on('worker', watch);
    sabotageNewThreads(null);
    app = await openTestConsole(folder);
  });
  afterEach(async () => {
    leaveNewThreadsAlone();
    await app.close();
    process.off('worker', watch);
    expect([...threads].filter(([, alike]) => alike.size > 0)).toEqual([]);
    threads.clear();
    removeFolder(folder);
  });

  return {
    get folder() {
      return folder;
    },
    get app() {
      return app;
    },
    living,
    /** One of them. */
    thread: (name: string): Worker => {
      const [worker] = living(name);
      if (!worker) throw new Error(`no ${name} thread`);
      return worker;
    },
    /** Resolves when a thread of this name has ended. */
    death: async (name: string): Promise<null> => {
      await once(ends, name);
      return null;
    },
    plan: (category: string, selection = everyTicket): Promise<Operation> =>
      app.ask('operations.plan', {
        action: 'update_category',
        collection: 'tickets',
        selection,
        input: { category },
      }),
    /** Resolves when an operation has ended or stands still, with what was told of it last. */
    atRest: async (id: number): Promise<Operation> => {
      const { operation } = await app.event(
        'operation.updated',
        ({ operation: { id: its, state, stoppedBy } }) =>
          its === id && (isFinal(state) || (state === 'paused' && stoppedBy !== null)),
      );
      return operation;
    },
  };
}

export function codeOf(error: unknown): string {
  return (error as BulkheadError).code;
}

export function expectWorkerLost(error: unknown): void {
  expect(codeOf(error)).toBe('worker_lost');
}
