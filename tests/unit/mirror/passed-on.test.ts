import { expect, it } from 'vitest';
import { isReady, useCopiedDesk } from './copied-desk.ts';

const setup = useCopiedDesk();

/** What somebody who copies this console is told after a cursor. */
async function changesAfter(cursor: string | null) {
  const page = await setup.app.ask('records.changes', { collection: 'tickets', cursor, limit: 100 });
  return { keys: page.records.map(({ fields }) => fields['key']), cursor: page.cursor };
}

it('records that a remote left here are told from then on, and no more where it is added again', async () => {
  const id = await setup.copy(3);
  const copied = await changesAfter(null);
  expect(copied.keys).toEqual([]);
  expect((await changesAfter(copied.cursor)).keys).toEqual([]);

  await setup.app.ask('remotes.remove', { id });
  await expect(changesAfter(copied.cursor)).rejects.toMatchObject({ code: 'cursor_expired' });
  const left = await changesAfter(null);
  expect(left.keys).toEqual(['1', '2', '3']);
  expect((await changesAfter(left.cursor)).keys).toEqual([]);

  await setup.add();
  await setup.until(isReady);
  await expect(changesAfter(left.cursor)).rejects.toMatchObject({ code: 'cursor_expired' });
  expect((await changesAfter(null)).keys).toEqual([]);
});

it('a remote that is added the first time changes nothing of what was told', async () => {
  const { cursor } = await changesAfter(null);
  await setup.copy(3);
  expect((await changesAfter(cursor)).keys).toEqual([]);
});
