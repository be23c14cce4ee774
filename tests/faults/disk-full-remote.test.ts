import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import type { ErrorCode } from '../../src-shared/contract/errors.ts';
import { expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { seedTickets } from '../builders/seed.ts';
import { readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { type EffectServer, startEffectServer } from '../fakes/effect-server.ts';
import { createHttpRemote } from '../fakes/http-remote.ts';
import { editUntilDone } from './edit-until-done.ts';
import { countEffects, mistold } from './effect-count.ts';
import { arm, leaveNewThreadsAlone, type SystemError, sabotageNewThreads } from './fault.ts';
import { size } from './size.ts';

const count = 48;
const [batchMax, concurrency] = [4, 2];
/** Every write of an operation in the long form, some of them in the short one. */
const step = size({ short: 23, long: 1 });
/** Longer than until the database is tried again. */
const watchedMs = 300;

let folder: string;
let app: TestConsole;
let server: EffectServer;

beforeEach(async () => {
  folder = makeFolder();
  seedTickets(folder, count);
  server = await startEffectServer({ honoursKeys: true, treat: () => ({ afterMs: 2 }) });
  sabotageNewThreads(null);
  const remote = createHttpRemote(server.url, { batchMax, concurrency });
  app = await openTestConsole(folder, systemClock, systemTimer, new Map([['seed', remote]]));
});
afterEach(async () => {
  leaveNewThreadsAlone();
  await app.close();
  await server.close();
  removeFolder(folder);
});

/** While nothing can be written down, the remote gets what was under way to it: what is on record as sent, and no more. */
async function expectNothingIsSent(): Promise<void> {
  const before = server.requests.length;
  await delay(watchedMs);
  expect(server.requests.length - before).toBeLessThanOrEqual(concurrency);
  const times = new Map<string, number>();
  for (const key of server.requests.flatMap(({ keys }) => keys)) times.set(key, (times.get(key) ?? 0) + 1);
  const tries = readDatabase(
    folder,
    (db) =>
      db.prepare('SELECT idempotency_key AS key, attempts FROM deliveries').all() as {
        key: string;
        attempts: number;
      }[],
  );
  const unrecorded = tries.filter(({ key, attempts }) => (times.get(key) ?? 0) > attempts);
  expect(unrecorded).toEqual([]);
}

it.each<[SystemError, ErrorCode]>([
  ['SQLITE_FULL', 'disk_full'],
  ['SQLITE_IOERR', 'storage_error'],
])(
  '%s at any write and all after it stops a delivery with %s, and nothing is lost or sent twice',
  async (how, code) => {
    const effects = countEffects(server);
    let isFull = false;
    const makeSpace = async () => {
      // With space it does not stop again.
      expect(isFull).toBe(true);
      await expectNothingIsSent();
      await arm('writer', null);
      isFull = false;
    };
    let operations = 0;
    for (let nth = 1; ; nth += step) {
      await arm('writer', { thread: 'writer', kind: 'write', nth, times: 1_000_000, how });
      isFull = true;
      const met = await editUntilDone({ app, count, category: `Despite ${nth}`, makeSpace });
      operations += 1;
      expect(met.codes, `at write ${nth}`).toEqual(met.codes.map(() => code));
      expect(met.operation.state).toBe('completed');
      expectEnded(folder, met.operation);
      expect(met.operation.delivery).toMatchObject({ confirmed: count });
      if (met.codes.length === 0) break;
    }
    expect(mistold(folder, effects)).toEqual([]);
    expect([...server.effects.values()]).toEqual(Array.from({ length: count }, () => operations));
    expectHistoryHolds(folder);
    process.stdout.write(`${how} at every ${step}. of ${operations * step} writes\n`);
    expect(operations * step).toBeGreaterThan(count);
  },
);
