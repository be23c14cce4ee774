import { existsSync, promises as fs, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { everyTicket, fillTickets, makeTickets } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const count = 2_000;

const app = useConsole({
  per: 'test',
  fill: (folder) => {
    fillTickets(
      folder,
      makeTickets(count, (id) => ({ description: `Ticket ${id} `.repeat(50) })),
    );
  },
});

/** Leaves so many bytes on every disk, as far as anyone asks. */
async function leave(bytes: number): Promise<void> {
  const real = await fs.statfs(app.folder);
  vi.spyOn(fs, 'statfs').mockResolvedValue({ ...real, bavail: bytes, bsize: 1 });
}

/** The bytes that were said to be needed. */
async function neededFor(work: () => Promise<unknown>): Promise<number> {
  const database = join(app.folder, 'bulkhead.db-wal');
  const before = statSync(database).size;
  await leave(0);
  const refused = await work().then(
    () => null,
    (error: BulkheadError) => error,
  );
  expect(refused).toMatchObject({ code: 'not_enough_space', details: { free: 0 } });
  expect(statSync(database).size).toBe(before);
  vi.restoreAllMocks();
  return Number(refused?.details?.['needed']);
}

/** By how much the workspace grew. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const bytes = () =>
    readdirSync(app.folder)
      .filter((name) => name.startsWith('bulkhead.db'))
      .reduce((sum, name) => sum + statSync(join(app.folder, name)).size, 0);
  const before = bytes();
  await work();
  return bytes() - before;
}

describe('room on the disk', () => {
  it.each<[string, Record<string, unknown>]>([
    ['update_category', { category: 'Everything' }],
    ['add_comment', { comment: 'Word '.repeat(200) }],
  ])('for %s is asked for before it is planned, and is enough', async (action, input) => {
    const plan = () =>
      app.ask('operations.plan', { action, collection: 'tickets', selection: everyTicket, input });
    const needed = await neededFor(plan);
    const grown = await growth(async () => app.run(await plan()));
    expect(grown).toBeGreaterThan(needed / 20);
    expect(grown).toBeLessThan(needed);
  });

  it('for an import is asked for before it is planned, and is enough', async () => {
    const file = join(app.folder, 'in.csv');
    const rows = Array.from({ length: count }, (_, at) => `${at},Question ${at},${'Word '.repeat(40)}`);
    writeFileSync(file, `id,subject,description\r\n${rows.join('\r\n')}\r\n`);
    const handle = app.handle(file);
    const { proposed } = await app.ask('imports.inspect', { handle });
    const mapping = { ...proposed, source: 'elsewhere' };
    const plan = () => app.ask('imports.plan', { handle, mapping });
    const needed = await neededFor(plan);
    const grown = await growth(async () => app.run(await plan()));
    expect(grown).toBeGreaterThan(needed / 20);
    expect(grown).toBeLessThan(needed);
  });

  it('for an export is asked for where it goes, by how wide the tickets are, and once more at its start', async () => {
    const path = join(app.folder, 'out.csv');
    const input = { target: app.handle(path), columns: ['id', 'subject', 'description', 'createdAt'] };
    const plan = () =>
      app.ask('operations.plan', { action: 'export', collection: 'tickets', selection: everyTicket, input });
    const needed = await neededFor(plan);
    const draft = await plan();
    await leave(needed - 1);
    expect(await app.run(draft)).toMatchObject({ state: 'failed', stoppedBy: { code: 'not_enough_space' } });
    expect(app.reports.splice(0)).toMatchObject([{ code: 'not_enough_space' }]);
    expect(existsSync(path)).toBe(false);
    vi.restoreAllMocks();
    await app.run(await app.ask('operations.retry', { id: draft.id }));
    expect(statSync(path).size).toBeGreaterThan(needed / 2);
    expect(statSync(path).size).toBeLessThan(needed);
  });

  it('is asked for once more at the start, and the plan waits for it', async () => {
    const draft = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Everything' },
    });
    await neededFor(() => app.ask('operations.start', { id: draft.id }));
    expect((await app.run(draft)).state).toBe('completed');
  });
});
