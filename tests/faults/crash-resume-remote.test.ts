import { beforeAll, describe, expect, it } from 'vitest';
import { seed } from '../builders/property.ts';
import { removeFolder } from '../builders/workspace.ts';
import { randomFrom } from './harness.ts';
import {
  bundleChild,
  createWorld,
  effectCounts,
  type RemoteDeath,
  type RemoteWorld,
} from './remote-harness.ts';
import { size } from './size.ts';

const tickets = size({ short: 1_000, long: 20_000 });
const random = randomFrom(seed);
const upTo = (n: number) => 1 + Math.floor(random() * n);

let bundle: string;

beforeAll(async () => {
  bundle = await bundleChild();
  return () => removeFolder(bundle);
});

function open(): Promise<RemoteWorld> {
  return createWorld(bundle, {
    tickets,
    server: { honoursKeys: true },
    capabilities: { idempotency: 'keys', batchMax: 8, concurrency: 4 },
    action: 'update_category',
    input: { category: 'Everything' },
    options: undefined,
  });
}

const exchange = { kind: 'statement', method: 'exchangeDeliveries', thread: 'writer' } as const;

/** The named places: each says when a child ends that begins to go on with an operation. */
const places: Record<string, () => RemoteDeath> = {
  'after intent': () => ({
    thread: 'main',
    kind: 'answer',
    method: 'exchangeDeliveries',
    nth: upTo(10),
    how: 'kill',
  }),
  'before send': () => ({ place: 'before_send', nth: upTo(10) }),
  'after send': () => ({ place: 'after_send', nth: upTo(10) }),
  'before outcome': () => ({
    ...exchange,
    text: 'UPDATE deliveries SET state = ?',
    nth: upTo(60),
    how: 'kill',
  }),
  'after outcome': () => ({ ...exchange, text: 'COMMIT', nth: 1 + upTo(10), how: 'kill-after' }),
  'at finish': () => ({
    thread: 'writer',
    kind: 'statement',
    method: 'finishOperation',
    text: 'UPDATE operations SET state',
    nth: 1,
    how: random() < 0.5 ? 'kill' : 'kill-after',
  }),
};

async function expectEveryTicketOnce(world: RemoteWorld, deaths: readonly RemoteDeath[]): Promise<void> {
  expect(await world.runDespite(deaths)).toBe('completed');
  expect(effectCounts(world.server, tickets)).toEqual({ none: 0, once: tickets, more: 0 });
  expect(world.deliveries()).toEqual([{ state: 'confirmed', code: null, count: tickets }]);
  expect(world.withoutIntent).toEqual([]);
  const sorted = world.resumedMs.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  process.stdout.write(`${deaths.length} kills, resumed after ${Math.round(median)} ms\n`);
  // The median, since a machine that is busy with something else may hold up any single start.
  expect(median).toBeLessThan(2_000);
}

describe('a remote that honours keys', { timeout: 600_000 }, () => {
  it.concurrent('gets every change once, whatever effects the console is killed at', async ({
    onTestFinished,
  }) => {
    const kills = size({ short: 8, long: 200 });
    const world = await open();
    onTestFinished(world.close);
    const span = Math.floor((tickets / kills) * 1.2);
    await expectEveryTicketOnce(
      world,
      Array.from({ length: kills }, () => ({ at: 'effect', nth: upTo(span) })),
    );
  });

  it.concurrent('gets every change once, at whatever step of a delivery the console is killed', async ({
    onTestFinished,
  }) => {
    const kills = size({ short: 1, long: 50 });
    const world = await open();
    onTestFinished(world.close);
    const { 'at finish': atFinish, ...others } = places;
    const deaths = Object.values(others).flatMap((death) => Array.from({ length: kills }, death));
    const last = Array.from({ length: kills }, () => atFinish?.() ?? null).filter((death) => death !== null);
    await expectEveryTicketOnce(world, [...deaths.toSorted(() => random() - 0.5), ...last]);
  });
});
