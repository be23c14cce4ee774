import { describe, expect, it } from 'vitest';
import { canUndo, countsOf } from '../../../src-shared/domain/operation.ts';
import { contents } from '../../builders/tickets.ts';
import { count, useUndos, values } from './use-undos.ts';

const { app, get, runDraft, edit, editSeveral, undo, undoneBy } = useUndos();

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
