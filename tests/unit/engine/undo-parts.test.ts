import { beforeEach, describe, expect, it } from 'vitest';
import { canUndo, countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { planSeveralFields } from '../../builders/several-fields.ts';
import { contents, everyTicket, makeTickets, replaceTickets, theseTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const count = 60;
const values = { priority: 'critical', category: 'Edited', assignee: 'Ada' };

const app = useConsole({ per: 'file' });
beforeEach(() =>
  replaceTickets(
    app.folder,
    makeTickets(count, (id) => ({ category: `Category ${id % 7}`, assignee: id % 3 === 0 ? null : 'Ben' })),
  ),
);

function get(id: number): Promise<Operation> {
  return app.ask('operations.get', { id });
}

async function runDraft(draft: Operation): Promise<Operation> {
  const operation = await app.run(draft);
  expectEndedWell(app.folder, operation);
  return operation;
}

async function edit(action: string, input: Record<string, unknown>, ...ids: number[]): Promise<Operation> {
  const selection = ids.length === 0 ? everyTicket : theseTickets(...ids);
  return runDraft(await app.ask('operations.plan', { action, collection: 'tickets', selection, input }));
}

async function editSeveral(): Promise<Operation> {
  return runDraft(await get(planSeveralFields(app.folder, values)));
}

async function undo(id: number, part: { seqs?: number[]; fields?: string[] } = {}): Promise<Operation> {
  return runDraft(await app.ask('operations.undo', { id, ...part }));
}

/** How many items each undo took back; null for those that stand. */
async function undoneBy(id: number): Promise<Map<number | null, number>> {
  const { items } = await app.ask('operations.items', { id, limit: count });
  const groups = Map.groupBy(items, (item) => item.undoneBy);
  return new Map([...groups].map(([undo, { length }]) => [undo, length]));
}

describe('an undo of some fields', () => {
  it('puts back only these, and the rest can be put back later', async () => {
    const before = contents(app.folder);
    const done = await editSeveral();
    const part = await undo(done.id, { fields: ['category', 'priority'] });
    expect(part.details).toEqual([{ label: 'Fields', value: 'Priority, Category' }]);
    expect(contents(app.folder)).toEqual(before.map((ticket) => ({ ...ticket, assignee: 'Ada' })));
    const { items } = await app.ask('operations.items', { id: part.id, limit: 1 });
    expect(items[0]).toMatchObject({
      before: { priority: 'critical', category: 'Edited' },
      after: { priority: 'medium', category: 'Category 1' },
      written: values,
    });
    const half = await get(done.id);
    expect(half).toMatchObject({ undoneBy: part.id, undone: 0 });
    expect(canUndo(half)).toBe(true);

    expect(await undoneBy(done.id)).toEqual(new Map([[null, count]]));

    const rest = await undo(done.id);
    expect(countsOf(rest.tallies)).toMatchObject({ done: count, skipped: 0 });
    expect(await undoneBy(done.id)).toEqual(new Map([[rest.id, count]]));
    expect(contents(app.folder)).toEqual(before);
    const whole = await get(done.id);
    expect(whole).toMatchObject({ undoneBy: rest.id, undone: count });
    expect(canUndo(whole)).toBe(false);
  });

  it('can be undone: that writes only these fields again', async () => {
    const done = await editSeveral();
    const after = contents(app.folder);
    const part = await undo(done.id, { fields: ['assignee'] });
    await edit('update_category', { category: 'Later' }, 5);
    const again = await undo(part.id, { seqs: Array.from({ length: count }, (_, at) => at + 1) });
    expect(again.details).toEqual([
      { label: 'Fields', value: 'Assignee' },
      { label: 'Records', value: `${count} of ${count}` },
    ]);
    expect(contents(app.folder)).toEqual(
      after.map((ticket) => (ticket.id === 5 ? { ...ticket, category: 'Later' } : ticket)),
    );
    expect(canUndo(await get(part.id))).toBe(false);
    await undo(again.id);
    expect(canUndo(await get(part.id))).toBe(true);
    expect(contents(app.folder)[0]?.assignee).toBe('Ben');
  });

  it('does not mind what happened to the others', async () => {
    const done = await editSeveral();
    await edit('update_category', { category: 'Later' });
    const part = await undo(done.id, { fields: ['priority'], seqs: [1, 2, 3] });
    expect(countsOf(part.tallies)).toMatchObject({ total: 3, done: 3 });
    expect(part.details.map(({ value }) => value)).toEqual([`3 of ${count}`, 'Priority']);
    expect(countsOf((await undo(done.id)).tallies)).toMatchObject({ done: 0, skipped: count });
  });

  it('is all of it when it names all of them', async () => {
    const before = contents(app.folder);
    const done = await editSeveral();
    const all = await undo(done.id, { fields: ['assignee', 'category', 'priority'] });
    expect(all.details).toEqual([]);
    expect(contents(app.folder)).toEqual(before);
    expect(canUndo(await get(done.id))).toBe(false);
  });

  it('is refused for a field that was not set', async () => {
    const done = await editSeveral();
    const comment = await edit('add_comment', { comment: 'Hello' }, 1);
    for (const [id, fields] of [
      [done.id, ['priority', 'status']],
      [comment.id, ['status']],
    ] as const) {
      await expect(app.ask('operations.undo', { id, fields: [...fields] })).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('did not set Status'),
      });
    }
  });
});

