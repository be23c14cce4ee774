import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishExport, moveOperation } from '../../../src-main/sql/operations/operation-changes.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import { type HeldCall, holdCall } from '../../builders/held-calls.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTicket,
  theseTickets,
} from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

let folder: string;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  app = await openTestConsole(folder);
  fillTickets(
    folder,
    [1, 2, 3, 4, 5].map((id) => makeTicket(id, { subject: `Ticket ${id}` })),
  );
});
afterEach(async () => {
  await app.close();
  removeFolder(folder);
});

function plan(path: string, selection = everyTicket): Promise<Operation> {
  const input = { columns: ['id', 'subject'], has_bom: false, target: app.handle(path) };
  return app.ask('operations.plan', { action: 'export', collection: 'tickets', selection, input });
}

async function deleteThese(...ids: number[]): Promise<void> {
  const selection = theseTickets(...ids);
  await app.run(
    await app.ask('operations.plan', { action: 'delete', collection: 'tickets', selection, input: {} }),
  );
}

describe('an export', () => {
  it('writes what is there when it starts; what was deleted since it was planned is counted as skipped', async () => {
    const path = join(folder, 'out.csv');
    const draft = await plan(path);
    expect(draft.tallies).toEqual([{ state: 'planned', reason: null, count: 5 }]);
    await deleteThese(2, 4);
    const done = await app.run(draft);
    expect(done).toMatchObject({ state: 'completed', file: { path, name: 'out.csv', rows: 3 } });
    expect(done.tallies).toEqual([
      { state: 'done', reason: null, count: 3 },
      { state: 'skipped', reason: 'not_found', count: 2 },
    ]);
    expect(readFileSync(path, 'utf8')).toBe('id,subject\r\n1,Ticket 1\r\n3,Ticket 3\r\n5,Ticket 5\r\n');
    expect(app.reports).toEqual([]);
  });

  it('of a record that cannot be told from its neighbour fails alone: what else is done goes on', async () => {
    changeDatabase(folder, (db) =>
      db.exec("UPDATE tickets SET subject = CAST(x'61ff62' AS TEXT) WHERE id = 3"),
    );
    const draft = await plan(join(folder, 'out.csv'));
    expect(await app.run(draft)).toMatchObject({ state: 'failed', stoppedBy: { code: 'storage_error' } });
    expect(existsSync(join(folder, 'out.csv'))).toBe(false);
    await deleteThese(3);
    expect(await app.run(await plan(join(folder, 'rest.csv')))).toMatchObject({ state: 'completed' });
  });

  it('of picked tickets leaves out those that are deleted or gone, and says so before it starts', async () => {
    const path = join(folder, 'picked.csv');
    await deleteThese(2, 3);
    const draft = await plan(path, theseTickets(1, 2, 3, 4, 99));
    const skipped = [
      { state: 'skipped', reason: 'deleted', count: 2 },
      { state: 'skipped', reason: 'not_found', count: 1 },
    ];
    expect(draft.tallies).toEqual([{ state: 'planned', reason: null, count: 2 }, ...skipped]);
    const done = await app.run(draft);
    expect(done).toMatchObject({ state: 'completed', file: { rows: 2 } });
    expect(done.tallies).toEqual([{ state: 'done', reason: null, count: 2 }, ...skipped]);
    expect(readFileSync(path, 'utf8')).toBe('id,subject\r\n1,Ticket 1\r\n4,Ticket 4\r\n');
    const retried = await app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: { mode: 'filter', filter: { conditions: [], text: '', deleted: true }, except: [] },
      input: { columns: ['id'], has_bom: false, target: app.handle(join(folder, 'deleted.csv')) },
    });
    await expect(plan(path, theseTickets(2, 3, 99))).rejects.toMatchObject({ code: 'nothing_to_do' });
    // Asked for by a filter that means them, deleted tickets are written.
    expect((await app.run(retried)).file?.rows).toBe(2);
  });

  it.each([
    ['paused', []],
    ['paused and resumed', [{ from: ['paused'], to: 'pending', event: 'resumed' }]],
  ] as const)('that was written in the moment in which it was %s is done, once', async (_what, more) => {
    const path = join(folder, 'paused.csv');
    const { id } = await plan(path);
    const steps = [
      { from: ['draft'], to: 'pending', event: 'started' },
      { from: ['pending'], to: 'in_progress', event: 'running' },
      { from: ['in_progress'], to: 'paused', event: 'paused' },
      ...more,
    ] as const;
    const file = { path, name: 'paused.csv', rows: 5, bytes: 60 };
    changeDatabase(folder, (db) => {
      for (const step of steps) moveOperation(db, { id, nowMs: 1, ...step });
      finishExport(db, { id, file, runMs: 7, nowMs: 2 });
      expect(() => finishExport(db, { id, file, runMs: 7, nowMs: 3 })).toThrow('completed');
    });
    const done = await app.ask('operations.get', { id });
    expect(done).toMatchObject({ state: 'completed', file, endedAt: 2 });
    expect(done.tallies).toEqual([{ state: 'done', reason: null, count: 5 }]);
  });

  it('of texts that came with half a character has U+FFFD for it, and the workspace goes on', async () => {
    const rows = join(folder, 'rows.ndjson');
    writeFileSync(rows, String.raw`{"key":"1","customer":"Half \ud83d"}`);
    const of = { handle: app.handle(rows), collection: 'orders', source: 'test' } as const;
    await app.run(await app.ask('imports.plan_rows', of));
    const values = { category: 'Half \ud83d' };
    const edit = { action: 'edit', collection: 'tickets', selection: everyTicket, input: values } as const;
    await app.run(await app.ask('operations.plan', edit));
    for (const [collection, column] of [
      ['orders', 'customer'],
      ['tickets', 'category'],
    ] as const) {
      const path = join(folder, `${collection}.csv`);
      const input = { columns: [column], has_bom: false, target: app.handle(path) };
      const request = { action: 'export', collection, selection: everyTicket, input };
      expect((await app.run(await app.ask('operations.plan', request))).state).toBe('completed');
      expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${column}\r\n(Half \ufffd\r\n)+$`));
    }
    expect(app.reports).toEqual([]);
  });

  it.each([
    ['json', 'Export to JSON', (text: string) => JSON.parse(text) as unknown[]],
    [
      'ndjson',
      'Export to NDJSON',
      (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
    ],
  ])('as %s has every record as an object, over many pages', async (format, title, read) => {
    const subject = 'A "quote", a line\nand \u2028 another, 猫';
    const tickets = Array.from({ length: 1_201 }, (_, at) =>
      makeTicket(at + 6, { subject, category: at % 2 === 0 ? null : 'Odd' }),
    );
    fillTickets(folder, tickets);
    const path = join(folder, `out.${format}`);
    const input = { columns: ['id', 'subject', 'category', 'createdAt'], format, include_details: true };
    const draft = await app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input: { ...input, target: app.handle(path) },
    });
    expect(draft).toMatchObject({ title, forecast: { warnings: [expect.stringContaining('stays until')] } });
    expect(await app.run(draft)).toMatchObject({ state: 'completed', file: { rows: 1_206 } });
    const text = readFileSync(path, 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    const records = read(text);
    expect(records).toHaveLength(1_206);
    expect(records.slice(5)).toEqual(
      tickets.map((ticket) => ({
        id: ticket.id,
        subject,
        category: ticket.category,
        createdAt: new Date(ticket.created_at).toISOString(),
        description: ticket.description,
        extra: {},
      })),
    );
  });

  it('to a place that is not there fails with the reason and leaves nothing', async () => {
    const path = join(folder, 'nowhere', 'out.csv');
    const failed = await app.run(await plan(path));
    expect(failed).toMatchObject({
      state: 'failed',
      file: null,
      stoppedBy: { code: 'target_not_writable' },
      tallies: [{ state: 'cancelled', reason: null, count: 5 }],
    });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(app.reports).toHaveLength(1);
  });

  it('with more time than a timer can be set to is written at once', async () => {
    const path = join(folder, 'patient.csv');
    const { id } = await plan(path);
    await app.close();
    const options = { ...defaultRunOptions, timeLimitMs: 2 ** 32 };
    const started = { event: 'started', nowMs: 1, options } as const;
    changeDatabase(folder, (db) => moveOperation(db, { id, from: ['draft'], to: 'pending', ...started }));
    app = await openTestConsole(folder);
    expect(await app.ended(id)).toMatchObject({ state: 'completed', file: { rows: 5 }, options });
  });

  describe('that is paused', () => {
    /** Opens the console anew, plans an export, and starts it; it is held before it looks for room on the disk. */
    async function startAndHold(path: string): Promise<{ id: number; room: HeldCall }> {
      await app.close();
      const room = holdCall('answer', 'rowWidth', 2);
      app = await openTestConsole(folder);
      const { id } = await plan(path);
      await app.ask('operations.start', { id });
      await room.held;
      return { id, room };
    }

    async function expectPaused(id: number, path: string): Promise<void> {
      await expect.poll(() => app.console.runningOperations()).toBe(0);
      expect(await app.ask('operations.get', { id })).toMatchObject({ state: 'paused', file: null });
      expect(existsSync(path)).toBe(false);
    }

    it('before it has begun to write leaves no file', async () => {
      const path = join(folder, 'paused.csv');
      const { id, room } = await startAndHold(path);
      await app.ask('operations.pause', { id });
      room.release();
      await expectPaused(id, path);
    });

    it('while it is being written leaves no file', async () => {
      const path = join(folder, 'paused.csv');
      // The start, the begin, the pause: it is on the disk, and the run is told of it when the thread has begun.
      const written = holdCall('answer', 'moveOperation', 3);
      const { id, room } = await startAndHold(path);
      const pausing = app.ask('operations.pause', { id });
      await written.held;
      const release = ({ threadName }: Worker): void => {
        if (threadName === 'export') setImmediate(written.release);
      };
      process.on('worker', release);
      room.release();
      await pausing;
      process.off('worker', release);
      await expectPaused(id, path);
    });
  });

  it('that has failed does not begin anew because its end could not be written down', async () => {
    const path = join(folder, 'later', 'out.csv');
    const { id } = await plan(path);
    changeDatabase(folder, (db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON operations WHEN new.ended_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'no'); END`),
    );
    const stands = app.event('operation.updated', ({ operation }) => operation.state === 'paused');
    await app.ask('operations.start', { id });
    await stands;
    changeDatabase(folder, (db) => db.exec('DROP TRIGGER refuse'));
    mkdirSync(join(folder, 'later'));
    await app.ask('operations.resume', { id });
    expect(await app.ended(id)).toMatchObject({
      state: 'failed',
      file: null,
      stoppedBy: { code: 'target_not_writable' },
      tallies: [{ state: 'cancelled', reason: null, count: 5 }],
    });
    expect(existsSync(path)).toBe(false);
  });
});
