import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  askedColumns,
  itemColumns,
  linesOf,
  recordColumns,
  rejectedColumns,
  standingColumns,
} from '../../../src-main/sql/evidence/evidence.ts';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { seedOperation } from '../../builders/history.ts';
import { runs } from '../../builders/property.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

let folder: string;
let db: Db;
let operationId: number;

beforeAll(() => {
  folder = makeFolder();
  operationId = seedOperation(folder, 1);
  db = openWriter(join(folder, 'bulkhead.db'));
});
afterAll(() => {
  db.close();
  removeFolder(folder);
});

describe('the history vouches', () => {
  it.each([
    ['operations', [...askedColumns, ...standingColumns]],
    ['items', itemColumns],
    ['new_records', recordColumns],
    ['rejected_rows', rejectedColumns],
  ])('for every column of %s', (table, columns) => {
    const names = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    expect(new Set<unknown>(columns)).toEqual(new Set(names));
  });

  it('in lines that every JSON parser reads and writes alike', () => {
    const update = db.prepare('UPDATE items SET before = ? WHERE operation_id = ?');
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', '\\', '/', '\u2028', '\u007f', '\0'),
        fc.nat(31).map((code) => String.fromCharCode(code)),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    const isKept = fc.property(text, (before) => {
      update.run(before, operationId);
      const [block] = linesOf(db, 'items', { operationId, fromSeq: 1, toSeq: 1 });
      const line = block?.lines.toString('utf8') ?? '';
      const values = JSON.parse(line) as unknown[];
      expect(`${JSON.stringify(values)}\n`).toBe(line);
      expect(values[itemColumns.indexOf('before')]).toBe(before);
    });
    // One transaction, since each would wait for the disk.
    db.transaction(() => fc.assert(isKept, runs(500)))();
  });
});
