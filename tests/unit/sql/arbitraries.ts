import fc from 'fast-check';
import { type Table, tableOf } from '../../../src-main/sql/records/table.ts';
import { ticketPriorities, ticketStatuses } from '../../../src-shared/collections/tickets.ts';
import type { Condition, FieldValue } from '../../../src-shared/domain/condition.ts';
import { type Fields, makeRecord } from '../../builders/records.ts';
import type { TicketColumns } from '../../builders/tickets.ts';

/** The moment of the plan; times of tickets lie around it. */
export const nowMs = 1_000_000;

/**
 * Few words, so that tickets and conditions often agree, in several cases and with letters beyond ASCII. None holds
 * NUL: SQLite compares text without regard to case only up to it.
 */
export const word = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'Billing',
      'billing',
      'BILLING',
      'Log in',
      'Ärger',
      'ärger',
      '10',
      '010',
      "O'Hara",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0')),
  },
);

const time = fc.oneof(fc.integer({ min: nowMs - 5, max: nowMs + 5 }), fc.integer({ min: 0, max: 2 ** 45 }));

/** A record of a collection, of which hardly two are alike. The caller gives it a number and a key of its own. */
export function recordIn(table: Table): fc.Arbitrary<Fields> {
  const model: Record<string, fc.Arbitrary<FieldValue>> = {};
  for (const { name, kind, choices } of table.collection.fields) {
    const values = choices?.map(({ value }) => value) ?? [];
    if (kind === 'choice') model[name] = fc.constantFrom(...values);
    else if (kind === 'number') model[name] = fc.nat({ max: 3 });
    else if (kind === 'time') model[name] = time;
    else model[name] = word;
    // What a record may be without: of those that may not, a default says so.
    if (kind === 'text' && makeRecord(table, 1)[name] === null) model[name] = fc.option(word);
  }
  model['deletedAt'] = fc.option(time, { freq: 3 });
  model['version'] = fc.integer({ min: 1, max: 9 });
  return fc
    .record(model)
    .map((record) =>
      'hasTranscript' in record
        ? { ...record, hasTranscript: record['transcript'] === '' ? 'no' : 'yes' }
        : record,
    );
}

/** A ticket as its row. The caller gives it a number and a key of its own. */
export const ticketColumns: fc.Arbitrary<TicketColumns> = fc.record({
  id: fc.constant(1),
  external_id: word,
  source: word,
  subject: word,
  description: word,
  status: fc.constantFrom(...ticketStatuses),
  priority: fc.constantFrom(...ticketPriorities),
  category: fc.option(word),
  assignee: fc.option(fc.oneof(word, fc.constant(''))),
  requester: fc.option(word),
  channel: fc.option(word),
  product: fc.option(word),
  created_at: time,
  updated_at: time,
  deleted_at: fc.option(time, { freq: 3 }),
  version: fc.integer({ min: 1, max: 9 }),
});

/** The ticket as the per-record forms take it: field names instead of columns. */
export function recordOf(ticket: TicketColumns): Record<string, FieldValue> {
  const { external_id, created_at, updated_at, deleted_at, ...same } = ticket;
  return {
    ...same,
    key: external_id,
    createdAt: created_at,
    updatedAt: updated_at,
    deletedAt: deleted_at,
  };
}

const wanted = fc.oneof(
  word,
  fc.constantFrom(
    ...ticketStatuses,
    ...ticketPriorities,
    'OPEN',
    'High',
    'pending',
    'YES',
    '',
    '1',
    ' 1',
    '1.0',
  ),
  time.map(String),
);

const moment = fc.oneof(fc.record({ at: time }), fc.record({ agoMs: fc.integer({ min: 0, max: 10 }) }));

/** Any condition on any field of a collection, sensible or not. Amounts with decimals are told apart by no filter. */
export function conditionIn({ collection }: Table): fc.Arbitrary<Condition> {
  const names = collection.fields.filter(({ decimals }) => decimals === undefined).map(({ name }) => name);
  const field = fc.constantFrom(...names);
  return fc.oneof(
    fc.record({
      op: fc.constant('in' as const),
      field,
      values: fc.array(wanted, { minLength: 1, maxLength: 4 }),
      not: fc.boolean(),
    }),
    fc.record({ op: fc.constant('empty' as const), field, not: fc.boolean() }),
    fc.record({ op: fc.constantFrom('before' as const, 'after' as const), field, moment }),
  );
}

/** Any condition on any field of a ticket. */
export const condition = conditionIn(tableOf('tickets'));
