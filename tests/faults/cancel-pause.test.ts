import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, type Operation } from '../../src-shared/domain/operation.ts';
import { booksOf, expectBooksBalance, expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { pick, randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { limit, size } from './size.ts';

/** Chunks of an operation are some of 500 and then larger ones. */
const count = 4_000;
const points = size({ short: 12, long: 200 });
/** After a cancel or a pause was asked for, no further chunk begins later than this. */
const mostMs = limit(250);

const random = randomFrom(seed);
let folder: string;
let app: TestConsole;
let writer: Worker | null = null;
let round = 0;
/** From the command until the operation had settled, in ms. */
const settledMs: number[] = [];

function watch(worker: Worker): void {
  if (worker.threadName === 'writer') writer = worker;
}

beforeAll(async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  process.on('worker', watch);
  app = await openTestConsole(folder);
});
afterAll(async () => {
  await app.close();
  process.off('worker', watch);
  expectHistoryHolds(folder);
  expect(app.reports).toEqual([]);
  removeFolder(folder);
  const sorted = settledMs.map(Math.round).toSorted((a, b) => a - b);
  process.stdout.write(`settled after ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms\n`);
});

/** Plans a change of every ticket, starts it and resolves after so many answers of the writer: the start is the first. */
async function startAndMeet(): Promise<Operation> {
  round += 1;
  const draft = await app.ask('operations.plan', {
    action: 'update_category',
    collection: 'tickets',
    selection: everyTicket,
    input: { category: `Round ${round}` },
  });
  const met = afterAnswers(1 + Math.floor(random() * 7));
  await app.ask('operations.start', { id: draft.id });
  await Promise.race([met, app.ended(draft.id)]);
  return draft;
}

function afterAnswers(most: number): Promise<void> {
  return new Promise((resolve) => {
    let left = most;
    const hear = () => {
      left -= 1;
      if (left > 0) return;
      writer?.off('message', hear);
      resolve();
    };
    writer?.on('message', hear);
  });
}

/** Gives a command; one that came too late is refused and changes nothing. */
async function command(name: 'cancel' | 'pause' | 'resume', id: number): Promise<boolean> {
  try {
    await app.ask(`operations.${name}`, { id });
    return true;
  } catch (error) {
    expect((error as { code: string }).code).toBe('wrong_state');
    return false;
  }
}

/** When the last chunk began that did anything (epoch ms). */
function lastChunkAt(id: number): number {
  return readDatabase(folder, (db) =>
    Number(
      db.prepare(`SELECT max(at) FROM journal WHERE operation_id = ? AND event = 'chunk'`).pluck().get(id),
    ),
  );
}

/** Tickets that hold what this round writes: as many as the operation says it has done. */
function expectDone(operation: Operation): void {
  const changed = readDatabase(folder, (db) =>
    db.prepare('SELECT count(*) FROM tickets WHERE category = ?').pluck().get(`Round ${round}`),
  );
  expect(countsOf(operation.tallies).done).toBe(changed);
}

describe('a cancel', () => {
  it('lets no further chunk begin, and what was done and what was not add up', async () => {
    let inTime = 0;
    // On a busy machine several in a row may come too late.
    for (let point = 0; point < points / 2 || (inTime === 0 && point < 10 * points); point += 1) {
      const { id } = await startAndMeet();
      const askedAt = Date.now();
      // Alone, twice, or together with a pause.
      const commands = [['cancel'], ['cancel', 'cancel'], ['cancel', 'pause'], ['pause', 'cancel']] as const;
      const given = pick(commands, random);
      const carriedOut = await Promise.all(given.map((name) => command(name, id)));
      const operation = await app.ended(id);
      settledMs.push(Date.now() - askedAt);
      expectEnded(folder, operation);
      expectDone(operation);
      expect(lastChunkAt(id)).toBeLessThanOrEqual(askedAt + mostMs);
      const counts = countsOf(operation.tallies);
      expect(counts.done + counts.cancelled).toBe(count);
      if (operation.state === 'cancelled') inTime += 1;
      else expect(operation.state).toBe('completed');
      if (carriedOut.includes(true)) {
        const { events } = booksOf(folder, id);
        expect(events.filter((event) => event === 'cancel_requested').length).toBeLessThanOrEqual(1);
      }
      // After the end every command is refused and nothing changes.
      for (const name of ['cancel', 'pause', 'resume'] as const) expect(await command(name, id)).toBe(false);
      expect(await app.ask('operations.get', { id })).toEqual(operation);
    }
    expect(inTime).toBeGreaterThan(0);
  });
});

describe('a pause', () => {
  it('lets no further chunk begin, survives a restart, and a resume loses nothing', async () => {
    let point = 0;
    let restarts = 0;
    while (point < points / 2 || (restarts === 0 && point < 10 * points)) {
      const { id } = await startAndMeet();
      for (;;) {
        point += 1;
        const askedAt = Date.now();
        if (!(await command('pause', id))) break;
        settledMs.push(Date.now() - askedAt);
        expect(lastChunkAt(id)).toBeLessThanOrEqual(askedAt + mostMs);
        const { nextSeq, lastSeq } = expectBooksBalance(folder, id);
        // With the last chunk done there was nothing left to pause.
        if (nextSeq > lastSeq) break;
        if (restarts === 0 || random() < 0.15) {
          await app.close();
          app = await openTestConsole(folder);
          restarts += 1;
        }
        // Paused twice is paused once; nothing moved meanwhile.
        expect(await command('pause', id)).toBe(false);
        expect((await app.ask('operations.get', { id })).state).toBe('paused');
        expect(booksOf(folder, id).nextSeq).toBe(nextSeq);
        const met = afterAnswers(1 + Math.floor(random() * 5));
        await command('resume', id);
        await Promise.race([met, app.ended(id)]);
      }
      const operation = await app.ended(id);
      expectEnded(folder, operation);
      expectDone(operation);
      expect(countsOf(operation.tallies).done).toBe(count);
    }
    expect(restarts).toBeGreaterThan(0);
  });
});
