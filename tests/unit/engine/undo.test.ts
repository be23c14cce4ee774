import { beforeEach, describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { seedTickets } from '../../builders/seed.ts';
import {
  allTickets,
  contents,
  everyTicket,
  replaceTickets,
  type TicketColumns,
  theseTickets,
} from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const count = 300;
let tickets: TicketColumns[];

const app = useConsole({
  per: 'file',
  fill: (folder) => {
    seedTickets(folder, count);
    tickets = allTickets(folder);
  },
});
beforeEach(() => replaceTickets(app.folder, tickets));

async function edit(
  action: string,
  input: Record<string, unknown>,
  selection = everyTicket,
): Promise<Operation> {
  return app.run(await app.ask('operations.plan', { action, collection: 'tickets', selection, input }));
}

async function undo(id: number, seqs?: number[]): Promise<Operation> {
  const draft = await app.ask('operations.undo', seqs ? { id, seqs } : { id });
  const operation = await app.run(draft);
  expectEndedWell(app.folder, operation);
  return operation;
}

describe('undo', () => {
  it.each([
    ['update_status', { status: 'solved' }],
    ['update_priority', { priority: 'low' }],
    ['update_category', { category: 'Everything' }],
    ['assign', { assignee: null }],
    ['delete', {}],
  ])('puts every before-image of %s back, and undoing that does it again', async (action, input) => {
    const before = contents(app.folder);
    const done = await edit(action, input);
    const after = contents(app.folder);
    expect(after).not.toEqual(before);

    const undone = await undo(done.id);
    expect(contents(app.folder)).toEqual(before);
    expect(countsOf(undone.tallies)).toMatchObject({ done: countsOf(done.tallies).done, skipped: 0 });
    expect(undone).toMatchObject({ state: 'completed', undoOf: done.id, title: `Undo: ${done.title}` });
    expect((await app.ask('operations.get', { id: done.id })).undoneBy).toBe(undone.id);

    const redone = await undo(undone.id);
    expect(contents(app.folder)).toEqual(after);
    expect(redone.title).toBe(`Redo: ${done.title}`);
    expect((await undo(redone.id)).title).toBe(`Undo: ${done.title}`);
    expect(contents(app.folder)).toEqual(before);
  });

  it('takes back a restore', async () => {
    await edit('delete', {}, theseTickets(1, 2, 3));
    const before = contents(app.folder);
    const restored = await edit('restore', {}, theseTickets(1, 2));
    await undo(restored.id);
    expect(contents(app.folder)).toEqual(before);
  });

  it('hides the comments that were added, and shows them again', async () => {
    const first = await edit('add_comment', { comment: 'Kept' }, theseTickets(1));
    const second = await edit('add_comment', { comment: 'Taken back' }, theseTickets(1, 2));
    const comments = async (id: number) =>
      (await app.ask('records.comments', { collection: 'tickets', id, limit: 9 })).comments.map(
        ({ body }) => body,
      );
    const undone = await undo(second.id);
    expect([await comments(1), await comments(2)]).toEqual([['Kept'], []]);
    const redone = await undo(undone.id);
    expect([await comments(1), await comments(2)]).toEqual([['Kept', 'Taken back'], ['Taken back']]);
    await undo(redone.id);
    await undo(first.id);
    expect([await comments(1), await comments(2)]).toEqual([[], []]);
  });

  it('leaves alone and lists what was changed since', async () => {
    const done = await edit('update_priority', { priority: 'critical' });
    const touched = await edit('update_priority', { priority: 'medium' }, theseTickets(10, 20));
    await edit('delete', {}, theseTickets(30));
    // Another field is another matter: 40 is still as the first operation left it.
    await edit('update_category', { category: 'New' }, theseTickets(40));
    const { items: mine } = await app.ask('operations.items', {
      id: done.id,
      states: ['done'],
      limit: count,
    });
    const isMine = new Set(mine.map(({ recordId }) => recordId));
    const expected = contents(app.folder).map(({ priority, ...rest }) => rest);
    expect(countsOf(touched.tallies).done).toBe(2);

    const undone = await undo(done.id);
    const { items } = await app.ask('operations.items', { id: undone.id, states: ['skipped'], limit: 10 });
    const listed = items.map(({ recordId, reason }) => [recordId, reason]);
    expect(listed).toEqual(
      [
        [10, 'changed_since'],
        [20, 'changed_since'],
        [30, 'deleted'],
      ].filter(([id]) => isMine.has(Number(id))),
    );
    expect(listed.length).toBeGreaterThan(0);
    const now = allTickets(app.folder);
    expect([now[9]?.priority, now[19]?.priority]).toEqual(['medium', 'medium']);
    expect(contents(app.folder).map(({ priority, ...rest }) => rest)).toEqual(expected);
  });

  it('of some items touches only those', async () => {
    const before = contents(app.folder);
    const done = await edit('update_category', { category: 'Everything' });
    const { items } = await app.ask('operations.items', { id: done.id, states: ['done'], limit: 500 });
    const chosen = items.filter((_, at) => at % 7 === 0);
    const undone = await undo(
      done.id,
      chosen.map(({ seq }) => seq),
    );
    expect(countsOf(undone.tallies)).toMatchObject({ total: chosen.length, done: chosen.length });
    const ids = new Set(chosen.map(({ recordId }) => recordId));
    for (const [at, ticket] of contents(app.folder).entries()) {
      expect(ticket).toEqual(ids.has(ticket.id) ? before[at] : { ...before[at], category: 'Everything' });
    }
    // The rest can still be taken back; what was taken back already is left alone.
    const rest = await undo(done.id);
    expect(contents(app.folder)).toEqual(before);
    expect(countsOf(rest.tallies)).toMatchObject({
      skipped: chosen.length,
      done: countsOf(done.tallies).done - chosen.length,
    });
  });

  it('twice plans nothing but reasons', async () => {
    const done = await edit('update_category', { category: 'Everything' });
    await undo(done.id);
    const again = await app.ask('operations.undo', { id: done.id });
    expect(countsOf(again.tallies)).toMatchObject({ planned: 0, skipped: count });
  });

  it('is refused for a plan and for what is under way', async () => {
    const draft = await app.ask('operations.plan', {
      action: 'delete',
      collection: 'tickets',
      selection: theseTickets(1),
      input: {},
    });
    await expect(app.ask('operations.undo', { id: draft.id })).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(app.ask('operations.retry', { id: draft.id })).rejects.toMatchObject({
      code: 'wrong_state',
    });
    await expect(app.ask('operations.undo', { id: 999 })).rejects.toMatchObject({ code: 'not_found' });
    const done = await app.run(draft);
    await expect(app.ask('operations.retry', { id: done.id })).rejects.toMatchObject({
      code: 'nothing_to_do',
    });
    await expect(app.ask('operations.undo', { id: done.id, seqs: [99] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('of items is refused where one of them is none that was done', async () => {
    await edit('update_category', { category: 'Everything' }, theseTickets(2));
    const done = await edit('update_category', { category: 'Everything' }, theseTickets(1, 2, 3));
    for (const seqs of [
      [1, 2, 3, 3],
      [1, 20_000],
    ]) {
      await expect(app.ask('operations.undo', { id: done.id, seqs })).rejects.toMatchObject({
        code: 'invalid_request',
        message:
          '"Set category to Everything" did not change all of the records that were chosen. Nothing was planned.',
      });
    }
    const part = await undo(done.id, [1, 3, 3]);
    expect(part.details).toEqual([{ label: 'Records', value: '2 of 2' }]);
  });

  it('of an import spares what somebody commented on since', async () => {
    const created = await app.run(await app.ask('sample.plan', { count: 5, seed: 1 }));
    const { items } = await app.ask('operations.items', { id: created.id, limit: 5 });
    const [first = 0, second = 0, third = 0] = items.flatMap(({ recordId }) => recordId ?? []);
    await edit('add_comment', { comment: 'Read this' }, theseTickets(first, second));
    const mistaken = await edit('add_comment', { comment: 'Not this' }, theseTickets(third));
    await undo(mistaken.id);
    const undone = await undo(created.id);
    expect(countsOf(undone.tallies)).toMatchObject({ done: 3, skipped: 2 });
    const { items: spared } = await app.ask('operations.items', {
      id: undone.id,
      states: ['skipped'],
      limit: 5,
    });
    expect(spared.map(({ recordId, reason }) => [recordId, reason])).toEqual([
      [first, 'changed_since'],
      [second, 'changed_since'],
    ]);
  });
});
