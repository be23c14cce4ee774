import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlainCollection } from '../../../src-main/sample/sample-records.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { changeDatabase, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const app = useConsole({ per: 'test' });
afterEach(async () => {
  const { problems } = await app.ask('history.verify', {});
  expect(problems).toEqual([]);
});

const all: Selection = {
  mode: 'filter',
  filter: { conditions: [], text: '', deleted: false },
  except: [],
};

/** Every row of a collection without what each change of it counts up. */
function rowsOf(collection: PlainCollection): Record<string, unknown>[] {
  const rows = readDatabase(app.folder, (db) => db.prepare(`SELECT * FROM ${collection} ORDER BY id`).all());
  return (rows as Record<string, unknown>[]).map(
    ({ version: _version, updated_at: _updated, ...rest }) => rest,
  );
}

async function sample(collection: PlainCollection, count = 40): Promise<Operation> {
  return app.run(await app.ask('sample.plan', { collection, count }));
}

async function edit(
  collection: PlainCollection,
  action: string,
  input: Record<string, unknown> = {},
  selection = all,
): Promise<Operation> {
  const operation = await app.run(await app.ask('operations.plan', { action, collection, selection, input }));
  expectEndedWell(app.folder, operation);
  return operation;
}

async function undo(id: number, fields?: string[]): Promise<Operation> {
  const operation = await app.run(await app.ask('operations.undo', { id, ...(fields && { fields }) }));
  expectEndedWell(app.folder, operation);
  return operation;
}

describe.each(['sessions', 'videos', 'orders'] as const)('%s', (collection) => {
  it('are created once, taken away again by an undo, and left alone where somebody changed them', async () => {
    const created = await sample(collection);
    expect(countsOf(created.tallies)).toMatchObject({ done: 40, total: 40 });
    const again = await app.ask('sample.plan', { collection, count: 40 });
    expect(again.tallies).toEqual([{ state: 'skipped', reason: 'duplicate', count: 40 }]);
    await app.ask('operations.discard', { id: again.id });
    changeDatabase(app.folder, (db) =>
      db.exec(`UPDATE ${collection} SET extra = '{}', created_at = 7 WHERE id = 3`),
    );
    const undone = await undo(created.id);
    expect(countsOf(undone.tallies)).toMatchObject({ done: 39, skipped: 1 });
    const { count } = await app.ask('records.count', { collection, filter: {} });
    expect(count).toBe(1);
    await undo(undone.id);
    expect((await app.ask('records.count', { collection, filter: {} })).count).toBe(40);
  });

  it('that came into the workspace after the plan are not created twice; the others are', async () => {
    const more = await app.ask('sample.plan', { collection, count: 45 });
    await sample(collection);
    const operation = await app.run(more);
    expectEndedWell(app.folder, operation);
    expect(operation.tallies).toEqual([
      { state: 'done', reason: null, count: 5 },
      { state: 'failed', reason: 'duplicate', count: 40 },
    ]);
    const { tallies } = await app.ask('operations.retry', { id: operation.id });
    expect(tallies).toEqual([{ state: 'skipped', reason: 'duplicate', count: 40 }]);
    expect((await app.ask('records.count', { collection, filter: {} })).count).toBe(45);
  });

  it('are listed by every field that sorts, filters or counts', async () => {
    await sample(collection);
    const { fields, titleField } = collections[collection];
    for (const { name } of fields.filter(({ isSortable }) => isSortable)) {
      const query = { collection, filter: {}, sort: { field: name, direction: 'asc' as const } };
      const { viewId, total } = await app.ask('records.view', { query });
      expect(total).toBe(40);
      const { records } = await app.ask('records.rows', { viewId, from: 0, limit: 50 });
      expect(records).toHaveLength(40);
      const page = await app.ask('records.page', { query, limit: 40 });
      expect(page.records).toEqual(records);
    }
    const facets = fields.filter(({ isFacet }) => isFacet).map(({ name }) => name);
    const counted = await app.ask('records.facets', { collection, filter: {}, fields: facets });
    for (const { values, field } of counted.facets) {
      expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(40);
      const picked = values.find(({ value }) => value !== null);
      const filter = { conditions: [{ op: 'in' as const, field, values: [picked?.value ?? ''] }] };
      expect((await app.ask('records.count', { collection, filter })).count).toBe(picked?.count);
    }
    const { record } = await app.ask('records.get', { collection, id: 5 });
    const text = String(record[titleField]).split(/[\s-]/)[0] ?? '';
    const found = await app.ask('records.page', {
      query: { collection, filter: { text }, sort: { field: 'id', direction: 'asc' } },
      limit: 40,
    });
    expect(found.records.map(({ id }) => id)).toContain(5);
  });

  it('are deleted, restored, and each taken back', async () => {
    await sample(collection);
    const before = rowsOf(collection);
    const deleted = await edit(collection, 'delete');
    const gone = countsOf(deleted.tallies).done;
    expect(gone).toBeGreaterThan(0);
    expect((await app.ask('records.count', { collection, filter: { deleted: true } })).count).toBe(gone);
    await edit(collection, 'restore', {}, { ...all, filter: { conditions: [], text: '', deleted: true } });
    expect(rowsOf(collection)).toEqual(before);
    const again = await edit(collection, 'delete');
    await undo(again.id);
    expect(rowsOf(collection)).toEqual(before);
  });

  it('are exported with their own fields', async () => {
    await sample(collection, 3);
    const path = join(app.folder, 'out.csv');
    const columns = collections[collection].fields.map(({ name }) => name);
    const input = { columns, has_bom: false, target: app.handle(path) };
    await app.run(await app.ask('operations.plan', { action: 'export', collection, selection: all, input }));
    const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    expect(header).toBe(columns.join(','));
    expect(lines.filter((line) => /^[123],[123],/.test(line))).toHaveLength(3);
  });
});

