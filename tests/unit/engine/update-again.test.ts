import { expect, it } from 'vitest';
import { exportSheet, planSheet, type SheetRow } from '../../builders/edited-export.ts';
import { contents } from '../../builders/tickets.ts';
import { useToldServer } from './told-server.ts';

/** Those with even numbers are the remote's. */
const setup = useToldServer(8);
const { open, run } = setup;

/** Plans a file in which the tickets with these numbers were edited. */
async function edited(...edits: [id: number, edit: SheetRow][]) {
  const rows = await exportSheet(setup.app, 'tickets');
  const byId = new Map(edits.map(([id, edit]) => [String(id), edit]));
  return planSheet(
    setup.app,
    'tickets',
    rows.map((row) => ({ ...row, ...byId.get(row['id'] ?? '') })),
  );
}

it('what failed of an edited export is planned again on what stands now, by its rules and with its own cells', async () => {
  await open();
  const draft = await edited([1, { category: 'Mine' }], [3, { status: 'solved' }], [5, { subject: 'Mine' }]);
  for (const [action, input, id] of [
    ['assign', { assignee: 'Ada' }, 1],
    ['update_status', { status: 'closed' }, 3],
    ['delete', {}, 5],
  ] as const) {
    const selection = { mode: 'ids' as const, ids: [id] };
    await run(await setup.app.ask('operations.plan', { action, collection: 'tickets', selection, input }));
  }
  const done = await run(draft);
  expect(done).toMatchObject({
    state: 'failed',
    tallies: expect.arrayContaining([{ state: 'failed', reason: 'changed_since', count: 3 }]),
  });
  const again = await setup.app.ask('operations.retry', { id: done.id });
  expect(again).toMatchObject({ action: 'update', retryOf: done.id });
  const { items } = await setup.app.ask('operations.items', { id: again.id, limit: 9 });
  expect(items.map(({ recordId, reason, before, after }) => [recordId, reason ?? [before, after]])).toEqual([
    [1, [{ category: null }, { category: 'Mine' }]],
    [3, 'illegal_transition'],
    [5, 'deleted'],
  ]);
  await run(again);
  expect(contents(setup.folder)[0]).toMatchObject({ category: 'Mine', assignee: 'Ada' });
});
