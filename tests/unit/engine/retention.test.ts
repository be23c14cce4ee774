import { existsSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canRetry, canUndo, countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../../src-shared/domain/run-options.ts';
import {
  changeDatabase,
  everyTicket,
  fillTickets,
  makeTickets,
  readDatabase,
} from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';

const day = 86_400_000;
const count = 5_000;
const nothing = { operations: 0, items: 0, files: 0, fileBytes: 0 };

let folder: string;
let time: TestTime;
let app: TestConsole;

beforeEach(async () => {
  folder = makeFolder();
  time = createTestTime(Date.UTC(2026, 0, 15, 12));
  app = await openTestConsole(folder, time, time);
  fillTickets(folder, makeTickets(count));
});
afterEach(async () => {
  await app.close();
  expect(app.reports).toEqual([]);
  removeFolder(folder);
});

let round = 0;
function plan(): Promise<Operation> {
  round += 1;
  return app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category: `Category ${round}` },
  });
}

async function edit(): Promise<Operation> {
  return app.run(await plan());
}

function itemsOf(id: number): number {
  return readDatabase(folder, (db) =>
    Number(db.prepare('SELECT count(*) FROM items WHERE operation_id = ?').pluck().get(id)),
  );
}

function get(id: number): Promise<Operation> {
  return app.ask('operations.get', { id });
}

/** Asks until the items of an operation go, and answers when that began; between two answers so much time passes. */
async function untilCleaned(id: number, passingMs = 0): Promise<number> {
  for (;;) {
    time.pass(passingMs);
    if (!(await get(id)).isCleaned) continue;
    const { entries } = await app.ask('operations.journal', { id });
    return entries.at(-1)?.at ?? 0;
  }
}

async function keepHistory(historyDays: number | null): Promise<void> {
  await app.ask('settings.update', { historyDays });
}

