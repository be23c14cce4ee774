import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { defaultRunOptions } from '../../src-shared/domain/run-options.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../builders/tickets.ts';
import { createTestTime } from '../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import type { Fault } from './fault.ts';
import { size } from './size.ts';
import { startUpkeep } from './upkeep-harness.ts';

const kills = size({ short: 3, long: 20 });
/** Three slices of items for each operation, the last one short. */
const count = 4_100;
const day = 86_400_000;

let folder: string;
let app: TestConsole;
const random = randomFrom(seed);

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

interface Past {
  /** Operations that may lose their items. */
  readonly old: Operation[];
  /** Operations that may not: pinned, source of an undo that has not ended, and that undo. */
  readonly kept: Operation[];
  readonly oldFile: string;
  readonly foreignFile: string;
}

/** A workspace with operations of a year ago, and a retention of thirty days. */
async function makePast(): Promise<Past> {
  const time = createTestTime(Date.now() - 365 * day);
  app = await openTestConsole(folder, time, time);
  fillTickets(folder, makeTickets(count));
  const edits = [await edit('A'), await edit('B'), await edit('C')];
  const sample = await app.run(await app.ask('sample.plan', { count, seed: 1 }));
  const [plain, pinned, source] = edits;
  if (!plain || !pinned || !source) throw new Error('three edits were made');
  await app.ask('operations.pin', { id: pinned.id, isPinned: true });
  const undo = await app.ask('operations.undo', { id: source.id });
  const options = { ...defaultRunOptions, startAt: time.now() + day };
  await app.ask('operations.start', { id: undo.id, options });
  await app.ask('operations.pause', { id: undo.id });
  const exportsFolder = join(folder, 'exports');
  mkdirSync(exportsFolder, { recursive: true });
  const oldFile = join(exportsFolder, 'old.csv');
  const input = { columns: ['id'], has_bom: false, target: app.handle(oldFile) };
  const draft = await app.ask('operations.plan', {
    action: 'export',
    collection: 'tickets',
    selection: everyTicket,
    input,
  });
  await app.run(draft);
  const foreignFile = join(exportsFolder, 'foreign.csv');
  writeFileSync(foreignFile, 'not ours');
  await app.ask('settings.update', { historyDays: 30, exportDays: 30 });
  await app.close();
  expect(app.reports).toEqual([]);
  return { old: [plain, sample], kept: [pinned, source, undo], oldFile, foreignFile };
}

async function edit(category: string): Promise<Operation> {
  const draft = await app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category },
  });
  return app.run(draft);
}

function itemsOf(id: number): number {
  return readDatabase(folder, (db) =>
    Number(db.prepare('SELECT count(*) FROM items WHERE operation_id = ?').pluck().get(id)),
  );
}

function nextDeath(): Fault {
  const how = random() < 0.5 ? 'kill' : 'kill-after';
  if (random() < 0.2)
    return {
      thread: 'writer',
      kind: 'statement',
      method: 'noteFileRemoval',
      nth: 1 + Math.floor(random() * 5),
      how,
    };
  return {
    thread: 'writer',
    kind: 'statement',
    method: 'cleanOperations',
    nth: 1 + Math.floor(random() * 9),
    how,
  };
}

/** What must hold whenever a clean-up was interrupted, and after the last one. */
async function expectSound({ old, kept, foreignFile }: Past): Promise<void> {
  const looking = await openTestConsole(folder);
  const { problems } = await looking.ask('history.verify', {});
  expect(problems).toEqual([]);
  for (const { id } of kept) {
    expect(itemsOf(id)).toBe(count);
    expect((await looking.ask('operations.get', { id })).isCleaned).toBe(false);
  }
  for (const { id, tallies } of old) {
    const operation = await looking.ask('operations.get', { id });
    expect(operation.tallies).toEqual(tallies);
    const { entries } = await looking.ask('operations.journal', { id });
    const cleaned = entries.filter(({ event }) => event === 'cleaned');
    expect(cleaned).toHaveLength(operation.isCleaned ? 1 : 0);
    if (!operation.isCleaned) expect(itemsOf(id)).toBe(count);
  }
  expect(existsSync(foreignFile)).toBe(true);
  await looking.close();
  expect(looking.reports).toEqual([]);
}

describe('a console that is killed while it cleans up', () => {
  it(`touches nothing that is to be kept, and the next goes on, in ${kills} kills`, {
    timeout: 300_000,
  }, async () => {
    let killed = 0;
    while (killed < kills) {
      const past = await makePast();
      for (let isDone = false; !isDone; ) {
        const death = nextDeath();
        const { isKilled, lines, errors } = await startUpkeep({ folder, do: 'clean' }, death).gone;
        if (isKilled) killed += 1;
        else expect(lines.at(-1), `${JSON.stringify(death)} ${errors}`).toMatchObject({ said: 'cleaned' });
        await expectSound(past);
        isDone = !isKilled;
      }
      for (const { id } of past.old) expect(itemsOf(id)).toBe(0);
      const left = readDatabase(folder, (db) => db.prepare('SELECT count(*) FROM new_records').pluck().get());
      expect(left).toBe(0);
      expect(existsSync(past.oldFile)).toBe(false);
      expect(readdirSync(join(folder, 'exports'))).toEqual(['foreign.csv']);
      removeFolder(folder);
      folder = makeFolder();
    }
  });
});
