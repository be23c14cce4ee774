import { expect } from 'vitest';
import {
  countDeliveryStates,
  countsOnBothSides,
  type DeliveryCounts,
  type DeliveryState,
} from '../../src-shared/domain/delivery.ts';
import {
  countsOf,
  finalStateOf,
  isFinal,
  type Operation,
  type Tally,
} from '../../src-shared/domain/operation.ts';
import { checkWorkspace } from './history.ts';
import { readDatabase } from './tickets.ts';

/** What may come in between while an operation runs. */
const besideRunning: readonly string[] = ['tried_again', 'quarantined', 'conflicts_settled'];

interface Books {
  /** False for a draft that is being filled or thrown away: its rows come and go in slices. */
  readonly isSealed: boolean;
  readonly tallies: Tally[];
  readonly items: Tally[];
  readonly lastSeq: number;
  readonly nextSeq: number;
  /** The journal's events in order. */
  readonly events: string[];
  readonly chunks: { fromSeq: number; toSeq: number; done: number; failed: number }[];
  /** What remotes are told of it, by state; null where that is nothing. */
  readonly deliveries: DeliveryCounts | null;
}

/** The counters of an operation and what its rows say, read straight from the database. */
export function booksOf(folder: string, id: number): Books {
  return readDatabase(folder, (db) =>
    // One transaction, so that all of it shows the same moment.
    db.transaction(() => {
      const operation = (db
        .prepare(
          'SELECT last_seq AS lastSeq, next_seq AS nextSeq, is_sealed AS isSealed FROM operations WHERE id = ?',
        )
        .get(id) ?? { lastSeq: 0, nextSeq: 1, isSealed: 0 }) as Pick<Books, 'lastSeq' | 'nextSeq'> & {
        isSealed: number;
      };
      const tallies = db
        .prepare(
          `SELECT state, nullif(reason, '') AS reason, count FROM tallies WHERE operation_id = ? AND count > 0 ORDER BY 1, 2`,
        )
        .all(id) as Tally[];
      const items = db
        .prepare(
          'SELECT state, reason, count(*) AS count FROM items WHERE operation_id = ? GROUP BY 1, 2 ORDER BY 1, 2',
        )
        .all(id) as Tally[];
      const journal = db
        .prepare('SELECT event, detail FROM journal WHERE operation_id = ? ORDER BY seq')
        .all(id) as { event: string; detail: string }[];
      const events = journal.map(({ event }) => event);
      const chunks = journal
        .filter(({ event }) => event === 'chunk')
        .map(({ detail }) => JSON.parse(detail) as Books['chunks'][number]);
      const states = db
        .prepare('SELECT state, count(*) AS count FROM deliveries WHERE operation_id = ? GROUP BY 1')
        .all(id) as { state: DeliveryState; count: number }[];
      const deliveries = states.length === 0 ? null : countDeliveryStates(states);
      return { ...operation, isSealed: operation.isSealed === 1, tallies, items, events, chunks, deliveries };
    })(),
  );
}

/**
 * What must hold of an operation at any moment: the counters are the counts of the rows, their sum is the total, the
 * journal's chunks follow each other without gap or overlap and add up to what was done, and none was begun after a
 * pause or a cancel was written down.
 */
export function expectBooksBalance(folder: string, id: number): Books {
  const books = booksOf(folder, id);
  if (!books.isSealed) return books;
  expect(books.tallies).toEqual(books.items);
  expect(countsOf(books.tallies).total).toBe(books.lastSeq);
  let next = 1;
  for (const chunk of books.chunks) {
    expect(chunk.fromSeq).toBe(next);
    expect(chunk.toSeq).toBeGreaterThanOrEqual(chunk.fromSeq);
    next = chunk.toSeq + 1;
  }
  expect(next).toBeLessThanOrEqual(books.nextSeq);
  const counts = countsOf(books.tallies);
  expect(books.chunks.reduce((sum, { done }) => sum + done, 0)).toBe(counts.done);
  expect(books.chunks.reduce((sum, { failed }) => sum + failed, 0)).toBe(counts.failed);
  let isRunning = false;
  for (const event of books.events) {
    if (event === 'running') isRunning = true;
    else if (event === 'chunk') expect(isRunning, books.events.join(' ')).toBe(true);
    else if (!besideRunning.includes(event)) isRunning = false;
  }
  return books;
}

/** What must hold of an operation that has ended, besides. */
export function expectEnded(folder: string, operation: Operation): void {
  const { isSealed, tallies, nextSeq, lastSeq, deliveries } = expectBooksBalance(folder, operation.id);
  expect(isSealed).toBe(true);
  const counts = countsOf(tallies);
  expect(isFinal(operation.state)).toBe(true);
  expect(counts.planned + counts.applying).toBe(0);
  expect(countsOf(operation.tallies)).toEqual(counts);
  expect(nextSeq).toBe(lastSeq + 1);
  expect(operation.delivery).toEqual(deliveries);
  if (deliveries) expect(deliveries.waiting + deliveries.sending + deliveries.checking).toBe(0);
  const both = deliveries ? countsOnBothSides(counts, deliveries) : counts;
  expect(operation.state).toBe(finalStateOf(both, operation.stoppedBy !== null));
}

/** What must hold of an operation that has ended, and of the history with it, which is read from its beginning. */
export function expectEndedWell(folder: string, operation: Operation): void {
  expectEnded(folder, operation);
  expectHistoryHolds(folder);
}

/** Every entry of the history is there as it was written, with all that it vouches for. */
export function expectHistoryHolds(folder: string): void {
  expect(checkWorkspace(folder).problems).toEqual([]);
}
