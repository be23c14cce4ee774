import { describe, expect, it } from 'vitest';
import { canUndo, countsOf } from '../../../src-shared/domain/operation.ts';
import { contents } from '../../builders/tickets.ts';
import { useUndos } from './use-undos.ts';

const { app, get, runDraft, edit, editSeveral, undo, undoneBy } = useUndos();

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
