import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discardDraft } from '../../../src-main/sql/operations/operation-changes.ts';
import type { ErrorCode } from '../../../src-shared/contract/errors.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { seedTickets } from '../../builders/seed.ts';
import { changeDatabase, contents, everyTicket, theseTickets } from '../../builders/tickets.ts';
import {
  copyFolder,
  makeFolder,
  openTestConsole,
  removeFolder,
  type TestConsole,
} from '../../builders/workspace.ts';

/** More than the first chunks take, so that an operation can be met half way. */
const count = 8_000;
let template: string;
let folder: string;
let app: TestConsole;

beforeAll(() => {
  template = makeFolder();
  seedTickets(template, count);
});
afterAll(() => removeFolder(template));

beforeEach(async () => {
  folder = copyFolder(template);
  app = await openTestConsole(folder);
});
afterEach(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

function plan(
  input: Record<string, unknown> = { category: 'Everything' },
  selection = everyTicket,
): Promise<Operation> {
  return app.ask('operations.plan', { action: 'update_category', collection: 'tickets', selection, input });
}

/** Starts an operation and resolves when its first chunk is done and another one is under way. */
async function startAndMeet(draft: Operation): Promise<void> {
  const met = app.event(
    'operation.updated',
    ({ operation, progress }) => operation.id === draft.id && (progress?.processed ?? 0) > 0,
  );
  await app.ask('operations.start', { id: draft.id });
  await met;
}

async function refused(
  command: 'start' | 'pause' | 'resume' | 'cancel' | 'discard' | 'dismiss',
  id: number,
): Promise<ErrorCode> {
  const before = await app.ask('operations.get', { id });
  const error = await app.ask(`operations.${command}`, { id }).then(
    () => Promise.reject(new Error(`${command} was not refused`)),
    (error: { code: ErrorCode }) => error,
  );
  expect(await app.ask('operations.get', { id })).toEqual(before);
  return error.code;
}

describe('cancel', () => {
  it('leaves the rest undone; retry does only that; undo takes back only what was done', async () => {
    const before = contents(folder);
    const draft = await plan();
    await startAndMeet(draft);
    const answered = await app.ask('operations.cancel', { id: draft.id });
    expect(answered.isCancelling || answered.state === 'cancelled').toBe(true);
    const cancelled = await app.ended(draft.id);
    expectEndedWell(folder, cancelled);
    const counts = countsOf(cancelled.tallies);
    expect(cancelled).toMatchObject({ state: 'cancelled', isCancelling: false });
    expect(counts.done).toBeGreaterThan(0);
    expect(counts.cancelled).toBeGreaterThan(0);
    expect(counts.done + counts.cancelled).toBe(count);
    const between = contents(folder);
    expect(between.filter(({ category }) => category === 'Everything').length).toBe(counts.done);

    const retry = await app.run(await app.ask('operations.retry', { id: draft.id }));
    expectEndedWell(folder, retry);
    expect(countsOf(retry.tallies)).toMatchObject({ total: counts.cancelled, done: counts.cancelled });
    expect(retry).toMatchObject({ retryOf: draft.id, state: 'completed', title: draft.title });
    expect(contents(folder)).toEqual(before.map((ticket) => ({ ...ticket, category: 'Everything' })));

    await app.run(await app.ask('operations.undo', { id: retry.id }));
    expect(contents(folder)).toEqual(between);
    await app.run(await app.ask('operations.undo', { id: draft.id }));
    expect(contents(folder)).toEqual(before);
  });

  it('of what is running ends it once, and the end is told once', async () => {
    const draft = await plan();
    await startAndMeet(draft);
    let ends = 0;
    const leave = app.console.subscribe(({ name, payload }) => {
      if (name === 'operation.updated' && payload.operation.endedAt !== null) ends += 1;
    });
    app.notices.length = 0;
    await app.ask('operations.cancel', { id: draft.id });
    await app.ended(draft.id);
    await expect.poll(() => app.console.runningOperations()).toBe(0);
    leave();
    expect(ends).toBe(1);
    expect(app.notices).toEqual([expect.stringContaining('Cancelled')]);
  });

  it('twice, together with pause, and after the end does no harm', async () => {
    const draft = await plan();
    await startAndMeet(draft);
    const together = await Promise.allSettled([
      app.ask('operations.cancel', { id: draft.id }),
      app.ask('operations.cancel', { id: draft.id }),
      app.ask('operations.pause', { id: draft.id }),
      app.ask('operations.cancel', { id: draft.id }),
    ]);
    for (const outcome of together) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'wrong_state' });
    }
    expect(together[0]?.status).toBe('fulfilled');
    const cancelled = await app.ended(draft.id);
    expectEndedWell(folder, cancelled);
    expect(cancelled.state).toBe('cancelled');
    for (const command of ['start', 'pause', 'resume', 'cancel', 'discard'] as const)
      expect(await refused(command, draft.id)).toBe('wrong_state');
    const { entries } = await app.ask('operations.journal', { id: draft.id });
    expect(entries.filter(({ event }) => event === 'cancel_requested').length).toBe(1);
  });

  it('of what waits or is paused does not wait for a turn', async () => {
    const long = await Promise.all([plan(), plan({ category: 'Other' })]);
    const waiting = await plan({ category: 'Third' }, theseTickets(1));
    for (const { id } of long) await app.ask('operations.start', { id });
    await app.ask('operations.start', { id: waiting.id });
    await app.ask('operations.cancel', { id: waiting.id });
    const cancelled = await app.ended(waiting.id);
    expect(countsOf(cancelled.tallies)).toMatchObject({ cancelled: 1, total: 1 });
    expectEndedWell(folder, cancelled);

    await app.ask('operations.pause', { id: long[1].id });
    await app.ask('operations.cancel', { id: long[1].id });
    expectEndedWell(folder, await app.ended(long[1].id));
    expectEndedWell(folder, await app.ended(long[0].id));
  });
});

