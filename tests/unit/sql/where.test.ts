import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { tableOf } from '../../../src-main/sql/records/table.ts';
import { countRecords, selectedIds } from '../../../src-main/sql/records/views.ts';
import { matchExpression } from '../../../src-main/sql/records/where.ts';
import { matches } from '../../../src-shared/domain/condition.ts';
import { runs } from '../../builders/property.ts';
import { type Fields, insertRecords } from '../../builders/records.ts';
import { insertTickets, makeTicket } from '../../builders/tickets.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';
import { condition, conditionIn, nowMs, recordIn, recordOf, ticketColumns } from './arbitraries.ts';

let folder: string;
let db: Db;

beforeAll(() => {
  folder = makeFolder();
  db = openWriter(join(folder, 'bulkhead.db'));
});
afterAll(() => {
  db.close();
  removeFolder(folder);
});

/** Runs a test over tickets that are gone again afterwards. */
function withTickets(tickets: Parameters<typeof insertTickets>[1], test: () => void): void {
  db.exec('BEGIN');
  try {
    insertTickets(db, tickets);
    test();
  } finally {
    db.exec('ROLLBACK');
  }
}

describe('a filter in SQL', () => {
  it.each(['sessions', 'videos', 'orders'] as const)(
    'finds the %s that the conditions match in memory',
    (name) => {
      const table = tableOf(name);
      fc.assert(
        fc.property(
          fc.array(recordIn(table), { minLength: 1, maxLength: 15 }),
          fc.array(conditionIn(table), { maxLength: 3 }),
          fc.boolean(),
          (list, conditions, deleted) => {
            const records = list.map(
              (record, at): Fields => ({
                ...record,
                id: at + 1,
                key: `${record['key']}${at}`,
              }),
            );
            const expected = records
              .filter((record) => (record['deletedAt'] !== null) === deleted)
              .filter((record) => conditions.every((test) => matches(record, test, nowMs)))
              .map(({ id }) => id);
            db.exec('BEGIN');
            try {
              insertRecords(db, table, records);
              const filter = { conditions, text: '', deleted };
              const selection = { mode: 'filter' as const, filter, except: [] };
              expect([...selectedIds(db, { collection: name, selection, nowMs })]).toEqual(expected);
              expect(countRecords(db, { collection: name, filter, nowMs })).toBe(expected.length);
            } finally {
              db.exec('ROLLBACK');
            }
          },
        ),
        runs(150),
      );
    },
  );

  it('finds the tickets that the conditions match in memory', () => {
    fc.assert(
      fc.property(
        fc.array(ticketColumns, { minLength: 1, maxLength: 15 }),
        fc.array(condition, { maxLength: 3 }),
        fc.boolean(),
        (list, conditions, deleted) => {
          const tickets = list.map((ticket, at) => ({
            ...ticket,
            id: at + 1,
            external_id: at % 3 === 0 ? `${ticket.external_id}${at}` : String(at),
          }));
          const expected = tickets
            .filter((ticket) => (ticket.deleted_at !== null) === deleted)
            .filter((ticket) => conditions.every((test) => matches(recordOf(ticket), test, nowMs)))
            .map(({ id }) => id);
          withTickets(tickets, () => {
            const filter = { conditions, text: '', deleted };
            const selection = { mode: 'filter' as const, filter, except: [] };
            expect([...selectedIds(db, { collection: 'tickets', selection, nowMs })]).toEqual(expected);
            expect(countRecords(db, { collection: 'tickets', filter, nowMs })).toBe(expected.length);
          });
        },
      ),
      runs(600),
    );
  });

  it('takes any text for a search without an error', () => {
    withTickets([makeTicket(1, { subject: 'Refund for the AND OR NOT near order' })], () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 30 }),
            fc
              .array(
                fc.constantFrom(
                  'refund',
                  '"',
                  '*',
                  'AND',
                  'NOT',
                  'NEAR(',
                  '^',
                  ':',
                  '-',
                  '(',
                  ' ',
                  'ä',
                  '{a}',
                ),
                { maxLength: 12 },
              )
              .map((parts) => parts.join('')),
          ),
          (text) => {
            const count = countRecords(db, {
              collection: 'tickets',
              filter: { conditions: [], text, deleted: false },
              nowMs,
            });
            expect(count === 0 || count === 1).toBe(true);
            if (matchExpression(text) === '') expect(count).toBe(1);
          },
        ),
        runs(200),
      );
    });
  });

  it.each([
    ['refund', [1, 2]],
    ['REFUND', [1, 2]],
    ['refu', [1, 2]],
    ['efund', []],
    ['refund order', [2]],
    ['"refund order"', []],
    ['"order refund"', [2]],
    ['cafe', [3]],
    ['CAFÉ', [3]],
    ['!!!', [1, 2, 3]],
    ['gone', []],
    ['refund\0order', [2]],
  ])('searches %s in subject and description', (text, expected) => {
    const tickets = [
      makeTicket(1, { subject: 'A refund' }),
      makeTicket(2, { description: 'An order refund, please' }),
      makeTicket(3, { subject: 'Le café' }),
      makeTicket(4, { subject: 'Gone', deleted_at: 5 }),
    ];
    withTickets(tickets, () => {
      const filter = { conditions: [], text, deleted: false };
      expect([
        ...selectedIds(db, {
          collection: 'tickets',
          selection: { mode: 'filter', filter, except: [] },
          nowMs,
        }),
      ]).toEqual(expected);
    });
  });
});
