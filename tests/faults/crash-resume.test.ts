import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getOperation } from '../../src-main/sql/operations/operations.ts';
import { isFinal } from '../../src-shared/domain/operation.ts';
import { expectBooksBalance, expectEndedWell } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { contents, fillTickets, readDatabase } from '../builders/tickets.ts';
import { copyFolder, makeFolder, removeFolder } from '../builders/workspace.ts';
import type { Fault } from './fault.ts';
import { type Death, type Errand, latestOperation, miscounted, startChild } from './harness.ts';
import { size } from './size.ts';

const count = size({ short: 3_000, long: 20_000 });
/** Kills at places that nobody chose, and at each place that has a name. */
const randomKills = size({ short: 2, long: 20 });
const undoKills = size({ short: 2, long: 50 });
const namedKills = size({ short: 1, long: 6 });

type Task = Errand extends infer E ? (E extends { folder: string } ? Omit<E, 'folder'> : never) : never;

const random = randomFrom(seed);
let template: string;

beforeAll(() => {
  template = makeFolder();
  seedTickets(template, count);
});
afterAll(() => {
  removeFolder(template);
});

function upTo(limit: number): number {
  return 1 + Math.floor(random() * limit);
}

/** Mostly at a statement of a chunk; now and then at any other, or when the child has said so much. */
function anywhere(): Death {
  const dice = random();
  if (dice < 0.15) return { at: 'line', count: upTo(6) };
  const how = random() < 0.5 ? 'kill' : 'kill-after';
  if (dice < 0.3) return { thread: 'writer', kind: 'statement', nth: upTo(90), how };
  return { thread: 'writer', kind: 'statement', method: 'applyChunk', nth: upTo(40), how };
}

/** The places around a chunk's transaction at which being killed could leave half of it. */
const places: { name: string; fault: () => Fault }[] = [
  { name: 'before a chunk begins', fault: () => inChunk('BEGIN', 'kill') },
  { name: 'inside a chunk', fault: () => inChunk('UPDATE items', 'kill-after') },
  { name: 'before its commit', fault: () => inChunk('COMMIT', 'kill') },
  { name: 'after its commit', fault: () => inChunk('COMMIT', 'kill-after') },
  {
    name: 'before anybody hears of it',
    fault: () => ({ thread: 'main', kind: 'answer', method: 'applyChunk', nth: upTo(3), how: 'kill' }),
  },
  {
    name: 'at the finish',
    fault: () => ({
      thread: 'writer',
      kind: 'statement',
      method: 'finishOperation',
      nth: upTo(4),
      how: random() < 0.5 ? 'kill' : 'kill-after',
    }),
  },
];

function inChunk(text: string, how: Fault['how']): Fault {
  return { thread: 'writer', kind: 'statement', method: 'applyChunk', text, nth: upTo(3), how };
}

/**
 * Does a task in children of which up to `budget` are killed, each new one going on where the last was left, and
 * answers the operation's id and how many were killed. After every death the books balance, and at the end the database is sound.
 */
async function doDespiteKills(
  folder: string,
  task: Task,
  budget: number,
  deathAfter: (killed: number) => Death = anywhere,
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
    const death = killed < budget ? deathAfter(killed) : undefined;
    const { lines, isKilled, errors } = await startChild(errand, death).gone;
    if (!isKilled) {
      expect(lines.at(-1), errors).toMatchObject({ said: 'done', isFinal: true });
      continue;
    }
    killed += 1;
    const latest = mine();
    if (latest) expectBooksBalance(folder, latest.id);
  }
}

