import { afterEach, beforeEach, expect } from 'vitest';
import { fillTickets, makeTickets } from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

export const startMs = Date.UTC(2026, 0, 15, 12);
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A console whose time passes when the test says so. */
export interface TimedConsole {
  readonly folder: string;
  readonly time: TestTime;
  readonly app: TestConsole;
  /** Opens the console again that was closed. */
  reopen(): Promise<void>;
  /** Closes the console, lets time pass, and opens it again. */
  awayFor(ms: number): Promise<void>;
}

/** A new console with so many tickets for each test of a file; it begins at `startMs`. */
export function useTimedConsole(tickets: number): TimedConsole {
  let folder: string;
  let time: TestTime;
  let app: TestConsole;

  beforeEach(async () => {
    folder = makeFolder();
    time = createTestTime(startMs);
    await reopen();
    fillTickets(folder, makeTickets(tickets));
  });
  afterEach(async () => {
    await app.close();
    expect(app.reports).toEqual([]);
    removeFolder(folder);
  });

  async function reopen(): Promise<void> {
    app = await openTestConsole(folder, time, time);
  }

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
    reopen,
    awayFor: async (ms) => {
      await app.close();
      time.jump(ms);
      await reopen();
    },
  };
}
