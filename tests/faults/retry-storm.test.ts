import { expect, it, onTestFinished } from 'vitest';
import { systemClock, systemTimer } from '../../src-main/platform/clock.ts';
import { noRemotes } from '../../src-main/remotes/remote.ts';
import { changesAtOnce } from '../../src-main/vendors/bulkhead/records.ts';
import { type BulkheadRemote, createBulkheadRemote } from '../../src-main/vendors/bulkhead/remote.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { expectBooksBalance } from '../builders/books.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { everyTicket, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder } from '../builders/workspace.ts';
import { type Desk, type DeskRequest, startDesk } from '../fakes/desk/desk-server.ts';
import { limit, size } from './size.ts';

const random = randomFrom(seed);
const count = size({ short: 800, long: 20_000 });
const downMs = size({ short: 3_000, long: 60_000 });
/** How long the server takes for a change, so that it sets the pace more than this machine does. */
const changeMs = size({ short: 100, long: 25 });
/** For so long it has to be as fast as before to be back. */
const windowMs = size({ short: 1_000, long: 5_000 });
/** How long it takes to say that it is not up yet. */
const refusalMs = 250;
/** After so many failures in a row it is left alone. */
const failureLimit = 10;
const probePath = '/api/v1/me';
const ticket = {
  subject: 'A ticket',
  description: 'A description.',
  status: 'open',
  priority: 'medium',
  product: 'Old',
  createdAt: '2026-01-15T12:00:00Z',
  updatedAt: '2026-01-15T12:00:00Z',
};

interface World {
  readonly desk: Desk;
  readonly remote: BulkheadRemote;
  /** Changes every ticket, and answers what the server was asked until it was told of all: of each once. */
  change(): Promise<readonly DeskRequest[]>;
}

/** A server, and a console that has a copy of its tickets and tells of each change by a request of its own. */
async function createWorld(): Promise<World> {
  const folder = makeFolder();
  const desk = await startDesk({ records: { tickets: Array.from({ length: count }, () => ticket) } });
  const opened: BulkheadRemote[] = [];
  const app = await openTestConsole(folder, systemClock, systemTimer, noRemotes, (options) => {
    const remote = createBulkheadRemote(options);
    opened.push(remote);
    return remote;
  });
  onTestFinished(async () => {
    await app.close();
    await desk.close();
    removeFolder(folder);
  });
  const ready = app.event('remotes.changed', ({ remotes }) => remotes[0]?.state === 'ready');
  const { address } = desk;
  await app.ask('remotes.add', { name: 'Desk', address, token: 'secret', collections: ['tickets'] });
  await ready;
  return {
    desk,
    // The first one asked who the key makes us.
    remote: opened.at(-1) ?? expect.unreachable('no remote was opened'),
    change: async () => {
      const { length } = desk.requests;
      const { id } = await app.ask('operations.plan', {
        action: 'edit',
        collection: 'tickets',
        selection: everyTicket,
        input: { product: 'New' },
      });
      // So many tries that none is given up for having met every failure of a server that fails now and then.
      const options = RunOptions.parse({ retry: { attempts: 20, baseMs: 2_000, maxMs: 4_000 } });
      await app.ask('operations.start', { id, options });
      expect((await app.ended(id)).state).toBe('completed');
      const told = desk.records.all('tickets');
      expect(told.filter(({ effects, fields }) => effects !== 1 || fields['product'] !== 'New')).toEqual([]);
      const deliveries = readDatabase(folder, (db) =>
        db.prepare('SELECT state, count(*) FROM deliveries GROUP BY 1').raw().all(),
      );
      expect(deliveries).toEqual([['confirmed', count]]);
      expectBooksBalance(folder, id);
      expect(app.reports).toEqual([]);
      return desk.requests.slice(length);
    },
  };
}

const isChange = ({ method }: DeskRequest): boolean => method === 'PATCH';

/** When first (ms of `performance.now`) so many came within `windowMs`. */
function reachedAt(changes: readonly DeskRequest[], many: number): number {
  const window = changes.findIndex(
    ({ atMs }, at) => atMs - (changes[at - many + 1]?.atMs ?? Number.NEGATIVE_INFINITY) <= windowMs,
  );
  return changes[window]?.atMs ?? Number.POSITIVE_INFINITY;
}