describe('pause and resume', () => {
  it('keep what was done and go on from there, also over a restart', async () => {
    const draft = await plan();
    await startAndMeet(draft);
    const paused = await app.ask('operations.pause', { id: draft.id });
    expect(paused.state).toBe('paused');
    const { nextSeq } = expectBooksBalance(folder, draft.id);
    expect(nextSeq).toBeGreaterThan(1);
    for (const command of ['start', 'pause', 'discard', 'dismiss'] as const)
      expect(await refused(command, draft.id)).toBe('wrong_state');

    await app.close();
    app = await openTestConsole(folder);
    expect((await app.ask('operations.get', { id: draft.id })).state).toBe('paused');
    expect(expectBooksBalance(folder, draft.id).nextSeq).toBe(nextSeq);
    await app.ask('operations.resume', { id: draft.id });
    const done = await app.ended(draft.id);
    expectEndedWell(folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
    const { entries } = await app.ask('operations.journal', { id: draft.id });
    expect(entries.filter(({ event }) => event !== 'chunk').map(({ event }) => event)).toEqual([
      'started',
      'running',
      'paused',
      'resumed',
      'running',
      'completed',
    ]);
  });

  it('that reach a run before it has noticed the pause start it once more', async () => {
    const draft = await plan();
    await startAndMeet(draft);
    // Both are written before the chunk that is under way has been answered.
    await Promise.all([
      app.ask('operations.pause', { id: draft.id }),
      app.ask('operations.resume', { id: draft.id }),
    ]);
    const done = await app.ended(draft.id);
    expectEndedWell(folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
  });

  it('at once after each other lose nothing', async () => {
    const draft = await plan();
    await startAndMeet(draft);
    for (let round = 0; round < 4; round += 1) {
      await app.ask('operations.pause', { id: draft.id });
      await app.ask('operations.resume', { id: draft.id });
    }
    const done = await app.ended(draft.id);
    expectEndedWell(folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
  });
});

describe('two operations at once on the same tickets', () => {
  it('give every ticket to one of them', async () => {
    const [a, b] = await Promise.all([plan({ category: 'A' }), plan({ category: 'B' })]);
    await Promise.all([app.ask('operations.start', { id: a.id }), app.ask('operations.start', { id: b.id })]);
    const ended = await Promise.all([app.ended(a.id), app.ended(b.id)]);
    const counts = ended.map(({ tallies }) => countsOf(tallies));
    for (const operation of ended) {
      expectEndedWell(folder, operation);
      const failed = operation.tallies.filter(({ state }) => state === 'failed');
      for (const { reason } of failed) expect(reason).toBe('changed_since');
    }
    expect((counts[0]?.done ?? 0) + (counts[1]?.done ?? 0)).toBe(count);
    const now = contents(folder);
    expect(now.filter(({ category }) => category === 'A').length).toBe(counts[0]?.done);
    expect(now.filter(({ category }) => category === 'B').length).toBe(counts[1]?.done);
  });
});

describe('drafts', () => {
  it('can be discarded, once, and only while they are drafts', async () => {
    const draft = await plan();
    for (const command of ['pause', 'resume', 'cancel', 'dismiss'] as const)
      expect(await refused(command, draft.id)).toBe('wrong_state');
    await app.ask('operations.discard', { id: draft.id });
    await expect(app.ask('operations.get', { id: draft.id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(app.ask('operations.discard', { id: draft.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(app.ask('operations.start', { id: draft.id })).rejects.toMatchObject({ code: 'not_found' });
    expect(leftovers()).toEqual({ operations: 0, items: 0, tallies: 0 });
  });

  it('being filled or thrown away cannot be started', async () => {
    // The numbers of operations are easy to guess; a start that comes too early or too late is refused.
    const { id } = await plan();
    changeDatabase(folder, (db) => db.exec('UPDATE operations SET is_sealed = 0'));
    expect(await refused('start', id)).toBe('wrong_state');
    changeDatabase(folder, (db) => {
      db.exec('UPDATE operations SET is_sealed = 1');
      expect(discardDraft(db, { id, limit: 100 })).toBe(false);
    });
    expect(await refused('start', id)).toBe('wrong_state');
    await app.ask('operations.discard', { id });
    expect(leftovers()).toEqual({ operations: 0, items: 0, tallies: 0 });
  });

  it('that a console left are thrown away by the next one', async () => {
    const draft = await plan();
    await app.close();
    app = await openTestConsole(folder);
    await expect(app.ask('operations.get', { id: draft.id })).rejects.toMatchObject({ code: 'not_found' });
    expect(leftovers()).toEqual({ operations: 0, items: 0, tallies: 0 });
    // A number is never given twice: the history would not know which operation is meant.
    expect((await plan(undefined, theseTickets(1))).id).toBeGreaterThan(draft.id);
  });

  function leftovers(): unknown {
    return changeDatabase(folder, (db) =>
      db
        .prepare(
          `SELECT (SELECT count(*) FROM operations) AS operations, (SELECT count(*) FROM items) AS items,
            (SELECT count(*) FROM tallies) AS tallies`,
        )
        .get(),
    );
  }
});

describe('dismiss', () => {
  it('takes what has ended off the rail and keeps it in the history', async () => {
    const done = await app.run(await plan(undefined, theseTickets(1)));
    const dismissed = await app.ask('operations.dismiss', { id: done.id });
    expect(dismissed.isDismissed).toBe(true);
    expect(await app.ask('operations.dismiss', { id: done.id })).toEqual(dismissed);
    const list = (isDismissed: boolean) => app.ask('operations.list', { isDismissed, limit: 10 });
    expect((await list(false)).operations).toEqual([]);
    expect((await list(true)).operations).toEqual([dismissed]);
  });

  it('takes all that ended off the rail at once, and leaves what is under way', async () => {
    for (const id of [1, 2]) await app.run(await plan(undefined, theseTickets(id)));
    const waiting = await plan(undefined, theseTickets(3));
    await app.ask('operations.start', {
      id: waiting.id,
      options: { startAt: Date.now() + 3_600_000 },
    });
    const told = app.event('operations.dismissed', () => true);
    await app.ask('operations.dismiss_ended', {});
    const { actor } = await app.ask('app.info', {});
    expect(await told).toEqual({ actor });
    const { operations } = await app.ask('operations.list', { isDismissed: false, limit: 10 });
    expect(operations.map(({ id }) => id)).toEqual([waiting.id]);
  });
});
