import { afterEach, beforeEach, expect } from 'vitest';
import { systemClock, systemTimer, type Timer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { everyTicket, readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type Desk, makeDesk } from '../../fakes/desk.ts';

interface Row {
  readonly key: string;
  readonly category: string | null;
  readonly status: string;
}

/** A console and another system, whose tickets it has a copy of once it was added. */
export interface CopiedDesk {
  readonly folder: string;
  readonly desk: Desk;
  readonly app: TestConsole;
  /** Opens the console again that was closed. */
  reopen(): Promise<void>;
  add(name?: string): Promise<number>;
  /** Makes so many tickets there, with the keys from 1 on. */
  fill(tickets: number): void;
  /** Fills it, adds it, and waits until all stands here. */
  copy(tickets: number): Promise<number>;
  /** The remote that passes, as soon as one does. */
  until(test: (remote: Remote) => boolean): Promise<Remote>;
  /** Sets the category of these tickets here, or of all. */
  assign(category: string, ids?: readonly number[]): Promise<Operation>;
  /** Brings the copy of three tickets and a change of all of them, of which one is in conflict with theirs. */
  conflict(): Promise<{ id: number; operation: number }>;
  /** Live records here, by key; and there. */
  here(): Map<string, Row>;
  there(): Map<string, Row>;
  expectEqual(): void;
}

/** What is done every few seconds comes after some milliseconds. */
export const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 50), ring) };

export const isReady = ({ state }: Remote): boolean => state === 'ready';

/** A new console and another system for each test of a file. */
export function useCopiedDesk(timer: Timer = hasty): CopiedDesk {
  let folder: string;
  let desk: Desk;
  let app: TestConsole;

  beforeEach(async () => {
    folder = makeFolder();
    desk = makeDesk();
    await reopen();
  });
  afterEach(async () => {
    await app.close();
    expect(desk.holders()).toBe(0);
    expect(app.reports).toEqual([]);
    removeFolder(folder);
  });

  async function reopen(): Promise<void> {
    app = await openTestConsole(folder, systemClock, timer, noRemotes, desk.openRemote);
  }

  async function add(name = 'Desk'): Promise<number> {
    const { id } = await app.ask('remotes.add', {
      name,
      address: 'http://desk',
      token: desk.token,
      collections: ['tickets'],
    });
    return id;
  }

  function fill(tickets: number): void {
    for (let key = 1; key <= tickets; key += 1) desk.put(key, {});
  }

  async function copy(tickets: number): Promise<number> {
    fill(tickets);
    const id = await add();
    await until(isReady);
    return id;
  }

  async function until(test: (remote: Remote) => boolean): Promise<Remote> {
    const passes = (remotes: Remote[]): Remote | undefined => remotes.find(test);
    const told = app.event('remotes.changed', ({ remotes }) => passes(remotes) !== undefined);
    const now = passes((await app.ask('remotes.list', {})).remotes);
    const found = now ?? passes((await told).remotes);
    if (!found) throw new Error('no remote passes');
    return found;
  }

  async function assign(category: string, ids?: readonly number[]): Promise<Operation> {
    const selection = ids ? { mode: 'ids' as const, ids: [...ids] } : everyTicket;
    const draft = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection,
      input: { category },
    });
    return app.ask('operations.start', { id: draft.id });
  }

  async function conflict(): Promise<{ id: number; operation: number }> {
    const id = await copy(3);
    await app.ask('remotes.set_offline', { id, isOffline: true });
    const { id: operation } = await assign('Mine');
    await until(({ waiting }) => waiting === 3);
    desk.put(2, { category: 'Theirs' });
    await app.ask('remotes.set_offline', { id, isOffline: false });
    expect(await app.ended(operation)).toMatchObject({ delivery: { confirmed: 2, conflict: 1 } });
    return { id, operation };
  }

  function here(): Map<string, Row> {
    const rows = readDatabase(
      folder,
      (db) =>
        db
          .prepare(
            `SELECT external_id AS key, category, status FROM tickets WHERE source = 'Desk' AND deleted_at IS NULL`,
          )
          .all() as Row[],
    );
    return new Map(rows.map((row) => [row.key, row]));
  }

  function there(): Map<string, Row> {
    const rows = [...desk.records.values()].filter(({ isDeleted }) => !isDeleted);
    return new Map(
      rows.map(({ key, fields }) => [
        key,
        { key, category: fields['category'], status: fields['status'] } as Row,
      ]),
    );
  }

  return {
    get folder() {
      return folder;
    },
    get desk() {
      return desk;
    },
    get app() {
      return app;
    },
    reopen,
    add,
    fill,
    copy,
    until,
    assign,
    conflict,
    here,
    there,
    expectEqual: () => expect(here()).toEqual(there()),
  };
}
