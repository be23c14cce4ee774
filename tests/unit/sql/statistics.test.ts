import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openWriter } from '../../../src-main/sql/open.ts';
import { getStatistics } from '../../../src-main/sql/operations/statistics.ts';
import { runs } from '../../builders/property.ts';
import { makeFolder, removeFolder } from '../../builders/workspace.ts';

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

interface Ended {
  action: string;
  startedAt: number;
  endedAt: number | null;
  done: number;
  stale: number;
  twice: number;
}

const ended: fc.Arbitrary<Ended> = fc.record({
  action: fc.constantFrom('assign', 'import'),
  startedAt: fc.nat(1_000),
  // Now and then before its start, as when a clock is set back.
  endedAt: fc.option(fc.integer({ min: -50, max: 3_000 })),
  done: fc.nat(5),
  stale: fc.nat(3),
  twice: fc.nat(3),
});

function insert(operations: readonly Ended[]): void {
  db.exec('DELETE FROM tallies; DELETE FROM operations');
  const operation = db.prepare(
    `INSERT INTO operations (action, collection, title, state, input, effect, forecast, actor, created_at, started_at, ended_at)
      VALUES (?, 'tickets', '', 'completed', '{}', '{}', '{}', '', 0, ?, ?)`,
  );
  const tally = db.prepare('INSERT INTO tallies VALUES (?, ?, ?, ?)');
  for (const { action, startedAt, endedAt, done, stale, twice } of operations) {
    const end = endedAt === null ? null : startedAt + endedAt;
    const { lastInsertRowid: id } = operation.run(action, startedAt, end);
    tally.run(id, 'done', '', done);
    tally.run(id, 'failed', 'changed_since', stale);
    tally.run(id, 'failed', 'duplicate', twice);
    tally.run(id, 'skipped', 'closed', 7);
  }
}

/** The least of the values that a share of them does not exceed. */
function percentile(values: readonly number[], share: number): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? null;
}

function figuresOf(action: string, operations: readonly Ended[], since: number | null): unknown {
  const mine = operations.filter(
    (one) =>
      one.action === action &&
      one.endedAt !== null &&
      (since === null || one.startedAt + one.endedAt > since),
  );
  if (mine.length === 0) return undefined;
  const sum = (of: 'done' | 'stale' | 'twice') => mine.reduce((total, one) => total + one[of], 0);
  const [done, stale, twice] = [sum('done'), sum('stale'), sum('twice')];
  const durations = mine.map(({ endedAt }) => Math.max(0, endedAt ?? 0));
  const errors = [
    { reason: 'changed_since', count: stale },
    { reason: 'duplicate', count: twice },
  ];
  return {
    action,
    operations: mine.length,
    done,
    failed: stale + twice,
    successRate: done + stale + twice === 0 ? null : done / (done + stale + twice),
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    errors: errors.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count),
  };
}

describe('statistics', () => {
  it('are those of the operations that ended since, added up one by one', () => {
    const holds = fc.property(
      fc.oneof(fc.array(ended, { maxLength: 5 }), fc.array(ended, { minLength: 60, maxLength: 90 })),
      fc.option(fc.integer({ min: 0, max: 3_000 })),
      (operations, since) => {
        insert(operations);
        const found = getStatistics(db, { since });
        for (const action of ['assign', 'import'])
          expect(found.find((one) => one.action === action)).toEqual(figuresOf(action, operations, since));
        const amounts = found.map((one) => one.operations);
        expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
      },
    );
    db.transaction(() => fc.assert(holds, runs(200)))();
  });
});
