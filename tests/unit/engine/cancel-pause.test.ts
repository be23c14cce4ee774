import { describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { holdCall } from '../../builders/held-calls.ts';
import { contents, theseTickets } from '../../builders/tickets.ts';
import { useSeededConsole } from './seeded-console.ts';

/** More than the first chunks take, so that an operation can be met half way. */
const count = 8_000;
const setup = useSeededConsole(count);
const { plan, refused } = setup;

/** Opens the console anew and starts an operation; resolves when two chunks are done, of which it hears of the second when told to go on. */
async function startAndMeet(): Promise<{ draft: Operation; goOn: () => void }> {
  await setup.app.close();
  const chunk = holdCall('answer', 'applyChunk', 2);
  await setup.reopen();
  const draft = await plan();
  await setup.app.ask('operations.start', { id: draft.id });
  await chunk.held;
  return { draft, goOn: chunk.release };
}

/** Opens the console anew; the first two operations that are started then stand before their first chunk until they are let go. */
async function reopenHeld(): Promise<{ held: Promise<unknown>; release: () => void }> {
  await setup.app.close();
  const chunks = [1, 2].map((nth) => holdCall('call', 'applyChunk', nth));
  await setup.reopen();
  return {
    held: Promise.all(chunks.map(({ held }) => held)),
    release: () => {
      for (const chunk of chunks) chunk.release();
    },
  };
}

describe('cancel', () => {
  it('leaves the rest undone; retry does only that; undo takes back only what was done', async () => {
    const before = contents(setup.folder);
    const { draft, goOn } = await startAndMeet();
    const answered = await setup.app.ask('operations.cancel', { id: draft.id });
    goOn();
    expect(answered.isCancelling || answered.state === 'cancelled').toBe(true);
    const cancelled = await setup.app.ended(draft.id);
    expectEndedWell(setup.folder, cancelled);
    const counts = countsOf(cancelled.tallies);
    expect(cancelled).toMatchObject({ state: 'cancelled', isCancelling: false });
    expect(counts.done).toBeGreaterThan(0);
    expect(counts.cancelled).toBeGreaterThan(0);
    expect(counts.done + counts.cancelled).toBe(count);
    const between = contents(setup.folder);
    expect(between.filter(({ category }) => category === 'Everything').length).toBe(counts.done);

    const retry = await setup.app.run(await setup.app.ask('operations.retry', { id: draft.id }));
    expectEndedWell(setup.folder, retry);
    expect(countsOf(retry.tallies)).toMatchObject({ total: counts.cancelled, done: counts.cancelled });
    expect(retry).toMatchObject({ retryOf: draft.id, state: 'completed', title: draft.title });
    expect(contents(setup.folder)).toEqual(before.map((ticket) => ({ ...ticket, category: 'Everything' })));

    await setup.app.run(await setup.app.ask('operations.undo', { id: retry.id }));
    expect(contents(setup.folder)).toEqual(between);
    await setup.app.run(await setup.app.ask('operations.undo', { id: draft.id }));
    expect(contents(setup.folder)).toEqual(before);
  });

  it('of what is running ends it once, and the end is told once', async () => {
    const { draft, goOn } = await startAndMeet();
    let ends = 0;
    const leave = setup.app.console.subscribe(({ name, payload }) => {
      if (name === 'operation.updated' && payload.operation.endedAt !== null) ends += 1;
    });
    setup.app.notices.length = 0;
    await setup.app.ask('operations.cancel', { id: draft.id });
    goOn();
    await setup.app.ended(draft.id);
    await expect.poll(() => setup.app.console.runningOperations()).toBe(0);
    leave();
    expect(ends).toBe(1);
    expect(setup.app.notices).toEqual([expect.stringContaining('Cancelled')]);
  });

  it('twice, together with pause, and after the end does no harm', async () => {
    const { draft, goOn } = await startAndMeet();
    const together = await Promise.allSettled([
      setup.app.ask('operations.cancel', { id: draft.id }),
      setup.app.ask('operations.cancel', { id: draft.id }),
      setup.app.ask('operations.pause', { id: draft.id }),
      setup.app.ask('operations.cancel', { id: draft.id }),
    ]);
    goOn();
    for (const outcome of together) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'wrong_state' });
    }
    expect(together[0]?.status).toBe('fulfilled');
    const cancelled = await setup.app.ended(draft.id);
    expectEndedWell(setup.folder, cancelled);
    expect(cancelled.state).toBe('cancelled');
    for (const command of ['start', 'pause', 'resume', 'cancel', 'discard'] as const)
      expect(await refused(command, draft.id)).toBe('wrong_state');
    const { entries } = await setup.app.ask('operations.journal', { id: draft.id });
    expect(entries.filter(({ event }) => event === 'cancel_requested').length).toBe(1);
  });

  it('of what waits or is paused does not wait for a turn', async () => {
    const running = await reopenHeld();
    const long = await Promise.all([plan(), plan({ category: 'Other' })]);
    const waiting = await plan({ category: 'Third' }, theseTickets(1));
    for (const { id } of long) await setup.app.ask('operations.start', { id });
    await running.held;
    await setup.app.ask('operations.start', { id: waiting.id });
    await setup.app.ask('operations.cancel', { id: waiting.id });
    const cancelled = await setup.app.ended(waiting.id);
    expect(countsOf(cancelled.tallies)).toMatchObject({ cancelled: 1, total: 1 });
    expectEndedWell(setup.folder, cancelled);

    await setup.app.ask('operations.pause', { id: long[1].id });
    await setup.app.ask('operations.cancel', { id: long[1].id });
    running.release();
    expectEndedWell(setup.folder, await setup.app.ended(long[1].id));
    expectEndedWell(setup.folder, await setup.app.ended(long[0].id));
  });
});

