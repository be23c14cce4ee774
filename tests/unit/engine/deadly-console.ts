import { afterEach, beforeEach, expect } from 'vitest';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { type DeadlyCalls, killThreadsAt, type ThreadCall } from '../../builders/deadly-calls.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

type IsDeadly = (call: ThreadCall) => boolean;

/** A console whose threads die when a test says so. */
export interface DeadlyConsole {
  readonly folder: string;
  readonly app: TestConsole;
  /** From now on a thread dies of what it is asked. */
  dieAt(isDeadly: IsDeadly): void;
  /** Resolves when the first thread is gone and everybody who waited for it knows. */
  death(): Promise<void>;
  /** Opens the console again. */
  reopen(): Promise<void>;
  plan(): Promise<Operation>;
  start(options: Partial<RunOptions>): Promise<number>;
  /** Resolves with an operation that is paused. */
  paused(id: number): Promise<Operation>;
  /** How many tries in a row had failed, each time that something was tried again. */
  retriesOf(id: number): Promise<unknown[]>;
  /** The time in progress that is on record. */
  workedMs(id: number): number;
}

export const quick = { attempts: 5, baseMs: 1, maxMs: 5 };

/** Deadly so many times, whenever a thread is asked for this. */
export function times(most: number, thread: string, method: string): IsDeadly {
  let left = most;
  return (call) => {
    if (call.thread !== thread || call.method !== method || left === 0) return false;
    left -= 1;
    return true;
  };
}

/** A new console with so many tickets for each test of a file. */
export function useDeadlyConsole(tickets: number): DeadlyConsole {
  let folder: string;
  let app: TestConsole;
  let isDeadly: IsDeadly;
  let deadly: DeadlyCalls;

  beforeEach(async () => {
    isDeadly = () => false;
    deadly = killThreadsAt((call) => isDeadly(call));
    folder = makeFolder();
    fillTickets(folder, makeTickets(tickets));
    app = await openTestConsole(folder);
  });
  afterEach(async () => {
    await app.close();
    deadly.stop();
    expect(app.reports.map((report) => (report as BulkheadError).code)).toEqual(
      app.reports.map(() => 'worker_lost'),
    );
    removeFolder(folder);
  });

  async function plan(): Promise<Operation> {
    return app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Mine' },
    });
  }

  return {
    get folder() {
      return folder;
    },
    get app() {
      return app;
    },
    dieAt: (when) => {
      isDeadly = when;
    },
    death: () => deadly.death,
    reopen: async () => {
      const { reports } = app;
      await app.close();
      app = await openTestConsole(folder);
      app.reports.push(...reports);
    },
    plan,
    start: async (options) => {
      const { id } = await plan();
      await app.ask('operations.start', { id, options: RunOptions.parse(options) });
      return id;
    },
    paused: async (id) => {
      const told = app.event(
        'operation.updated',
        ({ operation }) => operation.id === id && operation.state === 'paused',
      );
      const now = await app.ask('operations.get', { id });
      return now.state === 'paused' ? now : (await told).operation;
    },
    retriesOf: async (id) => {
      const { entries } = await app.ask('operations.journal', { id });
      return entries.filter(({ event }) => event === 'tried_again').map(({ detail }) => detail['failures']);
    },
    workedMs: (id) =>
      readDatabase(
        folder,
        (db) =>
          db.prepare<[number], number>('SELECT run_ms FROM operations WHERE id = ?').pluck().get(id) ?? 0,
      ),
  };
}
