import { describe, expect, it } from 'vitest';
import { countsOf } from '../../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../../builders/books.ts';
import { atChunksOf } from '../../builders/deadly-calls.ts';
import { contents } from '../../builders/tickets.ts';
import { quick, useDeadlyConsole } from './deadly-console.ts';

const count = 1_500;
const setup = useDeadlyConsole(count);
const { start, paused } = setup;

describe('a record that kills its thread', () => {
  it('is set aside after three deaths, and all others are done', async () => {
    setup.dieAt(atChunksOf(() => setup.folder, [777]));
    const id = await start({ retry: quick });
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(operation.state).toBe('partial');
    expect(operation.tallies).toEqual([
      { state: 'done', reason: null, count: count - 1 },
      { state: 'failed', reason: 'quarantined', count: 1 },
    ]);
    const { items } = await setup.app.ask('operations.items', { id, states: ['failed'], limit: 5 });
    expect(items).toMatchObject([{ seq: 777, reason: 'quarantined' }]);
    expect(items[0]?.attempts).toBeGreaterThanOrEqual(3);
    expect(
      contents(setup.folder)
        .filter(({ category }) => category !== 'Mine')
        .map((ticket) => ticket.id),
    ).toEqual([777]);
    // Single items only until it is found, and each time growing again.
    expect(expectBooksBalance(setup.folder, id).chunks.length).toBeLessThan(100);
    const { entries } = await setup.app.ask('operations.journal', { id });
    expect(entries.filter(({ event }) => event === 'quarantined')).toMatchObject([
      { detail: { item: 777, ticket: 777 } },
    ]);
  });

  it('is found among others like it, at both ends too', async () => {
    setup.dieAt(atChunksOf(() => setup.folder, [1, 640, count]));
    const id = await start({ retry: quick });
    const operation = await setup.app.ended(id);
    expectEndedWell(setup.folder, operation);
    expect(operation.tallies).toContainEqual({ state: 'failed', reason: 'quarantined', count: 3 });
    const { items } = await setup.app.ask('operations.items', { id, states: ['failed'], limit: 5 });
    expect(items.map(({ seq }) => seq)).toEqual([1, 640, count]);
  });

  it('counts as a failure for the rules', async () => {
    setup.dieAt(atChunksOf(() => setup.folder, [50]));
    const operation = await setup.app.ended(await start({ retry: quick, maxErrors: 0 }));
    expectEndedWell(setup.folder, operation);
    expect(operation).toMatchObject({ state: 'failed', stoppedBy: { code: 'too_many_errors' } });
    expect(countsOf(operation.tallies)).toMatchObject({ done: 49, failed: 1 });
  });

  it('is not blamed where every record does: the operation waits for someone to look at it', async () => {
    setup.dieAt(({ method }) => method === 'applyChunk');
    const id = await start({ retry: quick });
    const stopped = await paused(id);
    expect(stopped.stoppedBy).toMatchObject({ code: 'worker_lost' });
    expect(countsOf(stopped.tallies)).toMatchObject({ done: 0, failed: 1 });
  });
});
