import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { seedTickets } from '../builders/seed.ts';
import { contents, fillTickets, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Death, type Errand, latestOperation, randomFrom, startChild } from './harness.ts';

const count = 20_000;
const kills = Number(process.env['KILLS'] ?? 20);

type Task = Errand extends infer E ? (E extends { folder: string } ? Omit<E, 'folder'> : never) : never;

let folder: string;
let random: () => number;
/** From the start of a process until the operation that was left goes on. */
const resumedMs: number[] = [];

beforeEach(() => {
  folder = makeFolder();
  random = randomFrom(seed);
});
afterEach(() => removeFolder(folder));

/** Mostly between or within transactions of the writer; sometimes whenever the child has said so much. */
function nextDeath(): Death {
  const dice = random();
  if (dice < 0.25) return { at: 'line', count: 1 + Math.floor(random() * 6) };
  return { at: 'statement', count: 1 + Math.floor(random() * 70), when: dice < 0.6 ? 'before' : 'after' };
}

/**
 * Does a task in children of which up to `budget` are killed, each new one going on where the last was left, and
 * answers the operation's id and how many were killed. After every death the database is sound and the books balance.
 */
async function doDespiteKills(
  task: Task,
  budget: number,
  firstDeath: () => Death = nextDeath,
): Promise<{ id: number; killed: number }> {
  const before = latestOperation(folder)?.id ?? 0;
  const mine = () => {
    const latest = latestOperation(folder);
    return latest && latest.id > before ? latest : null;
  };
  let killed = 0;
  for (;;) {
    const left = mine();
    if (left && isFinal(left.state)) return { id: left.id, killed };
    const errand: Errand = left ? { folder, do: 'await', id: left.id } : { folder, ...task };
    const death = left ? nextDeath() : firstDeath();
    const { lines, isKilled, errors } = await startChild(errand, killed < budget ? death : undefined).gone;
    if (left?.state === 'in_progress') {
      const resumed = lines.find((line) => line.said === 'updated' && line.id === left.id);
      if (resumed && 'ms' in resumed) resumedMs.push(resumed.ms);
    }
    if (!isKilled) {
      expect(lines.at(-1), errors).toMatchObject({ said: 'done', isFinal: true });
      continue;
    }
    killed += 1;
    expect(readDatabase(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
    const latest = mine();
    if (latest) expectBooksBalance(folder, latest.id);
  }
}

/** Repeats a task, one operation after the other, until so many were killed; answers the operations' ids. */
async function repeatUntilKilled(taskOf: (round: number) => Task): Promise<number[]> {
  const ids: number[] = [];
  for (let killed = 0; killed < kills; ) {
    const done = await doDespiteKills(taskOf(ids.length), kills - killed);
    killed += done.killed;
    ids.push(done.id);
  }
  return ids;
}

async function expectAllCompleted(ids: readonly number[]): Promise<Operation[]> {
  const app = await openTestConsole(folder);
  try {
    const operations = await Promise.all(ids.map((id) => app.ask('operations.get', { id })));
    for (const operation of operations) {
      expect(operation.state).toBe('completed');
      expectEndedWell(folder, operation);
    }
    return operations;
  } finally {
    await app.close();
    expect(app.reports).toEqual([]);
  }
}

/** Tickets whose version does not say that each done item touched them exactly once. */
function miscounted(): unknown[] {
  return readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT t.id, t.version, coalesce(d.times, 0) AS times FROM tickets t
          LEFT JOIN (SELECT record_id, count(*) AS times FROM items WHERE state = 'done' GROUP BY record_id) d
            ON d.record_id = t.id
          WHERE t.version <> 1 + coalesce(d.times, 0)`,
      )
      .all(),
  );
}

// `KILLS=200 npx vitest run --project faults tests/faults/kill` is the long form; each kill is worth a second or so.
describe('kills', { timeout: 60_000 + kills * 5_000 }, () => {
  it('within update_status lose nothing and do nothing twice', async () => {
    seedTickets(folder, count);
    const ids = await repeatUntilKilled((round) => ({
      do: 'edit',
      action: 'update_status',
      input: { status: round % 2 === 0 ? 'pending' : 'on_hold' },
    }));
    await expectAllCompleted(ids);
    expect(miscounted()).toEqual([]);
    const wanted = ids.length % 2 === 1 ? 'pending' : 'on_hold';
    const others = contents(folder).filter(
      ({ status }) => status !== wanted && status !== 'closed' && status !== 'solved',
    );
    expect(others).toEqual([]);
  });

  it('within add_comment leave exactly one comment per ticket', async () => {
    seedTickets(folder, count);
    const ids = await repeatUntilKilled((round) => ({
      do: 'edit',
      action: 'add_comment',
      input: { comment: `Round ${round}` },
    }));
    await expectAllCompleted(ids);
    expect(miscounted()).toEqual([]);
    const rounds = readDatabase(folder, (db) =>
      db
        .prepare(
          `SELECT operation_id AS id, count(*) AS comments, count(DISTINCT ticket_id) AS tickets
            FROM comments GROUP BY operation_id ORDER BY operation_id`,
        )
        .all(),
    );
    expect(rounds).toEqual(ids.map((id) => ({ id, comments: count, tickets: count })));
  });

  it('within undo put every before-image back once', async () => {
    seedTickets(folder, count);
    const before = contents(folder);
    const ids: number[] = [];
    for (let killed = 0; killed < kills / 2; ) {
      const done = await doDespiteKills(
        { do: 'edit', action: 'update_category', input: { category: 'Everything' } },
        0,
      );
      const undone = await doDespiteKills({ do: 'undo', id: done.id }, kills / 2 - killed);
      killed += undone.killed;
      ids.push(done.id, undone.id);
      expect(contents(folder)).toEqual(before);
    }
    await expectAllCompleted(ids);
    expect(miscounted()).toEqual([]);
  });

  it('within an import make every record once', async () => {
    const size = 8_000;
    fillTickets(folder, []);
    // Not before the plan is made: a plan that was not started is gone with its process, and would be made anew.
    const first = await doDespiteKills({ do: 'sample', count: size }, kills / 2, () => ({
      at: 'line',
      count: 3 + Math.floor(random() * 2),
    }));
    expect(first.killed).toBeGreaterThan(0);
    await expectAllCompleted([first.id]);
    const made = readDatabase(folder, (db) =>
      db
        .prepare(
          `SELECT count(*) AS tickets, count(DISTINCT external_id) AS keys, sum(version = 1) AS fresh,
            (SELECT count(DISTINCT record_id) FROM items WHERE state = 'done') AS done,
            (SELECT count(*) FROM tickets_fts WHERE tickets_fts MATCH 'the') AS searchable FROM tickets`,
        )
        .get(),
    );
    expect(made).toMatchObject({ tickets: size, keys: size, fresh: size, done: size });
    expect(readDatabase(folder, (db) => db.prepare('SELECT count(*) FROM new_records').pluck().get())).toBe(
      size,
    );
  });

  it('are got over within two seconds of the next start', () => {
    const sorted = resumedMs.toSorted((a, b) => a - b);
    expect(sorted.length).toBeGreaterThan(0);
    process.stdout.write(`resumed after ${sorted.map(Math.round).join(', ')} ms\n`);
    // The median, since a machine that is busy with something else may hold up any single start.
    expect(sorted[sorted.length >> 1]).toBeLessThan(2_000);
  });
});
