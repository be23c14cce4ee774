import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyChunk } from '../../../src-main/sql/operations/apply.ts';
import { moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { runs } from '../../builders/property.ts';
import {
  allTickets,
  changeDatabase,
  everyTicket,
  makeTickets,
  replaceTickets,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

/** More than a chunk, so that rules are broken within one and after one. */
const count = 1_300;
let folder: string;
let app: TestConsole;

beforeAll(async () => {
  folder = makeFolder();
  app = await openTestConsole(folder);
});
beforeEach(() => replaceTickets(folder, makeTickets(count)));
afterAll(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

function plan(category = 'Mine'): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category },
  });
}

/** Someone edits these tickets after the plan, so that their items fail. */
function editBehind(ids: readonly number[]): void {
  changeDatabase(folder, (db) => {
    const edit = db.prepare('UPDATE tickets SET version = version + 1 WHERE id = ?');
    for (const id of ids) edit.run(id);
  });
}

async function run(draft: Operation, options: Partial<RunOptions>): Promise<Operation> {
  await app.ask('operations.start', { id: draft.id, options: RunOptions.parse(options) });
  const operation = await app.ended(draft.id);
  expectEndedWell(folder, operation);
  return operation;
}

/** What the rules say, item by item: after how many an operation whose items fail or not is to stop. */
function triedUntil(isFailing: readonly boolean[], { maxErrors, maxErrorShare, canary }: RunOptions): number {
  let failed = 0;
  for (const [at, fails] of isFailing.entries()) {
    const tried = at + 1;
    if (fails) failed += 1;
    if (canary && failed > 0 && tried <= canary.count) return tried;
    if (maxErrors !== null && failed > maxErrors) return tried;
    if (maxErrorShare !== null && tried >= 20 && failed / tried > maxErrorShare) return tried;
  }
  return isFailing.length;
}

