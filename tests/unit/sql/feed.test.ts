import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordState } from '../../../src-shared/contract/records.ts';
import { runs } from '../../builders/property.ts';
import {
  allTickets,
  changeDatabase,
  fillTickets,
  makeTickets,
  theseTickets,
} from '../../builders/tickets.ts';
import {
  copyFolder,
  makeFolder,
  openTestConsole,
  removeFolder,
  type TestConsole,
} from '../../builders/workspace.ts';

const count = 400;
let base: string;
/** For what does not mind the changes of others: opening a console for each takes longer than they do. */
let shared: TestConsole;

beforeAll(async () => {
  base = makeFolder();
  await (await openTestConsole(base)).close();
  fillTickets(
    base,
    makeTickets(count, (id) => (id % 50 === 0 ? { deleted_at: 1 } : {})),
  );
  shared = await openTestConsole(copyFolder(base));
});
afterAll(async () => {
  await shared.close();
  removeFolder(shared.folder);
  removeFolder(base);
});

async function withConsole(use: (app: TestConsole) => Promise<void>): Promise<void> {
  const folder = copyFolder(base);
  const app = await openTestConsole(folder);
  try {
    await use(app);
    expect(app.reports).toEqual([]);
  } finally {
    await app.close();
    removeFolder(folder);
  }
}

/** Keeps a copy of the tickets by nothing but pages of changes. */
function createCopy(app: TestConsole) {
  const records = new Map<number, RecordState>();
  let cursor: string | null = null;
  const copy = {
    records,
    cursor: () => cursor,
    async page(limit: number): Promise<{ ids: number[]; isEnd: boolean }> {
      const page = await app.ask('records.changes', { collection: 'tickets', cursor, limit });
      cursor = page.cursor;
      const ids = page.records.map(({ id }) => id);
      expect(ids.length).toBeLessThanOrEqual(limit);
      expect(new Set(ids).size).toBe(ids.length);
      for (const record of page.records) {
        // Never an older state after a newer one.
        expect(record.version).toBeGreaterThanOrEqual(records.get(record.id)?.version ?? 0);
        records.set(record.id, record);
      }
      return { ids, isEnd: page.isEnd };
    },
    async catchUp(limit: number): Promise<void> {
      while (!(await copy.page(limit)).isEnd);
    },
    live: () =>
      [...records.values()]
        .filter(({ isDeleted }) => !isDeleted)
        .map(({ id, version, fields }) => [id, version, fields['status'], fields['assignee']])
        .toSorted((a, b) => Number(a[0]) - Number(b[0])),
  };
  return copy;
}

function live(app: TestConsole): unknown[] {
  return allTickets(app.folder)
    .filter(({ deleted_at }) => deleted_at === null)
    .map(({ id, version, status, assignee }) => [id, version, status, assignee]);
}

const change = fc.record({
  kind: fc.constantFrom('assign', 'delete', 'restore', 'create', 'update_status'),
  from: fc.integer({ min: 1, max: count }),
  size: fc.integer({ min: 1, max: count }),
});
const steps = fc.array(
  fc.oneof({ arbitrary: change, weight: 1 }, { arbitrary: fc.integer({ min: 1, max: 150 }), weight: 2 }),
  { minLength: 6, maxLength: 24 },
);

