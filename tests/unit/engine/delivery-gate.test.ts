import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import type { Pause } from '../../../src-main/remotes/gate.ts';
import { changesAtOnce } from '../../../src-main/vendors/bulkhead/records.ts';
import { type BulkheadRemote, createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { Operation, Progress } from '../../../src-shared/domain/operation.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { expectBooksBalance } from '../../builders/books.ts';
import { everyTicket, fillTickets, makeTickets, readDatabase } from '../../builders/tickets.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { makeFolder, openTestConsole, removeFolder, type TestConsole } from '../../builders/workspace.ts';
import { type Desk, type DeskOptions, startDesk } from '../../fakes/desk/desk-server.ts';

/** All of them are told one by one, so that every one is a request. */
const count = 300;
let folder: string;
let desk: Desk;
let app: TestConsole;
let remote: BulkheadRemote;
/** The time of the gate alone. */
let time: TestTime;
let kept: (Pause | null)[];
afterEach(async () => {
  await app.close();
  remote.gate.close();
  await desk.close();
  removeFolder(folder);
});

async function open(options: Partial<DeskOptions> = {}): Promise<void> {
  folder = makeFolder();
  fillTickets(
    folder,
    makeTickets(count, () => ({ source: 'desk', product: 'Old' })),
  );
  const records = { tickets: Array.from({ length: count }, () => ({ status: 'open', product: 'Old' })) };
  desk = await startDesk({ records, ...options });
  kept = [];
  await connect(null);
}

async function connect(paused: Pause | null): Promise<void> {
  time = createTestTime(Date.now());
  const { address } = desk;
  const onPause = (pause: Pause | null) => void kept.push(pause);
  remote = createBulkheadRemote({
    address,
    token: 'secret',
    clock: time,
    timer: time,
    paused,
    onPause,
  });
  app = await openTestConsole(folder, systemClock, systemTimer, new Map([['desk', remote]]));
}

async function start(product = 'New'): Promise<number> {
  const draft = await app.ask('operations.plan', {
    action: 'edit',
    collection: 'tickets',
    selection: everyTicket,
    input: { product },
  });
  const retry = { attempts: 10, baseMs: 1, maxMs: 5 };
  await app.ask('operations.start', { id: draft.id, options: RunOptions.parse({ retry }) });
  return draft.id;
}

/** A server that takes so long for its answer is told as much meanwhile as may be under way at a time. */
const delayMs = 200;
const inFlight = () => remote.capabilities.concurrency * changesAtOnce;

const changing = () => desk.requests.filter(({ method }) => method === 'PATCH');

const sending = () =>
  readDatabase(folder, (db) =>
    db.prepare(`SELECT count(*) FROM deliveries WHERE state = 'sending'`).pluck().get(),
  );

/** The next progress that says that it waits. */
async function waiting(id: number): Promise<Progress> {
  const { progress } = await app.event(
    'operation.updated',
    ({ operation, progress: told }) => operation.id === id && told?.waiting !== undefined,
  );
  if (!progress) throw new Error('it does not wait');
  return progress;
}

/** Lets the gate's time go by while everything else goes on. */
async function pass(ms: number, stepMs = 500): Promise<void> {
  for (let at = 0; at < ms; at += stepMs) {
    time.pass(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function expectToldOnce(operation: Operation): void {
  expect(operation.state).toBe('completed');
  expect(
    desk.records.all('tickets').filter(({ effects, fields }) => effects !== 1 || fields['product'] !== 'New'),
  ).toEqual([]);
  expectBooksBalance(folder, operation.id);
}

describe('a remote that asks for a pause', () => {
  it('gets none of what is left before the time, and the operation says so; the pause outlives the console', async () => {
    let asked = 0;
    await open({
      mischief: ({ method }) => {
        if (method !== 'PATCH') return undefined;
        asked += 1;
        return asked >= 50 ? { status: 429, headers: { 'retry-after': '60' }, delayMs } : undefined;
      },
    });
    const id = await start();
    expect(await waiting(id)).toMatchObject({ waiting: { remote: 'desk', reason: 'rate_limited' } });
    await expect.poll(sending).toBe(0);
    const { length } = changing();
    // The first that was answered so, and what was under way then.
    expect(length).toBeLessThan(50 + inFlight());
    desk.mischief = undefined;
    await pass(59_000, 5_000);
    expect(changing()).toHaveLength(length);
    await app.close();
    remote.gate.close();
    await connect(kept.at(-1) ?? null);
    await pass(59_000, 5_000);
    expect(changing()).toHaveLength(length);
    await pass(2_000);
    expectToldOnce(await app.ended(id));
    expect(kept.at(-1)).toBeNull();
  });
});

describe('a remote that is down for a minute', () => {
  it('is not asked more than two hundred times, is told the rest afterwards, and nothing twice', async () => {
    let isDown = false;
    await open({
      mischief: () => (isDown ? { cut: 'before' } : undefined),
    });
    const down = new Promise<void>((resolve) => {
      desk.mischief = () => {
        if (changing().length > 100 && !isDown) {
          isDown = true;
          resolve();
        }
        return isDown ? { cut: 'before' } : undefined;
      };
    });
    const id = await start();
    const told = waiting(id);
    await down;
    const { length } = desk.requests;
    expect(await told).toMatchObject({ waiting: { reason: 'unreachable' } });
    await pass(60_000);
    expect(desk.requests.length - length).toBeLessThan(200);
    isDown = false;
    desk.mischief = undefined;
    await pass(6_000);
    expectToldOnce(await app.ended(id));
  });
});

/** How many times 5 divides a number: of many numbers as many as fail by a chance of a fifth, so often one after the other. */
function failuresOf(nth: number): number {
  return nth % 5 === 0 ? 1 + failuresOf(nth / 5) : 0;
}

describe('a remote that fails at a fifth of the requests', () => {
  it('is asked no more than it takes', async () => {
    // By its record: of every fifth request, the same record's may be the one for many times, as waves of them come in.
    const failed = new Map<string, number>();
    await open({
      mischief: ({ method, path }) => {
        if (method !== 'PATCH') return undefined;
        const before = failed.get(path) ?? 0;
        if (before === failuresOf(Number(path.split('/').at(-1)))) return undefined;
        failed.set(path, before + 1);
        return { status: 500 };
      },
    });
    expectToldOnce(await app.ended(await start()));
    const retried = [...failed.values()].reduce((sum, times) => sum + times, 0);
    expect(retried).toBeGreaterThan(0.24 * count);
    expect(changing()).toHaveLength(count + retried);
  });
});

describe('a remote that does not take the key any more', () => {
  it('is asked no more; nothing is lost, and it goes on after the user has signed in', async () => {
    let isOut = false;
    let since = 0;
    await open({
      mischief: ({ method }) => {
        if (method !== 'PATCH') return undefined;
        isOut ||= changing().length > 100;
        if (isOut) since += 1;
        return isOut ? { status: 401, delayMs } : undefined;
      },
    });
    const id = await start();
    expect(await waiting(id)).toMatchObject({ waiting: { reason: 'signed_out', untilAt: null } });
    await expect.poll(sending).toBe(0);
    await pass(60_000, 5_000);
    expect(since).toBeLessThanOrEqual(inFlight());
    desk.mischief = undefined;
    remote.gate.open();
    expectToldOnce(await app.ended(id));
    const tries = readDatabase(folder, (db) =>
      db.prepare('SELECT max(attempts) FROM deliveries WHERE operation_id = ?').pluck().get(id),
    );
    expect(tries).toBe(1);
  });
});

describe('a remote that the user does without', () => {
  it('is told later, in one piece', async () => {
    await open();
    remote.gate.setOffline(true);
    const id = await start();
    expect(await waiting(id)).toMatchObject({ processed: 0, waiting: { reason: 'offline' } });
    const next = await start('Newer');
    expect(await waiting(next)).toMatchObject({ waiting: { reason: 'offline' } });
    await app.ask('operations.cancel', { id: next });
    expect(desk.requests).toEqual([]);
    remote.gate.setOffline(false);
    expectToldOnce(await app.ended(id));
    await expect.poll(() => app.console.runningOperations()).toBe(0);
  });

  it('hears nothing more of it though it had been out of reach, and is told when the user is back', async () => {
    await open({ mischief: () => ({ cut: 'before' }) });
    const id = await start();
    expect(await waiting(id)).toMatchObject({ waiting: { reason: 'unreachable' } });
    await expect.poll(sending).toBe(0);
    const { length } = desk.requests;
    await pass(20_000);
    await expect.poll(() => desk.requests.length).toBeGreaterThan(length);
    remote.gate.setOffline(true);
    // A probe that was on its way has come to its end.
    await expect.poll(() => desk.openSockets()).toBe(0);
    const asked = desk.requests.length;
    await pass(60_000);
    desk.mischief = undefined;
    await pass(60_000);
    expect(desk.requests).toHaveLength(asked);
    remote.gate.setOffline(false);
    expectToldOnce(await app.ended(id));
  });
});
