import { beforeEach, describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import {
  allTickets,
  changeDatabase,
  everyTicket,
  makeTickets,
  replaceTickets,
  theseTickets,
} from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'file' });
beforeEach(() =>
  replaceTickets(
    app.folder,
    makeTickets(100, () => ({ category: 'Old' })),
  ),
);

function plan(category: string, selection = everyTicket): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection,
    input: { category },
  });
}

async function failed(operation: Operation): Promise<[number | null, string | null, number][]> {
  const { items } = await app.ask('operations.items', { id: operation.id, states: ['failed'], limit: 500 });
  return items.map(({ recordId, reason, attempts }) => [recordId, reason, attempts]);
}

describe('a ticket that changed between plan and start', () => {
  it('fails as changed since and keeps the later edit', async () => {
    const draft = await plan('Mine');
    await app.run(await plan('Theirs', theseTickets(3, 50)));
    await app.run(
      await app.ask('operations.plan', {
        action: 'delete',
        collection: 'tickets',
        selection: theseTickets(7),
        input: {},
      }),
    );
    const before = allTickets(app.folder);
    const operation = await app.run(draft);
    expectEndedWell(app.folder, operation);
    expect(operation.state).toBe('partial');
    expect(countsOf(operation.tallies)).toMatchObject({ done: 97, failed: 3 });
    expect(await failed(operation)).toEqual([
      [3, 'changed_since', 1],
      [7, 'changed_since', 1],
      [50, 'changed_since', 1],
    ]);
    const now = allTickets(app.folder);
    for (const at of [2, 6, 49]) expect(now[at]).toEqual(before[at]);
    expect(now.filter(({ category }) => category === 'Mine').length).toBe(97);

    // Trying again looks at them afresh: what is wanted now is done to what they are now.
    const retry = await app.ask('operations.retry', { id: operation.id });
    expect(countsOf(retry.tallies)).toMatchObject({ total: 3, planned: 2, skipped: 1 });
    await app.run(retry);
    expect(allTickets(app.folder).filter(({ category }) => category === 'Mine').length).toBe(99);
  });

  it('fails alone when it was removed for good', async () => {
    const draft = await plan('Mine');
    changeDatabase(app.folder, (db) => db.exec('DELETE FROM tickets WHERE id = 4'));
    const operation = await app.run(draft);
    expectEndedWell(app.folder, operation);
    expect(await failed(operation)).toEqual([[4, 'changed_since', 1]]);
  });

  it('is left alone by an undo that was planned before', async () => {
    const operation = await app.run(await plan('Mine'));
    const undo = await app.ask('operations.undo', { id: operation.id });
    await app.run(await plan('Theirs', theseTickets(9)));
    const undone = await app.run(undo);
    expectEndedWell(app.folder, undone);
    expect(await failed(undone)).toEqual([[9, 'changed_since', 1]]);
    expect(allTickets(app.folder)[8]?.category).toBe('Theirs');
    // Trying the undo again finds it changed and says so, without touching it.
    const retry = await app.ask('operations.retry', { id: undone.id });
    expect(retry.tallies).toEqual([{ state: 'skipped', reason: 'changed_since', count: 1 }]);
  });

  it('never shows as completed when nothing could be done', async () => {
    const draft = await plan('Mine', theseTickets(1));
    await app.run(await plan('Theirs', theseTickets(1)));
    expect((await app.run(draft)).state).toBe('failed');
  });
});

describe('a record that the database refuses', () => {
  it('costs only itself', async () => {
    changeDatabase(app.folder, (db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON tickets WHEN new.id IN (13, 77)
        BEGIN SELECT RAISE(ABORT, 'not this one'); END`),
    );
    const operation = await app.run(await plan('Mine'));
    expectEndedWell(app.folder, operation);
    expect(operation.state).toBe('partial');
    expect(await failed(operation)).toEqual([
      [13, 'storage_error', 1],
      [77, 'storage_error', 1],
    ]);
    const now = allTickets(app.folder);
    expect(now.filter(({ category, version }) => category === 'Mine' && version === 2).length).toBe(98);
    expect(
      now.filter(({ category, version }) => category === 'Old' && version === 1).map(({ id }) => id),
    ).toEqual([13, 77]);

    changeDatabase(app.folder, (db) => db.exec('DROP TRIGGER refuse'));
    const retry = await app.run(await app.ask('operations.retry', { id: operation.id }));
    expect(countsOf(retry.tallies)).toMatchObject({ total: 2, done: 2 });
    const undone = await app.run(await app.ask('operations.undo', { id: operation.id }));
    expect(countsOf(undone.tallies)).toMatchObject({ total: 98, done: 98 });
  });

  it('costs no comment of others, and gets none itself', async () => {
    changeDatabase(app.folder, (db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE INSERT ON comments WHEN new.ticket_id = 5
        BEGIN SELECT RAISE(ABORT, 'not this one'); END`),
    );
    const operation = await app.run(
      await app.ask('operations.plan', {
        action: 'add_comment',
        collection: 'tickets',
        selection: everyTicket,
        input: { comment: 'Hello' },
      }),
    );
    expectEndedWell(app.folder, operation);
    expect(await failed(operation)).toEqual([[5, 'storage_error', 1]]);
    const comments = changeDatabase(app.folder, (db) =>
      db.prepare('SELECT ticket_id FROM comments ORDER BY ticket_id').pluck().all(),
    );
    expect(comments).toEqual(
      makeTickets(100)
        .map(({ id }) => id)
        .filter((id) => id !== 5),
    );
    expect(allTickets(app.folder)[4]?.version).toBe(1);
  });
});
