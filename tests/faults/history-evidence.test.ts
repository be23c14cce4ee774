import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanOperations } from '../../src-main/sql/care/retention.ts';
import type { HistoryProblem } from '../../src-shared/contract/history.ts';
import { forgeJournal, postdate } from '../builders/forged-journal.ts';
import { checkWorkspace, makeHistory, seedOperation } from '../builders/history.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { findRowBytes, offsetOf, writeByte } from '../builders/row-bytes.ts';
import { seedTickets } from '../builders/seed.ts';
import { changeDatabase, everyTicket, readDatabase } from '../builders/tickets.ts';
import { copyFolder, makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { size } from './size.ts';

const tables = ['journal', 'items', 'operations'] as const;
type Table = (typeof tables)[number];

const changes = size({ short: 90, long: 500 });
const many = size({ short: 100_000, long: 1_000_000 });
const random = randomFrom(seed);
let template: string;
let folder: string;

beforeAll(async () => {
  template = makeFolder();
  await makeHistory(template, 800);
});
afterAll(() => removeFolder(template));
beforeEach(() => {
  folder = copyFolder(template);
});
afterEach(() => removeFolder(folder));

function problemsNow(): HistoryProblem[] {
  return checkWorkspace(folder).problems;
}

/** True when a problem names the row: the entry, the operation, or items among which it is. */
function names(
  { kind, operationId, entrySeq, fromSeq, toSeq }: HistoryProblem,
  table: Table,
  key: readonly number[],
) {
  const [first = 0, second = 0] = key;
  if (table === 'journal') return kind === 'entry' && entrySeq === first;
  if (table === 'operations') return kind === 'operation' && operationId === first;
  return kind === 'items' && operationId === first && Number(fromSeq) <= second && second <= Number(toSeq);
}

describe('a single byte changed in the file', () => {
  it(`is found, and the row named, ${changes} times of ${changes}`, () => {
    const file = join(folder, 'bulkhead.db');
    const rows = readDatabase(folder, (db) =>
      tables.map((table) => ({ table, rows: findRowBytes(db, file, table) })),
    );
    const original = readFileSync(file);
    expect(problemsNow()).toEqual([]);
    const missed: unknown[] = [];
    for (let round = 0; round < changes; round += 1) {
      const { table, rows: mine } = rows[round % tables.length] ?? { table: 'items', rows: [] };
      let place = Math.floor(random() * mine.reduce((sum, { length }) => sum + length, 0));
      const row = mine.find(({ length }) => {
        place -= length;
        return place < 0;
      });
      if (!row) throw new Error(`nothing to change in ${table}`);
      const offset = offsetOf(row, place + row.length);
      const before = original[offset] ?? 0;
      const after = before ^ (1 + Math.floor(random() * 255));
      writeByte(file, offset, after);
      const problems = problemsNow();
      if (!problems.some((problem) => names(problem, table, row.key)))
        missed.push({ table, key: row.key, offset, before, after, problems });
      writeByte(file, offset, before);
    }
    expect(missed).toEqual([]);
    expect(readFileSync(file).equals(original)).toBe(true);
    expect(problemsNow()).toEqual([]);
  });
});

describe('a journal that was rewritten', () => {
  const last = () =>
    readDatabase(folder, (db) => Number(db.prepare('SELECT max(seq) FROM journal').pluck().get()));

  it('is found when its end was cut off, by how much', () => {
    const seq = last();
    forgeJournal(folder, (db) => db.exec(`DELETE FROM journal WHERE seq > ${seq - 3}`));
    expect(problemsNow()).toContainEqual({
      kind: 'end',
      operationId: null,
      entrySeq: seq - 3,
      fromSeq: null,
      toSeq: null,
      message: `Journal entries ${seq - 2} to ${seq} are missing at the end.`,
    });
  });

  it('is found when an entry was taken out of its middle', () => {
    const taken = 2 + Math.floor(random() * (last() - 3));
    forgeJournal(folder, (db) => db.exec(`DELETE FROM journal WHERE seq = ${taken}`));
    expect(problemsNow()).toContainEqual(
      expect.objectContaining({
        kind: 'entry',
        entrySeq: taken,
        message: `Journal entry ${taken} is missing.`,
      }),
    );
  });

  it('is found when two entries changed places', () => {
    const first = 2 + Math.floor(random() * (last() - 4));
    const second = first + 1;
    forgeJournal(folder, (db) =>
      db.exec(`UPDATE journal SET seq = -seq WHERE seq IN (${first}, ${second});
        UPDATE journal SET seq = ${first + second} + seq WHERE seq < 0`),
    );
    const found = problemsNow()
      .filter(({ kind }) => kind === 'entry')
      .map(({ entrySeq }) => entrySeq);
    expect(found).toEqual(expect.arrayContaining([first, second]));
  });

  it('is found when an entry was rewritten together with its own hash', () => {
    const seq = 2 + Math.floor(random() * (last() - 3));
    forgeJournal(folder, (db) => postdate(db, seq));
    expect(problemsNow().filter(({ kind }) => kind === 'entry')).toEqual([
      expect.objectContaining({
        entrySeq: seq + 1,
        message: `Journal entry ${seq + 1} is not as it was written, or entry ${seq} before it was rewritten.`,
      }),
    ]);
  });

  it.each([
    ['first chunk', `min(seq) FROM journal WHERE event = 'chunk' AND`, [{ fromSeq: 1, toSeq: 500 }]],
    ['end', 'max(seq) FROM journal WHERE', []],
  ])(
    'is found when the entry of an operation was changed, with what no other vouches for: its %s',
    (_what, which, items) => {
      forgeJournal(folder, (db) =>
        db.exec(`UPDATE journal SET at = at + 1000 WHERE seq = (SELECT ${which} operation_id = 4)`),
      );
      expect(problemsNow()).toMatchObject([
        { kind: 'entry', operationId: 4 },
        ...items.map((span) => ({ kind: 'items', operationId: 4, ...span })),
      ]);
    },
  );

  it('is found when the last entry was rewritten together with its own hash', () => {
    const seq = last();
    forgeJournal(folder, (db) => postdate(db, seq));
    expect(problemsNow()).toEqual([expect.objectContaining({ kind: 'end', entrySeq: seq })]);
  });
});

describe('items', () => {
  const columns = 'record_id, state, reason, base_version, before, after, attempts, finished_at';

  it('that were removed or added are found', () => {
    changeDatabase(folder, (db) => {
      db.pragma('foreign_keys = 0');
      db.exec(`DELETE FROM items WHERE operation_id = 2 AND seq BETWEEN 3 AND 5;
        INSERT INTO items (operation_id, seq, ${columns}) SELECT 4, 0, ${columns} FROM items WHERE operation_id = 4 AND seq = 1;
        INSERT INTO items (operation_id, seq, ${columns}) SELECT 4, 99999, ${columns} FROM items WHERE operation_id = 4 AND seq = 1;
        INSERT INTO items (operation_id, seq, ${columns}) SELECT 77, seq, ${columns} FROM items WHERE operation_id = 4 AND seq = 1`);
    });
    expect(
      problemsNow().map(({ operationId, fromSeq, toSeq, message }) => ({
        operationId,
        fromSeq,
        toSeq,
        message,
      })),
    ).toEqual([
      {
        operationId: 2,
        fromSeq: 1,
        toSeq: 500,
        message: 'Items 1 to 500 of operation 2: 3 of 500 are missing.',
      },
      {
        operationId: 4,
        fromSeq: null,
        toSeq: null,
        message: '2 items of operation 4 stand outside its plan of 800.',
      },
      {
        operationId: null,
        fromSeq: null,
        toSeq: null,
        message: 'There are items of an operation 77, which does not exist.',
      },
    ]);
  });

  it('may be missing where retention removed them, and nowhere else', () => {
    const clean = (id: number, limit: number) =>
      changeDatabase(folder, (db) =>
        cleanOperations(db, { ids: [id], endedBefore: Number.MAX_SAFE_INTEGER, limit, nowMs: Date.now() }),
      );
    expect(clean(8, 50)).toEqual({ operations: 0, items: 50, through: 0 });
    expect(problemsNow()).toEqual([]);
    expect(clean(8, 50)).toEqual({ operations: 1, items: 40, through: 1 });
    expect(problemsNow()).toEqual([]);
    changeDatabase(folder, (db) => db.exec('DELETE FROM items WHERE operation_id = 5'));
    expect(problemsNow().map(({ kind, operationId }) => ({ kind, operationId }))).toEqual(
      Array(problemsNow().length).fill({ kind: 'items', operationId: 5 }),
    );
    expect(problemsNow().length).toBeGreaterThan(0);
  });
});

describe('a history of many items', () => {
  it(`is checked within ten seconds for ${many.toLocaleString('en')} of them`, async () => {
    seedOperation(folder, many);
    const app = await openTestConsole(folder);
    try {
      let told = 0;
      app.console.subscribe(({ name }) => {
        if (name === 'history.verifying') told += 1;
      });
      const startedMs = performance.now();
      const verification = await app.ask('history.verify', {});
      const tookMs = performance.now() - startedMs;
      expect(verification).toMatchObject({ problems: [], hasMoreProblems: false });
      expect(verification.items).toBeGreaterThan(many);
      process.stdout.write(`${verification.items} items checked in ${Math.round(tookMs)} ms\n`);
      expect(tookMs).toBeLessThan(10_000);
      expect(told).toBeGreaterThan(0);
      expect(told).toBeLessThanOrEqual(1 + tookMs / 100);
    } finally {
      await app.close();
    }
    expect(app.reports).toEqual([]);
  });
});

describe('a history that is being written', () => {
  it('never raises an alarm, at whatever moment of an operation it is checked', async () => {
    const own = makeFolder();
    seedTickets(own, 5_000);
    const app = await openTestConsole(own);
    try {
      const draft = await app.ask('operations.plan', {
        action: 'update_category',
        collection: 'tickets',
        selection: everyTicket,
        input: { category: 'Everything' },
      });
      // The thread that writes goes on meanwhile, so each check meets it somewhere else.
      const checks: ReturnType<typeof checkWorkspace>[] = [];
      app.console.subscribe(() => checks.push(checkWorkspace(own)));
      const done = await app.run(draft);
      const undo = await app.ask('operations.undo', { id: done.id });
      await app.ask('operations.start', { id: undo.id });
      await app.ask('operations.cancel', { id: undo.id });
      await app.ended(undo.id);
      await app.ask('operations.dismiss', { id: done.id });
      expect(new Set(checks.map(({ entries }) => entries)).size).toBeGreaterThan(2);
      expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
    } finally {
      await app.close();
      removeFolder(own);
    }
    expect(app.reports).toEqual([]);
  });
});
