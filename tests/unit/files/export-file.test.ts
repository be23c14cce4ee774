import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExport } from '../../../src-main/files/export-file.ts';
import { byteOrderMark, csvLine } from '../../../src-main/platform/csv.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { exportPages } from '../../../src-main/sql/records/export-rows.ts';
import { columnOf, tableOf } from '../../../src-main/sql/records/table.ts';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { runs } from '../../builders/property.ts';
import {
  everyTicket,
  insertTickets,
  makeTicket,
  makeTickets,
  type TicketColumns,
  theseTickets,
} from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

const fields = tickets.fields.map(({ name }) => name);
const nowMs = 0;

let folder: string;
let path: string;
let db: Db;

beforeAll(() => {
  folder = makeFolder();
  path = join(folder, 'out.csv');
  db = openWriter(join(folder, 'bulkhead.db'));
});
afterAll(() => {
  db.close();
  removeFolder(folder);
});

function fill(list: readonly TicketColumns[]): void {
  db.exec('DELETE FROM tickets');
  insertTickets(db, list);
}

async function exported(selection: Selection, columns: readonly string[], hasBom = false): Promise<string> {
  const pages = exportPages(db, { collection: 'tickets', selection, fields: columns, nowMs });
  await writeExport({ collection: 'tickets', path, columns, hasBom }, pages, {
    isStopped: () => false,
    onRows: () => undefined,
  });
  return readFileSync(path, 'utf8');
}

/** The same file made cell by cell from values. */
function expected(list: readonly TicketColumns[], columns: readonly string[]): string {
  const rows = list.map((ticket) =>
    columns.map((field) => {
      const value =
        Object.entries(ticket).find(([column]) => column === columnOf(tableOf('tickets'), field))?.[1] ??
        null;
      const isTime = fieldOf(tickets, field)?.kind === 'time';
      return isTime && typeof value === 'number' ? new Date(value).toISOString() : value;
    }),
  );
  return [columns, ...rows].map((row) => csvLine(row)).join('');
}

/** What separators, spreadsheets, encodings and the form that pages come in may stumble over. */
const oddities = Array.from(`",\r\n\0\t' =+-@a1éÜ日あ　😀\uFEFF\u00A0\u200B\u202E＝\uFFFD\x1F\u00FF\uFFFF`);
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...oddities), maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.toWellFormed()),
);
const time = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 41 }),
  fc.constantFrom(
    0,
    -1,
    999,
    -62_167_219_200_000,
    -62_198_755_200_001,
    253_402_300_800_000,
    8.64e15,
    -8.64e15,
  ),
);
const ticket = fc.record({
  subject: text,
  description: text,
  category: fc.option(text),
  assignee: fc.option(text),
  requester: fc.option(text),
  channel: fc.option(text),
  product: fc.option(text),
  source: text,
  created_at: time,
  updated_at: time,
  version: fc.integer({ min: -5, max: 2 ** 31 }),
});

describe('an exported file', () => {
  it('is, byte by byte, what its cells make one at a time', async () => {
    const some = fc.subarray(fields, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(ticket, { minLength: 1, maxLength: 60 }), some, async (list, columns) => {
        const rows = list.map((columnsOf, at) => makeTicket(at + 1, columnsOf));
        fill(rows);
        expect(await exported(everyTicket, columns)).toBe(expected(rows, columns));
      }),
      runs(60),
    );
  });

  it('holds every selected ticket once, in order of their numbers, over many pages', async () => {
    const rows = makeTickets(1_301);
    fill(rows);
    const columns = ['id', 'subject', 'updatedAt'];
    expect(await exported(everyTicket, columns, true)).toBe(byteOrderMark + expected(rows, columns));
    const odd = rows.filter(({ id }) => id % 2 === 1);
    const ids = odd.map(({ id }) => id).reverse();
    expect(await exported(theseTickets(...ids, 9_999), columns)).toBe(expected(odd, columns));
  });

  it('of one column has no empty line for an empty cell', async () => {
    fill([makeTicket(1), makeTicket(2, { category: '' }), makeTicket(3, { category: 'x' })]);
    expect(await exported(everyTicket, ['category'])).toBe('category\r\n""\r\n""\r\nx\r\n');
  });

  it.each(['csv', 'json'] as const)('shows bytes that are no text as the window does: %s', async (format) => {
    const rows = makeTickets(1_200);
    fill(rows);
    const columns = ['id', 'category', 'subject'];
    // As earlier versions wrote half of a surrogate pair; half of a character before what a spreadsheet runs, and a quote.
    const broken = { 2: '41eda0bd42', 3: 'c33d31', 700: '22c3', 701: '80' };
    for (const [id, bytes] of Object.entries(broken))
      db.exec(`UPDATE tickets SET category = CAST(x'${bytes}' AS TEXT) WHERE id = ${id}`);
    const shown = rows.map((row) => {
      const bytes = Object.entries(broken).find(([id]) => Number(id) === row.id)?.[1];
      return bytes ? { ...row, category: Buffer.from(bytes, 'hex').toString() } : row;
    });
    if (format === 'csv') expect(await exported(everyTicket, columns)).toBe(expected(shown, columns));
    else {
      const args = { collection: 'tickets', selection: everyTicket, fields: columns, format, nowMs };
      const target = { collection: 'tickets', path, columns, hasBom: false, format };
      await writeExport(target, exportPages(db, args), { isStopped: () => false, onRows: () => undefined });
      const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
      expect(read).toEqual(shown.map(({ id, category, subject }) => ({ id, category, subject })));
    }
  });

  it('is not written from a database whose cells cannot be told apart, and nothing is left of it', async () => {
    const target = join(folder, 'damaged.csv');
    fill(makeTickets(3));
    db.exec("UPDATE tickets SET category = CAST(x'41ff42' AS TEXT) WHERE id = 2");
    const pages = exportPages(db, { collection: 'tickets', selection: everyTicket, fields, nowMs });
    const outcome = writeExport(
      { collection: 'tickets', path: target, columns: fields, hasBom: false },
      pages,
      {
        isStopped: () => false,
        onRows: () => undefined,
      },
    );
    await expect(outcome).rejects.toMatchObject({ code: 'storage_error' });
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('stops at the next page when it is told to, and leaves nothing', async () => {
    const target = join(folder, 'stopped.csv');
    fill(makeTickets(2_000));
    let written = 0;
    const pages = exportPages(db, { collection: 'tickets', selection: everyTicket, fields, nowMs });
    const file = await writeExport(
      { collection: 'tickets', path: target, columns: fields, hasBom: false },
      pages,
      {
        isStopped: () => written > 0,
        onRows: (rows) => {
          written = rows;
        },
      },
    );
    expect(file).toBeNull();
    expect(written).toBe(500);
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