/** One operation after the other, each on a workspace of its own, until so many processes were killed. */
async function repeatUntilKilled(
  kills: number,
  task: Task,
  check: (folder: string) => void,
  deathAfter: (killed: number) => Death = anywhere,
): Promise<void> {
  for (let killed = 0; killed < kills; ) {
    const folder = copyFolder(template);
    const before = killed;
    const done = await doDespiteKills(folder, task, kills - before, (more) => deathAfter(before + more));
    expect(done.killed, `nothing was killed: ${JSON.stringify(deathAfter(before))}`).toBeGreaterThan(0);
    killed += done.killed;
    expectCompleted(folder, done.id);
    check(folder);
    removeFolder(folder);
  }
}

function expectCompleted(folder: string, id: number): void {
  const { operation } = readDatabase(folder, (db) => getOperation(db, { id }));
  expect(operation.state).toBe('completed');
  expectEndedWell(folder, operation);
  expect(miscounted(folder)).toEqual([]);
  expect(readDatabase(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
}

const setStatus: Task = { do: 'edit', action: 'update_status', input: { status: 'pending' } };

function expectStatusSet(folder: string): void {
  const others = contents(folder).filter(({ status }) => !['pending', 'closed', 'solved'].includes(status));
  expect(others).toEqual([]);
}

describe('a kill', { timeout: 60_000 + (randomKills + undoKills + namedKills) * 5_000 }, () => {
  it(`${places.map(({ name }) => name).join(', ')} loses nothing and does nothing twice`, async () => {
    await repeatUntilKilled(namedKills * places.length, setStatus, expectStatusSet, (killed) => {
      const place = places[killed % places.length];
      if (!place) throw new Error('there are no places');
      return place.fault();
    });
  });

  it('anywhere in an edit loses nothing and does nothing twice', async () => {
    await repeatUntilKilled(randomKills, setStatus, expectStatusSet);
  });

  it('anywhere while comments are added leaves exactly one on each ticket', async () => {
    const task: Task = { do: 'edit', action: 'add_comment', input: { comment: 'Once' } };
    await repeatUntilKilled(randomKills / 2, task, (folder) => {
      const made = readDatabase(folder, (db) =>
        db.prepare('SELECT count(*) AS comments, count(DISTINCT ticket_id) AS tickets FROM comments').get(),
      );
      expect(made).toEqual({ comments: count, tickets: count });
    });
  });

  it('anywhere in an undo puts every before-image back once', async () => {
    const before = contents(template);
    const edited = copyFolder(template);
    const task: Task = { do: 'edit', action: 'update_category', input: { category: 'Everything' } };
    const edit = await doDespiteKills(edited, task, 0);
    for (let killed = 0; killed < undoKills; ) {
      const folder = copyFolder(edited);
      const undone = await doDespiteKills(folder, { do: 'undo', id: edit.id }, undoKills - killed);
      killed += undone.killed;
      expectCompleted(folder, undone.id);
      expect(contents(folder)).toEqual(before);
      removeFolder(folder);
    }
    removeFolder(edited);
  });

  it('anywhere in an import makes every record once', async () => {
    const records = count / 2;
    const folder = makeFolder();
    fillTickets(folder, []);
    // Not before the plan is made: a plan that was not started is gone with its process, and would be made anew.
    const first = await doDespiteKills(folder, { do: 'sample', count: records }, randomKills / 2, (killed) =>
      killed === 0 ? { at: 'line', count: 3 } : anywhere(),
    );
    expect(first.killed).toBeGreaterThan(0);
    const { operation } = readDatabase(folder, (db) => getOperation(db, { id: first.id }));
    expectEndedWell(folder, operation);
    const made = readDatabase(folder, (db) =>
      db
        .prepare(
          `SELECT count(*) AS tickets, count(DISTINCT external_id) AS keys, sum(version = 1) AS fresh,
            (SELECT count(DISTINCT record_id) FROM items WHERE state = 'done') AS done,
            (SELECT count(*) FROM new_records) AS read FROM tickets`,
        )
        .get(),
    );
    expect(made).toEqual({
      tickets: records,
      keys: records,
      fresh: records,
      done: records,
      read: records,
    });
    removeFolder(folder);
  });
});