it('what touched a record is told of that record alone, though others have its number', async () => {
  fillTickets(app.folder, makeTickets(3));
  await sample('sessions', 3);
  await sample('orders', 3);
  const titles = async (collection: 'tickets' | 'sessions' | 'videos' | 'orders') =>
    (await app.ask('records.touches', { collection, id: 2, limit: 9 })).touches.map(({ title }) => title);
  expect(await titles('tickets')).toEqual([]);
  expect(await titles('sessions')).toEqual(['Create 3 sample sessions']);
  expect(await titles('orders')).toEqual(['Create 3 sample orders']);
});

it('a field of several that an operation set is taken back alone', async () => {
  await sample('sessions');
  const before = rowsOf('sessions');
  const deleted = await edit('sessions', 'delete', { cascade_exports: true });
  await undo(deleted.id, ['deletedAt']);
  const after = rowsOf('sessions');
  expect(after.map(({ deleted_at }) => deleted_at)).toEqual(before.map(() => null));
  expect(after.map(({ exports }) => exports)).toEqual(
    before.map(({ status, exports }) => (status === 'processing' ? exports : 0)),
  );
});

it('exports that were deleted with their sessions come back with an undo, and a restore says that they do not', async () => {
  await sample('sessions');
  const before = rowsOf('sessions');
  const deleted = await edit('sessions', 'delete', { cascade_exports: true });
  const selection = { ...all, filter: { ...all.filter, deleted: true } };
  const restore = { action: 'restore', collection: 'sessions', selection, input: {} } as const;
  const draft = await app.ask('operations.plan', restore);
  expect(draft.forecast.warnings).toEqual([expect.stringMatching(/nor do exports that were deleted/)]);
  const restored = await app.run(draft);
  expect(rowsOf('sessions').map(({ exports }) => exports)).not.toEqual(before.map(({ exports }) => exports));
  await undo(restored.id);
  await undo(deleted.id);
  expect(rowsOf('sessions')).toEqual(before);
});

it('an order that somebody holds by then is not taken back until it is let go', async () => {
  await sample('orders');
  const before = rowsOf('orders');
  const archived = await edit('orders', 'archive');
  const { items } = await app.ask('operations.items', { id: archived.id, states: ['done'], limit: 1 });
  const held = items[0]?.recordId ?? 0;
  const hold = (isLocked: 'yes' | 'no') =>
    changeDatabase(app.folder, (db) =>
      db.prepare('UPDATE orders SET is_locked = ?, version = version + 1 WHERE id = ?').run(isLocked, held),
    );
  hold('yes');
  const undone = await undo(archived.id);
  expect(undone.tallies).toContainEqual({ state: 'skipped', reason: 'locked', count: 1 });
  expect(
    rowsOf('orders').filter((row, at) => row['is_archived'] !== before[at]?.['is_archived']),
  ).toMatchObject([{ id: held }]);
  hold('no');
  await undo(archived.id);
  expect(rowsOf('orders')).toEqual(before);
});

it('only the actions of a collection are planned for it', async () => {
  await sample('orders', 1);
  await expect(
    app.ask('operations.plan', { action: 'assign', collection: 'orders', selection: all, input: {} }),
  ).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'Orders have no action "assign". Nothing was planned.',
  });
});
