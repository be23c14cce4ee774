import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { countsOf } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { expectBooksBalance, expectEnded, expectHistoryHolds } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { seedTickets } from '../builders/seed.ts';
import { everyTicket } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { type EffectServer, startEffectServer, type Treatment } from '../fakes/effect-server.ts';
import { createHttpRemote } from '../fakes/http-remote.ts';
import { countEffects, mistold } from './effect-count.ts';
import { limit, size } from './size.ts';

const count = 200;
/** With each command, at a remote with keys and at one without. */
const points = size({ short: 3, long: 50 });
/** After the answer to a cancel or a pause, no request begins later than this. */
const mostMs = limit(250);
/** What must not come is looked out for so long. */
const watchedMs = mostMs + 150;
/** The longest that the remote takes for a request. */
const slowMs = 120;
const kinds = ['keys', 'none'] as const;
const options = RunOptions.parse({ retry: { attempts: 10, baseMs: 1, maxMs: 20 } });

const random = randomFrom(seed);
let folder: string;
let app: TestConsole;
let server: EffectServer;
let effects: ReadonlyMap<string, number>;
/** What is called at the request of this number. */
let due: { readonly nth: number; readonly hear: () => void } | null = null;
/** From the answer to a command until the last request that began after it, in ms. */
let latestMs = 0;

beforeEach(() => {
  folder = makeFolder();
  seedTickets(folder, count);
});
afterEach(async () => {
  await app.close();
  await server.close();
  expect(app.reports).toEqual([]);
  expect(mistold(folder, effects)).toEqual([]);
  expectHistoryHolds(folder);
  removeFolder(folder);
  process.stdout.write(`the last request began ${Math.round(latestMs)} ms after the answer\n`);
});

function treat(nth: number): Treatment {
  if (nth === due?.nth) due.hear();
  const slow = { beforeMs: (random() * slowMs) / 2, afterMs: (random() * slowMs) / 2 };
  return random() < 0.1 ? { ...slow, cut: random() < 0.5 ? 'before' : 'after' } : slow;
}

async function begin(idempotency: (typeof kinds)[number]): Promise<void> {
  server = await startEffectServer({ honoursKeys: idempotency === 'keys', treat });
  effects = countEffects(server);
  await open(idempotency);
}

async function open(idempotency: (typeof kinds)[number]): Promise<void> {
  const remote = createHttpRemote(server.url, { idempotency, batchMax: 4, concurrency: 4 });
  app = await openTestConsole(folder, systemClock, systemTimer, new Map([['seed', remote]]));
}

/** Comments on every ticket, and resolves when the remote has got some of it. */
async function startAndMeet(): Promise<number> {
  const { id } = await app.ask('operations.plan', {
    action: 'add_comment',
    collection: 'tickets',
    selection: everyTicket,
    input: { comment: 'We are looking into it.' },
  });
  const met = meetRequest();
  await app.ask('operations.start', { id, options });
  await Promise.race([met, app.ended(id)]);
  return id;
}

/** Resolves at a random one of the next requests. */
function meetRequest(): Promise<void> {
  return new Promise((hear) => {
    due = { nth: server.requests.length + 1 + Math.floor((random() * count) / 4), hear };
  });
}

/** Gives a command and answers when it was answered; null for one that came too late. */
async function command(name: 'cancel' | 'pause', id: number): Promise<number | null> {
  try {
    await app.ask(`operations.${name}`, { id });
    return performance.now();
  } catch (error) {
    expect((error as { code: string }).code).toBe('wrong_state');
    return null;
  }
}

/** No request has begun so late after the answer; to change anything, unless others are given. */
function expectNoneBeganAfter(
  answeredMs: number,
  requests: readonly { readonly atMs: number }[] = server.requests,
): void {
  const lateMs = Math.max(...requests.map(({ atMs }) => atMs - answeredMs), 0);
  latestMs = Math.max(latestMs, lateMs);
  expect(lateMs).toBeLessThanOrEqual(mostMs);
}

describe.each(kinds)('a cancel during deliveries to a remote with %s', (idempotency) => {
  it('lets no further request begin, and what was in flight is recorded', async () => {
    await begin(idempotency);
    let inTime = 0;
    // On a busy machine several in a row may come too late.
    for (let point = 0; point < points || (inTime === 0 && point < 10 * points); point += 1) {
      const id = await startAndMeet();
      const given = random() < 0.5 ? (['cancel'] as const) : (['pause', 'cancel', 'cancel'] as const);
      const answers = await Promise.all(given.map((name) => command(name, id)));
      const operation = await app.ended(id);
      for (const answeredMs of answers) if (answeredMs !== null) expectNoneBeganAfter(answeredMs);
      expectEnded(folder, operation);
      const { done, cancelled } = countsOf(operation.tallies);
      expect(done + cancelled).toBe(count);
      if ((operation.delivery?.cancelled ?? 0) > 0) inTime += 1;
    }
    expect(inTime).toBeGreaterThan(0);
  });
});

describe.each(kinds)('a pause during deliveries to a remote with %s', (idempotency) => {
  it('lets no further request begin, survives a restart, and a resume loses nothing', async () => {
    await begin(idempotency);
    let point = 0;
    let restarts = 0;
    while (point < points || (restarts === 0 && point < 10 * points)) {
      const id = await startAndMeet();
      for (;;) {
        point += 1;
        const answeredMs = await command('pause', id);
        if (answeredMs === null) break;
        if (restarts === 0 || random() < 0.15) {
          await app.close();
          await open(idempotency);
          restarts += 1;
        }
        await delay(Math.max(0, answeredMs + watchedMs - performance.now()));
        expectNoneBeganAfter(answeredMs);
        expectNoneBeganAfter(answeredMs, server.questions);
        await expect.poll(() => expectBooksBalance(folder, id).deliveries?.sending).toBe(0);
        expect(mistold(folder, effects)).toEqual([]);
        expect((await app.ask('operations.get', { id })).state).toBe('paused');
        const met = meetRequest();
        await app.ask('operations.resume', { id });
        await Promise.race([met, app.ended(id)]);
      }
      const operation = await app.ended(id);
      expectEnded(folder, operation);
      expect(countsOf(operation.tallies).done).toBe(count);
      expect(operation.delivery).toMatchObject({ confirmed: count });
    }
    expect(restarts).toBeGreaterThan(0);
  });
});
