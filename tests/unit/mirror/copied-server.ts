import { afterEach, beforeEach, expect } from 'vitest';
import type { OpenRemote } from '../../../src-main/mirror/ports.ts';
import { systemClock, systemTimer, type Timer } from '../../../src-main/platform/clock.ts';
import { noRemotes } from '../../../src-main/remotes/remote.ts';
import { createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Role } from '../../../src-shared/domain/user.ts';
import { type ApiServer, startApiServer } from '../../builders/api-server.ts';
import { recordsHere, recordsThere } from '../../builders/mirrored.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

/** What is done every few seconds comes after some milliseconds. */
const hasty: Timer = { set: (waitMs, ring) => systemTimer.set(Math.min(waitMs, 100), ring) };

/** Consoles that keep copies of what a real server has. */
export interface CopiedServer {
  /** The server's workspace, which a test fills before it starts the server. */
  readonly there: string;
  readonly server: ApiServer;
  /** At this port, or at any. */
  start(port?: number): Promise<void>;
  /** Statuses with which the server may refuse something in a test; it reports each such answer. */
  mayRefuse(...statuses: number[]): void;
  /** A console that keeps copies of the server's collections, once they are whole. */
  open(
    user: string,
    collections: CollectionName[],
    role?: Role,
    openRemote?: OpenRemote,
  ): Promise<{ app: TestConsole; id: number }>;
  /** Waits until a console's copy is what the server has. */
  expectEqual(app: TestConsole, collection?: CollectionName): Promise<void>;
}

/** A new server for each test of a file. */
export function useCopiedServer(): CopiedServer {
  let there: string;
  let server: ApiServer;
  let consoles: TestConsole[];
  let refusals: number[];

  beforeEach(() => {
    there = makeFolder();
    consoles = [];
    refusals = [];
  });
  afterEach(async () => {
    for (const app of consoles) await app.close();
    await server.close();
    const faults = server.reports.filter(({ facts }) => !refusals.includes(Number(facts['status'])));
    expect([...consoles.flatMap(({ reports }) => reports), ...faults]).toEqual([]);
    for (const folder of [there, ...consoles.map((app) => app.folder)]) removeFolder(folder);
  });

  return {
    get there() {
      return there;
    },
    get server() {
      return server;
    },
    start: async (port = 0) => {
      server = await startApiServer(there, { port });
    },
    mayRefuse: (...statuses) => {
      refusals = statuses;
    },
    open: async (user, collections, role = 'agent', openRemote = createBulkheadRemote) => {
      const app = await openTestConsole(makeFolder(), systemClock, hasty, noRemotes, openRemote);
      consoles.push(app);
      const token = await server.user(user, role);
      const ready = app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
      const { id } = await app.ask('remotes.add', { name: 'Desk', address: server.url, token, collections });
      await ready;
      return { app, id };
    },
    expectEqual: async (app, collection = 'tickets') => {
      await expect
        .poll(() => recordsHere(app.folder, collection, 'Desk'))
        .toEqual(recordsThere(there, collection));
    },
  };
}
