import { afterEach, beforeEach, expect } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import type { Capabilities, Remote } from '../../../src-main/remotes/remote.ts';
import type { Db } from '../../../src-main/sql/open.ts';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTickets,
  readDatabase,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import {
  type EffectServer,
  type EffectServerOptions,
  startEffectServer,
  type Treatment,
} from '../../fakes/effect-server.ts';
import { createHttpRemote } from '../../fakes/http-remote.ts';

interface Row {
  readonly record: number;
  readonly state: string;
  readonly code: string | null;
  readonly attempts: number;
}

/** A console with tickets, every second of which is of a remote, and the server that it tells what is changed of these. */
export interface ToldServer {
  readonly folder: string;
  readonly app: TestConsole;
  readonly server: EffectServer;
  /** The keys of the tickets that are the remote's, and that it was told of each once. */
  readonly keys: readonly string[];
  readonly once: ReadonlyMap<string, number>;
  /** Starts a server, and opens a console that has it for a remote. */
  open(
    behaviour?: Partial<EffectServerOptions>,
    capabilities?: Partial<Capabilities>,
    gate?: Remote['gate'],
  ): Promise<void>;
  /** Opens a console again, with the server that there is for a remote, or without any. */
  connect(capabilities?: Partial<Capabilities>, gate?: Remote['gate']): Promise<void>;
  connectToNone(): Promise<void>;
  plan(action?: string, input?: Record<string, unknown>, selection?: Selection): Promise<Operation>;
  run(draft: Operation, options?: Partial<RunOptions>): Promise<Operation>;
  /** Closes the console and leaves a draft as one would that was killed when it was applied and told to nobody yet. */
  leaveUntold(id: number, more?: (db: Db) => void): Promise<void>;
  /** What the remote is told of by an operation, in the order of its items. */
  deliveries(id: number): Row[];
  statesOf(id: number): Record<string, number>;
  /** How many were sent, also those that are on their way and have not come to the server yet. */
  sentOf(id: number): number;
}

const quick = { attempts: 3, baseMs: 1, maxMs: 5 };
/** For what is to wait until something else ends it. */
export const patient = { attempts: 20, baseMs: 60_000, maxMs: 60_000 };

/** Treats the requests with these numbers in one way and the others well. */
export function treating(treatment: Treatment, ...numbers: number[]): { treat: (nth: number) => Treatment } {
  return { treat: (nth) => (numbers.includes(nth) ? treatment : {}) };
}

/** A new workspace with so many tickets for each test of a file, which opens it. */
export function useToldServer(tickets: number): ToldServer {
  let folder: string;
  let app: TestConsole;
  let server: EffectServer;
  const keys = Array.from({ length: tickets / 2 }, (_, at) => String(2 * at + 2));

  beforeEach(() => {
    folder = makeFolder();
    fillTickets(
      folder,
      makeTickets(tickets, (id) => ({ source: id % 2 === 0 ? 'desk' : 'file' })),
    );
  });
  afterEach(async () => {
    await app.close();
    await server.close();
    expect(app.reports).toEqual([]);
    removeFolder(folder);
  });

  async function connect(capabilities: Partial<Capabilities> = {}, gate?: Remote['gate']): Promise<void> {
    const known = { settleMs: 20, batchMax: 4, concurrency: 2, ...capabilities };
    const remote = { ...createHttpRemote(server.url, known), ...(gate && { gate }) };
    const remotes = new Map([
      ['Desk', remote],
      ['sample', remote],
    ]);
    app = await openTestConsole(folder, systemClock, systemTimer, remotes);
  }

  function deliveries(id: number): Row[] {
    return readDatabase(
      folder,
      (db) =>
        db
          .prepare(
            'SELECT record_id AS record, state, code, attempts FROM deliveries WHERE operation_id = ? ORDER BY seq',
          )
          .all(id) as Row[],
    );
  }

  return {
    get folder() {
      return folder;
    },
    get app() {
      return app;
    },
    get server() {
      return server;
    },
    keys,
    once: new Map(keys.map((key) => [key, 1])),
    open: async (behaviour = {}, capabilities = {}, gate?) => {
      const honoursKeys = (capabilities.idempotency ?? 'keys') === 'keys';
      server = await startEffectServer({ honoursKeys, ...behaviour });
      await connect(capabilities, gate);
    },
    connect,
    connectToNone: async () => {
      app = await openTestConsole(folder);
    },
    plan: (action = 'update_category', input = { category: 'Mine' }, selection = everyTicket) =>
      app.ask('operations.plan', { action, collection: 'tickets', selection, input }),
    run: async ({ id }, options = {}) => {
      await app.ask('operations.start', { id, options: RunOptions.parse({ retry: quick, ...options }) });
      return app.ended(id);
    },
    leaveUntold: async (id, more = () => undefined) => {
      await app.close();
      changeDatabase(folder, (db) => {
        moveOperation(db, { id, from: ['draft'], to: 'pending', event: 'started', nowMs: 1 });
        moveOperation(db, { id, from: ['pending'], to: 'in_progress', event: 'running', nowMs: 2 });
        applyChunk(db, { operationId: id, limit: tickets, nowMs: 3, runMs: 0, remotes: ['Desk'] });
        more(db);
      });
    },
    deliveries,
    statesOf: (id) => {
      const counts: Record<string, number> = {};
      for (const { state } of deliveries(id)) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
    sentOf: (id) => deliveries(id).filter(({ state }) => state !== 'waiting' && state !== 'cancelled').length,
  };
}
