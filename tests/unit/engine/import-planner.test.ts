import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectEndedWell } from '../../builders/books.ts';
import { readDatabase } from '../../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

let folder: string;
let path: string;
let app: TestConsole;
let started: number;
const alive = new Set<Worker>();

function watch(worker: Worker): void {
  if (worker.threadName !== 'import') return;
  started += 1;
  alive.add(worker);
  worker.once('exit', () => alive.delete(worker));
}

beforeEach(async () => {
  folder = makeFolder();
  path = join(folder, 'tickets.csv');
  writeFileSync(
    path,
    `id,subject\n${Array.from({ length: 50 }, (_, at) => `${at + 1},Ticket ${at + 1}\n`).join('')}`,
  );
  started = 0;
  process.on('worker', watch);
  app = await openTestConsole(folder);
});
afterEach(async () => {
  await app.close();
  process.off('worker', watch);
  expect(alive.size).toBe(0);
  removeFolder(folder);
});

describe('the thread that reads a file', () => {
  it('inspects and reads it, and is gone when the plan is made', async () => {
    const handle = app.handle(path);
    await app.ask('imports.inspect', { handle });
    const { proposed } = await app.ask('imports.inspect', { handle });
    expect(alive.size).toBe(1);
    const draft = await app.ask('imports.plan', { handle, mapping: proposed });
    expect(draft.tallies).toEqual([{ state: 'planned', reason: null, count: 50 }]);
    expect({ started, alive: alive.size }).toEqual({ started: 1, alive: 0 });
  });

  it('is replaced after a file that could not be read, and after a stop', async () => {
    const broken = join(folder, 'broken.csv');
    writeFileSync(broken, '');
    await expect(app.ask('imports.inspect', { handle: app.handle(broken) })).rejects.toMatchObject({
      code: 'file_empty',
    });
    expect(alive.size).toBe(0);
    await app.ask('imports.inspect', { handle: app.handle(path) });
    await app.ask('imports.stop', {});
    expect(alive.size).toBe(0);
    const { rows } = await app.ask('imports.inspect', { handle: app.handle(path) });
    expect({ rows, started }).toEqual({ rows: 50, started: 3 });
  });

  it('gives way to the next file of the same window while it reads', async () => {
    const handle = app.handle(path);
    const [first, second] = await Promise.allSettled([
      app.ask('imports.inspect', { handle }),
      app.ask('imports.inspect', { handle }),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'stopped' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { rows: 50 } });
    expect(alive.size).toBe(1);
  });

  it('is gone with the console, though nobody planned what it inspected', async () => {
    await app.ask('imports.inspect', { handle: app.handle(path) });
    expect(alive.size).toBe(1);
    await app.close();
    expect(alive.size).toBe(0);
    app = await openTestConsole(folder);
  });
});

it('does not create what came into the workspace after the plan, and creates the rest', async () => {
  const planned = async (content: string) => {
    writeFileSync(path, content);
    const handle = app.handle(path);
    const { proposed } = await app.ask('imports.inspect', { handle });
    return app.ask('imports.plan', { handle, mapping: proposed });
  };
  const later = await planned('id,subject\nA-1,Mine\n2,Mine\n3,Mine\nB-4,Mine\n');
  await app.run(await planned('id,subject\nA-1,Theirs\n2,Theirs\n'));
  const operation = await app.run(later);
  expectEndedWell(folder, operation);
  expect(operation.tallies).toEqual([
    { state: 'done', reason: null, count: 2 },
    { state: 'failed', reason: 'duplicate', count: 2 },
  ]);
  const { tallies } = await app.ask('operations.retry', { id: operation.id });
  expect(tallies).toEqual([{ state: 'skipped', reason: 'duplicate', count: 2 }]);
  const subjects = readDatabase(folder, (db) =>
    db.prepare('SELECT external_id, subject FROM tickets ORDER BY external_id').raw().all(),
  );
  expect(subjects).toEqual([
    ['2', 'Theirs'],
    ['3', 'Mine'],
    ['A-1', 'Theirs'],
    ['B-4', 'Mine'],
  ]);
});

it('keeps the numbers that records come with, whatever stands between them', async () => {
  writeFileSync(path, 'id,subject\nA-1,First\n1,Second\nB-7,Third\n2,Fourth\n02,Fifth\n');
  const handle = app.handle(path);
  const { proposed } = await app.ask('imports.inspect', { handle });
  const { id } = await app.run(await app.ask('imports.plan', { handle, mapping: proposed }));
  expect((await app.ask('operations.get', { id })).state).toBe('completed');
  const rows = readDatabase(folder, (db) =>
    db.prepare('SELECT id, external_id AS key FROM tickets ORDER BY id').all(),
  );
  expect(rows).toEqual([
    { id: 1, key: '1' },
    { id: 2, key: '2' },
    { id: 3, key: 'A-1' },
    { id: 4, key: 'B-7' },
    { id: 5, key: '02' },
  ]);
});
