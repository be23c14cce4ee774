import { describe, expect, it } from 'vitest';
import { operationEvents } from '../../../src-shared/contract/operations.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { expectEndedWell } from '../../builders/books.ts';
import { seedTickets } from '../../builders/seed.ts';
import { changeDatabase, everyTicket } from '../../builders/tickets.ts';
import { useConsole } from '../../builders/use-console.ts';

const count = 30_000;

const app = useConsole({
  per: 'file',
  fill: (folder) => seedTickets(folder, count),
});

function plan(category: string): Promise<Operation> {
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category },
  });
}

/** Everything that is told while `work` runs, and how long that takes. */
async function listening(
  work: () => Promise<unknown>,
): Promise<{ told: { name: string; payload: unknown }[]; tookMs: number }> {
  const told: { name: string; payload: unknown }[] = [];
  const startedMs = performance.now();
  const stop = app.console.subscribe(({ name, payload }) => told.push({ name, payload }));
  await work();
  stop();
  return { told, tookMs: performance.now() - startedMs };
}

describe('progress', () => {
  it('comes at most ten times a second per operation and never goes back', async () => {
    const drafts = [await plan('A'), await plan('B')];
    const { told, tookMs } = await listening(async () => {
      const all = drafts.map(({ id }) => app.ended(id));
      for (const { id } of drafts) await app.ask('operations.start', { id });
      await Promise.all(all);
    });
    const updates = told
      .filter(({ name }) => name === 'operation.updated')
      .map(({ payload }) => operationEvents['operation.updated'].parse(payload));
    for (const { id } of drafts) {
      const mine = updates.filter(({ operation }) => operation.id === id);
      const measured = mine.filter(({ progress }) => progress !== null);
      expect(measured.length).toBeGreaterThan(0);
      expect(measured.length).toBeLessThanOrEqual(1 + tookMs / 100);
      let processed = 0;
      let planned = count;
      for (const { operation, progress } of mine) {
        const counts = countsOf(operation.tallies);
        expect(counts.total).toBe(count);
        expect(counts.planned).toBeLessThanOrEqual(planned);
        planned = counts.planned;
        if (!progress) continue;
        expect(progress).toMatchObject({ total: count, processed: count - counts.planned });
        expect(progress.processed).toBeGreaterThanOrEqual(processed);
        processed = progress.processed;
      }
      expect(mine.at(-1)).toMatchObject({ progress: null, operation: { id } });
      expect(planned).toBe(0);
      expectEndedWell(app.folder, await app.ask('operations.get', { id }));
    }
    const news = told.filter(({ name }) => name === 'records.changed');
    expect(news.length).toBeGreaterThan(0);
    expect(news.length).toBeLessThanOrEqual(1 + tookMs / 250);
  });

  it('of planning counts up to the total', async () => {
    const { told } = await listening(() => plan('C'));
    const planning = told
      .filter(({ name }) => name === 'operation.planning')
      .map(({ payload }) => operationEvents['operation.planning'].parse(payload));
    expect(planning).toEqual([0, 10_000, 20_000].map((planned) => ({ planned, total: count })));
  });
});

describe('the journal', () => {
  it('cannot be changed or shortened', () => {
    const entries = () => changeDatabase(app.folder, (db) => db.prepare('SELECT * FROM journal').all());
    const before = entries();
    expect(before.length).toBeGreaterThan(4);
    for (const statement of [
      `UPDATE journal SET event = 'other'`,
      'UPDATE journal SET at = 0 WHERE seq = 1',
      'DELETE FROM journal',
      'DELETE FROM journal WHERE seq = 1',
      `INSERT OR REPLACE INTO journal SELECT seq, operation_id, at, 'other', detail, evidence, hash FROM journal WHERE seq = 1`,
      'UPDATE journal_head SET count = count - 1',
      'DELETE FROM journal_head',
    ]) {
      expect(() => changeDatabase(app.folder, (db) => db.exec(statement)), statement).toThrow('append-only');
    }
    expect(entries()).toEqual(before);
  });

  it('tells when what happened, in order', async () => {
    const operation = await app.run(await plan('D'));
    const { entries } = await app.ask('operations.journal', { id: operation.id });
    const at = entries.map((entry) => entry.at);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(entries[0]).toMatchObject({ event: 'started', at: operation.startedAt });
    expect(entries.at(-1)).toMatchObject({ event: 'completed', at: operation.endedAt });
  });
});