describe('too many errors', () => {
  it('stop an operation with the very item that is one too many', async () => {
    const draft = await plan();
    editBehind([300, 700, 701, 1_200]);
    const operation = await run(draft, { maxErrors: 2 });
    expect(countsOf(operation.tallies)).toMatchObject({ done: 698, failed: 3, cancelled: 599 });
    expect(operation).toMatchObject({
      state: 'failed',
      stoppedBy: { code: 'too_many_errors', message: expect.stringContaining('3 records failed') },
    });
    const changed = allTickets(folder).filter(({ category }) => category === 'Mine');
    expect(changed.length).toBe(698);
    expect(changed.at(-1)?.id).toBe(699);
    const { entries } = await app.ask('operations.journal', { id: draft.id });
    expect(entries[0]).toMatchObject({ event: 'started', detail: { options: expect.any(String) } });
    expect(JSON.parse(String(entries[0]?.detail['options']))).toEqual(operation.options);
    expect(entries.at(-1)).toMatchObject({ event: 'failed', detail: { code: 'too_many_errors' } });

    // What was left alone can be tried again, and what was done can be undone.
    const retry = await app.ask('operations.retry', { id: draft.id });
    expect(countsOf(retry.tallies)).toMatchObject({ total: 602, planned: 602 });
    const undo = await app.ask('operations.undo', { id: draft.id });
    expect(countsOf(undo.tallies)).toMatchObject({ total: 698, planned: 698 });
  });

  it.each([0, 1])(
    'stop at the first one of what the database refuses, with %i allowed',
    async (maxErrors) => {
      changeDatabase(folder, (db) =>
        db.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON tickets WHEN new.id IN (600, 610)
        BEGIN SELECT RAISE(ABORT, 'not this one'); END`),
      );
      const operation = await run(await plan(), { maxErrors });
      const done = maxErrors === 0 ? 599 : 608;
      expect(countsOf(operation.tallies)).toMatchObject({ done, failed: maxErrors + 1 });
      expect(operation.tallies).toContainEqual({
        state: 'failed',
        reason: 'storage_error',
        count: maxErrors + 1,
      });
      expect(allTickets(folder).filter(({ version }) => version > 1).length).toBe(done);
    },
  );

  it('do not stop an operation that may have so many', async () => {
    const draft = await plan();
    editBehind([1, 2, 3]);
    const operation = await run(draft, { maxErrors: 3, maxErrorShare: 0.2 });
    expect(operation).toMatchObject({ state: 'partial', stoppedBy: null });
    expect(countsOf(operation.tallies)).toMatchObject({ done: count - 3, failed: 3 });
  });

  it('as a share say nothing before twenty were tried', async () => {
    const draft = await plan();
    editBehind([1, 2]);
    expect(await run(draft, { maxErrorShare: 0.1 })).toMatchObject({ state: 'partial' });
    const other = await plan('Other');
    editBehind([1, 2, 3]);
    const stopped = await run(other, { maxErrorShare: 0.1 });
    expect(stopped).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(countsOf(stopped.tallies)).toMatchObject({ done: 17, failed: 3 });
  });

  it('are too many even with the last item', async () => {
    const draft = await plan();
    editBehind([count]);
    const operation = await run(draft, { maxErrors: 0 });
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(countsOf(operation.tallies)).toMatchObject({ done: count - 1, failed: 1, cancelled: 0 });
  });

  it('are known after a restart, and what was left alone stays so', async () => {
    const { id } = await plan();
    editBehind([400, 900]);
    const options = RunOptions.parse({ maxErrors: 0 });
    await app.close();
    changeDatabase(folder, (db) => {
      // A draft is thrown away at the start; this one was started by a console that was killed after the chunk.
      moveOperation(db, { id, from: ['draft'], to: 'pending', event: 'started', nowMs: 1, options });
      moveOperation(db, { id, from: ['pending'], to: 'in_progress', event: 'running', nowMs: 2 });
      applyChunk(db, { operationId: id, limit: 1_000, nowMs: 3, runMs: 0, remotes: [] });
    });
    app = await openTestConsole(folder);
    const operation = await app.ended(id);
    expectEndedWell(folder, operation);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(countsOf(operation.tallies)).toMatchObject({ done: 399, failed: 1, cancelled: 900 });
  });

  it('stop any operation where the rules say so', async () => {
    const options = fc.record({
      maxErrors: fc.option(fc.nat(30)),
      maxErrorShare: fc.option(fc.double({ min: 0, max: 0.5, noNaN: true })),
      canary: fc.option(
        fc.record({ count: fc.integer({ min: 1, max: 900 }), isPausing: fc.constant(false) }),
      ),
    });
    const failing = fc.uniqueArray(fc.integer({ min: 1, max: count }), { maxLength: 40 });
    const already = fc.uniqueArray(fc.integer({ min: 1, max: count }), { maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(options, failing, already, async (some, ids, sameIds) => {
        replaceTickets(
          folder,
          makeTickets(count, (id) => ({ category: sameIds.includes(id) ? 'Mine' : null })),
        );
        const draft = await plan();
        editBehind(ids);
        const rules = RunOptions.parse(some);
        const operation = await run(draft, rules);
        // What is so already is skipped when it is planned, and counts for no rule.
        const tried = allTickets(folder).filter(({ id }) => !sameIds.includes(id));
        const isFailing = tried.map(({ id }) => ids.includes(id));
        const expected = triedUntil(isFailing, rules);
        const counts = countsOf(operation.tallies);
        expect(counts.done + counts.failed).toBe(expected);
        expect(counts.failed).toBe(isFailing.slice(0, expected).filter(Boolean).length);
        expect(counts.cancelled).toBe(tried.length - expected);
      }),
      { ...runs(12), endOnFailure: true },
    );
  });
});

describe('a canary', () => {
  it.each([40, 100])('that fails with record %i of 100 leaves all others alone', async (which) => {
    const draft = await plan();
    editBehind([which, which + 20]);
    const operation = await run(draft, { canary: { count: 100, isPausing: true } });
    expect(operation).toMatchObject({
      state: 'failed',
      stoppedBy: {
        code: 'canary_failed',
        message: expect.stringContaining(`Record ${which} of the first 100`),
      },
    });
    expect(countsOf(operation.tallies)).toMatchObject({
      done: which - 1,
      failed: 1,
      cancelled: count - which,
    });
  });

  it('that does well is one chunk, and the rest follows', async () => {
    const draft = await plan();
    editBehind([101]);
    const operation = await run(draft, { canary: { count: 100, isPausing: false } });
    expect(operation).toMatchObject({ state: 'partial', stoppedBy: null });
    expect(expectBooksBalance(folder, draft.id).chunks[0]).toMatchObject({
      fromSeq: 1,
      toSeq: 100,
      done: 100,
    });
  });

  it('that is to be looked at pauses once, over a restart too, and goes on when it is resumed', async () => {
    const draft = await plan();
    const options = RunOptions.parse({ canary: { count: 600, isPausing: true } });
    const paused = app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    await app.ask('operations.start', { id: draft.id, options });
    const { operation } = await paused;
    expect(operation.stoppedBy).toMatchObject({ code: 'canary_done' });
    expect(countsOf(operation.tallies)).toMatchObject({ done: 600, planned: count - 600 });
    await app.close();
    app = await openTestConsole(folder);
    const now = await app.ask('operations.get', { id: draft.id });
    expect(now).toMatchObject({ state: 'paused', stoppedBy: { code: 'canary_done' } });
    await app.ask('operations.resume', { id: draft.id });
    const done = await app.ended(draft.id);
    expectEndedWell(folder, done);
    expect(done).toMatchObject({ state: 'completed', stoppedBy: null });
    const { entries } = await app.ask('operations.journal', { id: draft.id });
    expect(entries.filter(({ event }) => event === 'paused').length).toBe(1);
  });

  it('that is all there is does not pause', async () => {
    const operation = await run(await plan(), { canary: { count: 5_000, isPausing: true } });
    expect(operation.state).toBe('completed');
    const exactly = await run(await plan('Other'), { canary: { count, isPausing: true } });
    expect(exactly.state).toBe('completed');
  });
});
