import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canUndo, countsOf, type Operation } from '../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { planSeveralFields } from '../builders/several-fields.ts';
import { changeDatabase, contents, readDatabase } from '../builders/tickets.ts';
import {
  copyFolder,
  makeFolder,
  openTestConsole,
  removeFolder,
  type TestConsole,
} from '../builders/workspace.ts';
import { size } from './size.ts';

const count = size({ short: 3_000, long: 20_000 });
const values = { priority: 'critical', category: 'Edited', assignee: 'Ada' };

const random = randomFrom(seed);
let template: string;
let folder: string;
let app: TestConsole;

beforeAll(() => {
  template = makeFolder();
  seedTickets(template, count);
});
afterAll(() => removeFolder(template));
beforeEach(async () => {
  folder = copyFolder(template);
  app = await openTestConsole(folder);
});
afterEach(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

async function run(draft: Operation): Promise<Operation> {
  const operation = await app.run(draft);
  expectEndedWell(folder, operation);
  return operation;
}

async function edit(): Promise<Operation> {
  return run(await app.ask('operations.get', { id: planSeveralFields(folder, values) }));
}

/** What becomes of an undo that is killed is in `crash-resume.test.ts`. */
describe('an undo', () => {
  it('restores every before-image: of all, of one field after the other, and of some records', async () => {
    const before = contents(folder);
    const all = await edit();
    const edited = contents(folder);
    expect(edited).toEqual(before.map((ticket) => ({ ...ticket, ...values })));
    const undone = await run(await app.ask('operations.undo', { id: all.id }));
    expect(countsOf(undone.tallies)).toMatchObject({ done: count, skipped: 0, failed: 0 });
    expect(contents(folder)).toEqual(before);

    const again = await run(await app.ask('operations.undo', { id: undone.id }));
    expect(contents(folder)).toEqual(edited);
    const left: Record<string, string> = { ...values };
    for (const field of ['category', 'assignee', 'priority']) {
      delete left[field];
      await run(await app.ask('operations.undo', { id: again.id, fields: [field] }));
      expect(contents(folder)).toEqual(before.map((ticket) => ({ ...ticket, ...left })));
    }

    const once = await edit();
    const seqs = Array.from({ length: count }, (_, at) => at + 1).filter(() => random() < 0.5);
    const chosen = new Set(seqs);
    const some = await run(await app.ask('operations.undo', { id: once.id, seqs }));
    expect(countsOf(some.tallies)).toMatchObject({ total: seqs.length, done: seqs.length });
    expect(contents(folder)).toEqual(
      before.map((ticket, at) => (chosen.has(at + 1) ? ticket : { ...ticket, ...values })),
    );
    await run(await app.ask('operations.undo', { id: once.id }));
    expect(contents(folder)).toEqual(before);
    expect(canUndo(await app.ask('operations.get', { id: once.id }))).toBe(false);
  });

  it('overwrites no later edit, and lists every one of them', async () => {
    const before = contents(folder);
    const all = await edit();
    const later = new Map<number, string>();
    for (const { id } of before) if (random() < 0.05) later.set(id, `Later ${id}`);
    changeDatabase(folder, (db) => {
      const change = db.prepare('UPDATE tickets SET category = ?, version = version + 1 WHERE id = ?');
      db.transaction(() => {
        for (const [id, category] of later) change.run(category, id);
      })();
    });
    const draft = await app.ask('operations.undo', { id: all.id });
    expect(countsOf(draft.tallies)).toMatchObject({ skipped: later.size, planned: count - later.size });
    const listed = new Set<number>();
    for (let after = 0; ; ) {
      const page = { id: draft.id, states: ['skipped' as const], after, limit: 500 };
      const { items, hasMore } = await app.ask('operations.items', page);
      for (const item of items) {
        const id = item.recordId ?? 0;
        listed.add(id);
        expect(item.reason).toBe('changed_since');
        expect(item.before?.['category']).toBe(later.get(id));
        expect(item.after?.['category']).toBe(before[id - 1]?.category);
        expect(item.written).toEqual(values);
      }
      after = items.at(-1)?.seq ?? 0;
      if (!hasMore) break;
    }
    expect(listed).toEqual(new Set(later.keys()));
    // Others are edited while the undo waits to be started: they fail, and keep the edit as well.
    const latest = before.map(({ id }) => id).filter((id) => !later.has(id) && random() < 0.02);
    changeDatabase(folder, (db) => {
      const change = db.prepare(`UPDATE tickets SET category = 'Latest', version = version + 1 WHERE id = ?`);
      for (const id of latest) change.run(id);
    });
    const undone = await run(draft);
    expect(countsOf(undone.tallies)).toMatchObject({ failed: latest.length });
    const isLatest = new Set(latest);
    expect(contents(folder)).toEqual(
      before.map((ticket) => {
        const category = isLatest.has(ticket.id) ? 'Latest' : later.get(ticket.id);
        return category === undefined ? ticket : { ...ticket, ...values, category };
      }),
    );
  });

  it('of a partial operation touches only what that operation did', async () => {
    const before = contents(folder);
    const id = planSeveralFields(folder, values);
    // A tenth fails, and the rest is cancelled on the way, unless the operation is through by then.
    const failing = new Set(before.map((ticket) => ticket.id).filter(() => random() < 0.1));
    changeDatabase(folder, (db) => {
      const change = db.prepare('UPDATE tickets SET version = version + 1 WHERE id = ?');
      db.transaction(() => {
        for (const failed of failing) change.run(failed);
      })();
    });
    const met = app.event('operation.updated', ({ progress }) => (progress?.processed ?? 0) > 0);
    await app.ask('operations.start', { id });
    await met;
    await app.ask('operations.cancel', { id });
    const partial = countsOf((await app.ended(id)).tallies);
    expect(partial.failed).toBeGreaterThan(0);
    const versions = versionsOf(folder);
    const undone = await run(await app.ask('operations.undo', { id }));
    expect(countsOf(undone.tallies)).toMatchObject({ total: partial.done, done: partial.done });
    expect(contents(folder)).toEqual(before);
    const touched = [...versionsOf(folder)].filter(([ticket, version]) => versions.get(ticket) !== version);
    expect(touched.length).toBe(partial.done);
    expect(touched.filter(([ticket]) => failing.has(ticket))).toEqual([]);
  });
});

function versionsOf(of: string): Map<number, number> {
  return readDatabase(of, (db) => {
    const rows = db.prepare('SELECT id, version FROM tickets').all() as { id: number; version: number }[];
    return new Map(rows.map(({ id, version }) => [id, version]));
  });
}
