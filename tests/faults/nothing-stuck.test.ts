import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BulkheadError } from '../../src-shared/contract/errors.ts';
import { countsOf } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { atChunksOf, killThreadsAt } from '../builders/deadly-calls.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket, readDatabase } from '../builders/tickets.ts';
import { createTestTime } from '../builders/time.ts';
import { copyFolder, makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { startEffectServer } from '../fakes/effect-server.ts';
import { createHttpRemote } from '../fakes/http-remote.ts';
import { countEffects, mistold } from './effect-count.ts';
import { arm, leaveNewThreadsAlone, sabotageNewThreads } from './fault.ts';
import { settleMs, troubleFrom } from './random-faults.ts';
import { RandomUser } from './random-user.ts';
import { size } from './size.ts';

const schedules = size({ short: 40, long: 1_000 });
/** As many of them where a remote with keys is told, and where one without is. */
const told = size({ short: 10, long: 100 });
/** Records that kill the thread, more or less. */
const deadly = size({ short: 2, long: 10 });
/** Two chunks at most, so that a schedule is short. */
const tickets = 700;
let template: string;

beforeAll(() => {
  template = makeFolder();
  seedTickets(template, tickets);
  sabotageNewThreads(null);
});
afterAll(() => {
  leaveNewThreadsAlone();
  removeFolder(template);
});

/** Lets a user have these schedules, and looks at the workspace afterwards. */
async function liveThrough(
  user: RandomUser,
  { first, count }: { first: number; count: number },
): Promise<void> {
  const startedMs = performance.now();
  await user.open();
  for (let at = 0; at < count; at += 1) await user.live(first + at);
  await user.close();
  expectHistoryHolds(user.folder);
  expect(readDatabase(user.folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  process.stdout.write(
    `${seconds} s, ended: ${wordsOf(user.states)}; told: ${wordsOf(user.told)}; orphans: ${user.orphans}\n`,
  );
}

describe(`${schedules} random schedules of errors, deaths, pauses, cancels and restarts`, {
  timeout: 400_000,
}, () => {
  it.concurrent.for([0, 1])(
    'bring every operation to an end, with all of its records accounted for (user %i)',
    async (nth) => {
      const user = new RandomUser(copyFolder(template), tickets);
      const count = schedules / 2 - told;
      await liveThrough(user, { first: nth * count, count });
      expect(miscounted(user.folder)).toEqual([]);
      removeFolder(user.folder);
    },
  );

  it.concurrent.for(['keys', 'none'] as const)(
    'do so while a remote with %s errs, loses answers and refuses, and nothing is sent to it twice',
    async (idempotency) => {
      const first = idempotency === 'keys' ? schedules - 2 * told : schedules - told;
      const trouble = troubleFrom(randomFrom(seed + first));
      const server = await startEffectServer({ honoursKeys: idempotency === 'keys', ...trouble });
      const effects = countEffects(server);
      const remote = createHttpRemote(server.url, { idempotency, batchMax: 20, settleMs });
      const user = new RandomUser(copyFolder(template), tickets, new Map([['seed', remote]]));
      await liveThrough(user, { first, count: told });
      await server.close();
      expect(miscounted(user.folder)).toEqual([]);
      expect(mistold(user.folder, effects)).toEqual([]);
      expect(effects.size).toBeGreaterThan(told);
      removeFolder(user.folder);
    },
  );
});

function wordsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, times]) => `${times} ${name}`).join(', ');
}

describe('records that kill their thread', () => {
  it('are set aside after three deaths each, and all others are done', async () => {
    const user = new RandomUser(copyFolder(template), tickets);
    const random = randomFrom(seed);
    const seqs = Array.from({ length: tickets }, (_, at) => at + 1).filter(
      (seq) => seq === tickets || random() < deadly / tickets,
    );
    const { stop } = killThreadsAt(atChunksOf(() => user.folder, seqs));
    await user.open();
    const draft = await user.app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Mine' },
    });
    const options = RunOptions.parse({ retry: { attempts: 20, baseMs: 1, maxMs: 2 } });
    await user.app.ask('operations.start', { id: draft.id, options });
    const operation = await user.app.ended(draft.id);
    await user.close();
    stop();
    expectEnded(user.folder, operation);
    expect(countsOf(operation.tallies)).toMatchObject({ done: tickets - seqs.length, failed: seqs.length });
    const aside = readDatabase(user.folder, (db) =>
      db.prepare(`SELECT seq, attempts >= 3 AS isTried FROM items WHERE reason = 'quarantined'`).all(),
    );
    expect(aside).toEqual(seqs.map((seq) => ({ seq, isTried: 1 })));
    removeFolder(user.folder);
  });
});

describe('an operation of a backup that is put back', () => {
  it.each([
    ['disk_full', { thread: 'writer', method: 'recoverDeliveries', how: 'SQLITE_FULL' }],
    ['storage_error', { thread: 'reader', method: 'listUnfinished', how: 'SQLITE_IOERR' }],
  ] as const)('is taken up as soon as that is possible (%s)', async (code, fault) => {
    const folder = copyFolder(template);
    const time = createTestTime(Date.now());
    const app = await openTestConsole(folder, time, time);
    const { id } = await app.ask('operations.plan', {
      action: 'update_category',
      collection: 'tickets',
      selection: everyTicket,
      input: { category: 'Mine' },
    });
    const options = RunOptions.parse({ startAt: time.now() + 60_000 });
    await app.ask('operations.start', { id, options });
    const { name } = await app.ask('backups.create', {});
    const isReplaced = () => app.event('workspace.replaced', () => true);
    const inPlace = isReplaced();
    sabotageNewThreads({ ...fault, kind: 'statement', nth: 1, times: Number.MAX_SAFE_INTEGER });
    await expect(app.ask('backups.restore', { name })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('The backup is in place'),
    });
    await inPlace;
    await expect(app.ask('operations.pause', { id })).rejects.toMatchObject({ code: 'restoring' });
    await expect(app.ask('backups.restore', { name })).rejects.toMatchObject({ code: 'wrong_state' });
    const takenUp = isReplaced();
    sabotageNewThreads(null);
    await arm(fault.thread, null);
    await takenUp;
    time.pass(60_000);
    const operation = await app.ended(id);
    expect(operation.state).toBe('completed');
    expectEnded(folder, operation);
    await app.close();
    expect(new Set(app.reports.map((report) => (report as BulkheadError).code))).toEqual(new Set([code]));
    removeFolder(folder);
  });
});

/** Tickets that were not touched exactly once by every item that was done to them, their making included. */
function miscounted(folder: string): unknown[] {
  return readDatabase(folder, (db) =>
    db
      .prepare(
        `SELECT t.id, t.version, coalesce(d.times, 0) AS times FROM tickets t
          LEFT JOIN (SELECT record_id, count(*) AS times FROM items WHERE state = 'done' GROUP BY record_id) d
            ON d.record_id = t.id
          WHERE t.version <> iif(t.import_operation_id IS NULL, 1, 0) + coalesce(d.times, 0)`,
      )
      .all(),
  );
}
