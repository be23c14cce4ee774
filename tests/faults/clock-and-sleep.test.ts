import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemTimer } from '../../src-main/platform/clock.ts';
import type { Capabilities } from '../../src-main/remotes/remote.ts';
import type { Operation } from '../../src-shared/domain/operation.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { seed } from '../builders/property.ts';
import { randomFrom } from '../builders/random.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../builders/tickets.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../builders/workspace.ts';
import { type EffectServer, startEffectServer, type Treatment } from '../fakes/effect-server.ts';
import { createHttpRemote } from '../fakes/http-remote.ts';
import { createWorld, effectCounts } from './remote-harness.ts';
import { size } from './size.ts';

const hourMs = 3_600_000;
const random = randomFrom(seed);
const upTo = (n: number) => 1 + Math.floor(random() * n);

describe('a clock that is set', () => {
  const count = 30;
  let folder: string;
  let server: EffectServer;
  let aheadMs: number;
  const clock: Clock = { now: () => Date.now() + aheadMs };

  beforeEach(() => {
    aheadMs = 0;
    folder = makeFolder();
    fillTickets(folder, makeTickets(count));
  });
  afterEach(async () => {
    await server.close();
    removeFolder(folder);
  });

  async function begin(treat: (nth: number) => Treatment): Promise<void> {
    server = await startEffectServer({ honoursKeys: true, treat });
  }

  function open(capabilities: Partial<Capabilities> = {}): Promise<TestConsole> {
    const remote = createHttpRemote(server.url, { batchMax: 1, concurrency: 4, ...capabilities });
    return openTestConsole(folder, clock, systemTimer, new Map([['test', remote]]));
  }

  async function start(app: TestConsole): Promise<number> {
    const input = { comment: 'Soon.' };
    const draft = await app.ask('operations.plan', {
      action: 'add_comment',
      collection: 'tickets',
      selection: everyTicket,
      input,
    });
    const options = RunOptions.parse({ retry: { attempts: 5, baseMs: 1, maxMs: 5 } });
    await app.ask('operations.start', { id: draft.id, options });
    return draft.id;
  }

  /** "Later" to these requests, with the time to wait. */
  function later(isLater: (nth: number) => boolean, waitMs: number): (nth: number) => Treatment {
    return (nth) => (isLater(nth) ? { status: 429, retryAfter: String(waitMs / 1_000) } : {});
  }

  /** Keys that came again sooner than they were allowed to after a "later" to one of these requests. */
  function tooEarly(isLater: (nth: number) => boolean, waitMs: number): string[] {
    return server.requests.flatMap(({ atMs, keys: [key = ''] }, at) => {
      if (!isLater(at + 1)) return [];
      const next = server.requests.slice(at + 1).find(({ keys }) => keys.includes(key));
      return next && next.atMs - atMs < waitMs ? [key] : [];
    });
  }

  function expectNoTimeRanBackwards(operation: Operation): void {
    expect(operation.state).toBe('completed');
    expect(operation.endedAt).toBeGreaterThanOrEqual(operation.startedAt ?? 0);
    const wrong = readDatabase(folder, (db) =>
      db.prepare('SELECT count(*) FROM deliveries WHERE settled_at < sent_at OR retry_ms < 0').pluck().get(),
    );
    expect(wrong).toBe(0);
    expect([...server.effects.values()]).toEqual(Array.from({ length: count }, () => 1));
  }

  const jumps = Array.from({ length: size({ short: 2, long: 20 }) }, (_, run) => ({ run }));
  it.each(jumps)('by an hour, this way and that, has nothing sent early or twice (run $run)', async () => {
    const isLater = (nth: number) => nth % 5 === 1;
    await begin((nth) => {
      if (random() < 0.3) aheadMs += random() < 0.5 ? hourMs : -hourMs;
      return later(isLater, 200)(nth);
    });
    const app = await open();
    const rates: number[] = [];
    app.console.subscribe(({ name, payload }) => {
      if (name === 'operation.updated' && payload.progress) rates.push(payload.progress.ratePerSecond);
    });
    const operation = await app.ended(await start(app));
    await app.close();
    expect(app.reports).toEqual([]);
    expect(tooEarly(isLater, 200)).toEqual([]);
    expectNoTimeRanBackwards(operation);
    expect(rates.every((rate) => rate >= 0)).toBe(true);
  });

  it.each([1, -1])('by %i hours between two consoles has nothing sent early or twice', async (hours) => {
    const isLater = (nth: number) => nth <= 4;
    // Longer than it takes to close a console and open the next.
    await begin(later(isLater, 1_500));
    const first = await open();
    const id = await start(first);
    await expect.poll(() => server.requests.length).toBeGreaterThanOrEqual(4);
    await first.close();
    aheadMs = hours * hourMs;
    const second = await open();
    const operation = await second.ended(id);
    await second.close();
    expect(tooEarly(isLater, 1_500)).toEqual([]);
    expectNoTimeRanBackwards(operation);
  });

  it.each([
    ['forward', Date.UTC(2026, 2, 29, 1)],
    ['back', Date.UTC(2026, 9, 25, 1)],
  ])('%s for summer time changes nothing', async (_way, changeMs) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    aheadMs = changeMs - 300 - Date.now();
    const isLater = (nth: number) => nth % 4 === 1;
    await begin(later(isLater, 200));
    const app = await open();
    const operation = await app.ended(await start(app));
    await app.close();
    expect(clock.now()).toBeGreaterThan(changeMs);
    expect(tooEarly(isLater, 200)).toEqual([]);
    expectNoTimeRanBackwards(operation);
  });
});

describe('a console that is put to sleep', () => {
  const tickets = size({ short: 300, long: 2_000 });
  const sleeps = size({ short: 3, long: 20 });

  it.concurrent.for<Capabilities['idempotency']>(['keys', 'none'])(
    'in the middle of its work keeps its workspace, and sends a remote with %s nothing twice',
    async (idempotency, { onTestFinished }) => {
      let effects = 0;
      let due = upTo(tickets / sleeps / 2);
      let onDue: () => void = () => undefined;
      const world = await createWorld({
        tickets,
        server: { honoursKeys: idempotency === 'keys' },
        capabilities: { idempotency, batchMax: 2, concurrency: 4, settleMs: 150 },
        action: 'add_comment',
        input: { comment: 'Good morning.' },
        // Sleeps are longer than the time for an answer.
        options: RunOptions.parse({ itemTimeoutMs: 400, retry: { attempts: 20, baseMs: 1, maxMs: 20 } }),
        atEffect: () => {
          effects += 1;
          if (effects === due) onDue();
        },
      });
      onTestFinished(world.close);
      const child = world.start();
      for (let slept = 0; slept < sleeps; slept += 1) {
        await new Promise<void>((resolve) => {
          onDue = () => {
            child.stop();
            resolve();
          };
        });
        // This takes as long as a console waits for another one: longer than the time for an answer.
        await expect(openTestConsole(world.folder)).rejects.toMatchObject({ code: 'workspace_in_use' });
        due = slept < sleeps - 1 ? effects + upTo(tickets / sleeps / 2) : 0;
        child.wake();
      }
      const { lines, errors } = await child.gone;
      expect(lines.at(-1), errors).toMatchObject({ said: 'ended', state: 'completed' });
      expect(effectCounts(world.server, tickets)).toEqual({ none: 0, once: tickets, more: 0 });
      expect(world.deliveries()).toEqual([{ state: 'confirmed', code: null, count: tickets }]);
    },
  );
});
