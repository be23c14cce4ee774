import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BulkheadError, errorCatalogue } from '../../src-shared/contract/errors.ts';
import { countsOf, type Operation } from '../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { seedTickets } from '../builders/seed.ts';
import { contents, everyTicket, theseTickets } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { randomFrom } from './harness.ts';

const count = 20_000;
const everything = { conditions: [], text: '', deleted: false };
let folder: string;
let app: TestConsole;
/** The living threads of the console, by name. */
const threads = new Map<string, Set<Worker>>();

function watch(worker: Worker): void {
  const name = worker.threadName ?? '';
  const alike = threads.get(name) ?? new Set();
  threads.set(name, alike.add(worker));
  worker.once('exit', () => alike.delete(worker));
}

function thread(name: string): Worker {
  const [worker] = threads.get(name) ?? [];
  if (!worker) throw new Error(`no ${name} thread`);
  return worker;
}

beforeEach(async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  process.on('worker', watch);
  app = await openTestConsole(folder);
});
afterEach(async () => {
  await app.close();
  process.off('worker', watch);
  expect([...threads.values()].map(({ size }) => size)).toEqual([0, 0]);
  threads.clear();
  removeFolder(folder);
});

function plan(category: string, selection = everyTicket): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection,
    input: { category },
  });
}

/** Resolves when an operation is where it stays until someone does something. */
async function stopped(id: number): Promise<Operation> {
  const told = app.event(
    'operation.updated',
    ({ operation }) => operation.id === id && operation.state === 'paused',
  );
  const now = await app.ask('operations.get', { id });
  return now.state === 'paused' ? now : (await told).operation;
}

describe('a reader that dies', () => {
  it('rejects the calls it held and is replaced for later ones', async () => {
    for (let round = 0; round < 3; round += 1) {
      const held = Array.from({ length: 8 }, () =>
        app.ask('records.count', { collection: 'tickets', filter: { ...everything, text: 'customer' } }),
      );
      await thread('reader').terminate();
      const outcomes = await Promise.allSettled(held);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of lost) {
        expect((reason as BulkheadError).code).toBe('worker_lost');
        expect((reason as BulkheadError).message).toContain('Nothing is half done');
      }
      expect(lost.length).toBeGreaterThan(0);
      const after = await Promise.all(
        Array.from({ length: 8 }, () =>
          app.ask('records.count', { collection: 'tickets', filter: everything }),
        ),
      );
      expect(after).toEqual(after.map(() => ({ count })));
      expect(threads.get('reader')?.size).toBe(2);
    }
    expect(app.reports.length).toBe(3);
    expect(errorCatalogue.worker_lost.next).toContain('Try again');
  });
});

describe('a writer that dies', () => {
  it('leaves the operation paused with the reason, whole, and ready to be resumed', async () => {
    const random = randomFrom(seed);
    const before = contents(folder);
    const draft = await plan('Everything');
    await app.ask('operations.start', { id: draft.id });
    let deaths = 0;
    for (;;) {
      // After so many answers of the writer: now and then before the first chunk, now and then at the last.
      let answers = 1 + Math.floor(random() * 5);
      const writer = thread('writer');
      const met = new Promise<void>((resolve) => {
        writer.on('message', () => {
          answers -= 1;
          if (answers === 0) resolve();
        });
      });
      const ended = app.ended(draft.id);
      const isThrough = await Promise.race([met.then(() => false), ended.then(() => true)]);
      if (isThrough) break;
      await writer.terminate();
      deaths += 1;
      const startedMs = performance.now();
      const now = await Promise.race([stopped(draft.id), ended]);
      if (now.endedAt !== null) break;
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect(now).toMatchObject({ state: 'paused', stoppedBy: { code: 'worker_lost' } });
      expectBooksBalance(folder, draft.id);
      const resumed = await app.ask('operations.resume', { id: draft.id });
      expect(resumed.stoppedBy).toBeNull();
    }
    expect(deaths).toBeGreaterThan(0);
    const done = await app.ended(draft.id);
    expectEndedWell(folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
    expect(contents(folder)).toEqual(before.map((ticket) => ({ ...ticket, category: 'Everything' })));
    expect(app.reports.every((report) => (report as BulkheadError).code === 'worker_lost')).toBe(true);
  });

  it('keeps the workspace to its one owner', async () => {
    await thread('writer').terminate();
    const operation = await app.run(await plan('Mine', theseTickets(1)));
    expect(operation.state).toBe('completed');
    await expect(openTestConsole(folder)).rejects.toMatchObject({ code: 'workspace_in_use' });
  });

  it('costs a plan that was being made, and leaves no draft behind for long', async () => {
    const begun = app.event('operation.planning', () => true);
    const planned = plan('Everything');
    const outcome = planned.then(
      () => 'planned',
      (error: BulkheadError) => error.code,
    );
    await begun;
    await thread('writer').terminate();
    expect(await outcome).toBe('worker_lost');
    const { operations } = await app.ask('operations.list', { limit: 10 });
    expect(operations).toEqual([]);
    const again = await plan('Everything');
    expect(countsOf(again.tallies).planned).toBe(count);
    await expect(app.ask('operations.get', { id: again.id - 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a console that is closing', () => {
  it('says so to what comes too late', async () => {
    const closing = app.close();
    const late = app.ask('records.count', { collection: 'tickets', filter: everything });
    const code = await late.then(
      () => 'answered',
      (error: BulkheadError) => error.code,
    );
    await closing;
    expect(['answered', 'stopping']).toContain(code);
    await expect(app.ask('operations.list', { limit: 1 })).rejects.toMatchObject({ code: 'stopping' });
    app = await openTestConsole(folder);
  });
});