describe('what is still to be undone', () => {
  it('is known while parts are taken back and put back again', async () => {
    const done = await edit('update_category', { category: 'Everything' });
    const part = await undo(done.id, { seqs: [1, 2, 3, 4] });
    expect(await get(done.id)).toMatchObject({ undone: 4, undoneBy: part.id });
    const rest = await undo(done.id);
    expect(countsOf(rest.tallies)).toMatchObject({ done: count - 4, skipped: 4 });
    expect(rest.tallies).toContainEqual({ state: 'skipped', reason: 'already_so', count: 4 });
    expect(await get(done.id)).toMatchObject({ undone: count });
    const redone = await undo(part.id, { seqs: [1, 2] });
    expect(await get(done.id)).toMatchObject({ undone: count - 2 });
    expect(await undoneBy(done.id)).toEqual(
      new Map([
        [null, 2],
        [part.id, 2],
        [rest.id, count - 4],
      ]),
    );
    expect(canUndo(await get(done.id))).toBe(true);
    expect(await get(part.id)).toMatchObject({ undone: 2 });
    const again = await undo(redone.id);
    expect(await get(done.id)).toMatchObject({ undone: count });
    expect(await undoneBy(done.id)).toEqual(
      new Map([
        [again.id, 2],
        [part.id, 2],
        [rest.id, count - 4],
      ]),
    );
    expect(await get(part.id)).toMatchObject({ undone: 0 });
  });

  it('is told to whoever watches, when an undo begins and when it has ended', async () => {
    const done = await edit('update_category', { category: 'Everything' });
    const told: number[] = [];
    app.console.subscribe(({ name, payload }) => {
      if (name === 'operation.updated' && payload.operation.id === done.id)
        told.push(payload.operation.undone);
    });
    const atTheEnd = app.event(
      'operation.updated',
      ({ operation }) => operation.id === done.id && operation.undone < count,
    );
    const draft = await app.ask('operations.undo', { id: done.id });
    // Someone is quicker: of these the undo will find that they were changed.
    await edit('update_category', { category: 'Later' }, 1, 2);
    await runDraft(draft);
    await atTheEnd;
    expect(told).toEqual([count, count - 2]);
  });

  it('is what a cancelled undo did not come to', async () => {
    const done = await edit('update_category', { category: 'Everything' });
    const draft = await app.ask('operations.undo', { id: done.id });
    await app.ask('operations.start', { id: draft.id });
    await app.ask('operations.cancel', { id: draft.id }).catch(() => undefined);
    const cancelled = countsOf((await app.ended(draft.id)).tallies);
    expect((await get(done.id)).undone).toBe(cancelled.done);
    expect(canUndo(await get(done.id))).toBe(cancelled.done < count);
  });
});

describe('a record that was changed since', () => {
  it('is left alone and listed with what stands there, what would be restored and what was written', async () => {
    const done = await edit('update_category', { category: 'Everything' });
    await edit('update_category', { category: 'Later' }, 10);
    await edit('update_category', { category: 'Category 4' }, 11);
    const draft = await app.ask('operations.undo', { id: done.id });
    const { items } = await app.ask('operations.items', { id: draft.id, states: ['skipped'], limit: 5 });
    expect(items).toMatchObject([
      {
        recordId: 10,
        reason: 'changed_since',
        before: { category: 'Later' },
        after: { category: 'Category 3' },
        written: { category: 'Everything' },
      },
      // Someone has put back the very value that undo would: there is nothing left to do.
      { recordId: 11, reason: 'already_so', before: null, after: null },
    ]);
    await runDraft(draft);
    expect(contents(app.folder)[9]?.category).toBe('Later');
    // Once the later edit is undone, the rest of the first one can be.
    const later = await edit('update_category', { category: 'Everything' }, 10);
    expect(canUndo(await get(done.id))).toBe(true);
    await undo(done.id);
    expect(contents(app.folder)[9]?.category).toBe('Category 3');
    expect(canUndo(await get(later.id))).toBe(true);
  });
});