describe('items of old operations', () => {
  it('stay where nothing else is set', async () => {
    const { id } = await edit();
    time.jump(10_000 * day);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    expect(itemsOf(id)).toBe(count);
  });

  it('go when they are older than what is kept; figures and journal stay, and the history is sound', async () => {
    await keepHistory(30);
    const old = await edit();
    time.jump(30 * day);
    expect(await app.ask('retention.preview', {})).toEqual(nothing);
    const young = await edit();
    time.jump(1);
    const expected = { ...nothing, operations: 1, items: count };
    expect(await app.ask('retention.preview', {})).toEqual(expected);
    expect(itemsOf(old.id)).toBe(count);
    expect(await app.ask('retention.clean', {})).toEqual(expected);
    expect([itemsOf(old.id), itemsOf(young.id)]).toEqual([0, count]);
    const cleaned = await get(old.id);
    expect(cleaned).toEqual({ ...old, isCleaned: true });
    expect([canUndo(cleaned), canRetry(cleaned)]).toEqual([false, false]);
    const { entries } = await app.ask('operations.journal', { id: old.id });
    expect(entries.at(-1)).toMatchObject({
      event: 'cleaned',
      at: time.now(),
      detail: { items: count, rejected: 0 },
    });
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    expect((await app.ask('history.verify', {})).problems).toEqual([]);
  });

  it('go with what an import read', async () => {
    const imported = await app.run(await app.ask('sample.plan', { count: 300 }));
    await keepHistory(1);
    time.jump(2 * day);
    expect(await app.ask('retention.clean', {})).toMatchObject({ operations: 1, items: 300 });
    const left = readDatabase(folder, (db) => db.prepare('SELECT count(*) FROM new_records').pluck().get());
    expect(left).toBe(0);
    expect((await get(imported.id)).isCleaned).toBe(true);
  });

  it('cannot be undone or tried again once they have gone', async () => {
    const { id } = await edit();
    await keepHistory(1);
    time.jump(2 * day);
    await app.ask('retention.clean', {});
    for (const command of ['undo', 'retry'] as const)
      await expect(app.ask(`operations.${command}`, { id })).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('stay while they are pinned', async () => {
    const { id } = await edit();
    await app.ask('operations.pin', { id, isPinned: true });
    await keepHistory(1);
    time.jump(2 * day);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    await app.ask('operations.pin', { id, isPinned: false });
    expect(await app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
  });

  it('stay while an undo of them is planned, waits for its moment or is paused', async () => {
    const { id } = await edit();
    await keepHistory(1);
    const undo = await app.ask('operations.undo', { id });
    time.jump(2 * day);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    const options = { ...defaultRunOptions, startAt: time.now() + day };
    await app.ask('operations.start', { id: undo.id, options });
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    await app.ask('operations.pause', { id: undo.id });
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    await app.ask('operations.cancel', { id: undo.id });
    await app.ended(undo.id);
    expect(await app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
  });

  it('stay while a template works on them, or a remote was not told of them', async () => {
    const [named, told] = [await edit(), await edit()];
    const template = await app.ask('templates.save', {
      name: 'The same ones',
      action: 'assign',
      collection: 'tickets',
      selection: { mode: 'items', operationId: named.id, states: ['done'] },
      input: { assignee: 'Ada' },
      options: defaultRunOptions,
    });
    await keepHistory(1);
    time.jump(2 * day);
    const setDelivery = (state: string) =>
      changeDatabase(folder, (db) => {
        db.prepare('DELETE FROM deliveries').run();
        db.prepare(
          `INSERT INTO deliveries (operation_id, seq, record_id, version, remote, state, idempotency_key)
            VALUES (?, 1, 1, 2, 'zendesk', ?, 'key')`,
        ).run(told.id, state);
      });
    setDelivery('waiting');
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    setDelivery('confirmed');
    expect(await app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
    expect([itemsOf(named.id), itemsOf(told.id)]).toEqual([count, 0]);
    await app.ask('templates.delete', { id: template.id });
    expect(await app.ask('retention.clean', {})).toMatchObject({ operations: 1 });
  });

  it('go on going where a kill left some of them', async () => {
    const { id } = await edit();
    changeDatabase(folder, (db) => {
      db.prepare('DELETE FROM items WHERE operation_id = ? AND seq <= 100').run(id);
      db.prepare('UPDATE operations SET cleaned_at = 1 WHERE id = ?').run(id);
    });
    await keepHistory(1);
    time.jump(2 * day);
    const rest = { ...nothing, operations: 1, items: count - 100 };
    expect(await app.ask('retention.preview', {})).toEqual(rest);
    expect(await app.ask('retention.clean', {})).toEqual(rest);
  });
});

describe('the daily clean-up', () => {
  it('begins a minute after the start and comes again a day later', async () => {
    const first = await edit();
    await keepHistory(1);
    time.jump(2 * day);
    time.pass(60_000);
    expect(await untilCleaned(first.id)).toBe(time.now());
    const second = await edit();
    time.jump(2 * day);
    time.pass(60_000);
    expect(await untilCleaned(second.id)).toBe(time.now());
  });

  it('leaves running operations alone and looks again later', async () => {
    const old = await edit();
    await keepHistory(1);
    time.jump(2 * day);
    const draft = await plan();
    await app.ask('operations.start', { id: draft.id });
    time.pass(60_000);
    await app.ended(draft.id);
    expect(itemsOf(old.id)).toBe(count);
    await untilCleaned(old.id, 600_000);
  });
});

describe('files of old exports', () => {
  let exportsFolder: string;
  beforeEach(() => {
    exportsFolder = join(folder, 'exports');
    mkdirSync(exportsFolder);
  });

  async function exportTo(path: string): Promise<Operation> {
    const input = { columns: ['id'], has_bom: false, target: app.handle(path) };
    const draft = await app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    return app.run(draft);
  }

  async function keepExports(exportDays: number | null): Promise<void> {
    await app.ask('settings.update', { exportDays });
  }

  it('go when they are older than what is kept, and the journal tells of it', async () => {
    const path = join(exportsFolder, 'old.csv');
    const { id, file } = await exportTo(path);
    await keepExports(7);
    time.jump(7 * day);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    time.jump(1);
    const expected = { ...nothing, files: 1, fileBytes: file?.bytes };
    expect(await app.ask('retention.preview', {})).toEqual(expected);
    expect(existsSync(path)).toBe(true);
    expect(await app.ask('retention.clean', {})).toEqual(expected);
    expect(existsSync(path)).toBe(false);
    const { entries } = await app.ask('operations.journal', { id });
    expect(entries.at(-1)).toMatchObject({ event: 'file_removed', detail: { path, bytes: file?.bytes } });
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    expect((await app.ask('history.verify', {})).problems).toEqual([]);
  });

  it('stay outside the exports folder, when they were changed, and when nobody here wrote them', async () => {
    mkdirSync(join(exportsFolder, 'deeper'));
    const outside = [join(folder, 'outside.csv'), join(exportsFolder, 'deeper', 'deep.csv')];
    for (const path of outside) await exportTo(path);
    const changed = join(exportsFolder, 'changed.csv');
    await exportTo(changed);
    writeFileSync(changed, 'Somebody has put notes here.');
    const linked = join(exportsFolder, 'linked.csv');
    const { file } = await exportTo(linked);
    const target = join(folder, 'elsewhere.csv');
    writeFileSync(target, 'x'.repeat(file?.bytes ?? 0));
    const foreign = join(exportsFolder, 'foreign.csv');
    writeFileSync(foreign, 'not ours');
    unlinkSync(linked);
    symlinkSync(target, linked);
    await keepExports(1);
    time.jump(2 * day);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    for (const path of [...outside, changed, linked, foreign, target])
      expect(existsSync(path), path).toBe(true);
  });

  it('stay while they are pinned', async () => {
    const { id } = await exportTo(join(exportsFolder, 'pinned.csv'));
    await app.ask('operations.pin', { id, isPinned: true });
    await keepExports(1);
    time.jump(2 * day);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
  });

  it('stay where a younger export wrote to the same place, or is about to', async () => {
    const path = join(exportsFolder, 'again.csv');
    const first = await exportTo(path);
    await keepExports(1);
    time.jump(2 * day);
    const second = await exportTo(path);
    expect(second.file?.bytes).toBe(first.file?.bytes);
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    time.jump(2 * day);
    const input = { columns: ['id'], has_bom: false, target: app.handle(path) };
    const draft = await app.ask('operations.plan', {
      action: 'export',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    expect(await app.ask('retention.clean', {})).toEqual(nothing);
    await app.ask('operations.discard', { id: draft.id });
    expect(await app.ask('retention.clean', {})).toMatchObject({ files: 1 });
    expect(readdirSync(exportsFolder)).toEqual([]);
    expect(countsOf(second.tallies).done).toBe(count);
  });
});