it('a server that is down gets one probe at a time, and then the rest as fast as before', async () => {
  const { desk, remote, change } = await createWorld();
  let toBreak = Math.floor(count / 3);
  let downAt = Number.POSITIVE_INFINITY;
  desk.mischief = (request) => {
    const { atMs, path } = request;
    if (isChange(request)) toBreak -= 1;
    if (toBreak === 0) downAt = Math.min(downAt, atMs);
    if (atMs < downAt || atMs >= downAt + downMs)
      return isChange(request) ? { delayMs: changeMs } : undefined;
    if (path === probePath) return { status: 503, delayMs: refusalMs };
    return { cut: random() < 0.5 ? 'before' : 'after', delayMs: changeMs };
  };
  const shutAt: number[] = [];
  remote.gate.onChange(() => {
    if (remote.gate.shut()) shutAt.push(performance.now());
  });
  const asked = await change();

  const upAt = downAt + downMs;
  const shutMs = (shutAt[0] ?? Number.POSITIVE_INFINITY) - downAt;
  const meanwhile = asked.filter(({ atMs }) => atMs >= downAt && atMs < upAt);
  const probes = meanwhile.filter(({ path }) => path === probePath);
  const before = asked.filter((request) => isChange(request) && request.atMs < downAt);
  const after = asked.filter((request) => isChange(request) && request.atMs >= upAt);
  const perWindow = (windowMs * before.length) / (downAt - (before[0]?.atMs ?? 0));
  const backMs = reachedAt(after, Math.ceil(0.9 * perWindow)) - upAt;
  process.stdout.write(
    `shut after ${Math.round(shutMs)} ms, ${meanwhile.length} requests while it was down, ${probes.length} of them probes; ` +
      `back at 90 % of ${Math.round((1_000 * perWindow) / windowMs)} changes per second after ${Math.round(backMs)} ms\n`,
  );
  expect(meanwhile.length).toBeLessThanOrEqual(200);
  expect(shutMs).toBeLessThanOrEqual(limit(2_000));
  // Besides probes only those that failed first, and what was under way then.
  const inFlight = remote.capabilities.concurrency * changesAtOnce;
  expect(meanwhile.length - probes.length).toBeLessThanOrEqual(failureLimit + inFlight);
  expect(probes.length).toBeGreaterThan(1);
  // Each was answered before the next one came.
  const gaps = probes.slice(1).map(({ atMs }, at) => atMs - (probes[at]?.atMs ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(refusalMs);
  expect(backMs).toBeLessThanOrEqual(limit(10_000));
}, 600_000);

it('a server that fails a fifth of its requests gets no more of them than it takes, and not in waves', async () => {
  const { desk, change } = await createWorld();
  const failedAt = new Map<string, number>();
  /** How many were tried again so many tenths of a second after they had failed. */
  const waits = new Map<number, number>();
  let retries = 0;
  /** Which of the next five fails. */
  let failing = 0;
  desk.mischief = (request) => {
    const { path, atMs } = request;
    const since = failedAt.get(path);
    if (isChange(request) && since !== undefined) {
      const tenths = Math.floor((atMs - since) / 100);
      waits.set(tenths, (waits.get(tenths) ?? 0) + 1);
      retries += 1;
    }
    failedAt.delete(path);
    if (request.nth % 5 === 0) failing = Math.floor(random() * 5);
    if (request.nth % 5 !== failing) return undefined;
    failedAt.set(path, performance.now());
    return { status: 500 };
  };
  const asked = await change();
  const most = Math.max(...waits.values());
  process.stdout.write(
    `${asked.length} requests for ${count} changes; ${most} of ${retries} retries in 100 ms\n`,
  );
  expect(asked.length).toBeLessThanOrEqual(1.3 * count);
  expect(retries).toBeGreaterThan(count / 10);
  expect(most).toBeLessThanOrEqual(0.2 * retries);
}, 600_000);