describe('a record that was taken back, and given the same value again by somebody', () => {
  it('is left alone by every further undo, and counted once', async () => {
    const done = await edit('update_category', { category: 'Ours' }, 1, 2, 3);
    for (const round of [1, 2, 3]) {
      const part = await undo(done.id, { seqs: [1] });
      expect(countsOf(part.tallies)).toMatchObject(round === 1 ? { done: 1 } : { done: 0, skipped: 1 });
      await edit('update_category', { category: 'Ours' }, 1);
    }
    expect((await get(done.id)).undone).toBe(1);
    expect(canUndo(await get(done.id))).toBe(true);
    const rest = await undo(done.id);
    expect(rest.tallies).toEqual([
      { state: 'done', reason: null, count: 2 },
      { state: 'skipped', reason: 'changed_since', count: 1 },
    ]);
    const stands = contents(app.folder).slice(0, 3);
    expect(stands.map(({ category }) => category)).toEqual(['Ours', 'Category 2', 'Category 3']);
    expect((await get(done.id)).undone).toBe(3);
  });

  it('is left alone by an undo of what put it back once, too', async () => {
    const done = await edit('update_category', { category: 'Ours' }, 1, 2);
    const again = await undo((await undo(done.id)).id);
    const last = await undo(done.id);
    await edit('update_category', { category: 'Ours' }, 1);
    const nothing = await undo(again.id);
    expect(nothing.tallies).toMatchObject([{ reason: 'already_so' }, { reason: 'changed_since' }]);
    expect(contents(app.folder)[0]?.category).toBe('Ours');
    expect(await undoneBy(done.id)).toEqual(new Map([[last.id, 2]]));
    expect((await get(done.id)).undone).toBe(2);
  });
});

describe('a field that was taken back, and given the same value again by somebody', () => {
  const theirs = { reason: 'changed_since' };

  async function reasons(id: number, part: { seqs?: number[]; fields?: string[] } = {}): Promise<unknown[]> {
    const draft = await app.ask('operations.undo', { id, ...part });
    const { items } = await app.ask('operations.items', { id: draft.id, limit: 2 });
    return items.map(({ state, reason }) => (state === 'planned' ? state : { reason }));
  }

  it('is left alone by every further undo of it, while the others can still be taken back', async () => {
    const done = await editSeveral();
    await undo(done.id, { fields: ['category'] });
    await edit('update_category', { category: 'Edited' }, 1);
    expect(await reasons(done.id, { fields: ['category'] })).toEqual([theirs, { reason: 'already_so' }]);
    expect(await reasons(done.id)).toEqual([theirs, 'planned']);
    expect(await reasons(done.id, { fields: ['priority'] })).toEqual(['planned', 'planned']);
    await undo(done.id, { fields: ['priority', 'assignee'] });
    expect(contents(app.folder)[0]).toMatchObject({
      priority: 'medium',
      category: 'Edited',
      assignee: 'Ben',
    });
  });

  it('is this one’s again where the undo was taken back', async () => {
    const done = await editSeveral();
    const part = await undo(done.id, { fields: ['category', 'priority'] });
    await undo(part.id, { fields: ['category'] });
    expect(await reasons(done.id, { fields: ['category'] })).toEqual(['planned', 'planned']);
    await edit('update_priority', { priority: 'critical' }, 1);
    expect(await reasons(done.id, { fields: ['priority'] })).toEqual([theirs, { reason: 'already_so' }]);
  });

  it('is not put back by what put back another one', async () => {
    const done = await editSeveral();
    await undo(done.id, { fields: ['category'] });
    const rest = await undo(done.id);
    await undo(rest.id);
    await edit('update_category', { category: 'Edited' }, 1);
    expect(await reasons(done.id, { fields: ['category'] })).toEqual([theirs, { reason: 'already_so' }]);
    expect(await reasons(done.id, { fields: ['priority'] })).toEqual(['planned', 'planned']);
  });

  it('is left alone by an undo of what put it back once, too', async () => {
    const done = await editSeveral();
    const again = await undo((await undo(done.id, { fields: ['category'] })).id);
    await undo(done.id);
    await edit('update_category', { category: 'Edited' }, 1);
    expect(await reasons(again.id)).toEqual([theirs, { reason: 'already_so' }]);
  });
});