describe('a cancel of what waits for its turn', () => {
  it('is carried out once, though the turn comes meanwhile', async () => {
    const cancelling = holdCall('call', 'cancelRest');
    const running = await reopenHeld();
    const drafts = await Promise.all(['A', 'B', 'C'].map((category) => plan({ category })));
    for (const { id } of drafts) await setup.app.ask('operations.start', { id });
    await running.held;
    // What waits for its turn counts as well.
    expect(setup.app.console.runningOperations()).toBe(3);
    const [first, second, waiting] = drafts.map(({ id }) => id);
    await setup.app.ask('operations.cancel', { id: waiting ?? 0 });
    await cancelling.held;
    running.release();
    for (const id of [first, second]) expectEndedWell(setup.folder, await setup.app.ended(id ?? 0));
    // There is room, and others have their turn.
    await setup.app.run(await plan({ category: 'D' }, theseTickets(1)));
    const held = await setup.app.ask('operations.get', { id: waiting ?? 0 });
    expect(held).toMatchObject({ state: 'pending', isCancelling: true });
    cancelling.release();
    expectEndedWell(setup.folder, await setup.app.ended(waiting ?? 0));
  });
});

describe('pause and resume', () => {
  it('keep what was done and go on from there, also over a restart', async () => {
    const { draft, goOn } = await startAndMeet();
    const paused = await setup.app.ask('operations.pause', { id: draft.id });
    goOn();
    expect(paused.state).toBe('paused');
    const { nextSeq } = expectBooksBalance(setup.folder, draft.id);
    expect(nextSeq).toBeGreaterThan(1);
    for (const command of ['start', 'pause', 'discard', 'dismiss'] as const)
      expect(await refused(command, draft.id)).toBe('wrong_state');

    await setup.app.close();
    await setup.reopen();
    expect((await setup.app.ask('operations.get', { id: draft.id })).state).toBe('paused');
    expect(expectBooksBalance(setup.folder, draft.id).nextSeq).toBe(nextSeq);
    await setup.app.ask('operations.resume', { id: draft.id });
    const done = await setup.app.ended(draft.id);
    expectEndedWell(setup.folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
    const { entries } = await setup.app.ask('operations.journal', { id: draft.id });
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
    const { draft, goOn } = await startAndMeet();
    for (const name of ['pause', 'resume'] as const)
      await setup.app.ask(`operations.${name}`, { id: draft.id });
    goOn();
    const done = await setup.app.ended(draft.id);
    expectEndedWell(setup.folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
  });

  it('at once after each other lose nothing', async () => {
    const { draft, goOn } = await startAndMeet();
    for (let round = 0; round < 4; round += 1) {
      await setup.app.ask('operations.pause', { id: draft.id });
      await setup.app.ask('operations.resume', { id: draft.id });
      if (round === 0) goOn();
    }
    const done = await setup.app.ended(draft.id);
    expectEndedWell(setup.folder, done);
    expect(countsOf(done.tallies).done).toBe(count);
  });
});

it('of three operations two run at a time', async () => {
  const running = await reopenHeld();
  const some = theseTickets(...Array.from({ length: 600 }, (_, at) => at + 1));
  const drafts = await Promise.all(['A', 'B', 'C'].map((category) => plan({ category }, some)));
  const underWay = new Set<number>();
  let most = 0;
  setup.app.console.subscribe(({ name, payload }) => {
    if (name !== 'operation.updated') return;
    const { id, state, endedAt } = payload.operation;
    if (state === 'in_progress') underWay.add(id);
    if (endedAt !== null) underWay.delete(id);
    most = Math.max(most, underWay.size);
  });
  for (const { id } of drafts) await setup.app.ask('operations.start', { id });
  await running.held;
  running.release();
  for (const { id } of drafts) await setup.app.ended(id);
  expect(most).toBe(2);
});

describe('two operations at once on the same tickets', () => {
  it('give every ticket to one of them', async () => {
    const [a, b] = await Promise.all([plan({ category: 'A' }), plan({ category: 'B' })]);
    await Promise.all([
      setup.app.ask('operations.start', { id: a.id }),
      setup.app.ask('operations.start', { id: b.id }),
    ]);
    const ended = await Promise.all([setup.app.ended(a.id), setup.app.ended(b.id)]);
    const counts = ended.map(({ tallies }) => countsOf(tallies));
    for (const operation of ended) {
      expectEndedWell(setup.folder, operation);
      const failed = operation.tallies.filter(({ state }) => state === 'failed');
      for (const { reason } of failed) expect(reason).toBe('changed_since');
    }
    expect((counts[0]?.done ?? 0) + (counts[1]?.done ?? 0)).toBe(count);
    const now = contents(setup.folder);
    expect(now.filter(({ category }) => category === 'A').length).toBe(counts[0]?.done);
    expect(now.filter(({ category }) => category === 'B').length).toBe(counts[1]?.done);
  });
});