describe('the changes of a collection', () => {
  test('read in pages of any size while operations write, miss no record', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 60 }), async (plan, lastLimit) => {
        const copy = createCopy(shared);
        const started: number[] = [];
        for (const [at, step] of plan.entries()) {
          if (typeof step === 'number') await copy.page(step);
          else started.push(...(await startChange(shared, step, at)));
        }
        for (const id of started) await shared.ended(id);
        await copy.catchUp(lastLimit);
        expect(copy.live()).toEqual(live(shared));
      }),
      runs(12),
    );
  });

  test('from the beginning are every live record once, in pages of a fixed size', async () => {
    await withConsole(async (app) => {
      const copy = createCopy(app);
      const sizes: number[] = [];
      for (let isEnd = false; !isEnd; ) {
        const page = await copy.page(100);
        sizes.push(page.ids.length);
        isEnd = page.isEnd;
      }
      expect(sizes).toEqual([100, 100, 100, 92]);
      expect(copy.records.size).toBe(392);
      expect(await copy.page(100)).toEqual({ ids: [], isEnd: true });
    });
  });

  test('of long records come in pages of fewer, each once, however many are asked for', async () => {
    await withConsole(async (app) => {
      const pages = async (copy: ReturnType<typeof createCopy>): Promise<number[]> => {
        const seen: number[] = [];
        for (let isEnd = false; !isEnd; ) {
          const page = await copy.page(1_000);
          // Three million bytes are room for so many.
          expect(page.ids.length).toBeLessThan(20);
          seen.push(...page.ids);
          ({ isEnd } = page);
        }
        return seen;
      };
      const copy = createCopy(app);
      await copy.catchUp(1_000);
      changeDatabase(app.folder, (db) =>
        db.prepare('UPDATE tickets SET description = ?').run('ö"\n'.repeat(40_000)),
      );
      const some = Array.from({ length: 45 }, (_, at) => at + 1);
      const plan = { action: 'update_category', collection: 'tickets', input: { category: 'Long' } };
      const selection = theseTickets(...some);
      await app.run(await app.ask('operations.plan', { ...plan, collection: 'tickets', selection }));
      expect(await pages(copy)).toEqual(some);
      const all = await pages(createCopy(app));
      expect([all.length, new Set(all).size]).toEqual([392, 392]);
    });
  });

  test('later are those that changed, deletions included, and what came in between only once', async () => {
    await withConsole(async (app) => {
      const copy = createCopy(app);
      await copy.catchUp(1_000);
      for (const action of ['assign', 'delete'] as const) {
        const input = action === 'assign' ? { assignee: 'x' } : {};
        const plan = { action, collection: 'tickets', selection: theseTickets(3, 1, 2), input } as const;
        await app.run(await app.ask('operations.plan', plan));
      }
      expect(await copy.page(1_000)).toEqual({ ids: [1, 2, 3], isEnd: true });
      expect(copy.records.get(2)).toMatchObject({ isDeleted: true, version: 3, fields: { assignee: 'x' } });
      expect(copy.records.get(2)?.fields).not.toHaveProperty('deletedAt');
    });
  });

  test('are not told from a cursor whose operations lost their items', async () => {
    await withConsole(async (app) => {
      const copy = createCopy(app);
      await copy.catchUp(1_000);
      const plan = {
        action: 'delete',
        collection: 'tickets',
        selection: theseTickets(1),
        input: {},
      } as const;
      const { id } = await app.run(await app.ask('operations.plan', plan));
      const before = createCopy(app);
      await before.catchUp(1_000);
      changeDatabase(app.folder, (db) => {
        db.prepare('UPDATE operations SET cleaned_at = 9 WHERE id = ?').run(id);
        db.prepare('DELETE FROM items WHERE operation_id = ?').run(id);
      });
      await expect(copy.page(10)).rejects.toMatchObject({ code: 'cursor_expired' });
      // Whoever had read it before is told the rest.
      expect(await before.page(10)).toEqual({ ids: [], isEnd: true });
    });
  });

  test.each([
    ['what the backup does not hold', false],
    ['just what it holds', true],
  ])('are not told from a cursor of a history that a backup replaced: it knows %s', async (_, isBefore) => {
    await withConsole(async (app) => {
      const backup = await app.ask('backups.create', {});
      const change = async (id: number): Promise<void> => {
        const plan = {
          action: 'delete',
          collection: 'tickets',
          selection: theseTickets(id),
          input: {},
        } as const;
        await app.run(await app.ask('operations.plan', plan));
      };
      const copy = createCopy(app);
      if (isBefore) await copy.catchUp(1_000);
      await change(1);
      if (!isBefore) await copy.catchUp(1_000);
      await app.ask('backups.restore', { name: backup.name });
      await change(2);
      await expect(copy.page(10)).rejects.toMatchObject({ code: 'cursor_expired' });
    });
  });

  test.each(['x', 'e30', 'bm90IGpzb24', Buffer.from('{"collection":"orders"}').toString('base64url')])(
    'are refused for %j, which is no cursor of theirs',
    async (cursor) => {
      const asked = shared.ask('records.changes', { collection: 'tickets', cursor, limit: 10 });
      await expect(asked).rejects.toMatchObject({ code: 'invalid_request' });
      const { cursor: foreign } = await shared.ask('records.changes', {
        collection: 'orders',
        cursor: null,
        limit: 1,
      });
      const mixed = shared.ask('records.changes', { collection: 'tickets', cursor: foreign, limit: 10 });
      await expect(mixed).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );
});

/** Starts a change without waiting for its end; answers nothing where nothing is left to be done. */
async function startChange(
  app: TestConsole,
  { kind, from, size }: { kind: string; from: number; size: number },
  at: number,
): Promise<number[]> {
  const ids = Array.from({ length: size }, (_, index) => ((from + index * 7) % count) + 1);
  const inputs: Readonly<Record<string, Record<string, unknown>>> = {
    assign: { assignee: `agent ${at}` },
    update_status: { status: at % 2 === 0 ? 'pending' : 'open' },
  };
  const draft =
    kind === 'create'
      ? await app.ask('sample.plan', { count: Math.ceil(size / 4), seed: at + from })
      : await app.ask('operations.plan', {
          action: kind,
          collection: 'tickets',
          selection: theseTickets(...new Set(ids)),
          input: inputs[kind] ?? {},
        });
  await app.ask('operations.start', { id: draft.id });
  return [draft.id];
}
